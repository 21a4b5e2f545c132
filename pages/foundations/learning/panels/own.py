"""A visitor's own input on the learning page: a table as a file or as text, points to take back, and refusals."""

import streamlit as st

from components.page import Page
from components.refusals import NothingYetError, told
from pages.foundations.learning.panels.table import MOST_ADDED, added_of, text_of
from pages.foundations.learning.results import Data

__all__ = ["MOST_ADDED", "content", "refused", "removal", "required"]

LIMITS = "two columns, x and y, 4 to 500 rows"


def content(page: Page) -> bytes:
    """The table as bytes: the uploaded file, or else the text; none where there is neither."""
    left, right = st.columns([1, 1])
    with left:
        file = st.file_uploader(f"CSV: {LIMITS}", type="csv", key="learning_file", max_upload_size=1)
    with right:
        text = page.controls.text("table", f"Or as text: {LIMITS}", lines=2, placeholder="x,y\n0.1,2.3\n0.4,1.9")
    return bytes(file.getvalue()) if file is not None else text.encode()


def required(data: Data) -> None:
    """Raises NothingYetError where the points are those of a table, and there is none."""
    if data.world is None and not data.content.strip():
        raise NothingYetError("Upload a CSV, or write your points as text: one point a row, x and y.")


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
    told(error)
    if isinstance(error, NothingYetError):
        return
    back = {name: page.controls.defaults[name] for name in ("data", "added", "table")}
    st.button("Back to the example", on_click=page.controls.set, args=(back,), key="learning_example")
