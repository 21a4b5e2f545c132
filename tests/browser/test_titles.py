"""Titles of figures on every page: whole, in lines, and above their figures."""

from collections.abc import Callable

import pytest

from components.topics import TOPICS
from tests.browser.conftest import Visit

Enter = Callable[..., Visit]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("key", [topic.key for topic in TOPICS])
def test_titles_are_whole_and_above_their_figures(server: str, visitor: Enter, key: str, width: int) -> None:
    visit = visitor(width=width).open(f"{server}/{key}")
    findings = visit.page.locator(".finding")
    assert findings.count() >= 1
    assert visit.page.locator(".gtitle").count() == 0
    for place in range(findings.count()):
        finding = findings.nth(place)
        box = finding.bounding_box()
        if box is None:
            continue
        assert finding.evaluate("element => element.scrollWidth <= element.clientWidth")
        assert box["x"] + box["width"] <= width
        chart = finding.locator("xpath=following::*[contains(@class, 'js-plotly-plot')]").first.bounding_box()
        assert chart
        assert box["y"] + box["height"] <= chart["y"]


def test_a_title_breaks_into_lines_where_the_screen_is_narrow(server: str, visitor: Enter) -> None:
    heights = []
    for width in (390, 1280):
        box = visitor(width=width).open(f"{server}/attention_depth").page.locator(".finding").first.bounding_box()
        assert box
        heights.append(box["height"])
    assert heights[0] > 1.5 * heights[1]
