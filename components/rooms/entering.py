"""How a visitor comes into a room, comes back and leaves it; tries with letters that lead nowhere are counted."""

from contextlib import suppress
from ipaddress import ip_address

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.rooms.attending import HERE, WATCH, Attending, present
from core.rooms import (
    Guard,
    NoRoomError,
    NotTheLeaderError,
    RoomEndedError,
    RoomError,
    RoomsUnreachableError,
    letters_in,
    rooms,
)

LEFT = "_room_left"
"""Where the session keeps that the visitor is in no room any more, which the tab is told."""

GUARD = Guard()
"""Who of this process's visitors tried letters that lead nowhere."""


def asker() -> tuple[str, str]:
    """From which address somebody asks, and in which session."""
    context = get_script_run_ctx()
    address = asked_by(st.context.ip_address, st.context.headers.get("X-Forwarded-For"))
    return address, context.session_id if context is not None else ""


def asked_by(neighbor: str | None, forwarded: str | None) -> str:
    """The address that asks.

    Args:
        neighbor: the other end of the connection; None is this machine.
        forwarded: for whom it says that it asks, which counts only where it is a proxy beside this server. Of several
            hops only the last is not the visitor's own word.
    """
    last = (forwarded or "").rsplit(",", 1)[-1].strip()[:60]
    return last if last and _beside(neighbor or "127.0.0.1") else str(neighbor or "")


def _beside(neighbor: str) -> bool:
    """Whether an address is of this machine or of a network without visitors from outside."""
    try:
        address = ip_address(neighbor)
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def enter(written: str, *, key: str = "", over: bool = False) -> Attending:
    """Goes into a room.

    Args:
        written: its letters.
        key: that of the room, for who leads it.
        over: also as a student into one that has ended.

    Raises:
        NoRoomError: there is none.
        RoomEndedError: it has ended, which is no letters at random.
        TooManyTriesError: too many letters were tried.
        NotTheLeaderError: another key.
        RoomsUnreachableError: the database does not answer.
    """
    code = letters_in(written)
    if code is None:
        raise NoRoomError(f"“{written[:20]}” is no room; a room has four letters")
    with GUARD.attempt(*asker()):
        here = _found(code, key, over=over)
    before = present()
    if before is not None and before.code == here.code:
        here.own, here.voter, here.key = before.own, before.voter, key or before.key
    _sit(here)
    return here


def _sit(here: Attending) -> None:
    st.session_state[HERE] = here
    st.session_state.pop(LEFT, None)


def again(code: str, key: str) -> None:
    """Comes back, after a reload, into the room that this tab was in; who did not follow it looks around. A callback.

    Of one that has ended meanwhile the page says so until the visitor leaves.

    Args:
        code, key: what the tab has kept; the key is empty for a student.
    """
    if present() is not None:
        return
    with suppress(RoomError):
        here = enter(code, key=key, over=True)
        here.called, here.follows = False, here.leads or not here.ended
        return
    st.session_state[LEFT] = True


def has_left() -> bool:
    """Whether the visitor has left a room, or found it gone."""
    return bool(st.session_state.get(LEFT))


def _found(code: str, key: str, *, over: bool) -> Attending:
    """The room of these letters, for this key or for a student; raises what `enter` does."""
    here = Attending(code, WATCH.see(code), key)
    if here.ended and not key and not over:
        raise RoomEndedError(f"the room {code} has ended")
    if key and not rooms().leads(code, key):
        raise NotTheLeaderError(f"this is not the key of the room {code}")
    _hold_lesson(here)
    return here


def _hold_lesson(here: Attending) -> None:
    """Raises NoRoomError for a room whose lesson is of another version of the course."""
    try:
        steps = len(here.lesson.steps)
    except RoomsUnreachableError:
        raise
    except ValueError as error:
        raise NoRoomError(f"the lesson of the room {here.code} cannot be read here: {error}") from error
    if not here.room.step < steps:
        raise NoRoomError(f"the lesson of the room {here.code} has no such step")


def open_room(written: str, steps: int, step: int) -> Attending:
    """Opens a room with a lesson, and leads it; raises RoomsFullError, RoomsUnreachableError."""
    room, key = rooms().open(written, steps, step=step)
    WATCH.put(room)
    here = Attending(room.code, WATCH.see(room.code), key)
    _sit(here)
    return here


def forget() -> None:
    """Leaves the room; it goes on. A callback."""
    if st.session_state.pop(HERE, None) is not None:
        st.session_state[LEFT] = True
