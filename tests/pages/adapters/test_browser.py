"""What only a browser can show of the page on adapters."""

from collections.abc import Callable

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def test_presenter_mode_opens_with_the_question_in_sight(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/adapters")
    visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollBy(0, 120)")
    visit.page.evaluate("document.querySelector('.st-key-present input').click()")
    visit.settle()
    assert visit.beyond(800) == []
