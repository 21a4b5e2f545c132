"""The loss of each token, and the parts of a cross entropy."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, escape, figure
from core.transformer import ReaderRun, TokenPath


def entropy_figure(p: np.ndarray, q: np.ndarray, path: TokenPath, *, look: Look, title: str) -> go.Figure:
    """Left: shares of three words in the data and in the model. Right: the loss of each token of a text."""
    base = make_subplots(
        rows=1,
        cols=2,
        column_widths=[0.4, 0.6],
        subplot_titles=("three words", "the text above"),
        horizontal_spacing=0.12,
    )
    words = ["first", "second", "third"]
    tokens = [f"{place} {escape(token)}" for place, token in enumerate(path.tokens)][1:]
    traces = [
        go.Bar(x=words, y=p.astype(np.float32), name="data p", marker={"color": look.role("target")}),
        go.Bar(x=words, y=q.astype(np.float32), name="model q", marker={"color": look.role("draft")}),
        go.Bar(
            x=tokens,
            y=path.loss.astype(np.float32),
            name="loss of a token",
            marker={"color": look.role("key")},
            xaxis="x2",
            yaxis="y2",
            hovertemplate="%{x}<br>%{y:.2f} nats<extra></extra>",
            showlegend=False,
        ),
    ]
    return figure(
        look,
        title=title,
        height=380,
        base=base,
        traces=traces,
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.1, "yanchor": "bottom"},
        margin={"t": 90, "b": 90},
        yaxis={"title": {"text": "probability"}, "range": [0, 1]},
        yaxis2={"title": {"text": "−log probability (nats)"}, "rangemode": "tozero"},
        xaxis={"title": {"text": "word"}},
        xaxis2={"title": {"text": "token"}, "tickangle": -45},
    )


def language_figure(runs: Sequence[ReaderRun], *, look: Look, title: str) -> go.Figure:
    """The loss of a decoder over the steps, mean of its runs and each as dots, with what no model can beat.

    Args:
        runs: one for each seed, on one language.
        look: paper and type.
        title: the finding.
    """
    steps, losses = runs[0].steps, np.stack([run.loss for run in runs])
    ink = look.role("key")
    alone, past, _ = runs[0].entropies
    ends = (int(steps[0]), int(steps[-1]))
    traces = [
        go.Scatter(x=steps, y=losses.mean(axis=0), name="decoder", mode="lines", line={"color": ink, "width": 2.5}),
        go.Scatter(
            x=np.tile(steps, len(runs)),
            y=losses.ravel(),
            name="single runs",
            mode="markers",
            marker={"color": ink, "size": 6, "opacity": 0.6},
            showlegend=False,
            hovertemplate="step %{x}: %{y:.3f} nats<extra></extra>",
        ),
    ]
    levels = {"entropy of a word alone": (alone, "mass", "dot"), "entropy given the past": (past, "target", "dash")}
    for name, (value, role, dash) in levels.items():
        line = {"color": look.role(role), "width": 2, "dash": dash}
        traces.append(go.Scatter(x=ends, y=[value, value], name=f"{name}, {value:.3f}", mode="lines", line=line))
    return figure(
        look,
        title=title,
        height=380,
        traces=traces,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 76},
        xaxis={"title": {"text": "steps in training"}, "type": "log", "showgrid": False},
        yaxis={"title": {"text": "loss on unseen texts (nats)"}, "rangemode": "tozero"},
    )
