"""Figures of one cell: the parts of its score and its place in its row, the weights or the tokens it is summed from."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.tokens import token_ticks
from components.phrases import shorten
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
        xaxis={"title": {"text": "key (looked at)"}, "showgrid": False, **token_ticks(tokens, look, 22, always=key)},
        yaxis={"title": {"text": "weight"}, "rangemode": "tozero"},
    )


def weight_bars(
    parts: np.ndarray,
    names: Sequence[tuple[str, str, str]],
    carried: Sequence[tuple[int, int, int]],
    *,
    look: Look,
    title: str,
    height: int = 300,
) -> go.Figure:
    """What each weight adds to a cell that is made of several; a click on one carries where it stands.

    Args:
        parts: what each adds.
        names: of each part: its text, where there are two, its query token and its key token.
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
        hovertext=[escape(f"{text}{': ' if text else ''}{query} → {key}") for text, query, key in names],
        hovertemplate="%{hovertext}<br>adds %{y:.4f}<extra></extra>",
    )
    few = len(parts) <= 3
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": [_tick(*name, few=few) for name in names]}
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
            "tickangle": 0 if few else -90,
            **ticks,
        },
        yaxis={"title": {"text": "part of the cell"}, "range": ends, "exponentformat": "power"},
    )


def _tick(text: str, query: str, key: str, *, few: bool) -> str:
    """A part below its bar: in lines where there are few bars, else upright, its text left to the color."""
    if not few:
        return escape(f"{shorten(query, 8)} → {shorten(key, 8)}")
    return "<br>".join(escape(line) for line in (text, f"{shorten(query, 12)} →", shorten(key, 12)) if line)


def _below_each_other(names: Sequence[str]) -> list[dict[str, object]]:
    """An axis of heights for each name, the first on top."""
    gap = 0.12
    share = (1 - gap * (len(names) - 1)) / len(names)
    tops = [1 - place * (share + gap) for place in range(len(names))]
    style = {"rangemode": "tozero", "exponentformat": "power", "nticks": 5}
    return [
        {"title": {"text": name}, "domain": [max(0.0, top - share), top], **style}
        for name, top in zip(names, tops, strict=True)
    ]


def way_bars(
    series: dict[str, tuple[np.ndarray, str]],
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    height: int = 300,
) -> go.Figure:
    """Numbers of each token in between: the factors of a rollout's cell below each other, or their products.

    Each has a scale of its own, since one factor may be a million times the other.

    Args:
        series: name -> the numbers, [token], and the role of their color.
        tokens: their names.
    """
    numbers = ["", *(str(place) for place in range(2, len(series) + 1))]
    bars = [
        go.Bar(
            x=np.arange(len(tokens)),
            y=values.astype(np.float32),
            name=name,
            yaxis=f"y{number}",
            marker_color=look.role(role),
            customdata=[escape(token) for token in tokens],
            hovertemplate="token %{x} %{customdata}<br>" + escape(name) + " %{y:.3~g}<extra></extra>",
        )
        for number, (name, (values, role)) in zip(numbers, series.items(), strict=True)
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=bars,
        bargap=0.1,
        showlegend=False,
        xaxis={
            "title": {"text": "token in between"},
            "showgrid": False,
            "anchor": f"y{numbers[-1]}",
            **token_ticks(tokens, look, 22),
        },
        **{f"yaxis{number}": axis for number, axis in zip(numbers, _below_each_other(list(series)), strict=True)},
    )
