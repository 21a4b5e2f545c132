"""What every scheme of the positional encodings hands to its page, and what their panels share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.markdown import literally
from components.page import Badge, Page, Panel
from core.checks import Check

P = ParamSpec("P")

Places = Sequence[DeltaGenerator]
"""Three places for a scheme's controls, and a fourth for those that need not be in sight."""


@dataclass(frozen=True, eq=False)
class View:
    """One scheme with the values of its controls: everything that the page draws of it.

    Args:
        figure: the main figure, `alt` its description.
        reading: the live sentence, in HTML.
        badges: where the figure's numbers come from.
        panels: the other views of this scheme.
        checks: identities of what is on screen.
        data: the figure's data as a table.
        script: computes the same with `core` alone.
        functions: the core functions that were run.
        roomy: whether the figure keeps its width on a phone.
    """

    figure: go.Figure
    alt: str
    reading: str
    badges: tuple[Badge, ...]
    panels: tuple[Panel, ...]
    checks: tuple[Check, ...]
    data: Callable[[], pd.DataFrame]
    script: str
    functions: tuple[Callable[..., Any], ...]
    roomy: bool = False


Show = Callable[[Page, Places], View]
"""Draws a scheme's controls and computes its view; raises ValueError for a value out of range."""


def plainly(draw: Callable[P, None]) -> Callable[P, None]:
    """A panel that says in plain words which value is out of range, and in which range it must lie."""

    @wraps(draw)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            draw(*args, **kwargs)
        except ValueError as error:
            st.warning(literally(str(error)))

    return guarded


def tidy(matrix: Any, row: str, column: str, value: str) -> pd.DataFrame:
    """A matrix as a table with one line for each cell."""
    frame = pd.DataFrame(matrix).stack().reset_index()
    frame.columns = [row, column, value]
    return frame
