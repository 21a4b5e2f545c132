"""What the main figures of all schemes share: places for controls, plain words for bad input, tables of data."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown import literally
from components.page import Page, Scene

if TYPE_CHECKING:
    import pandas as pd

P = ParamSpec("P")

Places = Sequence[DeltaGenerator]
"""Three places for a scheme's controls, and a fourth for those that need not be in sight."""

Show = Callable[[Page, Places], Scene]
"""Draws a scheme's controls and returns what they show; raises ValueError for a value out of range."""


def plainly(draw: Callable[P, None]) -> Callable[P, None]:
    """A panel that says in plain words which value is out of range, and in which range it must lie."""

    @wraps(draw)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except ValueError as error:
            st.warning(literally(str(error)))

    return guarded


def tidy(matrix: Any, row: str, column: str, value: str) -> "pd.DataFrame":
    """A matrix as a table with one line for each cell."""
    import pandas as pd

    frame = pd.DataFrame(matrix).stack().reset_index()
    frame.columns = [row, column, value]
    return frame
