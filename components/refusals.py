"""Why there is no figure: something is wrong with what a visitor gave, or nothing has been given yet."""

import streamlit as st

from components.markdown import literally


class NothingYetError(ValueError):
    """Something is asked for but not there: nothing is wrong, something is missing."""


def told(error: ValueError) -> None:
    """The message of an error as a sentence: a hint where something is missing, else a warning."""
    if isinstance(error, NothingYetError):
        st.info(str(error))
        return
    words = str(error)
    st.warning(literally(f"{words[:1].upper()}{words[1:].rstrip('.')}."))
