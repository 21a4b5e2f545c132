"""What only a browser can show of the page on representations: clicks on cells, points and pictures, and a training."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def address(server: str, **values: object) -> str:
    return f"{server}/representations?{urlencode({f'representations_{name}': value for name, value in values.items()})}"


def point_at(visit: Visit, chart: int, trace: int, point: int) -> tuple[float, float]:
    """Moves the pointer to the middle of a point of a chart, where its axes have put it."""
    plot = visit.page.locator(".js-plotly-plot").nth(chart)
    plot.scroll_into_view_if_needed()
    place = plot.evaluate(
        """(plot, [trace, point]) => {
            const {xaxis, yaxis} = plot._fullLayout, data = plot._fullData[trace], box = plot.getBoundingClientRect()
            const x = xaxis._offset + xaxis.d2p(data.x[point]), y = yaxis._offset + yaxis.d2p(data.y[point])
            return [box.left + x, box.top + y]
        }""",
        [trace, point],
    )
    visit.page.mouse.move(*place)
    visit.page.wait_for_timeout(200)
    return float(place[0]), float(place[1])


def click(visit: Visit, chart: int, trace: int, point: int) -> None:
    """Clicks the middle of a point of a chart."""
    visit.page.mouse.click(*point_at(visit, chart, trace, point))
    visit.settle()


def test_a_clicked_cell_is_drawn_and_stands_in_the_link(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel="Neighbors", whose="your drawing"))
    click(visit, 0, 1, 0)
    assert "representations_drawing=20222200" in visit.page.url
    click(visit, 0, 1, 0)
    assert "representations_drawing=10222200" in visit.page.url
    finding = visit.page.get_by_text("Most frequent among the nearest").first.text_content()
    other = visitor().open(visit.page.url)
    assert other.page.get_by_text("Most frequent among the nearest").first.text_content() == finding
    visit.nothing_failed()


def test_a_clicked_neighbor_is_the_next_one_asked_for(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel="Neighbors", whose="your drawing"))
    click(visit, 1, 2, 1)
    assert "representations_digit=" in visit.page.url
    expect(visit.page.get_by_text("nearest digits, so many are").first).to_be_visible()
    visit.nothing_failed()


def test_a_point_of_the_map_shows_its_picture_and_a_click_its_neighbors(server: str, visitor: Enter) -> None:
    visit = visitor().open(address(server, panel="Map"))
    point_at(visit, 0, 6, 2)
    expect(visit.page.locator(".hoverlayer").first).to_contain_text("█")
    click(visit, 0, 6, 2)
    assert "representations_digit=" in visit.page.url
    visit.nothing_failed()


@pytest.mark.slow
def test_a_training_is_watched_and_cancelled(server: str, visitor: Enter) -> None:
    # A seed that nobody has run before: a kept result would be shown at once.
    seed = uuid.uuid4().int % 97 + 3
    visit = visitor(height=1500).open(address(server, panel="Train your own", passes=117, train_seed=seed))
    visit.page.get_by_role("button", name="Train and probe").click()
    expect(visit.page.get_by_text("the loss is").first).to_be_visible(timeout=300_000)
    visit.page.get_by_role("button", name="Cancel").click()
    expect(visit.page.get_by_text("Cancelled. It starts anew.")).to_be_visible(timeout=60_000)
