"""What each run of each page does for a visitor in a room, before the page draws anything."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.frame import PLAYED
from components.lessons.playing import MOVE, STEP, follow_elsewhere, move
from components.refusals import told
from components.rooms.attending import PREFIX, Attending, enter, present
from components.rooms.follower import follower, who
from core.rooms import NoRoomError, RoomEndedError, RoomError

ROOM = "room"
"""The parameter of the address by which a student comes in."""

REFUSED = "_room_not_there"
"""Where the session keeps the last letters of an address that led nowhere, and why."""


def attend(page: str) -> None:
    """Brings the visitor into the room that the address names, and the page to where the room is.

    Args:
        page: the key of the page that is about to be drawn.
    """
    # Its place stays when a visitor comes and goes: what stands below keeps its own.
    place = st.empty()
    refused = _come_in()
    here = present()
    if here is not None:
        here.look()
        _keep_together(here)
    # Before anything that a browser answers: an answer that comes after the next page has begun would name this one,
    # and Streamlit would clear the screen for it.
    follow_elsewhere(page)
    if here is not None:
        with place.container(key="room_parts"):
            follower(here)
            who(here)
    elif refused is not None:
        with place:
            told(refused)


def _come_in() -> RoomError | None:
    """Enters the room of the address, if this session is in another or in none; returns why it could not."""
    asked, played, here = st.query_params.get(ROOM, ""), st.query_params.get(PLAYED, ""), present()
    written = asked or (played.removeprefix(PREFIX) if played.startswith(PREFIX) else "")
    if not written or (here is not None and here.code == written.upper() and not asked):
        return None
    # Each run of a page with the same wrong letters is one try.
    before = st.session_state.get(REFUSED)
    if before is not None and before[0] == written:
        return RoomError(before[1])
    try:
        here = enter(written)
    except RoomError as error:
        if isinstance(error, NoRoomError | RoomEndedError):
            st.session_state[REFUSED] = written, str(error)
        return error
    move(here.name, here.room.step)
    return None


def _keep_together(here: Attending) -> None:
    """Brings room and page to the same step: the lecturer's Back leads the room, otherwise the room leads the page."""
    if MOVE in st.session_state:
        return
    if st.query_params.get(PLAYED, "") != here.name:
        # Who has clicked a link to another page looks around.
        here.follows = False
        return
    number = st.query_params.get(STEP, "")
    place = int(number[:4]) - 1 if number.isascii() and number.isdigit() else -1
    if place == here.room.step or here.ended:
        return
    context = get_script_run_ctx()
    if here.leads and context is not None and context.is_history_navigation:
        here.step(place)
    elif here.follows or here.leads:
        move(here.name, here.room.step)
