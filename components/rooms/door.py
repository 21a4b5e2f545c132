"""The door to a room, for who knows its letters."""

import streamlit as st

from components.lessons.playing import move
from components.refusals import told
from components.rooms.entering import enter
from core.rooms import LETTERS, RoomError

TYPED = 3 * LETTERS
"""Characters that the field takes: letters that were copied may have spaces around or between them."""

REFUSED = "_door_refused"
"""Where the session keeps why the door stayed shut, for the run after."""


def door() -> None:
    """A field for the letters of a room. The page below it must call `follow` first."""

    def go() -> None:
        _in(st.session_state["door_letters"])

    with st.form("door", border=False, width=320), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Join a room", max_chars=TYPED, placeholder="Four letters", key="door_letters")
        st.form_submit_button("Join", on_click=go)
    error = st.session_state.pop(REFUSED, None)
    if error is not None:
        told(error)


def leading_again() -> None:
    """The same for a lecturer, with the key that was kept."""

    def go() -> None:
        _in(st.session_state["again_letters"], st.session_state["again_key"].strip())

    with st.form("lead_again", border=False):
        st.text_input("Lead your room again", max_chars=TYPED, placeholder="Four letters", key="again_letters")
        st.text_input("Its key", max_chars=100, type="password", key="again_key")
        st.form_submit_button("Lead it", on_click=go)


def _in(letters: str, key: str = "") -> None:
    try:
        here = enter(letters, key=key)
    except RoomError as error:
        st.session_state[REFUSED] = error
        return
    if here.leads:
        move(here.name, here.room.step)
