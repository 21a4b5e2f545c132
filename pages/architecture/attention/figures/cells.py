"""Figures of one weight: the pairs of dimensions in its score, and its place in its row."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.tokens import token_ticks
from components.theme import Look, escape, figure

EVERY = 5
"""Each so many-th pair has its wavelength written below it."""


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
    ticks = list(range(0, len(pairs), EVERY))
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
            "ticktext": [names[place] for place in ticks],
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={"title": {"text": "part of q·k"}},
    )


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
