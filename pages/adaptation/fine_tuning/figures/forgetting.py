"""Perplexity of another text after tuning, over that before it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import TuningRecord

TICKS = (0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000)


def forgetting(
    record: TuningRecord, names: Mapping[str, str], text: int, *, look: Look, title: str, height: int
) -> go.Figure:
    """Each run as a mark: filled at the chosen rate, open at those that were tried beside it.

    Args:
        text: its place in `core.tuning.OTHER_TEXTS`.
    """
    traces = []
    for method in record.methods:
        for runs, symbol in ((record.chosen(method), "circle"), (record.beside(method), "circle-open")):
            traces.append(
                go.Scatter(
                    x=[names[method]] * len(runs),
                    y=[float(run.perplexity[text] / run.before[text]) for run in runs],
                    mode="markers",
                    marker={
                        "symbol": symbol,
                        "size": 13,
                        "color": look.role("query"),
                        "line": {"width": 2.5, "color": look.role("query")},
                    },
                    name="chosen learning rate" if symbol == "circle" else "tried beside it",
                    showlegend=method == record.methods[0],
                    customdata=[[run.params.rate, run.params.seed, float(run.perplexity[text])] for run in runs],
                    hovertemplate="%{x}<br>rate %{customdata[0]:g}, seed %{customdata[1]}<br>perplexity "
                    "%{customdata[2]:.1f}, times %{y:.2f}<extra></extra>",
                )
            )
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


def against_before(traces: Sequence[go.Scatter], look: Look) -> dict[str, Any]:
    """The layout of what became of perplexity: times that before tuning, on a logarithmic axis, with a line at 1."""
    every = np.concatenate([np.asarray(trace.y, float) for trace in traces])
    every = every[np.isfinite(every)]
    low, top = min(0.85, float(every.min()) / 1.1), max(1.3, float(every.max()) * 1.15)
    ticks = [tick for tick in TICKS if low <= tick <= top]
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
