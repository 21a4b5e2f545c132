"""What a click on a cell opens, and which cell is opened: shared by all that takes cells apart."""

from collections.abc import Callable

import numpy as np

from components.course import PANEL, Values
from components.page import Page
from components.screens import alive
from pages.architecture.attention.figures.maps import CLICKABLE, around

CELL = "Cell"
"""The panel's name, on both pages that have it."""

HEAD = "Head"
"""The view of one weight of the head on screen, by the words of its choice."""

HEIGHT = 295
"""Of the panel's figures, in pixels: so that their reading is still in sight."""


def position(page: Page, name: str, size: int) -> int:
    """The row or the column that the page's controls `query` and `key` ask for, as far as the map has it."""
    return int(np.clip(page.controls.value(name), 0, size - 1))


def opened(query: float, key: float, of: str = HEAD) -> Values:
    """The values that open one cell of a map. The numbers are those of a clicked cell.

    Args:
        query, key: its row and column.
        of: the view that takes it apart.
    """
    return {"query": int(query), "key": int(key), "cell_of": of, PANEL: CELL}


def same_view(page: Page) -> Callable[[list[float]], Values]:
    """What a click on the panel's own map does: another cell of the same view."""
    return lambda at: opened(at[0], at[1], page.controls.value("cell_of"))


def click_caption(size: int, *, what: str = "weight", most: int = CLICKABLE) -> str:
    """What a click on a cell of the panel's own map opens.

    Args:
        size: rows of the map.
        what: its cells are.
        most: rows of click targets at most.
    """
    several = around(size, most)
    which = f"the largest {what} of {several} × {several} cells around it" if several > 1 else "its sum"
    return alive(f"Click a cell of the map to open {which}.")
