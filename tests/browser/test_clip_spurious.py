"""What only a browser can show of the CLIP page."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]
PATH = "/clip_spurious"


def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter) -> None:
    visit = visitor().open(server + PATH)
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.6 * 1280 * 800


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_fails_and_nothing_leaves_the_machine(server: str, visitor: Enter, width: int, dark: bool) -> None:
    visit = visitor(width=width, dark=dark).open(server + PATH)
    assert visit.errors == []
    assert visit.foreign == []
    assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width


def test_a_repair_stands_in_the_link_and_the_link_shows_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(server + PATH)
    visit.page.get_by_role("radio", name="reject").click()
    visit.settle()
    assert "clip_spurious_repair=reject" in visit.page.url
    other = visitor().open(visit.page.url)
    assert "Repaired" in (other.page.locator(".reading").first.text_content() or "")
