"""Maps side by side on one color scale; on a narrow screen one below the other."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from components.course import Values
from components.page import Page
from components.screens import alive
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
        opens: what a click on a cell does, for the maps whose cells are single weights, by name.
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
    most = max(map(len, tokens))
    step = figures.coarseness(most)
    if step > 1:
        st.caption(f"For so many tokens a cell shows the largest of {step} × {step} values.")
    return _what_a_click_opens(list(maps), list(opens), -(-most // figures.CLICKABLE)) if opens else ""


def _at(opens: Opens) -> Callable[[list[Any]], Values]:
    return lambda carried: opens(int(carried[0]), int(carried[1]))


def _what_a_click_opens(names: Sequence[str], clickable: Sequence[str], several: int) -> str:
    """Which maps answer a click on a cell, and with what."""
    where = "" if len(clickable) == len(names) else " of " + " or ".join(f"“{name}”" for name in clickable)
    what = "the largest weight around it by its sum" if several > 1 else "that one weight by its sum"
    return alive(f"Click a cell{where} to open {what}.")


def without_future(values: np.ndarray, *, causal: bool) -> np.ndarray:
    """A map in which the cells that a causal mask hides are empty."""
    return np.where(np.triu(np.ones(values.shape, dtype=bool), 1), np.nan, values) if causal else values
