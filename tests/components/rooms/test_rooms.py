"""A room on the pages of the course, without a browser: who leads, who votes, and what is refused in words."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.course import topics
from components.frame import PRESENT
from components.lessons.playing import STEP
from components.rooms import attending, entering, following
from components.rooms.attending import HERE, PREFIX, Attending
from components.rooms.bar import square
from components.rooms.entering import LEFT, again, asked_by, has_left
from components.rooms.seat import SCREENS
from core.lessons import Curve, Guess, Lesson, Number, OneOf, Point, Reading, Step, View, to_json
from core.rooms import Room, Rooms, RoomsUnreachableError, Watch
from pages.start.home.topic import TOPIC as HOME
from pages.start.lesson.topic import TOPIC as LESSON
from tests.page_kit import blocks, charts, figure_of, html_of, settled

Visit = Callable[..., AppTest]
PAGES = {topic.key: topic for topic in topics()}
LEARNING = PAGES["learning"]
MARKUP = "<img src=x onerror=alert(1)> [a](http://b) :red[c]"
ERRORS = tuple(Reading(name, "last", over="degree") for name in ("training", "test"))
STEPS = (
    Step(
        View("learning", {"degree": 3}),
        "Three",
        "Say why.",
        "Which is least?",
        OneOf(("training", "test"), ERRORS, "lowest"),
    ),
    Step(View("learning", {"degree": 5}), MARKUP, MARKUP, MARKUP, OneOf((MARKUP, "no"))),
    Step(View("learning", {"degree": 7}), "Seven"),
)


def opened(kept: Rooms, steps: tuple[Step, ...] = STEPS) -> tuple[Room, str]:
    return kept.open(to_json(Lesson("Mine", steps)), len(steps))


def lines(app: AppTest) -> str:
    """The colored boxes."""
    return " ".join(box.value for kind in ("warning", "info", "error") for box in app.get(kind))


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return settled(app)


def student(visit: Visit, code: str, step: int = 1) -> AppTest:
    """Somebody who has come in by the address of a step."""
    return named(settled(visit(LEARNING.script, lesson=f"{PREFIX}{code}", step=str(step))))


def named(app: AppTest, voter: str = "a" * 32) -> AppTest:
    """The app after its browser has said what it calls itself."""
    if HERE in app.session_state:
        app.session_state[HERE].known(voter, "")
    return app


def lecturer(visit: Visit, code: str, key: str) -> AppTest:
    app = visit(LESSON.script)
    app.text_input(key="again_letters").set_value(code)
    app.text_input(key="again_key").set_value(key)
    press(app, "Lead it")
    app.switch_page(LEARNING.script)
    return settled(app)


def at(app: AppTest) -> str:
    found = app.query_params.get(STEP, "")
    return found[-1] if isinstance(found, list) else found


def test_a_student_votes_changes_the_vote_and_nothing_is_uncovered(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = student(visit, room.code)
    assert not charts(app)
    words = html_of(app)
    assert "Which is least?" in words
    assert "Say why." not in words, "the lecturer's note"
    assert not {"Reset", "Show it without a guess", "Guess first: a lesson of 50 minutes on this page"} & {
        one.label for one in app.button
    }
    assert not app.expander, "a following screen ends after the votes"
    press(app, "training")
    press(app, "test")
    assert "Your vote is counted" in html_of(app)
    assert [one.answer for one in kept.look(room.code)[1]] == ["1"]
    kept.ask_again(room.code, key, 0)
    settle_news(app)
    assert "Second round" in html_of(app)
    press(app, "training")
    kept.uncover(room.code, key, 0)
    settle_news(app)
    words = html_of(app)
    assert "Your guess: <b>training</b>" in words
    assert "first <b>0 of 1</b> right, after talking <b>1 of 1</b> right" in words
    assert charts(app)


def test_the_truth_is_marked_also_for_who_has_not_guessed(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    lecturing, silent = lecturer(visit, room.code, key), named(visit(LESSON.script, room=room.code), "b" * 32)
    kept.vote(room.code, 0, 1, "a" * 32, "0")
    press(lecturing, "Show the figure")
    settle_news(silent)
    for app in (lecturing, silent):
        assert "Your guess" not in html_of(app)
        words = [note["text"] for chart in charts(app) for note in figure_of(chart)["layout"]["annotations"]]
        assert sum(word.startswith("<b>truth") for word in words) == 1
        assert not any("your guess" in word for word in words)


def test_the_votes_tell_where_the_truth_lies_and_the_lecturer_has_them_above_the_figure(
    visit: Visit, kept: Rooms
) -> None:
    room, key = opened(kept)
    lecturing, seat = lecturer(visit, room.code, key), named(visit(LESSON.script, room=room.code))
    kept.vote(room.code, 0, 1, "b" * 32, "1")
    for app in (lecturing, seat):
        assert votes_of(settle_news(app)).get("truth") is None, "not before it is uncovered"
    press(lecturing, "Show the figure")
    for app, strip in ((lecturing, True), (settle_news(seat), False)):
        told = votes_of(app)
        assert told["truth"] == {"labels": ["training"], "line": []}
        assert (told["tally"]["counts"], told["strip"]) == ([[0, 1]], strip)
    (above,) = [block for block in blocks(lecturing, "flex_container") if block.proto.id.endswith("verdict")]
    assert "bidi_component" in {node.type for node in above}


def votes_of(app: AppTest) -> dict[str, Any]:
    """What the part that draws the votes is told."""
    (found,) = [part.proto for part in app.get("bidi_component") if part.proto.component_name == "room_votes"]
    return dict(json.loads(found.json))


def settle_news(app: AppTest) -> AppTest:
    """The app after its screen has heard of a change."""
    attending.WATCH._watched.clear()
    return settled(app)


def test_who_leaves_and_comes_back_has_one_vote(visit: Visit, kept: Rooms) -> None:
    """No vote is given before the browser has said who votes: it would be a second one."""
    room, _ = opened(kept)
    app = student(visit, room.code)
    press(app, "training")
    first: Attending = app.session_state[HERE]
    press(app, "Leave")
    app.query_params["lesson"], app.query_params[STEP] = f"{PREFIX}{room.code}", "1"
    settled(app)
    here: Attending = app.session_state[HERE]
    assert here.entered != first.entered, "the browser is asked anew"
    press(app, "test")
    assert "has not said yet who votes" in html_of(app)
    named(app)
    press(app, "test")
    assert [one.answer for one in kept.look(room.code)[1]] == ["1"]


def test_of_two_tabs_of_a_student_both_say_the_vote_that_counts(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "WATCH", Watch(lambda: kept, every=60))
    room, key = opened(kept)
    one, two = (Attending(room.code, attending.WATCH.see(room.code), voter="a" * 32) for _ in range(2))
    for tab, answer in ((one, "0"), (two, "1")):
        tab.vote(answer, 0, 1)
        assert tab.answer(0, 1) == answer, "at once, before the votes are read again"
    for tab in (one, two):
        attending.WATCH.put(*kept.look(room.code))
        tab.look()
        assert tab.answer(0, 1) == "1"
    one.vote("0", 0, 1)
    assert one.answer(0, 1) == "0", "the votes seen are older than the last one of this tab"
    kept.uncover(room.code, key, 0)
    attending.WATCH.put(*kept.look(room.code))
    for tab in (one, two):
        tab.look()
        assert tab.answers() == "0"


LOWEST = Reading("test", "lowest at", over="degree")
FIELDS = [
    pytest.param(Number(ERRORS[1], 0, 1e5), "number_input", ("42", 42.0), ("7", 7.0), id="number"),
    pytest.param(Point(LOWEST), "select_slider", ("6", 6), ("4", 4), id="point"),
    pytest.param(Curve("test", over="degree"), "text_input", ("0 0.5; 6 0.1",) * 2, ("0 0.5; 6 0.3",) * 2, id="curve"),
]


@pytest.mark.parametrize(("guess", "field", "first", "second"), FIELDS)
def test_after_a_reload_a_vote_stands_in_its_field(
    visit: Visit, kept: Rooms, guess: Guess, field: str, first: tuple[str, object], second: tuple[str, object]
) -> None:
    """The browser says who votes after the field was drawn empty, and what is typed afterwards stays."""
    room, _ = opened(kept, (Step(View("learning", {"degree": 3}), "One", "", "Q?", guess),))
    kept.vote(room.code, 0, 1, "a" * 32, first[0])
    app = student(visit, room.code)
    assert app.get(field)[0].value != first[1]
    settled(app)
    assert app.get(field)[0].value == first[1]
    assert "Your vote is counted" in html_of(app)
    app.get(field)[0].set_value(second[1])
    if field != "number_input":
        # A form sends its field with its button alone.
        settled(settled(app))
        assert app.get(field)[0].value == second[1]
    press(app, "Guess")
    assert [one.answer for one in kept.look(room.code)[1]] == [second[0]]
    assert app.get(field)[0].value == second[1]


def test_a_screen_follows_to_the_step_of_the_room(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = student(visit, room.code)
    assert "1 of 3" in html_of(app)
    kept.step(room.code, key, 2)
    settle_news(app)
    assert "3 of 3" in html_of(app)
    assert "Degree <b>7</b>" in html_of(app)
    assert charts(app)


def test_what_the_lecturer_moves_changes_no_axes_and_no_truth_of_a_class(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept, (Step(View("learning", {"noise": 0.25}), "One", "", "Where?", Point(LOWEST)),))
    app = lecturer(visit, room.code, key)
    axes = kept.look(room.code)[0].axes
    assert axes
    app.slider(key="learning_noise").set_value(0.6)
    settled(app)
    assert "The figure has changed since the question" in html_of(app)
    assert kept.look(room.code)[0].axes == axes, "students vote on the question's own axes"
    press(app, "Show the figure")
    assert "The figure has changed since the question" in html_of(app)
    assert votes_of(app)["truth"] is None, "it is not that of the figure in sight"
    press(app, "Show it as it was asked")
    assert "The figure has changed" not in html_of(app)
    assert votes_of(app)["truth"]["labels"]


def test_a_presenter_among_the_students_changes_nobody_elses_figure(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    kept.step(room.code, key, 2)
    seat = visit(LESSON.script, room=room.code)
    desk = height(seat)
    SCREENS.clear()
    seat.session_state[PRESENT] = True
    assert height(settled(seat)) == desk


def height(app: AppTest) -> float:
    return float(json.loads(charts(app)[0].proto.spec)["layout"]["height"])


def test_a_student_s_address_keeps_nothing_of_the_step(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = visit(LESSON.script, room=room.code)
    kept.step(room.code, key, 2)
    settle_news(app)
    assert "3 of 3" in html_of(app)
    assert set(app.query_params) == {"room"}


def test_markup_in_a_lesson_is_shown_as_text(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    kept.step(room.code, key, 1)
    app = student(visit, room.code)
    assert "<img src=x" not in html_of(app)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html_of(app)
    assert any("\\[a\\]" in button.label for button in app.button)


@pytest.mark.parametrize("name", ["room-ZZZZ", "room-<b>x", "room-" + "A" * 5000])
def test_a_room_that_is_not_there_is_told(visit: Visit, kept: Rooms, name: str) -> None:
    app = visit(LEARNING.script, lesson=name, step="1")
    assert "room" in lines(app).lower()
    assert charts(app), "the page is shown as it is"


def test_letters_that_were_copied_with_spaces_open_the_room(visit: Visit, kept: Rooms) -> None:
    room, _ = opened(kept)
    app = visit(HOME.script)
    field = app.text_input(key="door_letters")
    pasted = f" {' '.join(room.code.lower())} "
    assert len(pasted) <= field.proto.max_chars
    field.set_value(pasted)
    press(app, "Join")
    assert app.session_state[HERE].code == room.code


def test_letters_tried_at_random_are_held_up(visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "asker", lambda: ("hall", "one and the same"))
    room, _ = opened(kept)
    app = visit(HOME.script)
    for _ in range(10):
        app.text_input(key="door_letters").set_value("ZZZZ")
        press(app, "Join")
    assert "There is no room ZZZZ" in lines(app)
    app.text_input(key="door_letters").set_value(room.code)
    press(app, "Join")
    assert "too many letters were tried" in lines(app).lower()
    assert HERE not in app.session_state


def test_a_wrong_key_leads_nothing(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = visit(LESSON.script)
    app.text_input(key="again_letters").set_value(room.code)
    app.text_input(key="again_key").set_value(f"{key}x")
    press(app, "Lead it")
    assert "not the key" in lines(app)
    assert kept.read(room.code) == room


def test_who_kept_the_key_leads_again_and_a_student_never(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = lecturer(visit, room.code, key)
    labels = {button.label for button in app.button}
    assert {"Show the votes", "Ask again", "Show the figure", "End the room"} <= labels
    assert not any(button.label == "training" for button in app.button), "the lecturer has no vote"
    press(app, "Ask again")
    assert kept.read(room.code).round == 2
    press(app, "Show the votes")
    assert kept.read(room.code).shown
    press(app, "Next")
    assert kept.read(room.code).uncovered
    assert "Nobody voted." in html_of(app)
    assert "The figure: <b>training</b>." in html_of(app), "who leads has no guess, and a class without votes a truth"
    press(app, "Next")
    assert kept.read(room.code).step == 1
    press(app, "End the room")
    assert kept.read(room.code).ended(kept.now())
    here: Attending = student(visit, opened(kept)[0].code).session_state[HERE]
    for lead in (here.uncover, here.ask_again, here.end, lambda: here.step(1), lambda: here.show(shown=True)):
        lead()
    assert kept.read(here.code).version == 1


def test_the_lecturer_goes_on_without_the_database_and_the_room_catches_up(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, key = opened(kept)
    app, other = lecturer(visit, room.code, key), student(visit, room.code)

    def gone(*_: object, **__: object) -> object:
        raise RoomsUnreachableError("the database of the rooms does not answer")

    for name in ("look", "read", "step", "uncover", "vote", "answer_of", "place"):
        monkeypatch.setattr(kept, name, gone)
    press(other, "test")
    assert "Your vote was not counted: the room does not answer" in html_of(other)
    press(app, "Next")
    assert charts(app), "the figure is uncovered on this screen"
    press(app, "Next")
    assert at(app) == "2"
    assert "You go on here" in lines(app)
    monkeypatch.undo()
    monkeypatch.setenv("EXPLORER_ROOMS", str(kept._reading.url))
    settle_news(app)
    assert kept.read(room.code).step == 1
    assert "You go on here" not in lines(app)
    settle_news(other)
    assert "2 of 3" in html_of(other)


def test_a_vote_after_the_end_is_refused_and_the_page_stays(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = student(visit, room.code)
    kept.end(room.code, key)
    here: Attending = app.session_state[HERE]
    here.vote("0", 0, 1)
    assert here.refusal(0, 1) == "Your vote was not counted: the room has ended."
    settle_news(app)
    assert f"The room {room.code} has ended." in html_of(app)
    assert charts(app)
    press(app, "Leave")
    assert HERE not in app.session_state
    assert "has ended" in lines(student(visit, room.code))


def test_a_room_that_has_ended_asks_nobody(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = lecturer(visit, room.code, key)
    press(app, "End the room")
    labels = {button.label for button in app.button}
    assert not {"Show the votes", "Ask again"} & labels
    assert "Vote first" not in html_of(app)
    assert "The room has ended" in html_of(app)


def test_a_room_that_ends_on_a_covered_step_keeps_its_votes_for_the_lecturer(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    app = lecturer(visit, room.code, key)
    kept.vote(room.code, 0, 1, "b" * 32, "1")
    press(settle_news(app), "End the room")
    assert votes_of(app)["tally"]["counts"] == [[0, 1]]
    press(app, "Show the figure")
    assert charts(app)
    told = votes_of(app)
    assert (told["tally"]["counts"], told["truth"]["labels"]) == ([[0, 1]], ["training"])


def test_the_lecturer_of_an_ended_room_comes_back_to_its_votes(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a reload a new session knows no key: the tab that has kept it is asked, although the room has ended."""
    room, key = opened(kept)
    kept.vote(room.code, 0, 1, "a", "0")
    kept.end(room.code, key)
    asked: list[str] = []
    monkeypatch.setattr(following, "before", asked.append)
    late = student(visit, room.code)
    assert asked[-1] == room.code
    assert "has ended" in lines(late)
    monkeypatch.setattr(following, "before", lambda code: again(code, key))
    app = settled(student(visit, room.code))
    assert app.session_state[HERE].leads
    assert f"Room {room.code} (ended)" in popover_labels(app)
    assert "Votes (CSV)" in {button.proto.label for button in app.get("download_button")}


