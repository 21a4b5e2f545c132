"""How a seat is laid out on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from components.course import PANEL
from core.lessons import Lesson, Step, View, to_json
from core.rooms import Rooms
from tests.benchmarks.client import served
from tests.browser_kit import Visit
from tests.cluster import free_port

pytestmark = pytest.mark.slow
Enter = Callable[..., Visit]
LESSON = Lesson("", (Step(View("transport", {PANEL: "Cross-modal"}), "Six controls stand above its figures"),))


def test_controls_that_are_left_out_leave_no_hole(visitor: Enter, weights: str, tmp_path: Path) -> None:
    where = f"sqlite:///{tmp_path / 'rooms.sqlite'}"
    room, _ = Rooms(where).open(to_json(LESSON), 1)
    with served(free_port(), EXPLORER_CACHE=weights, EXPLORER_ROOMS=where) as address:
        visit = visitor(width=390, height=844).open(f"http://{address}/lesson?room={room.code}")
        visit.page.wait_for_selector(".js-plotly-plot", timeout=60_000)
        visit.settle()
        top, first = (visit.page.locator(part).first.bounding_box() for part in (".st-key-shown_page_top", ".finding"))
        assert top
        assert first
        assert 0 < first["y"] - top["y"] - top["height"] < 20
        assert visit.page.locator(".js-plotly-plot").count() > 2, "what is shown stays"
        visit.nothing_failed()
