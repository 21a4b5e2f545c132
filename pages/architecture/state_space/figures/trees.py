"""Rounds of a scan as rows of places, and three matrices over the same words."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import cells
from components.theme import Look, escape, figure
from core.state_space import Mixing

Rounds = Sequence[tuple[np.ndarray, np.ndarray]]


def tree(rounds: Rounds, done: int, *, look: Look, title: str, height: int) -> go.Figure:
    """A row for each round, the first at the top; each place holds the steps that it covers, and what they sum to.

    Args:
        rounds: (a, b) before the first round and after each one.
        done: rounds that are shown; later rows are empty places.
    """
    length, depth = len(rounds[0][0]), len(rounds) - 1
    own, joined = _joins(length, done)
    places, rows = np.tile(np.arange(length), depth + 1), np.repeat(np.arange(depth + 1), length)
    shown = rows <= done
    full = np.array([1 << int(row) for row in rows]) > places
    colors = np.where(~shown, look.faint, np.where(full, look.role("accepted"), look.role("draft")))
    covered = [
        f"{max(0, place - (1 << row) + 1)}–{place}" if row else str(place)
        for place, row in zip(places.tolist(), rows.tolist(), strict=True)
    ]
    sums = np.concatenate([term for _, term in rounds])
    labels = [f"{span}<br>{value:.3g}" if seen else "" for span, value, seen in zip(covered, sums, shown, strict=True)]
    traces = [
        _lines(own, look.quiet, "its own pair"),
        _lines(joined, look.role("key"), "the pair 2ʲ places before"),
        go.Scatter(
            x=places,
            y=rows,
            mode="markers+text",
            text=labels,
            textfont={"size": look.size - 1, "color": look.ink},
            textposition="middle center",
            marker={"size": 46 if length <= 10 else 36, "color": [_pale(str(color), look) for color in colors],
                    "line": {"color": colors.tolist(), "width": 2}, "symbol": "square"},
            showlegend=False,
            hoverinfo="skip",
        ),
    ]  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=done > 0,
        xaxis={"title": {"text": "place k; in it: the steps covered, and h where it is complete (green)"},
               "tickvals": list(range(length)), "showgrid": False, "range": [-0.6, length - 0.4]},
        yaxis={"title": {"text": "round"}, "tickvals": list(range(depth + 1)), "showgrid": False,
               "range": [depth + 0.5, -0.5]},
    )  # fmt: skip


def _joins(length: int, done: int) -> tuple[list[tuple[int, int, int]], list[tuple[int, int, int]]]:
    """Edges (from place, to place, row above) of the rounds done: from the place itself, and from 2^j before."""
    own = [(place, place, row) for row in range(done) for place in range(length)]
    joined = [(place - (1 << row), place, row) for row in range(done) for place in range(1 << row, length)]
    return own, joined


def _lines(edges: Sequence[tuple[int, int, int]], color: str, name: str) -> go.Scatter:
    x = [part for start, end, _ in edges for part in (start, end, None)]
    y = [part for _, _, row in edges for part in (row, row + 1, None)]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": color, "width": 1.5}, name=name, hoverinfo="skip")


def _pale(color: str, look: Look) -> str:
    parts = ((0.25 * int(color[at : at + 2], 16) + 0.75 * int(look.paper[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part):02X}" for part in parts)


def matrices(found: Mixing, *, look: Look, title: str, height: int) -> go.Figure:
    """The three matrices side by side: rows are where the output stands, columns what it takes from."""
    named = {
        "fixed system": found.fixed,
        "selective": found.selective,
        "softmax attention": found.attention,
    }
    fig = make_subplots(rows=1, cols=3, horizontal_spacing=0.06, subplot_titles=list(named))
    count, places = len(found.words), np.arange(len(found.words))
    step = max(1, -(-count // 14))
    ticks = {"tickvals": places[::step], "ticktext": [escape(word[:9]) for word in found.words[::step]]}
    for place, (name, matrix) in enumerate(named.items(), start=1):
        shown = np.where(np.tri(count, dtype=bool), matrix, np.nan)
        trace = cells(shown, look=look, x_label="column", y_label="row", label=name, x=places, y=places)
        trace.update(showscale=False)
        fig.add_trace(trace, row=1, col=place)
        fig.update_xaxes(title_text="taken from", showgrid=False, tickangle=-60, row=1, col=place, **ticks)
        fig.update_yaxes(
            showgrid=False, range=[count - 0.5, -0.5], showticklabels=place == 1, row=1, col=place, **ticks
        )
    fig.update_yaxes(title_text="output at", row=1, col=1)
    return figure(look, title=title, height=height, base=fig, margin={"t": 64})
