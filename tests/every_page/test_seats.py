"""What every page must do for a class: a seat shows figure, sentence and panel of a step as the page does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import Declared, Preset, declared_by, topics
from components.rooms import attending
from components.rooms.attending import ROOM
from components.rooms.seat import SCREENS
from core.lessons import Lesson, Step, View, to_json
from core.rooms import Rooms
from pages.start.lesson.topic import TOPIC as LESSON
from tests.components.rooms.conftest import kept as kept_rooms
from tests.page_kit import charts, html_of, settled

Visit = Callable[..., AppTest]
kept = kept_rooms


ENDS = {"Questions from the notes", "The mathematics", "The code", "Take it with you"}
"""What folds open below a page's sentence."""

CASES = [
    pytest.param(page, preset, id=f"{page.topic.key}-{preset.name}", marks=() if not place else pytest.mark.matrix)
    for page in map(declared_by, topics())
    for place, preset in enumerate(page.presets)
]


@pytest.mark.models
@pytest.mark.parametrize("page, preset", CASES)
def test_a_seat_shows_what_the_page_shows(visit: Visit, kept: Rooms, page: Declared, preset: Preset) -> None:
    topic = page.topic
    alone = visit(topic.script)
    alone.button_group(key=f"{topic.key}_story").set_value(preset.name)
    settled(alone)
    SCREENS.clear()
    lesson = Lesson("One view", (Step(View(topic.key, preset.values), "It", ""),))
    room, _ = kept.open(to_json(lesson), 1)
    made, again = (visit(LESSON.script, **{ROOM: room.code}) for _ in range(2))
    for seat in (made, again):
        assert topic.question in html_of(seat)
        assert set(seat.query_params) == {ROOM}, "the address is the room's alone"
        assert figures(seat) == figures(alone)[: len(figures(seat))]
        assert figures(seat), "nothing is drawn"
        assert readings(seat)
        assert set(readings(seat)) <= set(readings(alone))
        assert not seat.get("slider"), "a seat has no controls"
        assert not {box.label for box in seat.expander} & ENDS, "and ends after its sentence"
        assert {button.label for button in seat.button} == {"Look around", "Leave"}


def figures(app: AppTest) -> list[Any]:
    return [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]


def readings(app: AppTest) -> list[str]:
    return [block.proto.body for block in app.get("html") if 'class="reading"' in block.proto.body]


@pytest.mark.models
def test_nothing_in_a_seat_looks_alive_that_is_not(visit: Visit, kept: Rooms) -> None:
    page = next(one for one in map(declared_by, topics()) if one.topic.key == "rlhf")
    view = next(preset.values for preset in page.presets if preset.name == "Be the reward model")
    lesson = Lesson("One view", (Step(View("rlhf", view), "It", ""),))
    room, _ = kept.open(to_json(lesson), 1)
    SCREENS.clear()
    seat = visit(LESSON.script, **{ROOM: room.code})
    assert {button.label for button in seat.button} == {"Look around", "Leave"}
    assert not seat.get("popover")
    assert any("Look around" in caption.value for caption in seat.caption)
    assert [part.proto.component_name for part in seat.get("bidi_component")] == ["room_follower", "room_who"]


@pytest.mark.models
def test_a_player_in_a_seat_is_watched(visit: Visit, kept: Rooms) -> None:
    page = next(one for one in map(declared_by, topics()) if one.topic.key == "networks")
    steps = tuple(Step(View("networks", preset.values), preset.name, "") for preset in page.presets[:2])
    room, key = kept.open(to_json(Lesson("Two views", steps)), 2)
    SCREENS.clear()
    seat = visit(LESSON.script, **{ROOM: room.code})
    player = next(one.proto for one in seat.get("bidi_component") if one.proto.component_name == "playground")
    assert json.loads(player.json)["watched"] is True
    assert player.id.endswith("_watched"), "what it says reaches no callback of the page"
    first = charts(seat)[0].proto
    kept.step(room.code, key, 1)
    attending.WATCH._watched.clear()
    second = charts(settled(seat))[0].proto
    assert second.spec != first.spec
    assert second.id != first.id, "the browser would keep the figure before"
