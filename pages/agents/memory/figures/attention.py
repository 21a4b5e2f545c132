"""Where the token before the answer looks: the needed pair's share by its place, and the lines of one list."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.shares import end_names
from components.theme import MONO, Look, escape, figure
from core.agents import ListAttention
from core.numbers import mean_interval

LEFT, RIGHT = (0.0, 0.49), (0.775, 1.0)
"""Where the shares stand, and the lines of the list, as parts of the width."""

APART = 0.3
"""How far the lists of one place are spread, as a part of the step to the next."""

TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Shares on the axis, whose steps are factors: the mean over all heads is a twentieth of the strongest head's."""

TOP = 0.03
"""Where that axis ends, as a logarithm: a little above 100 %."""

FOUND, MISSED, EVEN, ALL = "found", "missed", "even", "all heads"
ELSEWHERE = "all else"


def attention_figure(
    one: ListAttention, lines: Sequence[tuple[str, float, str]], *, stop: int, number: int, look: Look, title: str,
    height: int,
) -> go.Figure:  # fmt: skip
    """Left: a point for each list, and the means with their intervals. Right: the lines of one list with their shares.

    Args:
        one: what was recorded. lines: what stands there, the head's share on it, and its color.
        stop, number: the place and the list that are shown.
        look: paper and type. title: the finding. height: pixels.
    """
    places = one.curve.positions + 1.0
    colors = {one.name: look.role("query"), ALL: look.role("mass"), EVEN: look.quiet}
    even = float(one.even.mean())
    ends = {one.name: float(one.strongest[-1].mean()), ALL: float(one.mean[-1].mean()), EVEN: even}
    names, shares, paints = (list(column) for column in zip(*lines, strict=True))
    return figure(
        look,
        title=title,
        height=height,
        traces=[
            _level(places, even, look),
            *(_points(one.strongest, places, one.curve.found == hit, name, look) for name, hit in _KINDS),
            _means(one.mean, places, ALL, colors[ALL]),
            _means(one.strongest, places, one.name, colors[one.name]),
            _ring(_spread(places, one.curve.trials)[stop, number], float(one.strongest[stop, number]), look),
            _bars(shares, paints, names),
        ],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom"},
        margin={"t": 40},
        annotations=[*_names(ends, colors, _lowest(one), look), *_written(names, shares, paints, look)],
        xaxis={"domain": LEFT, "title": {"text": "place of the needed pair in the list"}, "tickvals": places.tolist(),
               "showgrid": False},
        yaxis={"title": {"text": "its share of the attention"}, "type": "log", "range": [np.log10(_lowest(one)), TOP],
               "tickvals": TICKS, "tickformat": ".0%"},
        xaxis2={"domain": RIGHT, "anchor": "y2", "range": [0, 1.15], "visible": False},
        yaxis2={"anchor": "x2", "range": [len(names) - 0.4, -0.6], "visible": False},
    )  # fmt: skip


_KINDS = ((FOUND, True), (MISSED, False))


def _lowest(one: ListAttention) -> float:
    """Where the axis ends: below every share but those under a percent."""
    return 0.8 * max(0.01, min(float(one.strongest.min()), float(one.mean.mean(axis=1).min())))


def _names(ends: Mapping[str, float], colors: Mapping[str, str], lowest: float, look: Look) -> list[dict[str, object]]:
    """The name of each line at its end, in parts of the axis."""
    low = float(np.log10(lowest))
    heights = {name: (float(np.log10(max(end, lowest))) - low) / (TOP - low) for name, end in ends.items()}
    return [{**name, "yref": "y domain"} for name in end_names(heights, colors, look)]


def _spread(places: np.ndarray, trials: int) -> np.ndarray:
    """Where the points of each list stand, side by side around their place."""
    step = float(np.diff(places).min()) if len(places) > 1 else 1.0
    return np.asarray(places[:, None] + APART * step * np.linspace(-1, 1, trials)[None])


def _points(
    shares: np.ndarray, places: np.ndarray, kept: np.ndarray,
    name: str, look: Look,
) -> go.Scatter:  # fmt: skip
    """The lists that were answered right, or those that were not; a point carries its place and its list."""
    place, trial = np.nonzero(kept)
    return go.Scatter(
        x=_spread(places, shares.shape[1])[kept],
        y=shares[kept],
        customdata=np.stack([place, trial], axis=1).tolist(),
        hovertext=[f"list {number + 1}" for number in trial.tolist()],
        mode="markers",
        name=name,
        marker={"size": 7, "symbol": "circle" if name == FOUND else "x-thin",
                "line": {"width": 0 if name == FOUND else 1.5, "color": look.role("rejected")},
                "color": look.role("accepted" if name == FOUND else "rejected")},
        hovertemplate="%{hovertext}: %{y:.0%}<extra>" + name + "</extra>",
    )  # fmt: skip


def _means(shares: np.ndarray, places: np.ndarray, name: str, color: str) -> go.Scatter:
    means = shares.mean(axis=1)
    low, high = np.array([mean_interval(some) for some in shares]).T
    low, high = np.maximum(low, 1e-4), np.minimum(high, 1.0)  # a share has a logarithm, and is no more than all
    return go.Scatter(
        x=places, y=means, mode="lines+markers", name=name, showlegend=False,
        line={"color": color, "width": 2.5}, marker={"size": 8},
        error_y={"type": "data", "symmetric": False, "array": high - means, "arrayminus": means - low,
                 "thickness": 2, "width": 5, "color": color},
        hovertemplate="place %{x}: %{y:.1%}<extra>" + escape(name) + "</extra>",
    )  # fmt: skip


def _level(places: np.ndarray, value: float, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[places[0], places[-1]], y=[value, value], mode="lines", name=EVEN, showlegend=False,
        line={"color": look.quiet, "width": 2, "dash": "dot"}, hovertemplate="an even share: %{y:.1%}<extra></extra>",
    )  # fmt: skip


def _ring(x: float, y: float, look: Look) -> go.Scatter:
    """A ring around the point whose list is shown."""
    return go.Scatter(
        x=[x], y=[y], mode="markers", hoverinfo="skip", name="shown", showlegend=False,
        marker={"symbol": "circle-open", "size": 18, "color": look.ink, "line": {"width": 2}},
    )  # fmt: skip


def _bars(shares: Sequence[float], paints: Sequence[str], names: Sequence[str]) -> go.Bar:
    return go.Bar(
        x=list(shares), y=list(range(len(shares))), orientation="h", xaxis="x2", yaxis="y2", width=0.7,
        marker={"color": list(paints)}, showlegend=False, name="share of a line", customdata=None,
        text=[escape(name) for name in names], textposition="none",
        hovertemplate="%{text}: %{x:.1%}<extra></extra>",
    )  # fmt: skip


def _written(
    names: Sequence[str], shares: Sequence[float], paints: Sequence[str], look: Look
) -> list[dict[str, object]]:
    """Each line left of its bar, its share right of it."""
    size = min(look.size, round(0.7 * (look.hero - 150) / len(names)))
    place = {"yref": "y2", "showarrow": False, "yanchor": "middle"}
    return [
        one
        for row, (name, share, paint) in enumerate(zip(names, shares, paints, strict=True))
        for one in (
            {**place, "x": RIGHT[0] - 0.008, "xref": "paper", "xanchor": "right", "y": row, "text": escape(name),
             "font": {"family": MONO, "size": size, "color": look.word(paint)}},
            {**place, "x": share, "xref": "x2", "xanchor": "left", "y": row, "text": f"{share:.0%}", "xshift": 4,
             "font": {"size": size, "color": look.quiet}},
        )
    ]  # fmt: skip
