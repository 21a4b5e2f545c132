"""Accuracy of recall by the size of the state and by the number of pairs, and what a cut layer costs."""

from collections.abc import Sequence

import plotly.graph_objects as go

from components.theme import Look, figure
from core.state_space import PAIR_COUNTS, REPAIRS, STATE_SIZES, PruningRun, RecallRecord, RecallRun, Spread

ROLES = {"attention": "query", "hybrid": "value", "state space": "key"}
DASHES = {"attention": "dash", "hybrid": "dot", "state space": "solid"}
"""Attention and the hybrid often lie on each other: either is seen through the other's gaps."""


def by_states(
    record: RecallRecord,
    pairs: int,
    chosen: int,
    run: RecallRun | None,
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """State spaces by N with the range over seeds; attention and the hybrid as levels.

    Args:
        chosen: N that is marked.
        run: one that was trained now, as a ring.
    """
    sizes = [str(size) for size in STATE_SIZES]
    traces = [_marked(sizes, [record.spread("state space", n, pairs) for n in STATE_SIZES], "state space", look)]
    for stack in ("attention", "hybrid"):
        level = [record.spread(stack, 2, pairs)] * len(sizes)
        traces.append(_marked(sizes, level, stack, look))
    if run is not None and run.params.pairs == pairs:
        at = str(run.params.states) if run.params.stack == "state space" else sizes[-1]
        traces.append(
            go.Scatter(x=[at], y=[run.accuracy[-1]], mode="markers", name="trained here",
                       marker={"symbol": "circle-open", "size": 20, "color": look.ink, "line": {"width": 3}})
        )  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        shapes=[{"type": "rect", "xref": "x", "yref": "paper", "x0": sizes.index(str(chosen)) - 0.3,
                 "x1": sizes.index(str(chosen)) + 0.3, "y0": 0, "y1": 1, "fillcolor": look.faint, "line": {"width": 0},
                 "layer": "below"}],
        xaxis={"title": {"text": "state N (a channel)"}, "type": "category", "showgrid": False},
        yaxis=_shares(),
    )  # fmt: skip


def by_pairs(record: RecallRecord, states: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The three stacks by the number of pairs, at one size of the state."""
    counts = [str(pairs) for pairs in PAIR_COUNTS]
    arms = (("attention", 2), ("hybrid", 2), ("state space", states))
    traces = [
        _marked(counts, [record.spread(stack, size, pairs) for pairs in PAIR_COUNTS], stack, look)
        for stack, size in arms
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={"title": {"text": "pairs to hold"}, "type": "category", "showgrid": False},
        yaxis=_shares(),
    )


def _marked(x: Sequence[str], spreads: Sequence[Spread], stack: str, look: Look) -> go.Scatter:
    means = [spread.mean for spread in spreads]
    return go.Scatter(
        x=list(x),
        y=means,
        mode="lines+markers",
        name=stack,
        line={"color": look.role(ROLES[stack]), "width": 2.5, "dash": DASHES[stack]},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [spread.high - spread.mean for spread in spreads],
            "arrayminus": [spread.mean - spread.low for spread in spreads],
            "thickness": 1.5,
        },
        hovertemplate=f"{stack}<br>%{{x}}: %{{y:.1%}}<extra></extra>",
    )


def _shares() -> dict[str, object]:
    return {"title": {"text": "share of right values"}, "range": [0, 1.06], "tickformat": ".0%"}


def cuts(runs: Sequence[PruningRun], *, look: Look, title: str, height: int) -> go.Figure:
    """Accuracy before and after the cut and after each repair: a dot for each seed, a bar for their mean."""
    columns = {
        "three layers": [run.whole for run in runs],
        "one cut out": [float(run.cut.max()) for run in runs],
        **{way: [float(run.repaired[place]) for run in runs] for place, way in enumerate(REPAIRS)},
    }
    means = [sum(values) / len(values) for values in columns.values()]
    colors = [look.role(role) for role in ("mass", "rejected", "accepted", "target", "query")]
    bars = go.Bar(
        x=list(columns),
        y=means,
        marker={"color": colors, "opacity": 0.55},
        text=[f"{mean:.0%}" for mean in means],
        textposition="inside",
        insidetextanchor="start",
        insidetextfont={"color": look.ink},
        hovertemplate="%{x}<br>mean %{y:.1%}<extra></extra>",
    )
    dots = go.Scatter(
        x=[name for name, values in columns.items() for _ in values],
        y=[value for values in columns.values() for value in values],
        mode="markers",
        marker={"color": look.ink, "size": 8},
        hovertemplate="%{x}<br>one seed: %{y:.1%}<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars, dots],
        showlegend=False,
        xaxis={"showgrid": False, "title": {"text": "what was done"}},
        yaxis=_shares(),
    )
