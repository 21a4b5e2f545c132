"""The line of a room above a page: where the class is for a student, the room's address and its end for who leads."""

from collections.abc import Callable
from functools import lru_cache, partial
from html import escape
from urllib.parse import urlsplit

import streamlit as st

from components.lessons.playing import Playing, leave, move
from components.refusals import told
from components.rooms.attending import ROOM, Attending, present
from components.rooms.entering import forget, open_room
from core.lessons import Lesson, to_json
from core.rooms import RoomError, rooms, votes_as_csv

LOCAL = ("localhost", "127.0.0.1", "::1")
"""Names by which only this machine knows itself."""

OPENS = "_room_opens"
"""Where the session keeps the view that the next run is to open, for who leaves a seat."""

REFUSED = "_room_refused"
"""Where the session keeps why no room was opened, for the run after."""


def address_of_room(code: str) -> str:
    """What a student opens."""
    here = urlsplit(st.context.url or "")
    below = here.path.rpartition("/")[0]
    return f"{here.scheme}://{here.netloc}{below}/lesson?{ROOM}={code}"


@lru_cache(maxsize=64)
def square(address: str) -> str:
    """The address as a QR code, an SVG, dark on light in both themes."""
    import segno

    return str(segno.make(address, error="m").svg_inline(scale=6, light="#fff", border=3))


def room_menu(key: str, play: Playing) -> None:
    """What the lecturer has of the room: how to come in, how to come back, its votes, its end; or how to open one."""
    here = play.room
    if here is None or not here.leads:
        _opening(key, play)
        return
    state = " (ended)" if here.ended else " (not saved)" if here.seen.lost or here.pending else ""
    with st.popover(f"Room {here.code}{state}", icon=":material/groups:", type="tertiary", key=f"{key}_room"):
        if not here.ended and (here.pending is not None or here.seen.lost):
            st.warning("The room’s database does not answer. You go on here; other screens follow when it does.")
        if not here.ended:
            _way_in(here.code)
        with st.container(horizontal=True):
            st.download_button(
                "Votes (CSV)",
                partial(_saved, here),
                f"room-{here.code}.csv",
                "text/csv",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"{key}_room_csv",
            )
            st.download_button(
                "Keep the key",
                _key_file(here),
                f"room-{here.code}-key.txt",
                "text/plain",
                icon=":material/key:",
                type="tertiary",
                on_click="ignore",
                help="A file with which you can lead this room again, from another browser too. Show it to nobody.",
                key=f"{key}_room_key",
            )
            if not here.ended:
                _button("End the room", "stop_circle", here.end, f"{key}_room_end")


def _opening(key: str, play: Playing) -> None:
    """A button that opens a room with the lesson that is played."""
    with st.popover("Room", icon=":material/groups:", type="tertiary", key=f"{key}_room"):
        st.caption(
            "Students follow this lesson on their own screens and vote, without names. A room ends after three hours."
        )
        _button("Open a room", "add", partial(opened, play.lesson, play.place), f"{key}_room_open")
        error = st.session_state.pop(REFUSED, None)
        if error is not None:
            told(error)


def opened(lesson: Lesson, place: int) -> None:
    """Opens a room with a lesson, at a step, and leads it. A callback."""
    try:
        here = open_room(to_json(lesson), len(lesson.steps), place)
    except RoomError as error:
        st.session_state[REFUSED] = error
        return
    move(here.name, place)


def _way_in(code: str) -> None:
    """The letters, the address and its QR code."""
    address = address_of_room(code)
    st.html(f'<div class="letters">{escape(code)}</div>')
    st.image(square(address), width=220)
    st.code(address, language=None, wrap_lines=True)
    if urlsplit(address).hostname in LOCAL:
        st.caption("This address leads to this machine alone: phones cannot open it. Open the app by its name.")


def _saved(here: Attending) -> str:
    try:
        return votes_as_csv(here.lesson, rooms().ballots(here.code, here.key), here.axes)
    except RoomError as error:
        return f"{error}\n"


def _key_file(here: Attending) -> str:
    address = address_of_room(here.code).partition("?")[0]
    return f"Room {here.code}\nKey {here.key}\nLead it again at {address}, until three hours after it was opened.\n"


def student_line(play: Playing) -> None:
    """Where the class is, and the ways to look around and out."""
    here = play.room
    assert here is not None
    place = f"Room {here.code} · {play.place + 1} of {len(play.lesson.steps)}"
    st.html(f'<span class="told">{escape(place)}</span>', width="content")
    _button("Look around", "explore", partial(look_around, here), "room_around")
    _button("Leave", "close", go_out, "room_leave")


def away_line(key: str, here: Attending) -> None:
    """For who is in a room and not at its step: the way back, and the way out."""
    if here.ended:
        st.html(f'<span class="told">The room {escape(here.code)} has ended.</span>', width="content")
    else:
        st.html(f'<span class="told">Room {escape(here.code)}: you look around.</span>', width="content")
        _button("Back to the room", "arrow_forward", partial(back, here), f"{key}_room_back")
    _button("Leave", "close", go_out, f"{key}_room_leave")


def look_around(here: Attending) -> None:
    """Goes to the page of the room's step, the whole of it. A callback."""
    here.follows = False
    st.session_state[OPENS] = here.lesson.steps[here.room.step].view


def back(here: Attending) -> None:
    """Goes where the room is. A callback."""
    here.follows = here.called = True
    if here.leads:
        move(here.name, here.room.step)


def go_out() -> None:
    """Leaves the room and its lesson, for the page of the step that was in sight. A callback."""
    here = present()
    if here is not None and here.follows and not here.leads:
        look_around(here)
    forget()
    leave()


def _button(name: str, icon: str, on_click: Callable[[], None], key: str) -> None:
    st.button(name, icon=f":material/{icon}:", type="tertiary", on_click=on_click, key=key)