def test_the_lecturer_of_an_ended_room_goes_on_alone_after_a_reload(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room stays at the step at which it ended; who led it is at another by then."""
    room, key = opened(kept)
    kept.end(room.code, key)
    monkeypatch.setattr(following, "before", lambda code: again(code, key))
    app = settled(student(visit, room.code, step=2))
    assert app.session_state[HERE].leads
    assert not charts(app)
    press(app, "Show the figure")
    assert charts(app)
    press(app, "Next")
    assert at(app) == "3"


def test_a_tab_that_looked_around_comes_back_to_its_room(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, key = opened(kept)
    monkeypatch.setattr(following, "before", lambda _: has_left() or again(room.code, ""))
    app = settled(visit(LEARNING.script))
    assert f"Room {room.code}: you look around." in html_of(app)
    assert charts(app), "the page stays"
    press(app, "Leave")
    assert app.session_state[LEFT], "the tab is told, so that a reload does not lead back"
    attending.WATCH.put(kept.end(room.code, key))
    app = settled(visit(LEARNING.script))
    assert f"The room {room.code} has ended." in html_of(app), "so it does as long as the visitor stays"
    assert charts(app), "the page is the visitor's own again"
    assert not lines(app), "nobody has asked for the room"
    press(app, "Leave")
    assert HERE not in app.session_state
    assert app.session_state[LEFT]


def test_a_vote_that_answers_nothing_or_comes_late_is_refused(visit: Visit, kept: Rooms) -> None:
    room, key = opened(kept)
    here: Attending = student(visit, room.code).session_state[HERE]
    for odd in ("9", "<b>", "", "x" * 5000):
        here.vote(odd, 0, 1)
        assert here.refusal(0, 1).startswith("Your vote was not counted")
    kept.uncover(room.code, key, 0)
    here.vote("0", 0, 1)
    assert here.refusal(0, 1) == "Your vote was not counted: the question is closed."
    assert kept.look(room.code)[1] == ()


def test_a_vote_counts_for_the_question_that_its_button_stood_under(visit: Visit, kept: Rooms) -> None:
    """The screen shows the first round while the room, and what the session knows of it, are in the second."""
    room, key = opened(kept)
    app = student(visit, room.code)
    here: Attending = app.session_state[HERE]
    attending.WATCH.put(kept.ask_again(room.code, key, 0))
    here.look()
    press(app, "training")
    assert kept.look(room.code)[1] == ()
    assert here.refusal(0, 1) == "Your vote was not counted: the class has moved on."
    settle_news(app)
    assert "Your vote was not counted" not in html_of(app), "the next round begins without it"
    press(app, "training")
    assert [one.round for one in kept.look(room.code)[1]] == [2]
    attending.WATCH.put(kept.step(room.code, key, 1))
    here.look()
    here.vote("0", 0, 2)
    assert "moved on" in here.refusal(0, 2)
    assert not here.refusal(1, 1)


def test_who_uncovers_sees_the_last_vote_too(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attending, "WATCH", Watch(lambda: kept, every=60))
    room, key = opened(kept)
    here = Attending(room.code, attending.WATCH.see(room.code), key)
    kept.vote(room.code, 0, 1, "a", "0")
    here.uncover()
    assert [one.answer for one in here.seen.ballots] == ["0"]
    assert [one.answer for one in attending.WATCH.see(room.code).ballots] == ["0"]


def test_a_room_catches_up_with_votes_in_sight_and_with_its_end(kept: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    room, key = opened(kept)
    here = Attending(room.code, attending.WATCH.see(room.code), key)

    def gone(*_: object, **__: object) -> object:
        raise RoomsUnreachableError("the database of the rooms does not answer")

    with monkeypatch.context() as away:
        for name in ("show", "end"):
            away.setattr(kept, name, gone)
        here.show(shown=True)
    here.look()
    assert kept.read(room.code).shown
    with monkeypatch.context() as away:
        away.setattr(kept, "end", gone)
        here.end()
    here.look()
    assert kept.read(room.code).ended(kept.now())
    assert here.pending is None


def test_a_room_is_opened_from_a_played_lesson(visit: Visit, kept: Rooms) -> None:
    app = visit(LEARNING.script, lesson="learning", step="2")
    press(app, "Open a room")
    here: Attending = app.session_state[HERE]
    assert here.leads
    assert kept.read(here.code).step == 1
    assert at(app) == "2"
    # A link to another page leads out of the lesson.
    app.query_params.clear()
    app.switch_page(HOME.script)
    settled(app)
    app.switch_page(LEARNING.script)
    settled(app)
    assert f"Room {here.code}: you look around." in html_of(app)
    press(app, "Back to the room")
    assert "Step 2 of" in " ".join(popover_labels(app))


def popover_labels(app: AppTest) -> list[str]:
    from tests.pages.lesson.test_play import popovers

    return sorted(popovers(app))


def test_a_database_that_cannot_be_reached_is_told_at_the_door(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> object:
        raise RoomsUnreachableError("the database of the rooms does not answer")

    monkeypatch.setattr(kept, "look", gone)
    monkeypatch.setattr(kept, "open", gone)
    app = visit(LEARNING.script, lesson="room-ABCD", step="1")
    assert "does not answer" in lines(app)
    app = visit(LEARNING.script, lesson="learning", step="1")
    press(app, "Open a room")
    assert "does not answer" in lines(app)


def test_who_asks_is_the_last_hop_that_is_no_visitor_s_own_word() -> None:
    assert asked_by("10.0.0.1", "6.6.6.6, 7.7.7.7") == asked_by("10.0.0.1", "5.5.5.5, 7.7.7.7")
    assert asked_by("10.0.0.1", None) == "10.0.0.1"
    assert asked_by(None, "7.7.7.7") == "7.7.7.7"
    assert asked_by("8.8.8.8", "7.7.7.7") == "8.8.8.8", "a visitor from outside speaks for nobody else"
    assert asked_by("nobody", "7.7.7.7") == "nobody"


def test_the_square_is_drawn_dark_on_light() -> None:
    drawn = square("http://explorer.example/lesson?room=ABCD")
    assert drawn.startswith("<svg")
    assert 'fill="#fff"' in drawn


def test_a_wrong_address_is_one_try_however_often_its_page_runs(
    visit: Visit, kept: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entering, "asker", lambda: ("hall", "one and the same"))
    app = visit(LEARNING.script, lesson="room-ZZZZ", step="1")
    for degree in range(3, 6):
        app.slider(key="learning_degree").set_value(degree)
        settled(app)
    assert "There is no room ZZZZ" in lines(app)
    assert len(entering.GUARD._all) == 1
    room, key = opened(kept)
    kept.end(room.code, key)
    assert "has ended" in lines(student(visit, room.code))
    assert len(entering.GUARD._all) == 1, "who comes late has tried no letters"
