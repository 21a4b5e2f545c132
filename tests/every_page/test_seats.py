"""What every page must do for a class: a seat shows figure, sentence and panel of a step as the page does."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import PANEL, Declared, Preset, Topic, Values, declared_by, topics
from components.hover import watched
from components.lessons.built_in import lesson_on
from components.lessons.own import LESSON as OWN
from components.rooms import attending
from components.rooms.attending import ROOM
from components.rooms.seat import SCREENS
from components.theme import Drawn
from core.lessons import Lesson, Step, View, to_json
from core.rooms import Rooms
from pages.alignment.rlhf.judged import LABELS
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
        assert figures(seat) == figures(alone, seated=True)[: len(figures(seat))]
        assert figures(seat), "nothing is drawn"
        assert readings(seat)
        for told, whole in zip(readings(seat), readings(alone), strict=False):
            assert is_part(sentences(told), sentences(whole)), "it says no more, and in the same order"
            assert len(sentences(whole)) - len(sentences(told)) <= 2, "only what is to be clicked is left out"
        assert not seat.get("slider"), "a seat has no controls"
        assert not {box.label for box in seat.expander} & ENDS, "and ends after its sentence"
        assert {button.label for button in seat.button} == {"Look around", "Leave"}


def figures(app: AppTest, *, seated: bool = False) -> list[Any]:
    """The traces of each figure; `seated` without what they say of clicks, as a seat has them."""
    shown = [Drawn(json.loads(chart.proto.spec)) for chart in app.get("plotly_chart")]
    return [(watched(fig) if seated else fig).to_dict()["data"] for fig in shown]


def sentences(html: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.:;]) +", html.removesuffix("</div>").strip()) if part]


def is_part(some: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether the first are among the others, in their order."""
    left = iter(whole)
    return all(part in left for part in some)


def readings(app: AppTest) -> list[str]:
    return [block.proto.body for block in app.get("html") if 'class="reading"' in block.proto.body]


VIEWS = [
    pytest.param(page.topic, view, id=f"{page.topic.key}-{name}", marks=() if not place else pytest.mark.matrix)
    for page in map(declared_by, topics())
    for place, (name, view) in enumerate(
        [
            *((preset.name, preset.values) for preset in page.presets[-1:]),
            *((panel.name, {**panel.under, PANEL: panel.name}) for panel in page.panels),
        ]
    )
]


@pytest.mark.models
@pytest.mark.parametrize("topic, view", VIEWS)
def test_a_seat_is_drawn_from_no_visitors_state(visit: Visit, kept: Rooms, topic: Topic, view: Values) -> None:
    """The first to come has worked on the page before: of that nothing is shown to the class, and nothing is lost."""
    room, _ = kept.open(to_json(Lesson("One view", (Step(View(topic.key, view), "It", ""),))), 1)
    SCREENS.clear()
    clean = visit(LESSON.script, **{ROOM: room.code})
    worked = visit(LESSON.script)
    foreign = {key: Foreign() for key in sorted(keys_of(topic))}
    for key, value in foreign.items():
        worked.session_state[key] = value
    SCREENS.clear()
    worked.query_params[ROOM] = room.code
    worked.query_params[f"{topic.key}_panel"] = "None"
    settled(worked)
    assert html_of(worked) == html_of(clean)
    assert figures(worked) == figures(clean)
    for key, value in foreign.items():
        assert worked.session_state[key] is value, "the seat took, or changed, what is the visitor's"
    for seat in (worked, clean):
        left = {key for key in seat.session_state if key.lstrip("_").startswith(f"{topic.key}_")} - set(foreign)
        assert not {key for key in left if not key.endswith("_votes")}, "the seat left something of the page"


class Foreign:
    """What no page has put anywhere: whoever reads it fails."""

    def __bool__(self, *_: object) -> bool:
        raise AssertionError("a seat has read a visitor's state")

    __len__ = __iter__ = __getitem__ = __eq__ = __hash__ = __bool__


def keys_of(topic: Topic) -> set[str]:
    """What the page and its parts call their places in the session: its parameters, and words of its modules."""
    own = {f"{topic.key}_{name}" for name in declared_by(topic).defaults} | {f"_{topic.key}_offered"}
    written = (Path(__file__).parents[2] / topic.folder).rglob("*.py")
    named = {
        word for path in written for word in re.findall(r'^[A-Z_]+ = f?"(_?[a-z][a-z_]+)"$', path.read_text(), re.M)
    }
    return own | {word for word in named if word.lstrip("_").startswith(topic.key)}


