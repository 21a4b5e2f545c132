"""What only a browser can show of the state-space page: clicks that draw, and clicks that set the moment."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser_kit import Visit

Enter = Callable[..., Visit]


def test_a_click_on_the_grid_draws_the_signal(server: str, visitor: Enter) -> None:
    visit = visitor().open(f"{server}/state_space?state_space_signal=drawn")
    place = visit.page.evaluate(
        """() => {
            const plot = document.querySelector('.js-plotly-plot'), layout = plot._fullLayout
            const trace = plot._fullData.find(one => one.customdata?.[0]?.[0] === 'knot')
            const at = trace.customdata.findIndex(row => row[1] === 8 && row[2] === 0.75)
            const box = plot.getBoundingClientRect(), x = layout.xaxis, y = layout.yaxis
            return [box.left + x._offset + x.l2p(trace.x[at]), box.top + y._offset + y.l2p(trace.y[at])]
        }"""
    )
    visit.page.mouse.move(*place)
    visit.page.mouse.click(*place)
    visit.settle()
    assert "state_space_knots" in visit.page.url
    expect(visit.page.locator(".finding").first).to_contain_text("One output, three ways")


@pytest.mark.parametrize("panel", ["Memory", "One+matrix", "Long+text"])
def test_a_panel_fits_a_phone(server: str, visitor: Enter, panel: str) -> None:
    visit = visitor(width=390).open(f"{server}/state_space?state_space_panel={panel}")
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
