"""Figures of drafts on the decoding page: what was accepted, a draft's tree and mask, layers that ran, and laws."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import inks
from components.theme import MONO, Look, escape, figure
from core.decoding import Generation


def acceptance_bars(
    histogram: Sequence[int], positions: Sequence[tuple[int, int]], *, look: Look, title: str
) -> go.Figure:
    """How many tokens each call accepted, and how often the token at each place was accepted."""
    fig = figure(look, title=title, height=340, showlegend=False)
    fig = make_subplots(rows=1, cols=2, horizontal_spacing=0.12, figure=fig)
    fig.add_trace(
        go.Bar(
            x=np.arange(len(histogram)),
            y=np.array(histogram),
            marker_color=look.role("accepted"),
            hovertemplate="%{x} accepted in %{y} calls<extra></extra>",
        ),
        1,
        1,
    )
    share = np.array([accepted / tested if tested else np.nan for accepted, tested in positions], dtype=np.float32)
    fig.add_trace(
        go.Bar(
            x=np.arange(1, len(share) + 1),
            y=share,
            marker_color=look.role("draft"),
            text=[f"{accepted}/{tested}" for accepted, tested in positions],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="place %{x}: %{y:.2f}<extra></extra>",
        ),
        1,
        2,
    )
    fig.update_xaxes(title_text="draft tokens accepted in a call", dtick=1, showgrid=False, row=1, col=1)
    fig.update_yaxes(title_text="calls", dtick=max(1, -(-max(histogram) // 6)), row=1, col=1)
    fig.update_xaxes(title_text="place in the draft", dtick=1, showgrid=False, row=1, col=2)
    fig.update_yaxes(title_text="accepted, of those tested", range=[0, 1.15], row=1, col=2)
    return fig


def draft_tree(
    parent: Sequence[int],
    tokens: Sequence[str],
    accepted: Sequence[int],
    *,
    look: Look,
    title: str,
    height: int = 420,
) -> go.Figure:
    """A draft tree with its accepted path in green: a chain grows down, a tree with many leaves to the right.

    Args:
        parent: for each guess the one that it continues, -1 for the text. tokens: the guesses.
        accepted: the guesses that were kept.
        height: at least so many pixels; a long chain gets more.
    """
    depth, across = _tree_places(parent)
    grows_down = len(set(parent)) > 0.6 * len(parent)
    colors = [look.role("accepted") if node in accepted else look.role("rejected") for node in range(len(parent))]
    x, y = ([0.0, *across], [1.0, *(-place for place in depth)]) if grows_down else ([-1.0, *depth], [0.0, *across])
    fig = figure(look, title=title, height=max(height, 24 * len(set(depth)) if grows_down else 0), showlegend=False)
    for node, above in enumerate(parent):
        color, width = (look.role("accepted"), 3.0) if node in accepted else (look.quiet, 1.0)
        ends = [above + 1, node + 1]
        line = {"color": color, "width": width}
        fig.add_trace(
            go.Scatter(x=[x[k] for k in ends], y=[y[k] for k in ends], mode="lines", line=line, hoverinfo="skip")
        )
    fig.add_trace(
        go.Scatter(
            x=x,
            y=y,
            mode="markers+text",
            marker={"size": 13, "color": [look.ink, *colors]},
            text=[" text so far" if grows_down else "text<br>so far", *(f" {escape(token)}" for token in tokens)],
            textposition="middle right" if grows_down else ["top left", *_beside_edges(parent, across)],
            textfont={"family": MONO},
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    # Room for the names that stand left of the first place and right of the last one.
    left, right = (0.3, 1.6) if grows_down else (0.8, 0.9)
    fig.update_xaxes(visible=False, range=[min(x) - left, max(x) + right])
    return fig.update_yaxes(visible=False)


def _beside_edges(parent: Sequence[int], across: Sequence[float]) -> list[str]:
    """Where each guess's name stands so that no edge crosses it: right of a leaf, else on the side its own edge spares.

    Args:
        parent: as in `draft_tree`. across: the height of each guess.
    """
    inner = set(parent)
    heights = [0.0 if above < 0 else across[above] for above in parent]
    return [
        "middle right" if node not in inner else "top left" if here >= above else "bottom left"
        for node, (here, above) in enumerate(zip(across, heights, strict=True))
    ]


def draft_mask(mask: np.ndarray, tokens: Sequence[str], *, look: Look, title: str, height: int = 420) -> go.Figure:
    """Which guess of a tree sees which.

    Args:
        mask: [guess guess], true where the row's guess sees the column's. tokens: the guesses.
    """
    fig = figure(look, title=title, height=height)
    names = [f"{node} {escape(token)}" for node, token in enumerate(tokens)]
    fig.add_trace(
        go.Heatmap(
            z=mask.astype(np.uint8),
            customdata=[[[seeing, seen] for seen in names] for seeing in names],
            colorscale=[[0, look.faint], [1, look.role("query")]],
            zmin=0,
            zmax=1,
            showscale=False,
            xgap=2,
            ygap=2,
            hovertemplate="%{customdata[0]} sees %{customdata[1]}: %{z}<extra></extra>",
        )
    )
    ends = [-0.5, len(names) - 0.5]  # plotly cannot place the picture on a hidden tab without them
    ticks = {
        "tickfont": {"family": MONO, "size": look.size - 3},
        "tickvals": list(range(len(names))),
        "showgrid": False,
    }
    x_axis = {"title_text": "guess looked at", "ticktext": list(range(len(names))), "constrain": "domain"}
    fig.update_xaxes(range=ends, **x_axis, **ticks)
    square = {"scaleanchor": "x", "constrain": "domain"}
    return fig.update_yaxes(title_text="guess looking", range=ends[::-1], ticktext=names, **square, **ticks)


def _tree_places(parent: Sequence[int]) -> tuple[list[float], list[float]]:
    """Depth to the right; leaves at equal distances from top to bottom, each node in the middle of its children."""
    children: dict[int, list[int]] = {node: [] for node in range(-1, len(parent))}
    for node, above in enumerate(parent):
        children[above].append(node)
    y = [0.0] * len(parent)
    row = iter(range(len(parent)))

    def place(node: int) -> float:
        heights = [place(child) for child in children[node]]
        here = sum(heights) / len(heights) if heights else -float(next(row))
        if node >= 0:
            y[node] = here
        return here

    middle = place(-1)
    x: list[float] = []
    for above in parent:
        x.append(0.0 if above < 0 else x[above] + 1.0)
    return x, [height - middle for height in y]


def depth_bars(run: Generation, layers: int, *, look: Look, title: str) -> go.Figure:
    """The layers that ran for each token."""
    depth = np.array([step.depth for step in run.steps], dtype=np.float32)
    tokens = [run.pieces[step.added[0]] for step in run.steps]
    early = depth < layers
    colors = (look.quiet, look.role("accepted"))
    fig = figure(look, title=title, height=340, showlegend=False)
    fig.add_trace(
        go.Bar(
            x=np.arange(len(depth)),
            y=depth,
            marker_color=[colors[left] for left in early.astype(int)],
            text=[escape(token) for token in tokens],
            textangle=-90,
            textposition="inside",
            textfont={"family": MONO, "color": inks(early.astype(float), [[0, colors[0]], [1, colors[1]]])},
            hovertemplate="%{text}: %{y} layers<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="token written", showgrid=False)
    fig.update_yaxes(title_text="layers that ran", range=[0, layers])
    return fig


def law_bars(laws: Mapping[str, np.ndarray], tokens: Sequence[str], *, look: Look, title: str) -> go.Figure:
    """Target, draft and residual probabilities of the same tokens, side by side."""
    roles = {"target": look.ink, "draft": look.role("draft"), "residual": look.role("rejected")}
    fig = figure(look, title=title, height=380, barmode="group")
    for name, law in laws.items():
        fig.add_trace(
            go.Bar(
                x=[f"{place} {escape(token)}" for place, token in enumerate(tokens)],
                y=law.astype(np.float32),
                name=name,
                marker_color=roles[name],
                hovertemplate="%{x}: %{y:.3f}<extra>" + name + "</extra>",
            )
        )
    fig.update_xaxes(tickfont={"family": MONO}, showgrid=False, title_text="token")
    fig.update_yaxes(title_text="probability")
    fig.update_layout(margin_t=76)
    return fig
