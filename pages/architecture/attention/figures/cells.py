"""Figures of one cell: the parts of its score and its place in its row, the weights or the tokens it is summed from."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.tokens import token_ticks
from components.theme import Look, escape, figure

EVERY = 5
"""Each so many-th dimension is numbered."""

DECADES = {10: "10", 100: "100", 1_000: "1k", 10_000: "10k", 100_000: "100k"}
"""Wavelengths in tokens that are named below the pairs."""


def pair_bars(pairs: np.ndarray, waves: np.ndarray | None, *, look: Look, title: str, height: int = 300) -> go.Figure:
    """What each pair of dimensions adds to q·k, the fastest turning one first, or each dimension by itself.

    Args:
        pairs: what each adds.
        waves: the wavelengths of the pairs in tokens; None for dimensions.
    """
    places = np.arange(len(pairs))
    names = [str(place) for place in places] if waves is None else [_written(wave) for wave in waves]
    what = "dimension" if waves is None else "wavelength"
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
            "title": {"text": "dimension" if waves is None else "wavelength of the pair (tokens)"},
            "tickmode": "array",
            "tickvals": ticks,
            "ticktext": words,
            "tickangle": 0,
            "showgrid": False,
        },
        yaxis={"title": {"text": "part of q·k"}},
    )


def _ticks(count: int, waves: np.ndarray | None) -> tuple[list[float], list[str]]:
    """Where between the pairs the wavelength is a power of ten, and its name; the numbers of dimensions."""
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


def weight_bars(
    parts: np.ndarray,
    names: Sequence[str],
    carried: Sequence[tuple[int, int, int]],
    *,
    look: Look,
    title: str,
    height: int = 300,
) -> go.Figure:
    """What each weight adds to a cell that is made of several; a click on one carries where it stands.

    Args:
        parts: what each adds.
        names: of the parts.
        carried: which text each is of, its query token and its key token.
    """
    places = np.arange(len(parts))
    bars = go.Bar(
        x=places,
        y=parts.astype(np.float32),
        marker_color=np.where(parts < 0, look.role("query"), look.role("key")),
        width=0.6 if len(parts) > 3 else 0.3,
        customdata=[list(at) for at in carried],
        text=[f"{part:+.2g}".replace("-", "−") for part in parts] if len(parts) <= 8 else None,
        textposition="outside",
        cliponaxis=False,
        hovertext=[escape(name) for name in names],
        hovertemplate="%{hovertext}<br>adds %{y:.4f}<extra></extra>",
    )
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": [escape(name) for name in names]}
    reach = float(np.abs(parts).max()) or 1.0
    ends = [-1.2 * reach if (parts < 0).any() else 0, 1.2 * reach if (parts > 0).any() else 0.2 * reach]
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        xaxis={
            "title": {"text": "query token → key token"},
            "showgrid": False,
            "range": [-0.7, len(parts) - 0.3],
            "tickangle": 0 if len(parts) <= 2 else -30,
            **ticks,
        },
        yaxis={"title": {"text": "part of the cell"}, "range": ends},
    )


def way_bars(
    series: dict[str, tuple[np.ndarray, str]],
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    y_label: str,
    height: int = 300,
) -> go.Figure:
    """Numbers of each token in between: the factors of a rollout's cell beside each other, or their products.

    Args:
        series: name -> the numbers, [token], and the role of their color.
        tokens: their names.
        y_label: what the numbers are.
    """
    bars = [
        go.Bar(
            x=np.arange(len(tokens)),
            y=values.astype(np.float32),
            name=name,
            marker_color=look.role(role),
            customdata=[escape(token) for token in tokens],
            hovertemplate="token %{x} %{customdata}<br>" + escape(name) + " %{y:.4f}<extra></extra>",
        )
        for name, (values, role) in series.items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=bars,
        bargap=0.1,
        showlegend=len(series) > 1,
        legend={"y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"t": 76} if len(series) > 1 else {},
        xaxis={"title": {"text": "token in between"}, "showgrid": False, **token_ticks(tokens, look, 22)},
        yaxis={"title": {"text": y_label}, "rangemode": "tozero", "exponentformat": "power"},
    )
