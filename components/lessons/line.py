"""The line of a played lesson: where one is in it, the step before and after, all steps, the note, and the way out."""

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from html import escape

import streamlit as st

from components.frame import presenting
from components.lessons.own import mirror
from components.lessons.playing import GIVEN, OWN, Playing, asked_for, leave
from components.lessons.second_window import ADDRESS, tell
from components.markdown import literally
from components.remote import listen
from components.rooms.bar import room_menu

SHORT = 44
"""Letters of a step's title that stand in the line."""


def shortened(title: str) -> str:
    """A title as it stands in the line."""
    return title if len(title) <= SHORT else f"{title[: SHORT - 1].rstrip()}…"


def lesson_line(key: str, play: Playing) -> None:
    """The step's title and number between two buttons; PageUp and PageDown press them, whatever has the focus.

    As long as a question stands, its step has its number alone: titles and notes often say the answer.

    Args:
        key: of the page.
        play: the step.
    """
    if play.step.view.page != key:
        _button("Go to this step", "arrow_forward", partial(play.go, play.place), f"{key}_play_there")
    last = play.place + 1 == len(play.lesson.steps)
    done = last and (not play.step.question or bool(play.answer))
    _button("Previous", "chevron_left", play.back, f"{key}_play_back", disabled=play.place == 0)
    place = f"{play.place + 1} of {len(play.lesson.steps)}"
    name = f"Step {place}" if play.asks(play.place) else f"{literally(shortened(play.step.title))} · {place}"
    with st.popover(name, icon=":material/playlist_play:", type="tertiary", key=f"{key}_play"):
        _inside(key, play)
    _button("Next", "chevron_right", play.forward, f"{key}_play_next", disabled=done)
    room_menu(key, play)
    if not presenting():
        _button("Leave the lesson", "close", leave, f"{key}_play_leave")
    listen(f"{key}_play_remote", previous=play.back, following=play.forward)
    tell(play)


def _button(name: str, icon: str, on_click: Callable[[], None], key: str, *, disabled: bool = False) -> None:
    st.button(name, icon=f":material/{icon}:", type="tertiary", on_click=on_click, key=key, disabled=disabled)


def _inside(key: str, play: Playing) -> None:
    """The lesson's title, the question, the note, and any other step, by its question where that still stands."""
    title = escape(play.lesson.title or "Your lesson")
    note = f'<p class="note">{escape(play.step.note)}</p>' if play.step.note and not play.asks(play.place) else ""
    asked = f"<p><b>{escape(play.step.question)}</b></p>" if play.step.question else ""
    st.html(f'<div class="played"><h2>{title}</h2>{asked}{note}</div>')
    steps = play.lesson.steps
    named = [step.question if play.asks(place) else step.title for place, step in enumerate(steps)]
    # A closed popover keeps the words that the browser has; with the place and all words in its key each step has a
    # list of its own, and no list is sent an entry that it does not have.
    chooser = f"{key}_play_step_{play.place}_{sha256(repr(named).encode()).hexdigest()[:8]}"

    def chosen() -> None:
        play.go(st.session_state[chooser])

    st.selectbox(
        "Go to step",
        range(len(steps)),
        index=play.place,
        format_func=lambda place: f"{place + 1}. {named[place]}",
        on_change=chosen,
        key=chooser,
    )
    st.link_button("Notes in a second window", ADDRESS, icon=":material/open_in_new:", type="tertiary")
    if presenting():
        _button("Leave the lesson", "close", leave, f"{key}_play_leave")


def not_here(*, sharing: bool) -> None:
    """Says that the lesson of the address cannot be played, where it asks for one.

    Args:
        sharing: the page shows what this browser keeps already.
    """
    name = asked_for()
    if not name:
        return
    if name == OWN:
        st.caption("This is a step of a lesson that another browser keeps, or that has become shorter.")
        if not sharing:
            mirror()
    elif name == GIVEN:
        st.caption("This is a step of a lesson that came by a link. Open that link again to play it.")
    else:
        st.caption("The lesson of this link, or its step, is not there.")
    _button("Leave the lesson", "close", leave, "play_leave")
