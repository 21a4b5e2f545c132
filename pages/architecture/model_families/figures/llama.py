"""Llama's parts: a gate beside none, what norms make of a vector, a vocabulary that grows, eight languages."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.transformer import Cut, GatingRun, LearnedMerges, sums_entropy

ABOVE = {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"}
"""A legend above the plot."""


def gating_figure(by_kind: Mapping[str, Sequence[GatingRun]], *, look: Look, title: str) -> go.Figure:
    """The loss of each kind over the steps, mean of its runs as a line and each run as dots; the entropy dashed."""
    traces = []
    for (kind, runs), role in zip(by_kind.items(), ("query", "key"), strict=True):
        steps, losses = runs[0].steps, np.stack([run.loss for run in runs])
        name = f"{kind}, {runs[0].inner} inside"
        line = {"color": look.role(role), "width": 2.5}
        traces.append(go.Scatter(x=steps, y=losses.mean(axis=0), name=name, mode="lines", line=line))
        traces.append(
            go.Scatter(
                x=np.tile(steps, len(runs)),
                y=losses.ravel(),
                mode="markers",
                marker={"color": look.role(role), "size": 6, "opacity": 0.6},
                showlegend=False,
                hovertemplate="step %{x}: %{y:.3f} nats<extra></extra>",
            )
        )
    bound = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": sums_entropy(), "y1": sums_entropy()}
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        showlegend=True,
        legend=ABOVE,
        margin={"t": 76},
        shapes=[{**bound, "line": {"color": look.quiet, "dash": "dash", "width": 1.5}}],
        xaxis={"title": {"text": "step in training; the dashed line is the exact entropy"}, "type": "log"},
        yaxis={"title": {"text": "loss (nats)"}, "rangemode": "tozero"},
    )


def norms_figure(rows: Mapping[str, tuple[np.ndarray, np.ndarray]], *, look: Look, title: str) -> go.Figure:
    """What each norm makes of x, and of c x + b, number by number.

    Args:
        rows: norm -> what it makes of x, and of the changed vector.
        look: paper and type.
        title: the finding.
    """
    traces = []
    for place, (name, pair) in enumerate(rows.items()):
        ending = "" if place == 0 else "2"
        for values, label, role in zip(pair, ("x", "c x + b"), ("mass", "query"), strict=True):
            traces.append(
                go.Bar(
                    x=np.arange(len(values)),
                    y=values.astype(np.float32),
                    name=f"of {label}",
                    marker={"color": look.role(role)},
                    xaxis=f"x{ending}",
                    yaxis=f"y{ending}",
                    showlegend=place == 0,
                    hovertemplate=f"{name} of {label}, number %{{x}}: %{{y:.3f}}<extra></extra>",
                )
            )
    first, second = rows
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        barmode="group",
        showlegend=True,
        legend=ABOVE,
        margin={"t": 76},
        xaxis={"title": {"text": f"{first}: place in the vector"}, "domain": [0, 0.47], "dtick": 1, "showgrid": False},
        yaxis={"title": {"text": "number after the norm"}},
        xaxis2={
            "title": {"text": f"{second}: place in the vector"},
            "domain": [0.53, 1],
            "anchor": "y2",
            "dtick": 1,
            "showgrid": False,
        },
        yaxis2={"anchor": "x2", "matches": "y", "showticklabels": False},
    )


def merges_figure(learned: LearnedMerges, count: int, *, look: Look, title: str) -> go.Figure:
    """The pieces of the text over the merges made, with a mark at the present one."""
    lengths = np.array(learned.lengths)
    return figure(
        look,
        title=title,
        height=300,
        traces=[
            go.Scatter(
                x=np.arange(len(lengths)),
                y=lengths,
                mode="lines",
                line={"color": look.role("query"), "width": 2.5},
                hovertemplate="%{x} merges: %{y} pieces<extra></extra>",
            ),
            go.Scatter(
                x=[count],
                y=[lengths[count]],
                mode="markers",
                marker={"color": look.role("key"), "size": 12},
                hovertemplate="now: %{x} merges, %{y} pieces<extra></extra>",
            ),
        ],
        showlegend=False,
        xaxis={"title": {"text": "merges made"}, "showgrid": False, "ticklabelstandoff": 6},
        yaxis={"title": {"text": "pieces of the text"}, "rangemode": "tozero"},
    )


def languages_figure(cuts: Mapping[str, Mapping[str, Cut]], *, look: Look, title: str) -> go.Figure:
    """Tokens per word of one sentence in each language, for each vocabulary."""
    traces = [
        go.Bar(
            x=list(by_language),
            y=[cut.tokens / cut.words for cut in by_language.values()],
            name=name,
            marker={"color": look.role(role)},
            text=[f"{cut.tokens / cut.words:.1f}" for cut in by_language.values()],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:.2f} tokens per word<extra></extra>",
        )
        for (name, by_language), role in zip(cuts.items(), ("query", "key"), strict=True)
    ]
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        barmode="group",
        showlegend=True,
        legend=ABOVE,
        margin={"t": 76},
        xaxis={"title": {"text": "language of the sentence"}},
        yaxis={"title": {"text": "tokens per word"}, "rangemode": "tozero"},
    )
