"""Figures of one weight: the pairs of dimensions in its score, and its place in its row."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.tokens import token_ticks
from components.theme import Look, escape, figure

EVERY = 5
"""Each so many-th pair is numbered where no pair turns."""

DECADES = {10: "10", 100: "100", 1_000: "1k", 10_000: "10k", 100_000: "100k"}
"""Wavelengths in tokens that are named below the pairs."""


def pair_bars(pairs: np.ndarray, waves: np.ndarray | None, *, look: Look, title: str, height: int = 300) -> go.Figure:
    """What each pair of dimensions adds to q·k, the fastest turning one first.

    Args:
        pairs: [pair].
        waves: their wavelengths in tokens; None where no pair turns.
    """
    places = np.arange(len(pairs))
    names = [str(place) for place in places] if waves is None else [_written(wave) for wave in waves]
    what = "pair" if waves is None else "wavelength"
    bars = go.Bar(
        x=places,
        y=pairs.astype(np.float32),
        marker_color=np.where(pairs < 0, look.role("query"), look.role("key")),
        customdata=names,
        hovertemplate=what + " %{customdata}<br>adds %{y:.3f}<extra></extra>",
    )
    ticks, words = _ticks(len(pairs), waves)
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        bargap=0.15,
        xaxis={
            "title": {"text": "pair of dimensions" if waves is None else "wavelength of the pair (tokens)"},
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": words,
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={"title": {"text": "part of q·k"}},
    )


def _ticks(count: int, waves: np.ndarray | None) -> tuple[list[float], list[str]]:
    """Where between the pairs the wavelength is a power of ten, and its name; the numbers of pairs that do not turn."""
    if waves is None:
        return list(range(0, count, EVERY)), [str(place) for place in range(0, count, EVERY)]
    inside = {wave: name for wave, name in DECADES.items() if waves[0] <= wave <= waves[-1]}
    places = np.interp(np.log(list(inside)), np.log(waves), np.arange(count))
    return places.tolist(), list(inside.values())


def _written(wave: float) -> str:
    return f"{wave:.1f}" if wave < 100 else f"{wave:,.0f}"


def row_bars(
    row: np.ndarray, tokens: Sequence[str], key: int, *, look: Look, title: str, height: int = 300
) -> go.Figure:
    """The softmax of the whole row, the chosen key in its color."""
    places = np.arange(len(row))
    bars = go.Bar(
        x=places,
        y=row.astype(np.float32),
        marker_color=np.where(places == key, look.role("key"), look.role("mass")),
        customdata=[escape(token) for token in tokens],
        hovertemplate="key %{x} %{customdata}<br>weight %{y:.4f}<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        bargap=0.1,
        xaxis={"title": {"text": "key (looked at)"}, "showgrid": False, **token_ticks(tokens, look, 22)},
        yaxis={"title": {"text": "weight"}, "rangemode": "tozero"},
    )
