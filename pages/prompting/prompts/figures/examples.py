"""Figures of the number of examples: accuracy by task, wrong labels, and what is copied."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.heights import room
from components.theme import CATEGORIES, Look, escape, figure
from core.prompting import ORIGINS, Difference

ABOVE = 120
"""Pixels that the choice of a view and the sentence take of the main figure's room."""


def counts_figure(accuracies: Mapping[str, Mapping[int, Sequence[float]]], *, look: Look, title: str) -> go.Figure:
    """Accuracy over the number of examples, a small plot for each task: a dot for each draw, a line through the means.

    Args:
        accuracies: task -> number of examples -> accuracy of each draw.
        look: paper and type.
        title: the finding.
    """
    base = make_subplots(
        2,
        3,
        subplot_titles=list(accuracies),
        shared_xaxes=True,
        shared_yaxes=True,
        vertical_spacing=0.14,
        horizontal_spacing=0.03,
    )
    for place, by_count in enumerate(accuracies.values()):
        row, column = place // 3 + 1, place % 3 + 1
        at = {"row": row, "col": column}
        counts = list(by_count)
        x = [str(count) for count in counts for _ in by_count[count]]
        y = [accuracy for count in counts for accuracy in by_count[count]]
        dots = {"color": look.role("draft"), "size": 8, "opacity": 0.75}
        line = {"color": look.role("query"), "width": 2.5}
        means = [float(np.mean(by_count[count])) for count in counts]
        hover = "%{x} examples: %{y:.0%}<extra></extra>"
        base.add_trace(go.Scatter(x=x, y=y, mode="markers", marker=dots, hovertemplate=hover), **at)
        base.add_trace(go.Scatter(x=list(map(str, counts)), y=means, mode="lines", line=line, hoverinfo="skip"), **at)
    base.update_yaxes(range=[-0.04, 1.06], tickformat=".0%", tickvals=[0, 0.5, 1])
    base.update_xaxes(type="category")
    base.update_yaxes(title_text="items right", col=1)
    base.update_xaxes(title_text="examples in the prompt", row=2)
    return figure(look, title=title, height=room(look, ABOVE), base=base, showlegend=False, margin={"t": 64})


def labels_figure(losses: Mapping[str, Mapping[str, Difference]], *, look: Look, title: str) -> go.Figure:
    """What wrong labels cost by task, each kind with its interval over the items.

    Args:
        losses: kind of labels -> task -> accuracy with them minus accuracy with the right ones.
        look: paper and type.
        title: the finding.
    """
    traces = []
    for (kind, by_task), role, shift in zip(losses.items(), ("key", "query"), (-0.14, 0.14), strict=True):
        found = list(by_task.values())
        traces.append(
            go.Scatter(
                x=[each.mean for each in found],
                y=np.arange(len(found)) + shift,
                mode="markers",
                name=f"{kind} labels",
                marker={"color": look.role(role), "size": 11},
                error_x={
                    "array": [each.high - each.mean for each in found],
                    "arrayminus": [each.mean - each.low for each in found],
                    "thickness": 2,
                },
                hovertemplate=f"{kind}: %{{x:+.0%}}<extra></extra>",
            )
        )
    tasks, dotted = list(next(iter(losses.values()))), {"color": look.quiet, "dash": "dot"}
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=traces,
        showlegend=True,
        margin={"t": 76},
        shapes=[{"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": dotted}],
        xaxis={
            "title": {"text": "accuracy minus that with right labels; bars: 95 % for all tasks together"},
            "tickformat": "+.0%",
        },
        yaxis={
            "tickvals": list(range(len(tasks))),
            "ticktext": [escape(task) for task in tasks],
            "range": [len(tasks) - 0.5, -0.5],
            "showgrid": False,
        },
    )


def copied_figure(shares: Mapping[int, np.ndarray], *, look: Look, title: str) -> go.Figure:
    """What answers to open tasks are, over the number of examples.

    Args:
        shares: number of examples -> share of each of ORIGINS.
        look: paper and type.
        title: the finding.
    """
    inks = (look.role("accepted"), look.role("key"), CATEGORIES[3], look.role("mass"))
    table = np.stack(list(shares.values()))
    traces = [
        go.Bar(
            x=[str(count) for count in shares],
            y=table[:, place].astype(np.float32),
            name=name,
            marker={"color": ink},
            hovertemplate=f"{escape(name)}: %{{y:.0%}}<extra></extra>",
        )
        for place, (name, ink) in enumerate(zip(ORIGINS, inks, strict=True))
    ]
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=traces,
        barmode="stack",
        showlegend=True,
        legend={"traceorder": "normal"},
        margin={"t": 76},
        xaxis={"title": {"text": "examples in the prompt"}, "type": "category", "showgrid": False},
        yaxis={"title": {"text": "answers to the open tasks"}, "range": [0, 1], "tickformat": ".0%"},
    )
