"""What every page must do for a class: a seat shows figure, sentence and panel of a step as the page does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.controls import address_of
from components.course import Declared, Preset, declared_by, topics
from components.rooms.attending import ROOM
from components.rooms.seat import SCREENS
from core.lessons import Lesson, Step, View, to_json
from core.rooms import Rooms
from pages.start.lesson.topic import TOPIC as LESSON
from tests.components.rooms.conftest import kept as kept_rooms
from tests.page_kit import html_of

Visit = Callable[..., AppTest]
kept = kept_rooms


CASES = [
    pytest.param(page, preset, id=f"{page.topic.key}-{preset.name}", marks=() if not place else pytest.mark.matrix)
    for page in map(declared_by, topics())
    for place, preset in enumerate(page.presets)
]


@pytest.mark.models
@pytest.mark.parametrize("page, preset", CASES)
def test_a_seat_shows_what_the_page_shows(visit: Visit, kept: Rooms, page: Declared, preset: Preset) -> None:
    topic = page.topic
    alone = visit(topic.script, **address_of(topic.key, page.defaults, preset.values))
    SCREENS.clear()
    lesson = Lesson("One view", (Step(View(topic.key, preset.values), "It", ""),))
    room, _ = kept.open(to_json(lesson), 1)
    made, again = (visit(LESSON.script, **{ROOM: room.code}) for _ in range(2))
    for seat in (made, again):
        assert topic.question in html_of(seat)
        assert figures(seat) == figures(alone)[: len(figures(seat))]
        assert figures(seat), "nothing is drawn"
        assert readings(seat)
        assert set(readings(seat)) <= set(readings(alone))
        assert not seat.get("slider") and not seat.expander, "a seat has no controls, and ends after its sentence"
        assert {button.label for button in seat.button} == {"Look around", "Leave"}


def figures(app: AppTest) -> list[Any]:
    return [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]


def readings(app: AppTest) -> list[str]:
    return [block.proto.body for block in app.get("html") if 'class="reading"' in block.proto.body]
