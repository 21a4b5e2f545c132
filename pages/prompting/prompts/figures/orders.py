"""Figures of the order of examples: all orders, the place of a label, and entropies."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.heights import room
from components.theme import Look, escape, figure

ABOVE = 160
"""Pixels that the controls and the sentence take of the main figure's room."""


def orders_figure(
    names: Sequence[str],
    accuracies: np.ndarray,
    intervals: Sequence[tuple[float, float]],
    ends: Sequence[bool],
    *,
    look: Look,
    title: str,
) -> go.Figure:
    """Every order with its accuracy and interval, the worst first, in the color of its last label.

    Args:
        names: the labels of each order, as signs.
        accuracies, intervals: of each.
        ends: whether the last example has the first label.
        look: paper and type.
        title: the finding.
    """
    ranked = np.argsort(accuracies, kind="stable")
    traces = []
    for last, name, role in ((True, "positive last", "query"), (False, "negative last", "key")):
        rows = [(place, order) for place, order in enumerate(ranked) if ends[order] == last]
        traces.append(
            go.Scatter(
                x=[place for place, _ in rows],
                y=[accuracies[order] for _, order in rows],
                mode="markers",
                name=name,
                marker={"color": look.role(role), "size": 11},
                error_y={
                    "array": [intervals[order][1] - accuracies[order] for _, order in rows],
                    "arrayminus": [accuracies[order] - intervals[order][0] for _, order in rows],
                    "thickness": 1.5,
                    "width": 3,
                },
                hovertemplate="%{y:.0%}<extra></extra>",
            )
        )
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=traces,
        showlegend=True,
        margin={"t": 76},
        xaxis={
            "title": {"text": "labels of the four examples in their order, the worst order first"},
            "tickvals": list(range(len(ranked))),
            "ticktext": [escape(names[order]) for order in ranked],
            "tickangle": -60,
            "showgrid": False,
        },
        yaxis={"title": {"text": "items right, bars: 95 %"}, "range": [0, 1.03], "tickformat": ".0%"},
    )


def places_figure(effects: np.ndarray, label: str, *, look: Look, title: str) -> go.Figure:
    """How much more often a label is said where it stands at a place: a dot for each draw, a bar for the mean.

    Args:
        effects: by draw and place.
        label: the label.
        look: paper and type.
        title: the finding.
    """
    draws, ends = effects.shape
    names = [f"place {place + 1}" for place in range(ends - 1)] + [f"place {ends}, last"]
    means = go.Bar(x=names, y=effects.mean(axis=0), name="mean", marker={"color": look.role("draft")}, width=0.5)
    dots = go.Scatter(
        x=[name for _ in range(draws) for name in names],
        y=effects.ravel(),
        mode="markers",
        name="a draw of examples",
        marker={"color": look.ink, "size": 9},
        hovertemplate="%{y:+.0%}<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=[means, dots],
        showlegend=True,
        margin={"t": 76},
        xaxis={"title": {"text": f"where an example with “{escape(label)}” stands"}, "showgrid": False},
        yaxis={"title": {"text": f"share of “{escape(label)}”: there minus elsewhere"}, "tickformat": "+.0%"},
    )


def entropy_figure(
    entropies: np.ndarray, accuracies: np.ndarray, chosen: Sequence[int], *, look: Look, title: str, name: str
) -> go.Figure:
    """Accuracy of each order over its entropy on probes; the chosen ones are marked.

    Args:
        entropies, accuracies: of each order.
        chosen: the orders with the largest entropies.
        look: paper and type.
        title: the finding.
        name: of the entropy.
    """
    others = np.setdiff1d(np.arange(len(entropies)), chosen)
    traces = [
        go.Scatter(
            x=entropies[rows],
            y=accuracies[rows],
            mode="markers",
            name=words,
            marker={"color": ink, "size": size},
            hovertemplate=f"{name} %{{x:.3f}} nats, %{{y:.0%}} right<extra></extra>",
        )
        for rows, words, ink, size in (
            (others, "order", look.role("mass"), 9),
            (np.asarray(chosen), "chosen", look.role("key"), 13),
        )
    ]
    mean, dotted = float(accuracies.mean()), {"color": look.quiet, "dash": "dot"}
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=traces,
        showlegend=True,
        margin={"t": 76},
        shapes=[{"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": mean, "y1": mean, "line": dotted}],
        xaxis={"title": {"text": f"{name} of the labels on the probes, in nats"}},
        yaxis={"title": {"text": "items right; dotted: the mean order"}, "range": [0, 1.03], "tickformat": ".0%"},
    )
