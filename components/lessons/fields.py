"""The words of a step as a lecturer types them."""

import streamlit as st

from core.lessons import MAX_NOTE, MAX_QUESTION, MAX_TITLE


def fields(title: str, note: str = "", question: str | None = None) -> tuple[str, str, str | None]:
    """Three fields of a form, filled with these words; returns what they hold, as `Step` takes it after its view.

    An empty title is the one that was given: a step without a name cannot be told from others.
    """
    named = st.text_input("Title of the step", title[:MAX_TITLE], max_chars=MAX_TITLE).strip()
    asked = st.text_input("Ask before (may stay empty)", question or "", max_chars=MAX_QUESTION).strip()
    said = st.text_area("Note (may stay empty)", note, max_chars=MAX_NOTE, height=90).strip()
    return named or title[:MAX_TITLE], said, asked or None
