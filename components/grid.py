"""A table of numbers that is edited in place and stands in the URL as the text of its parameters."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import Values
from components.page import Page

if TYPE_CHECKING:
    import pandas as pd

CELL, LAST = 58, 70
"""The widths in pixels of a cell and of one in the last column, whose name is longer: six fit on a phone."""

LOW = 25
"""The height in pixels of a row in a dense table."""


@dataclass(frozen=True)
class Drawn:
    """A grid on screen.

    Args:
        version: counts how often it was drawn anew because its numbers came from elsewhere.
        start: the table that the browser was given. shown: what it shows, after the visitor's edits.
    """

    version: int
    start: "pd.DataFrame"
    shown: "pd.DataFrame"


def grid(
    page: Page,
    name: str,
    frame: "pd.DataFrame",
    write: "Callable[[pd.DataFrame], Values]",
    *,
    hide_index: bool = False,
    dense: bool = False,
) -> None:
    """Draws a table whose cells can be edited; an edit sets parameters, and other values of them redraw the table.

    The browser keeps its edits on top of the table it was given. So it is given the same table as long as the
    parameters say what it shows, and another one after a preset, a link or a text has changed them.

    Args:
        name: unique on the page.
        frame: the table that the parameters describe now; all cells are numbers, an empty cell is NaN.
        write: turns the edited table into values of parameters.
        hide_index: leave out the names of the rows.
        dense: low rows, and cells of one width, so that several tables stand beside each other.
    """
    place = f"{page.controls.page}_{name}_grid"
    drawn: Drawn | None = st.session_state.get(place)
    if drawn is None or f"{place}_{drawn.version}" not in st.session_state or not drawn.shown.equals(frame):
        drawn = Drawn(drawn.version + 1 if drawn else 0, frame, frame)
        st.session_state[place] = drawn
    st.data_editor(
        drawn.start,
        key=f"{place}_{drawn.version}",
        num_rows="fixed",
        hide_index=hide_index,
        row_height=LOW if dense else None,
        column_config=_widths(frame.columns, last=CELL if dense else LAST),
        placeholder="",
        on_change=_edited,
        args=(page, place, write),
    )


def _widths(columns: "pd.Index[str]", *, last: int) -> dict[str, Any]:
    """How each column is drawn. The names of the rows, which are no numbers, cannot be edited."""
    numbers = {name: st.column_config.NumberColumn(width=last if name == columns[-1] else CELL) for name in columns}
    return {"_index": st.column_config.Column(width=CELL, disabled=True), **numbers}


def _edited(page: Page, place: str, write: "Callable[[pd.DataFrame], Values]") -> None:
    """Takes the visitor's edits over into the parameters. A callback."""
    drawn: Drawn = st.session_state[place]
    frame = with_edits(drawn.start, st.session_state[f"{place}_{drawn.version}"]["edited_rows"])
    st.session_state[place] = replace(drawn, shown=frame)
    page.controls.set(write(frame))


def with_edits(frame: "pd.DataFrame", rows: Mapping[int, Mapping[str, Any]]) -> "pd.DataFrame":
    """The table after edits as the browser reports them: row -> column -> value, None for a cell that was emptied."""
    edited = frame.copy()
    for row, cells in rows.items():
        for column, value in cells.items():
            edited.loc[edited.index[row], column] = float("nan") if value is None else float(value)
    return edited
