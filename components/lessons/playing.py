"""A lesson that is played across pages. The address says which lesson, which step, and what was guessed at it.

So Back, a reload and a shared link show the same step, covered or not. A move only says where to; the page that is open
then makes it, before it draws anything.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from components.controls import Controls
from components.course import Topic, topics_by_key
from components.elsewhere import open_at
from components.frame import ANSWER, PLAYED, UNCOVERED
from components.lessons.built_in import lesson_of, lesson_on
from components.lessons.own import own
from components.lessons.plan import LECTURES
from components.rooms.attending import Attending, present
from core.lessons import Lesson, Step, hold_answer

STEP = "step"
"""The parameter with the number of the step, from 1."""

OWN = "own"
"""The name of the visitor's own lesson; a page's is its key, a lecture's its number behind LECTURE."""

GIVEN = "given"
"""The name of the lesson of a link, which is played without becoming the visitor's own."""

SHARED = "_play_given"
"""Where the session keeps that lesson."""

LECTURE = "lecture-"

MOVE = "_play_move"
"""Where the session keeps the step that the page is to open."""

AT = "_play_at"
"""Where the session keeps the lesson and the step that were shown last."""

ANSWERS = "_play_answers"
"""Where the session keeps what was guessed, for who comes back to a step."""

UNCOVERS = "_play_uncovers"
"""Where the session keeps how often somebody has looked without a guess."""


@dataclass(frozen=True, slots=True)
class Playing:
    """The step that the address names.

    Args:
        name: of the lesson in an address.
        lesson: its steps.
        place: of the step, from 0.
        answer: what was guessed; nothing yet where it is empty. In a room it is empty until the lecturer uncovers.
        room: in which the lesson is played, if it is in one.
        round: of the room's question as it is drawn, from 1.
    """

    name: str
    lesson: Lesson
    place: int
    answer: str
    room: Attending | None = None
    round: int = 1

    @property
    def step(self) -> Step:
        """The step itself."""
        return self.lesson.steps[self.place]

    @property
    def led(self) -> bool:
        """Whether this is the seat of a student who follows a room."""
        return self.room is not None and not self.room.leads

    def covered(self, topic: Topic) -> bool:
        """Whether the figure of a page is out of sight until somebody guesses or goes on."""
        return bool(self.step.question) and self.step.view.page == topic.key and not self.answer

    def asks(self, place: int) -> bool:
        """Whether the question of a step, from 0, still stands: in this session nobody guessed or went on."""
        question = self.lesson.steps[place].question
        answer = (
            self.answer if place == self.place else st.session_state.get(ANSWERS, {}).get((self.name, place, question))
        )
        return bool(question) and not answer

    def guessed(self, topic: Topic) -> str | None:
        """What was guessed at the figure of a page; None where nothing was."""
        here = self.step.view.page == topic.key and self.step.guess is not None
        return self.answer if here and self.answer not in ("", UNCOVERED) else None

    def forward(self) -> None:
        """Uncovers what is covered, or goes to the next step; at the last one nothing. A callback.

        Who leads a room leads it along, here and in `go`.
        """
        if self.step.question and not self.answer:
            self.say(UNCOVERED)
        elif self.place + 1 < len(self.lesson.steps):
            self.go(self.place + 1)

    def back(self) -> None:
        """Goes to the step before. A callback."""
        if self.place:
            self.go(self.place - 1)

    def go(self, place: int) -> None:
        """Goes to a step, from 0. A callback."""
        if self.room is not None:
            self.room.step(place)
        move(self.name, place)

    def say(self, answer: str) -> None:
        """Takes a guess, which uncovers the figure; a student's in a room is a vote and does not. A callback."""
        if self.room is not None and self.led:
            self.room.vote(answer, self.place, self.round)
            return
        if self.room is not None:
            self.room.uncover()
        self.keep(answer)
        _write({ANSWER: answer})

    def keep(self, answer: str) -> None:
        """Remembers a guess for who comes back to the step."""
        keep_answer(*self._asked, answer)

    def address(self) -> dict[str, str]:
        """The parameters of the address that name this step, with what was guessed at it in this session."""
        answer = st.session_state.get(ANSWERS, {}).get(self._asked)
        beside = {} if answer is None else {ANSWER: answer}
        return {PLAYED: self.name, STEP: str(self.place + 1), **beside}

    @property
    def _asked(self) -> tuple[str, int, str | None]:
        return self.name, self.place, self.step.question


def keep_answer(name: str, place: int, question: str | None, answer: str) -> None:
    """Remembers what was guessed at a step of a lesson."""
    answers = st.session_state.setdefault(ANSWERS, {})
    if answer == UNCOVERED and answers.get((name, place, question)) != UNCOVERED:
        st.session_state[UNCOVERS] = st.session_state.get(UNCOVERS, 0) + 1
    answers[name, place, question] = answer


def lesson_named(name: str) -> Lesson | None:
    """The lesson of a name in an address; None where there is none, or not yet."""
    if name == OWN:
        return own()
    if name == GIVEN:
        shared: Lesson | None = st.session_state.get(SHARED)
        return shared
    here = present()
    if here is not None and name == here.name:
        return here.lesson
    number = name.removeprefix(LECTURE)
    if name.startswith(LECTURE) and number.isascii() and number.isdigit() and 0 < int(number[:3]) <= len(LECTURES):
        return lesson_of(LECTURES[int(number[:3]) - 1])
    topic = topics_by_key().get(name)
    return lesson_on(topic) if topic is not None else None


