"""What only a browser can show of the RLHF page."""

from collections.abc import Callable

import pytest

from tests.browser_kit import Visit, fits_in_every_panel

Enter = Callable[..., Visit]


def words(visit: Visit) -> str:
    return " ".join(visit.page.locator(".js-plotly-plot").first.locator("text").all_text_contents())


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


@pytest.mark.parametrize(
    "query",
    [
        "rlhf_task=answer+or+abstain",
        "rlhf_task=add+small+numbers&rlhf_checker=format&rlhf_sum_rate=3.0&rlhf_rewards=1%2C+1%2C+1%2C+1",
        "rlhf_rate=1",
    ],
    ids=["abstain", "equal rewards", "learning rate 1"],
)
def test_every_task_fits_one_screen(server: str, visitor: Enter, query: str) -> None:
    visit = visitor().open(f"{server}/rlhf?{query}")
    figure = visit.page.locator(".js-plotly-plot").first.bounding_box()
    reading = visit.page.locator(".reading").first.bounding_box()
    assert figure
    assert reading
    assert reading["y"] + reading["height"] <= 800
    assert figure["width"] * figure["height"] >= 0.55 * 1280 * 800
    visit.nothing_failed()


@pytest.mark.parametrize("width", [390, 1280])
def test_what_the_policy_says_is_never_cut(server: str, visitor: Enter, width: int) -> None:
    visit = visitor(width=width).open(f"{server}/rlhf?rlhf_step=60")
    wide, narrow = (visit.page.locator(f".st-key-rlhf_{name}") for name in ("wide", "narrow"))
    assert wide.is_visible() == (width == 1280)
    assert narrow.is_visible() == (width == 390)
    shown = wide if width == 1280 else narrow
    lines = shown.locator("li" if width == 390 else ".textpoint text")
    assert lines.count() >= 4
    for place in range(lines.count()):
        box = lines.nth(place).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    visit.nothing_failed()


@pytest.mark.parametrize("task", ["answer or abstain", "add small numbers"])
def test_no_panel_of_the_other_tasks_is_wider_than_a_phone(server: str, visitor: Enter, task: str) -> None:
    visit = visitor(width=390).open(f"{server}/rlhf?rlhf_task={task.replace(' ', '+')}")
    fits_in_every_panel(visit)
