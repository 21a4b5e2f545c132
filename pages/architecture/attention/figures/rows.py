"""Figures of one head by its rows: looks as arcs, the sums behind a row, and the loss at each token."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.kept import kept
from components.figures.tokens import token_ticks
from components.theme import MONO, Look, escape, figure


def arcs(
    tokens: Sequence[str],
    edges: tuple[np.ndarray, np.ndarray, np.ndarray],
    *,
    look: Look,
    title: str,
    query: int | None = None,
) -> go.Figure:
    """The strongest edges as arcs over the line of tokens: looking back above it, looking ahead below it.

    Args:
        edges: (query, key, weight) arrays, strongest first.
        query: edges of this token are drawn in its color, the others in gray.
    """
    fig = figure(look, title=title, height=420, showlegend=False)
    ours = edges[0] == query if query is not None else np.ones(len(edges[0]), dtype=bool)
    for chosen, color in ((~ours, look.role("mass")), (ours, look.role("query"))):
        _add_arcs(fig, [part[chosen] for part in edges], color)
    places = np.arange(len(tokens))
    fig.add_trace(
        go.Scatter(
            x=places,
            y=np.zeros(len(tokens)),
            mode="markers",
            customdata=places[:, None],
            marker={"size": 9, "color": [look.role("query") if p == query else look.ink for p in places]},
            text=[escape(token) for token in tokens],
            hovertemplate="%{x} %{text}<extra></extra>",
        )
    )
    fig.update_xaxes(
        title_text="token", showgrid=False, range=[-0.7, len(tokens) - 0.3], **token_ticks(tokens, look, 60)
    )
    fig.update_yaxes(visible=False, scaleanchor=None)
    return fig


def _add_arcs(fig: go.Figure, edges: Sequence[np.ndarray], color: str) -> None:
    """Adds one trace per step of line width, so that hundreds of arcs stay a handful of traces."""
    queries, keys, weights = edges
    widths = np.clip(np.ceil(weights * 6), 1, 6)
    turn = np.linspace(0, np.pi, 25)
    for width in np.unique(widths):
        these = widths == width
        center = (queries[these] + keys[these]) / 2
        reach = (queries[these] - keys[these]) / 2
        x = center[:, None] + np.abs(reach)[:, None] * np.cos(turn)
        y = reach[:, None] * np.sin(turn)
        loops = reach == 0
        x[loops] = center[loops, None] + 0.25 * np.sin(2 * turn)
        y[loops] = 0.5 * np.sin(turn)
        gap = np.full((len(center), 1), np.nan)
        fig.add_trace(
            go.Scatter(
                x=np.hstack([x, gap]).ravel().astype(np.float32),
                y=np.hstack([y, gap]).ravel().astype(np.float32),
                mode="lines",
                hoverinfo="skip",
                line={"color": color, "width": float(width)},
                opacity=0.35 + 0.1 * float(width),
            )
        )


STEP_ROWS = (
    ("raw", "score q·k", "key"),
    ("scaled", "÷ √d", "key"),
    ("weights", "softmax", "query"),
    ("weighted_value_norms", "‖weight × value‖", "value"),
)


def steps(
    rows: dict[str, np.ndarray],
    tokens: Sequence[str],
    *,
    masked: np.ndarray,
    look: Look,
    title: str,
    height: int = 560,
) -> go.Figure:
    """One query's way from scores to the values it takes, key by key, with the numbers.

    Args:
        rows: arrays [key] under the names in STEP_ROWS.
        masked: [key]; the keys that the query may not see, whose bars are gray.
    """
    rows_above_each_other = make_subplots(rows=len(STEP_ROWS), cols=1, shared_xaxes=True, vertical_spacing=0.06)
    fig = figure(look, title=title, height=height, base=rows_above_each_other, showlegend=False)
    places = np.arange(len(tokens))
    numbered = len(tokens) <= 32
    for place, (name, label, role) in enumerate(STEP_ROWS, start=1):
        fig.add_trace(
            go.Bar(
                x=places,
                y=rows[name].astype(np.float32),
                marker_color=np.where(masked, look.role("mass"), look.role(role)),
                marker_opacity=np.where(masked, 0.35, 1.0),
                customdata=[escape(token) for token in tokens],
                text=[f"{value:.2f}" for value in rows[name]] if numbered else None,
                textposition="outside",
                textfont={"family": MONO, "size": look.size - 3},
                cliponaxis=False,
                hovertemplate="key %{x} %{customdata}<br>" + label + " %{y:.4f}<extra></extra>",
            ),
            row=place,
            col=1,
        )
        fig.update_yaxes(title_text=label, row=place, col=1, nticks=4)
    fig.update_xaxes(showgrid=False, range=[-0.6, len(tokens) - 0.4])
    fig.update_xaxes(title_text="key (looked at)", row=len(STEP_ROWS), col=1, **token_ticks(tokens, look, 60))
    return fig


@kept
def token_losses(
    loss: np.ndarray, tokens: Sequence[str], *, look: Look, title: str, copies: tuple[slice, slice] | None = None
) -> go.Figure:
    """The surprise at each token, given all before it: bars in nats.

    Args:
        loss: [token - 1]; entry i is the loss of token i + 1.
        copies: where it holds the two copies of a text that repeats itself; each is colored apart and gets its mean.
    """
    fig = figure(look, title=title, height=360, showlegend=False, bargap=0.15)
    places = np.arange(1, len(tokens))
    colors = np.full(len(places), look.role("mass" if copies else "query"))
    if copies:
        colors[copies[1]] = look.role("query")
    fig.add_trace(
        go.Bar(
            x=places,
            y=loss,
            marker_color=colors,
            # What belongs to neither copy is pale, since it is in no mean.
            marker_opacity=_in_copies(len(places), copies),
            customdata=[escape(token) for token in tokens[1:]],
            hovertemplate="%{x} %{customdata}<br>loss %{y:.2f} nats<extra></extra>",
        )
    )
    for number, copy in enumerate(copies or (), start=1):
        _add_mean(fig, places[copy], float(loss[copy].mean()), f"copy {number}", look)
    fig.update_xaxes(title_text="token", showgrid=False, **token_ticks(tokens, look, 60))
    fig.update_yaxes(title_text="loss (nats)")
    return fig


def _in_copies(count: int, copies: tuple[slice, slice] | None) -> np.ndarray:
    opacity = np.full(count, 0.4 if copies else 1.0)
    for copy in copies or ():
        opacity[copy] = 1.0
    return opacity


def _add_mean(fig: go.Figure, places: np.ndarray, mean: float, name: str, look: Look) -> None:
    """The mean of one copy as a line over its bars, with its name."""
    line = {"color": look.ink, "width": 1.5, "dash": "dot"}
    fig.add_shape(type="line", x0=places[0] - 0.5, x1=places[-1] + 0.5, y0=mean, y1=mean, line=line)
    fig.add_annotation(
        x=float(places.mean()),
        y=mean,
        text=f"{name}: mean {mean:.2f}",
        showarrow=False,
        yshift=12,
        bgcolor=look.paper,
    )