def step_of(name: str, place: int, page: str, question: str) -> tuple[str, int] | None:
    """Where a question can be asked again: the lesson's name and the step, from 0; None where it is in none.

    Args:
        name, place: where it was asked. That lesson may have gone: a room's with the room, one of a link with the tab.
        page: of the figure, whose own lesson may ask it too.
        question: the question.
    """
    lesson = lesson_named(name)
    if lesson is not None and place < len(lesson.steps) and lesson.steps[place].question == question:
        return name, place
    built_in = lesson_named(page)
    steps = built_in.steps if built_in is not None else ()
    return next(((page, at) for at, step in enumerate(steps) if step.question == question), None)


def playing() -> Playing | None:
    """The step that the address names; None where no lesson is played, or there is no such step."""
    name, number = st.query_params.get(PLAYED, ""), st.query_params.get(STEP, "")
    lesson = lesson_named(name) if name else None
    if lesson is None or not number.isascii() or not number.isdigit():
        return None
    place = int(number[:4]) - 1
    if not 0 <= place < len(lesson.steps):
        return None
    here = present()
    if here is not None and name == here.name:
        return _in_room(here, lesson, place)
    play = Playing(name, lesson, place, _answer(lesson.steps[place], st.query_params.get(ANSWER, "")))
    if play.answer:
        play.keep(play.answer)
    return play


def _in_room(here: Attending, lesson: Lesson, place: int) -> Playing | None:
    """The step of a room's lesson for who leads it; None for a student, who has a seat or looks around."""
    if not here.leads:
        return None
    answer = UNCOVERED if here.room.uncovered and place == here.room.step else ""
    if here.ended and not answer:
        # An ended room stays at its last step; who led it goes on alone.
        answer = _answer(lesson.steps[place], st.query_params.get(ANSWER, ""))
    return Playing(here.name, lesson, place, answer, here, here.room.round)


def _answer(step: Step, written: str) -> str:
    """What the address says was guessed; nothing where it is no answer to the step's question."""
    if written in ("", UNCOVERED):
        return written
    try:
        if step.guess is None:
            return ""
        hold_answer(step.guess, written)
    except ValueError:
        return ""
    return written


def asked_for() -> str:
    """The name of a lesson that the address asks for and that cannot be played here; empty where none is missing."""
    return st.query_params.get(PLAYED, "") if playing() is None else ""


def move(name: str, place: int) -> None:
    """Asks for a step of a lesson. A callback, or before `follow`."""
    st.session_state[MOVE] = (name, place)


def follow(
    topic: Topic | None = None, controls: Controls | None = None, seek: Callable[[], None] | None = None
) -> None:
    """Makes the move that was asked for, if any.

    Args:
        topic: of the page that is open; None where it has no view of its own.
        controls: of the page, at its start.
        seek: brings the page's top into sight.
    """
    sought = _sought()
    st.session_state.pop(MOVE, None)
    if sought is None:
        return
    view = sought.step.view
    if topic is not None and controls is not None and view.page == topic.key:
        _write({ANSWER: None, **sought.address()}, told=False)
        controls.story(view.values)
        if seek is not None:
            seek()
        return
    open_at(topics_by_key()[view.page], view.values, "top", beside=sought.address())


def show_named(topic: Topic, controls: Controls, play: Playing | None) -> None:
    """Shows the view of a step that the address names without any parameter of the page, where one comes to it.

    Args:
        topic: of the page that is open.
        controls: of the page, at its start.
        play: the step.
    """
    context, before = get_script_run_ctx(), st.session_state.get(AT)
    at = (play.name, play.place) if play is not None else None
    st.session_state[AT] = at
    comes = at != before or (context is not None and context.is_history_navigation)
    if play is None or not comes or play.step.view.page != topic.key or not play.step.view.values:
        return
    if not any(controls.key(name) in st.query_params for name in controls.defaults):
        controls.story(play.step.view.values)


def follow_elsewhere(page: str) -> None:
    """Makes the move that was asked for at once, where it leads to another page: nothing of this one is drawn before.

    Args:
        page: the key of the page that is about to be drawn.
    """
    sought = _sought()
    if sought is not None and sought.step.view.page != page:
        follow()


def _sought() -> Playing | None:
    """The step that a move asks for, not guessed yet; None where no move was asked for, or there is no such step."""
    if MOVE not in st.session_state:
        return None
    name, place = st.session_state[MOVE]
    lesson = lesson_named(name)
    return Playing(name, lesson, place, "") if lesson and 0 <= place < len(lesson.steps) else None


def leave() -> None:
    """Leaves the lesson; the page stays as it is. A callback."""
    _write(dict.fromkeys((PLAYED, STEP, ANSWER)))


def _write(changes: Mapping[str, str | None], *, told: bool = True) -> None:
    """Puts parameters into the address, or takes those out that are None.

    Args:
        told: the browser hears of it at once. Each message is a step of Back, so a move that also sets the page's own
            parameters leaves it to them.
    """
    with get_session_state().query_params() as address:
        for name, value in changes.items():
            if value is None:
                address.discard_param_no_forward_msg(name)
            else:
                address.set_with_no_forward_msg(name, value)
        if told:
            address._send_query_param_msg()


def play_given(lesson: Lesson) -> None:
    """Goes to the first step of the lesson of a link. A callback."""
    st.session_state[SHARED] = lesson
    move(GIVEN, 0)


def begin(name: str) -> Callable[[], None]:
    """A callback that goes to the first step of a lesson."""
    return partial(move, name, 0)
