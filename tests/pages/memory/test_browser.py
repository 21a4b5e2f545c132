"""What only a browser can show of the page on memory: stops on the curve, own facts, the notebook, and the way back."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from pages.agents.memory.topic import LOOKS, NOTEBOOK, OWN
from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def address(server: str, **values: object) -> str:
    return f"{server}/memory?{urlencode({f'memory_{name}': value for name, value in values.items()})}"


def reading(visit: Visit) -> str:
    return visit.page.locator(".reading").first.text_content() or ""


def click_point(visit: Visit, trace: int, number: int) -> Visit:
    """Clicks a point of a line or a cloud, both counted from 0."""
    traces = visit.page.locator(".st-key-main_figure, .st-key-main_panel").locator(".scatterlayer .trace")
    box = traces.nth(trace).locator("path.point").nth(number).bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x - 2, y)
    visit.page.mouse.move(x, y)
    visit.page.wait_for_timeout(200)
    visit.page.mouse.click(x, y)
    return visit.settle()


def test_stops_go_forth_and_back_by_slider_and_click_and_stories_by_history(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/memory")
    first = reading(visit)
    stop = visit.page.get_by_role("slider", name="Stop along the curve")
    stop.press("ArrowRight")
    visit.page.wait_for_url("**memory_stop=5*")
    assert reading(visit.settle()) != first
    visit.page.get_by_role("slider", name="Stop along the curve").press("ArrowLeft")
    visit.settle()
    assert reading(visit) == first
    visit.tell("Twenty pairs")
    click_point(visit, 3, 0)
    said = reading(visit)
    assert "At place 1 of 20" in said
    visit.page.reload()
    visit.settle()
    assert reading(visit) == said
    visit.page.go_back()
    visit.settle()
    assert "At place 11 of 20" in reading(visit)
    visit.page.go_back()
    visit.settle()
    assert reading(visit) == first
    visit.nothing_failed()


def test_a_point_of_the_attention_opens_its_list(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel=LOOKS))
    click_point(visit, 1, 0)
    assert "memory_stop=1" in visit.page.url
    assert "At place 1" in reading(visit)
    visit.nothing_failed()


def test_a_slider_of_the_notebook_ranks_anew_and_reset_brings_the_ranks_back(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel=NOTEBOOK))
    first = reading(visit)
    visit.page.get_by_role("slider", name="Recency").press("ArrowRight")
    visit.page.wait_for_url("**memory_recency=0.25*")
    assert reading(visit.settle()) != first
    visit.tell("A notebook")
    assert reading(visit) == first
    visit.nothing_failed()


def test_a_note_of_ten_thousand_characters_is_refused_aloud_and_a_reload_says_so_again(
    server: str, visitor: Enter
) -> None:
    visit = visitor().open(address(server, panel=NOTEBOOK))
    visit.page.get_by_role("button", name="More").click()
    note = visit.page.get_by_label("A note of your own")
    note.fill("tulips " * 1_500)
    note.press("Control+Enter")
    visit.settle()
    expect(visit.page.get_by_text("must be at most 2,000 characters long")).to_be_visible()
    visit.page.reload()
    visit.settle()
    expect(visit.page.get_by_text("must be at most 2,000 characters long")).to_be_visible()
    visit.nothing_failed()


def test_own_facts_that_cannot_be_read_get_a_word_until_they_can(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel=OWN))
    whose = visit.page.get_by_label("Asked for")
    whose.fill("<b>Nobody</b>")
    whose.press("Enter")
    visit.settle()
    expect(visit.page.get_by_text("must be one of Adam, Lucy")).to_be_visible()
    whose.fill("Peter")
    whose.press("Enter")
    visit.settle()
    expect(visit.page.get_by_role("button", name="Ask SmolLM2")).to_be_visible()
    visit.nothing_failed()


@pytest.mark.slow
@pytest.mark.models
def test_own_facts_are_asked_of_the_model_to_the_end(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel=OWN, facts="Ada: a red lamp\nBo: river\nCy: stone", whose="Bo"))
    visit.page.get_by_role("button", name="Ask SmolLM2").click()
    expect(visit.page.locator(".finding").first).to_contain_text("of 3 places", timeout=300_000)
    visit.settle()
    assert "Answers by the place of the asked fact" in reading(visit)
    visit.nothing_failed()
