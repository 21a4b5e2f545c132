"""The way in: whether this process has room for one more visitor."""

import streamlit as st

from components.process import descriptors

ADMITTED = "admitted"
KEPT_BACK = 0.1
"""The part of the descriptors that is left for those who are inside already, and for telling the others."""


def admit() -> None:
    """Lets a visitor in, or says that every place is taken, and ends the run.

    A session holds a few descriptors (its socket, its event loop's wakers). Past the limit the system cuts further
    visitors off without a word. Who is inside stays inside.
    """
    if st.session_state.get(ADMITTED):
        return
    used, limit = descriptors()
    if used > (1 - KEPT_BACK) * limit:
        st.warning("Every place of this server is taken just now. Stay on this page, and try again in a minute.")
        st.button("Try again")
        st.stop()
    st.session_state[ADMITTED] = True
