"""What each run of each page does for a visitor in a room, before the page draws anything."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.course import pages, topics_by_key
from components.elsewhere import open_at
from components.frame import PLAYED
from components.lessons.playing import MOVE, STEP, follow_elsewhere, move
from components.refusals import told
from components.rooms.attending import PREFIX, ROOM, Attending, present
from components.rooms.bar import OPENS
from components.rooms.entering import enter
from components.rooms.follower import before, follower, who
from components.rooms.seat import seat
from core.lessons import View
from core.rooms import NoRoomError, RoomEndedError, RoomError

DOOR = "lesson"
"""The key of the page at whose address students have their seats."""

REFUSED = "_room_not_there"
"""Where the session keeps the last letters of an address that led nowhere, and why."""


def attend(page: str) -> bool:
    """Brings the visitor into the room that the address names, and who leads it to the page where the room is.

    Args:
        page: the key of the page that is about to be drawn.

    Returns:
        Whether the visitor follows the room from a seat, which stands in the place of the page.
    """
    # Its place stays when a visitor comes and goes: what stands below keeps its own.
    place = st.empty()
    if OPENS in st.session_state:
        _open(st.session_state.pop(OPENS))
    refused = _come_in()
    here = present()
    if here is not None:
        here.look()
        if here.leads:
            _keep_together(here)
        elif _sits(here, page):
            seat(here)
            return True
    # Before anything that a browser answers: an answer that comes after the next page has begun would name this one,
    # and Streamlit would clear the screen for it.
    follow_elsewhere(page)
    if here is not None:
        with place.container(key="room_parts"):
            follower(here)
            st.fragment(who)(here)
        return False
    with place.container(key="room_parts" if refused is None else None):
        if refused is not None:
            told(refused)
        before(_asked() if isinstance(refused, RoomEndedError) else "")
    return False


def _open(view: View) -> None:
    """Opens the page of a view, without any room in the address."""
    open_at(topics_by_key()[view.page], view.values, "top")


def _come_in() -> RoomError | None:
    """Enters the room of the address, if this session is in another or in none; returns why it could not."""
    written, here = _asked(), present()
    if not written or (here is not None and here.code == written.upper()):
        return None
    # Each run of a page with the same wrong letters is one try.
    last = st.session_state.get(REFUSED)
    if last is not None and last[0] == written:
        error: RoomError = last[1]
        return error
    try:
        enter(written)
    except RoomError as error:
        if isinstance(error, NoRoomError | RoomEndedError):
            st.session_state[REFUSED] = written, error
        return error
    return None


def _asked() -> str:
    """The letters of the room that the address names; empty for none."""
    asked, played = st.query_params.get(ROOM, ""), st.query_params.get(PLAYED, "")
    return asked or (played.removeprefix(PREFIX) if played.startswith(PREFIX) else "")


def _sits(here: Attending, page: str) -> bool:
    """Whether a student has a seat here; takes one there who is called to the room, and leads out of one that ended."""
    door = page == DOOR and st.query_params.get(ROOM, "").upper() == here.code
    if not door and st.query_params.get(PLAYED, "") != here.name:
        if here.follows and here.called and not here.ended:
            script = next(page.topic.script for page in pages() if page.topic.key == DOOR)
            st.switch_page(script, query_params={ROOM: here.code})
        # Who has clicked a link to another page looks around.
        here.follows = False
        return False
    if here.ended:
        _open(here.lesson.steps[here.room.step].view)
    # Back in the browser leads to the seat as well.
    here.follows, here.called = True, False
    return True


def _keep_together(here: Attending) -> None:
    """Brings room and page to the same step: Back in the lecturer's browser leads the room, else the room the page."""
    if MOVE in st.session_state:
        return
    if here.called:
        # With the key that the browser has kept, after a reload at a student's address.
        here.called = False
        if st.query_params.get(ROOM):
            move(here.name, here.room.step)
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
    if context is not None and context.is_history_navigation:
        here.step(place)
    else:
        move(here.name, here.room.step)
