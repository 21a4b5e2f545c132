"""What only a browser can show of the CLIP page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Position, expect

from tests.browser_kit import UNDER_BUTTONS, Visit

Enter = Callable[..., Visit]
PATH = "/clip_spurious"


def test_the_main_figure_stacks_where_the_screen_is_narrow(server: str, visitor: Enter) -> None:
    visit = visitor(width=390).open(server + PATH)
    parts = visit.page.locator(".st-key-main_figure .clip-large, .st-key-main_figure .js-plotly-plot")
    boxes = [parts.nth(place).bounding_box() for place in range(3)]
    assert all(box and box["width"] >= 340 for box in boxes)
    assert [box["y"] for box in boxes if box] == sorted(box["y"] for box in boxes if box)


@pytest.mark.parametrize("panel", ["Groups", "Repair"])
def test_a_click_on_a_cell_opens_the_pictures_of_that_group(server: str, visitor: Enter, panel: str) -> None:
    visit = visitor().open(f"{server}{PATH}?clip_spurious_panel={panel}&clip_spurious_repair=reject")
    examples = visit.page.locator(".st-key-clip_examples")
    for down, group in ((0.75, "waterbird on land"), (0.25, "landbird on land")):
        visit.page.locator(".st-key-main_figure").scroll_into_view_if_needed()
        area = visit.page.locator(".st-key-main_figure .js-plotly-plot").nth(1).locator(".nsewdrag").nth(1)
        area.hover(position=_at(area, 0.2, down - 0.05))
        area.click(position=_at(area, 0.25, down))
        visit.settle()
        assert f"test pictures of a {group}" in (examples.text_content() or "")
        assert examples.locator("img").count() >= 8
        expect(examples.locator("img").first).to_be_in_viewport()
        assert examples.get_by_role("radio", name="repaired").get_attribute("aria-checked") == "true"
    visit.nothing_failed()


def _at(area: Locator, across: float, down: float) -> Position:
    box = area.bounding_box()
    assert box
    return {"x": across * box["width"], "y": down * box["height"]}


def test_a_repair_stands_in_the_link_and_the_link_shows_it(server: str, visitor: Enter) -> None:
    visit = visitor().open(server + PATH)
    visit.page.get_by_role("radio", name="reject").click()
    visit.settle()
    assert "clip_spurious_repair=reject" in visit.page.url
    other = visitor().open(visit.page.url)
    assert "Repaired" in (other.page.locator(".reading").first.text_content() or "")


def test_the_cosines_of_zero_shot_are_whole_on_a_phone(server: str, visitor: Enter) -> None:
    visit = visitor(width=390).open(f"{server}{PATH}?clip_spurious_panel=Zero-shot")
    numbers = visit.page.locator(".st-key-main_panel .js-plotly-plot .xtick text")
    assert [numbers.nth(place).text_content() for place in range(numbers.count())] == [str(k) for k in range(12)]
    boxes = [numbers.nth(place).bounding_box() for place in range(12)]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    wide = "parts => parts.map(part => part.scrollWidth - part.clientWidth)"
    assert max(visit.page.locator(".st-key-main_panel [data-testid=stVerticalBlock]").evaluate_all(wide)) <= 1


@pytest.mark.parametrize("panel", ["Your+pictures", "Zero-shot", "Where+it+looks", "A+few+labels"])
@pytest.mark.parametrize("present", ["", "&present=true"])
def test_a_panel_and_its_sentence_fit_one_screen(server: str, visitor: Enter, panel: str, present: str) -> None:
    visit = visitor().open(f"{server}{PATH}?clip_spurious_panel={panel}{present}")
    assert visit.beyond(800) == []


def test_the_controls_keep_apart_on_a_projector(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}{PATH}?present=true")
    water = visit.page.locator(".st-key-clip_spurious_water").bounding_box()
    repair = visit.page.locator(".st-key-clip_spurious_repair").bounding_box()
    assert water
    assert repair
    assert repair["x"] - (water["x"] + water["width"]) >= 24


def test_the_matrix_of_the_training_is_whole_on_a_phone(server: str, visitor: Enter) -> None:
    visit = visitor(width=390).open(f"{server}{PATH}?clip_spurious_panel=Training")
    columns = visit.page.locator(".st-key-main_panel .js-plotly-plot").first.locator(".xtick text")
    assert columns.count() == 12
    boxes = [columns.nth(place).bounding_box() for place in range(12)]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    visit.nothing_failed()


@pytest.mark.parametrize(("width", "touch", "buttons"), [(390, True, 1), (1280, True, 1), (1280, False, 5)])
def test_a_finger_finds_one_button_on_a_chart_and_on_a_phone_no_word_below_it(
    server: str, visitor: Enter, width: int, touch: bool, buttons: int
) -> None:
    """A touch brings plotly's buttons for good, upon the words: the one that fills the screen is left."""
    visit = visitor(width=width, touch=touch).open(f"{server}{PATH}?clip_spurious_panel=A+few+labels")
    charts = visit.page.locator(".st-key-main_panel .js-plotly-plot")
    charts.first.tap() if touch else charts.first.hover()
    found = charts.evaluate_all(UNDER_BUTTONS)
    assert [shown for shown, _ in found] == [buttons] * 2
    assert width > 640 or not any(covered for _, covered in found)
