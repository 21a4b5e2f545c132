"""A visitor's own input on the learning page: a table as a file or as text, points to take back, and refusals."""

import streamlit as st

from components.markdown import literally
from components.page import Page
from pages.foundations.learning.panels.table import MOST_ADDED, added_of, text_of

__all__ = ["MOST_ADDED", "content", "refused", "removal", "warn"]

LIMITS = "two columns, x and y, 4 to 500 rows"


class NoTableYetError(ValueError):
    """A table is chosen but not there: nothing is wrong, something is missing."""


def content(page: Page) -> bytes:
    """The table as bytes: the uploaded file, or else the text. Raises NoTableYetError where there is neither."""
    left, right = st.columns([1, 1])
    with left:
        file = st.file_uploader(f"CSV: {LIMITS}", type="csv", key="learning_file", max_upload_size=1)
    with right:
        text = page.controls.text("table", f"Or as text: {LIMITS}", lines=2, placeholder="x,y\n0.1,2.3\n0.4,1.9")
    given = bytes(file.getvalue()) if file is not None else text.encode()
    if not given.strip():
        raise NoTableYetError("Upload a CSV, or write your points as text: one point a row, x and y.")
    return given


def removal(page: Page, added: str) -> None:
    """Two buttons that take back what clicks have added; none where there is nothing, or nothing that can be read."""
    try:
        points = added_of(added)
    except ValueError:
        return
    if not points:
        return
    with st.container(horizontal=True):
        for label, left in (("Take the last point back", points[:-1]), ("Take all back", ())):
            st.button(
                label,
                icon=":material/undo:",
                type="tertiary",
                on_click=page.controls.set,
                args=({"added": text_of(left)},),
                key=f"learning_{label}",
            )


def refused(page: Page, error: ValueError) -> None:
    """Says in words why there is nothing to fit, with a way back."""
    if isinstance(error, NoTableYetError):
        st.info(str(error))
        return
    warn(error)
    back = {name: page.controls.defaults[name] for name in ("data", "added", "table")}
    st.button("Back to the example", on_click=page.controls.set, args=(back,), key="learning_example")


def warn(error: ValueError) -> None:
    """The message of an error as a sentence."""
    words = str(error)
    st.warning(literally(f"{words[0].upper()}{words[1:]}."))
