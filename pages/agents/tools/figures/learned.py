"""How often a model writes the right number, untouched, tuned on texts, and tuned on the same texts with calls."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tools import ARMS, ON_CALLS, LearnedCalls, called, right_by_seed

ROLES = {ARMS[0]: "key", ARMS[1]: "query", ARMS[2]: "value"}
"""The color of each way of training."""

NAMES = {ARMS[0]: "untouched", ARMS[1]: "tuned on<br>the texts", ARMS[2]: "tuned on texts<br>with calls"}


def learned_figure(record: LearnedCalls, *, look: Look, height: int, title: str) -> go.Figure:
    """Left: the share of right numbers, a bar for the mean and a point for each seed. Right: what became of the calls.

    Args:
        record: the recorded runs.
        look: paper and type. height: pixels. title: the finding.
    """
    counts = called(record.of(ON_CALLS))
    steps = {
        "a call is opened": counts.opened,
        "it is a valid call": counts.opened - counts.refused,
        "it gives the right number": counts.fitting,
        "the number is then written": counts.used,
    }
    return figure(
        look,
        title=title,
        height=height,
        traces=[_means(record, look), *_seeds(record, look), _steps(steps, counts.statements, look)],
        showlegend=False,
        xaxis={"domain": [0, 0.42], "type": "category"},
        yaxis={"title": {"text": "right numbers"}, "range": [0, _top(record)], "tickformat": ".0%"},
        xaxis2={
            "domain": [0.66, 0.97],
            "anchor": "y2",
            "range": [0, 1.08],
            "tickformat": ".0%",
            "title": {"text": "of statements, after tuning with calls"},
        },
        yaxis2={"anchor": "x2", "autorange": "reversed", "showgrid": False},
    )


def _top(record: LearnedCalls) -> float:
    """The upper end of the axis of shares: what is learned may be little, and is to be seen all the same."""
    return min(1.08, max(0.1, 1.15 * max(right_by_seed(record.arms))))


def _name(record: LearnedCalls, name: str) -> str:
    """A way of training with its share: beside the points of the seeds there is no room above a bar."""
    return f"{NAMES[name]}<br><b>{record.by_statement(name).mean():.0%}</b>"


def _means(record: LearnedCalls, look: Look) -> go.Bar:
    """The mean over seeds."""
    values = [float(record.by_statement(name).mean()) for name in ARMS]
    return go.Bar(
        x=[_name(record, name) for name in ARMS],
        y=values,
        width=0.55,
        marker={"color": [look.role(ROLES[name]) for name in ARMS]},
        hovertemplate="%{y:.1%}<extra></extra>",
    )


def _seeds(record: LearnedCalls, look: Look) -> list[go.Scatter]:
    """Each run by itself, where there are several."""
    return [
        go.Scatter(
            x=[_name(record, name)] * len(arms),
            y=right_by_seed(arms),
            mode="markers",
            marker={"size": 8, "color": look.paper, "line": {"color": look.ink, "width": 1.5}},
            hovertemplate="one seed: %{y:.1%}<extra></extra>",
        )
        for name in ARMS
        if len(arms := record.of(name)) > 1
    ]


def _steps(steps: dict[str, int], statements: int, look: Look) -> go.Bar:
    """How far the calls come."""
    return go.Bar(
        x=np.array(list(steps.values())) / statements,
        y=list(steps),
        orientation="h",
        xaxis="x2",
        yaxis="y2",
        marker={"color": look.role(ROLES[ON_CALLS])},
        text=[f"{count} of {statements}" for count in steps.values()],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{text}<extra></extra>",
    )
