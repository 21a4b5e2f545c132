"""Maps side by side on one color scale; on a narrow screen one below the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from components.course import Values
from components.page import Page
from components.screens import alive
from pages.architecture.attention.figures.maps import BESIDE, around
from pages.architecture.attention_depth.figures import changes as figures

LOW = 345
"""The height of maps below a row of a panel's own controls, in pixels: so that their reading is still in sight."""


class Scale(NamedTuple):
    """The value with the brightest color, and what the color means."""

    top: float
    label: str


WEIGHTS = Scale(1.0, "weight")

Opens = Callable[[int, int], Values]
"""The values that open the weight of a query, by its row in a map, on a key, by its column."""


def side_by_side(
    page: Page,
    maps: Mapping[str, np.ndarray],
    tokens: Sequence[Sequence[str]],
    *,
    name: str,
    finding: str,
    scales: Mapping[str, Scale] = {},
    difference: str = "",
    height: int = 420,
    opens: Mapping[str, Opens] = {},
    by: str = "",
) -> str:
    """Draws each map below its name, and returns what a click on their cells opens, in words.

    Args:
        maps: name -> [query key]; NaN cells stay empty.
        tokens: of each map.
        name: unique on the page.
        finding: what the maps show together.
        scales: of the maps that have another scale than WEIGHTS, by name.
        difference: the name of the map, if there is one, that has values of both signs and a scale of its own.
        height: of each map in pixels.
        opens: what a click on a cell does, for the maps whose cells are weights or made of them, by name.
        by: what the sum of a cell is made of, where a cell is no single weight.
    """
    page.finding(finding)
    for place, (column, (kind, values), words) in enumerate(
        zip(st.columns(len(maps)), maps.items(), tokens, strict=True)
    ):
        signed = kind == difference
        top, label = scales.get(kind, WEIGHTS)
        fig = figures.token_map(
            values,
            words,
            look=page.look,
            title=kind,
            top=(float(np.nanmax(np.abs(values))) or 1.0) if signed else top,
            label="difference" if signed else label,
            signed=signed,
            height=height,
            clickable=kind in opens,
        )
        alt = f"Map from tokens to tokens: {kind}. {finding}."
        with column:
            page.plot(fig, name=f"{name}_{place}", alt=alt, on_click=_at(opens[kind]) if kind in opens else None)
    counts = [len(words) for words in tokens]
    several = _blocks([figures.coarseness(count) for count in counts])
    if several:
        st.caption(f"For so many tokens a cell shows the largest of {several} values{_signed(difference)}.")
    if not opens:
        return ""
    clicked = [count for kind, count in zip(maps, counts, strict=True) if kind in opens]
    apart = difference if difference in opens else ""
    return _what_a_click_opens(list(maps), list(opens), [around(count, BESIDE) for count in clicked], by, apart)


def _blocks(sides: Sequence[int]) -> str:
    """How many cells lie in a block, in words; empty where each block is one cell."""
    if max(sides) == 1:
        return ""
    return f"{'up to ' if min(sides) < max(sides) else ''}{max(sides)} × {max(sides)}"


def _signed(difference: str) -> str:
    return f", for “{difference}” the one farthest from 0" if difference else ""


def _at(opens: Opens) -> Callable[[list[Any]], Values]:
    return lambda carried: opens(int(carried[0]), int(carried[1]))


def _what_a_click_opens(
    names: Sequence[str], clickable: Sequence[str], sides: Sequence[int], by: str, signed: str
) -> str:
    """Which maps answer a click on a cell, and with what.

    Args:
        names: of the maps.
        clickable: those that answer.
        sides: of how many cells a click opens the largest, for each that answers.
        by: what the sum is made of, if it is to be said.
        signed: the name of the map, if there is one, of which it opens the cell farthest from 0.
    """
    where = "" if len(clickable) == len(names) else " of " + " or ".join(f"“{name}”" for name in clickable)
    several = _blocks(sides)
    one = "it" if by else "that one weight"
    what = f"the largest of {several} cells around it{_signed(signed)}," if several else one
    return alive(f"Click a cell{where} to open {what} by its sum{f': {by}' if by else ''}.")


def without_future(values: np.ndarray, *, causal: bool) -> np.ndarray:
    """A map in which the cells that a causal mask hides are empty."""
    return np.where(np.triu(np.ones(values.shape, dtype=bool), 1), np.nan, values) if causal else values