@pytest.mark.models
def test_nobody_sees_what_the_first_student_has_labeled(visit: Visit, kept: Rooms) -> None:
    page = next(one for one in map(declared_by, topics()) if one.topic.key == "rlhf")
    view = next(preset.values for preset in page.presets if preset.name == "Be the reward model")
    first = visit(page.topic.script, **{f"rlhf_{name}": value for name, value in view.items()})
    for _ in range(3):
        next(button for button in first.button if button.key == "rlhf_prefers_first").click()
        settled(first)
    given = first.session_state[LABELS]
    assert len(given) == 3
    room, _ = kept.open(to_json(Lesson("One view", (Step(View("rlhf", view), "It", ""),))), 1)
    SCREENS.clear()
    alone = visit(LESSON.script, **{ROOM: room.code})
    SCREENS.clear()
    first.query_params[ROOM] = room.code
    first.switch_page(LESSON.script)
    settled(first)
    other = visit(LESSON.script, **{ROOM: room.code})
    assert html_of(first) == html_of(alone) == html_of(other)
    assert figures(first) == figures(alone) == figures(other)
    assert first.session_state[LABELS] == given, "the labels stay with who gave them"


@pytest.mark.models
@pytest.mark.parametrize("topic, view", VIEWS)
def test_a_seat_speaks_of_nothing_to_click(visit: Visit, kept: Rooms, topic: Topic, view: Values) -> None:
    seat = seat_of(visit, kept, topic, view)
    assert not re.findall(r"[^.]*\b(?:[Cc]lick|[Bb]utton|[Ss]lider)\b[^.]*", said(seat))
    under_the_mouse = [trace.get("hovertemplate") for figure in figures(seat) for trace in figure]
    assert not re.findall(r".*\b[Cc]lick.*", "\n".join(map(str, under_the_mouse)))


@pytest.mark.models
@pytest.mark.parametrize(
    ("key", "name", "words"),
    [
        ("rlhf", "Be the reward model", r"Which answer is better\?\*?\*? “[a-z ]+”, or “[a-z ]+”\?"),
        ("state_space", "Learn to skip", r"This seed is recorded\.( |$)"),
        ("attention", "", r"\. Layer \d+, head \d+: \d\.\d\d"),
    ],
)
def test_what_stands_on_buttons_is_told_in_a_seat(visit: Visit, kept: Rooms, key: str, name: str, words: str) -> None:
    page = next(one for one in map(declared_by, topics()) if one.topic.key == key)
    preset = next(preset for preset in page.presets if preset.name == name or not name)
    seat = seat_of(visit, kept, page.topic, preset.values)
    assert re.search(words, said(seat))
    assert "button" not in said(seat)


def seat_of(visit: Visit, kept: Rooms, topic: Topic, view: Values) -> AppTest:
    """A seat at a view that nobody has had before."""
    room, _ = kept.open(to_json(Lesson("One view", (Step(View(topic.key, view), "It", ""),))), 1)
    SCREENS.clear()
    return visit(LESSON.script, **{ROOM: room.code})


def said(app: AppTest) -> str:
    """All words that a seat shows, without styles, scripts and the seat's own line about moving."""
    shown = " ".join(re.sub(r"<(style|script)>.*?</\1>", "", block.proto.body, flags=re.S) for block in app.get("html"))
    boxes = [box.value for kind in ("caption", "markdown", "info", "warning") for box in app.get(kind)]
    return f"{re.sub('<[^>]*>', '', shown)} {' '.join(boxes)}"


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
    assert [part.proto.component_name for part in seat.get("bidi_component")] == [
        "room_follower",
        "room_who",
        "browser_storage",
    ]


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


@pytest.mark.models
@pytest.mark.parametrize(
    "topic",
    [
        pytest.param(one, id=one.key, marks=() if place % 8 == 0 else pytest.mark.matrix)
        for place, one in enumerate(topics())
    ],
)
def test_every_step_of_a_built_in_lesson_can_be_shown(visit: Visit, topic: Topic) -> None:
    """Nothing that is asked for lacks on its page, and each question finds its answer there."""
    SCREENS.clear()
    app = visit(LESSON.script)
    app.session_state[OWN] = lesson_on(topic)
    settled(app).button(key="lesson_check").click()
    settled(app)
    assert [box.value for box in app.warning] == []
    assert len(app.success) == 1
