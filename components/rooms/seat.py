"""What a student who follows a room sees: its present step, to the sentence and the votes. The page stays the same."""

from functools import partial

import streamlit as st

from components.course import Topic, topics_by_key
from components.frame import LISTENERS, UNCOVERED, look
from components.hands import HANDS
from components.lessons.guess_storage import mirror
from components.lessons.guessing import compared, place_of
from components.lessons.marks import marked
from components.lessons.playing import Playing
from components.missing import missing_files_explained
from components.rooms.asking import room_cover, votes_with_truth
from components.rooms.attending import Attending
from components.rooms.bar import student_line
from components.rooms.follower import follower, who
from components.rooms.shelf import Shelf
from components.screens import Screen, recorded
from components.sight import bring_marks_into_sight
from components.theme import Look, untitled
from components.turns import TURNS
from core.lessons import Guess, View

SCREENS: Shelf[Screen] = Shelf()
"""The screens of this process."""

GUESSED: Shelf[dict[str, str]] = Shelf(many=256)
"""Figures of them with the truth and a guess, which many have made alike."""


@st.fragment
def seat(here: Attending) -> None:
    """The step of the room. News of the room run this part alone."""
    here.look()
    if here.ended or not here.follows:
        st.rerun(scope="app")
    with st.container(key="room_parts"):
        follower(here)
        who(here)
    with TURNS.turn(), HANDS.counted(), missing_files_explained():
        _step(here)
    mirror()


def screen_of(view: View, *, dark: bool) -> Screen:
    """What a page shows at a view; it is drawn where it is asked for first."""
    name = (view.page, repr(sorted(view.values.items())), dark)
    return SCREENS.get(name, partial(recorded, topics_by_key()[view.page], view.values))


def _step(here: Attending) -> None:
    place, seen = here.room.step, look()
    step = here.lesson.steps[place]
    answer = (here.answers() or UNCOVERED) if here.room.uncovered else ""
    play = Playing(here.name, here.lesson, place, answer, here, here.room.round)
    topic = topics_by_key()[step.view.page]
    with st.container(key="resting_views"):
        screen = screen_of(step.view, dark=seen.dark)
    screen.show("page_top")
    st.html(LISTENERS, unsafe_allow_javascript=True)
    with st.container(key="played", horizontal=True, vertical_alignment="center"):
        student_line(play)
    specs = _specs(topic, play, screen, seen)
    with st.container(key="seat_asked"):
        if play.covered(topic):
            room_cover(topic.key, play, lambda: screen.series, seen)
        elif play.step.guess is not None:
            where = place_of(specs, list(screen.plotted))
            compared(play, play.guessed(topic), lambda: screen.series, where=where)
    if not play.covered(topic):
        _uncovered(topic, play, screen, specs)


def _specs(topic: Topic, play: Playing, screen: Screen, seen: Look) -> dict[str, str]:
    """The figures in which the truth stands and the visitor's guess, by name; none before they are uncovered."""
    guess, answer = play.step.guess, play.guessed(topic)
    if guess is None or play.covered(topic):
        return {}
    name = (topic.key, repr(play.step), answer, seen.dark)
    return GUESSED.get(name, partial(_with_guess, screen, guess, answer, seen))


def _uncovered(topic: Topic, play: Playing, screen: Screen, specs: dict[str, str]) -> None:
    """The figure with its sentence, the truth and the visitor's guess, and the votes where they are shown."""
    screen.show("stage", specs)
    screen.show("open_panel", specs)
    if screen.controls:
        st.caption("What is moved here moves under “Look around”.")
    votes_with_truth(topic.key, play, lambda: screen.series)
    if specs:
        bring_marks_into_sight(f"{play.name} {play.place} {play.answer}")


def _with_guess(screen: Screen, guess: Guess, answer: str | None, seen: Look) -> dict[str, str]:
    """The figures in which the truth stands and a guess, if there is one, as plotly's JSON by name."""
    drawn = {name: marked(fig, guess, answer, seen, screen.on_phones[name]) for name, fig in screen.plotted.items()}
    return {name: untitled(fig, seen)[1].to_json() for name, fig in drawn.items() if fig is not screen.plotted[name]}
