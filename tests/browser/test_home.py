"""What only a browser can show of the front page."""

from collections.abc import Callable

import pytest

from components.topics import TOPICS
from tests.browser.conftest import Visit


@pytest.mark.parametrize("width", [390, 1280])
def test_every_question_is_whole(server: str, visitor: Callable[..., Visit], width: int) -> None:
    visit = visitor(width=width).open(server)
    links = visit.page.locator("[data-testid=stMain] [data-testid=stPageLink-NavLink] p")
    assert links.all_text_contents() == [topic.question for topic in TOPICS]
    cut = "element => { for (let e = element; e.tagName !== 'A'; e = e.parentElement)"
    cut += " if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth) return true; return false }"
    assert [link.text_content() for link in links.all() if link.evaluate(cut)] == []
    assert visit.width() <= width
    visit.nothing_failed()
