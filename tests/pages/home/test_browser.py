"""What only a browser can show of the front page."""

from collections.abc import Callable

import pytest

from components.topics import TOPICS
from tests.browser_kit import Visit


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


def test_cards_beside_each_other_end_at_the_same_height(server: str, visitor: Callable[..., Visit]) -> None:
    visit = visitor(width=1280).open(server)
    block = "[data-testid=stVerticalBlock]"
    cards = visit.page.locator(f"[data-testid=stColumn] {block} {block}").all()
    boxes = [box for card in cards if (box := card.bounding_box())]
    assert len(boxes) == len(TOPICS)
    ends: dict[int, set[int]] = {}
    for box in boxes:
        ends.setdefault(round(box["y"]), set()).add(round(box["y"] + box["height"]))
    assert len(ends) == -(-len(TOPICS) // 3)
    assert all(len(of_row) == 1 for of_row in ends.values())
