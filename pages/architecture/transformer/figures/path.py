"""What every layer says for an answer, and what it adds to the stream."""

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.kept import kept
from components.theme import Look, figure
from core.transformer import STEPS, TokenPath


@kept
def path_figure(path: TokenPath, *, depth: int, look: Look, title: str) -> go.Figure:
    """Above, what attention and feed-forward of each layer say for the answer; below, the lengths they add.

    Args:
        path: of one position.
        depth: how many layers have been read; a line stands behind them.
        look: paper and type.
        title: the finding.
    """
    base = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.62, 0.38], vertical_spacing=0.08)
    traces = [
        *_of("attention", path.parts[1::2], path.attention, color=look.role("query")),
        *_of("feed-forward", path.parts[2::2], path.feed_forward, color=look.role("value")),
    ]
    line = {"type": "line", "x0": depth - 0.5, "x1": depth - 0.5, "y0": 0, "y1": 1, "yref": "paper", "xref": "x"}
    return figure(
        look,
        title=title,
        height=None,
        base=base,
        traces=traces,
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 76},
        shapes=[{**line, "line": {"color": look.ink, "width": 1.5, "dash": "dot"}}],
        yaxis={"title": {"text": "logit of the answer"}},
        yaxis2={"title": {"text": "length added"}, "rangemode": "tozero"},
        xaxis={"showgrid": False, "range": [-0.9, len(path.attention) - 0.1]},
        xaxis2={"title": {"text": "layer"}, "showgrid": False},
    )


def _of(name: str, said: np.ndarray, added: np.ndarray, *, color: str) -> tuple[go.Bar, go.Scatter]:
    """What one kind of block says for the answer, and the length it adds, layer by layer."""
    layers = np.arange(len(added))
    carried = np.stack([layers + 1], axis=1)
    bars = go.Bar(
        x=layers,
        y=said.astype(np.float32),
        name=name,
        marker={"color": color},
        customdata=carried,
        hovertemplate=f"{name} of layer %{{x}}<br>%{{y:.2f}} of the logit<extra></extra>",
        legendgroup=name,
    )
    lengths = go.Scatter(
        x=layers,
        y=added.astype(np.float32),
        name=name,
        mode="lines+markers",
        line={"color": color, "width": 2},
        xaxis="x2",
        yaxis="y2",
        customdata=carried,
        hovertemplate=f"{name} of layer %{{x}}<br>adds a vector of length %{{y:.0f}}<extra></extra>",
        legendgroup=name,
        showlegend=False,
    )
    return bars, lengths


def inside_figure(path: TokenPath, layer: int, *, look: Look, title: str) -> go.Figure:
    """The length of what each step inside a block makes, as bars with their sizes."""
    names = [f"{step}  {shape}" for step, shape in zip(STEPS, path.shapes, strict=True)]
    values = path.inside[layer]
    tints = [look.role("query")] * 6 + [look.role("value")] * 5
    return figure(
        look,
        title=title,
        height=380,
        traces=[
            go.Bar(
                x=values.astype(np.float32),
                y=names,
                orientation="h",
                marker={"color": tints},
                text=[f"{value:.1f}" for value in values],
                textposition="outside",
                cliponaxis=False,
                hovertemplate="%{y}<br>length %{x:.2f}<extra></extra>",
            )
        ],
        showlegend=False,
        xaxis={"title": {"text": "length"}, "range": [0, 1.4 * float(values.max())]},
        yaxis={
            "autorange": "reversed",
            "ticklabelstandoff": 6,
            "title": {"text": "step, and how many numbers it makes"},
        },
    )
