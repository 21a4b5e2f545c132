"""Perplexity of another text after tuning, over that before it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import TuningRecord

APART = 0.08
"""The least distance of two labels of the axis, of its whole length."""

TICKS = (0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000)


def forgetting(
    record: TuningRecord, names: Mapping[str, str], text: int, *, look: Look, title: str, height: int
) -> go.Figure:
    """Each run as a mark: filled at the chosen rate, open at those that were tried beside it, a cross where stopped.

    Args:
        text: its place in `core.tuning.OTHER_TEXTS`.
    """
    traces = [
        trace for method in record.methods for trace in _marks(record, method, names[method], text, look.role("query"))
    ]
    for kind in {trace.name for trace in traces}:
        # A trace without a mark has no line in the legend, either.
        drawn = next((trace for trace in traces if trace.name == kind and len(trace.x)), None)
        if drawn is not None:
            drawn.showlegend = True
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        xaxis={
            "title": {"text": "method"},
            "showgrid": False,
            "categoryorder": "array",
            "categoryarray": [names[method] for method in record.methods],
        },
        **against_before(traces, look),
    )


def _marks(record: TuningRecord, method: str, name: str, text: int, color: str) -> Iterator[go.Scatter]:
    """The runs of one method, a trace for each kind of mark."""
    chosen, beside = record.chosen(method), record.beside(method)
    kinds = {
        "chosen learning rate": ("circle", [run for run in chosen if not run.stopped]),
        "tried beside it": ("circle-open", [run for run in beside if not run.stopped]),
        "stopped: it diverged": ("x", [run for run in (*chosen, *beside) if run.stopped]),
    }
    for kind, (symbol, runs) in kinds.items():
        yield go.Scatter(
            x=[name] * len(runs),
            y=[float(run.perplexity[text] / run.before[text]) for run in runs],
            mode="markers",
            marker={"symbol": symbol, "size": 13, "color": color, "line": {"width": 2.5 * (symbol != "x"),
                                                                           "color": color}},
            name=kind,
            showlegend=False,
            legendrank=list(kinds).index(kind),
            customdata=[[run.params.rate, run.params.seed, float(run.perplexity[text])] for run in runs],
            hovertemplate="%{x}<br>rate %{customdata[0]:g}, seed %{customdata[1]}<br>perplexity "
            "%{customdata[2]:.1f}, times %{y:.2f}<extra></extra>",
        )  # fmt: skip


def against_before(traces: Sequence[go.Scatter], look: Look) -> dict[str, Any]:
    """The layout of what became of perplexity: times that before tuning, on a logarithmic axis, with a line at 1."""
    every = np.concatenate([np.asarray(trace.y, float) for trace in traces])
    every = every[np.isfinite(every)]
    low, top = min(0.85, float(every.min()) / 1.1), max(1.3, float(every.max()) * 1.15)
    ticks = _ticks(low, top)
    line = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1}
    return {
        "shapes": [{**line, "line": {"color": look.quiet, "dash": "dot"}}],
        "yaxis": {
            "title": {"text": "perplexity, times that before tuning"},
            "type": "log",
            "tickvals": ticks,
            "ticktext": [f"{tick:g}" for tick in ticks],
            "range": [np.log10(low), np.log10(top)],
        },
    }


def _ticks(low: float, top: float) -> list[float]:
    """Labels within a range, from 1 outwards, of which no two lie on each other."""
    kept: list[float] = []
    for tick in sorted((tick for tick in TICKS if low <= tick <= top), key=lambda tick: abs(np.log(tick))):
        if all(abs(np.log(tick / other)) >= APART * np.log(top / low) for other in kept):
            kept.append(tick)
    return sorted(kept)
