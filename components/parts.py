"""What parts of a page that are drawn by a script of their own say to the page."""

from typing import Any

import streamlit as st


def said(key: str, name: str) -> Any:
    """What a part of the page has said; to be read in the callback that Streamlit calls for it.

    A part may say something twice, and be gone when the second is heard. An error in a callback takes the place of the
    page's first part, which clears the whole screen where a fragment is drawn next.

    Args:
        key: that of the part.
        name: of the value.

    Returns:
        The value; None where the part is not on the page any more.
    """
    return getattr(st.session_state.get(key), name, None)
