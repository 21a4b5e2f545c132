"""What only a browser can show of the RLHF page."""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


def words(visit: Visit) -> str:
    return " ".join(visit.page.locator(".js-plotly-plot").first.locator("text").all_text_contents())


def test_question_controls_figure_and_reading_fit_one_screen(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.6 * 1280 * 800


def test_dragging_changes_what_the_policy_says_without_the_server(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    before, address = words(visit), visit.page.url
    rail = visit.page.locator(".slider-rail-touch-rect").first
    box = rail.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + box["height"] / 2)
    visit.page.wait_for_timeout(500)
    assert words(visit) != before
    assert visit.page.url == address


def test_a_click_on_the_curve_sets_the_step(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/rlhf")
    targets = visit.page.locator(".js-plotly-plot").first.locator(".points path.point")
    box = targets.nth(100).bounding_box()
    assert box
    visit.page.mouse.move(box["x"] + box["width"] / 2 - 1, box["y"] + box["height"] / 2)
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.wait_for_timeout(600)
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.settle()
    assert "rlhf_step=" in visit.page.url


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_fails_and_nothing_leaves_the_machine(server: str, visitor: Enter, width: int, dark: bool) -> None:
    visit = visitor(width=width, dark=dark).open(f"{server}/rlhf")
    assert visit.errors == []
    assert visit.foreign == []
    assert visit.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
