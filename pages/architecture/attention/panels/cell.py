"""The panel that takes a cell of a map apart: which kind of map, which of its cells, and its sum."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import streamlit as st

from components.page import Badge, Page, Panel
from core.checks import Check
from pages.architecture.attention.panels.clicks import CELL, HEAD
from pages.architecture.attention.panels.places import Place, start_in_sight


class View(Protocol):
    """What the panel shows: one cell of one kind of map."""

    @property
    def sources(self) -> tuple[Badge, ...]:
        """Where its numbers come from."""
        ...

    @property
    def size(self) -> int:
        """Rows of its map, and columns."""
        ...

    def draw(self) -> None:
        """The map with the cell, what it is made of, and what that says."""
        ...

    def checks(self) -> Sequence[Check]:
        """That the parts sum to the cell."""
        ...

    def script(self) -> str:
        """A script that takes the cell apart with `core` alone."""
        ...


def panel(page: Page, views: Mapping[str, Callable[[], View | None]], *, choose_query: bool = False) -> Panel:
    """The sum in the place of the figure: its own map lets another cell be opened.

    Args:
        page: where it is shown.
        views: of each kind of map, by the words of their choice, HEAD first; None where it cannot be shown now, which
            it has then said itself.
        choose_query: the page has no slider of its own for the query.
    """
    made: list[View | None] = []

    def chosen() -> View | None:
        """The view of this run, made once."""
        if not made:
            made.append(views.get(page.controls.value("cell_of"), views[HEAD])())
        return made[0]

    return Panel(
        CELL,
        lambda: draw(page, views, chosen, choose_query=choose_query),
        stands="instead",
        checks=lambda: () if (view := chosen()) is None else view.checks(),
        script=lambda: "" if (view := chosen()) is None else view.script(),
    )


def draw(page: Page, views: Mapping[str, object], chosen: Callable[[], View | None], *, choose_query: bool) -> None:
    """The choice of a map and of its cell, and the cell by its sum."""
    first, *rest = st.columns([1.2, 2, 2] if choose_query else [1.4, 4], vertical_alignment="bottom")
    with first:
        page.controls.select("cell_of", "Map", list(views))
    view = chosen()
    if view is None:
        return
    page.badges(*view.sources)
    if choose_query:
        with rest[0]:
            page.controls.slider("query", "Query", 0, view.size - 1)
    if isinstance(view, Place):
        start_in_sight(view)
    with rest[-1]:
        page.controls.slider("key", "Key", 0, view.size - 1)
    view.draw()
