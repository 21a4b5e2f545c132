"""What an update costs as bars of parts, and what was forgotten as marks on a logarithmic axis."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import METHODS, CostRecord, TuningRecord
from pages.adaptation.fine_tuning.figures.runs import COLORS

MEMORY_PARTS = {"weights": "mass", "gradients": "key", "moments": "target", "activations": "query"}
SECONDS_PARTS = {"forward": "query", "backward": "key", "update": "target"}


def costs(
    record: CostRecord, names: Mapping[str, str], parts: Mapping[str, str], *, look: Look, title: str, label: str,
    scale: float, height: int,
) -> go.Figure:  # fmt: skip
    """One bar a method, made of its parts.

    Args:
        names: method -> its name on screen.
        parts: fields of a cost -> role of their color.
        label: of the axis.
        scale: what the fields are divided by.
    """
    shown = [cost for cost in record.costs if cost.method in names][::-1]
    traces = [
        go.Bar(
            y=[names[cost.method] for cost in shown],
            x=[getattr(cost, part) / scale for cost in shown],
            orientation="h",
            name=part,
            marker={"color": look.role(role)},
            hovertemplate=f"%{{y}}<br>{part} %{{x:,.3g}}<extra></extra>",
        )
        for part, role in parts.items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        barmode="stack",
        legend={"traceorder": "normal"},
        xaxis={"title": {"text": label}},
        yaxis={"showgrid": False},
    )


def forgetting(
    record: TuningRecord, names: Mapping[str, str], text: int, *, look: Look, title: str, height: int
) -> go.Figure:
    """Perplexity after tuning over that before it, each run a mark: filled at the chosen rate, open at the other.

    Args:
        text: its place in `core.tuning.OTHER_TEXTS`.
    """
    traces = []
    for method in METHODS:
        chosen = record.chosen(method)
        others = [run for run in record.tried(method) if run.params.rate != chosen[0].params.rate]
        for runs, symbol in ((chosen, "circle"), (others, "circle-open")):
            traces.append(
                go.Scatter(
                    x=[names[method]] * len(runs),
                    y=[float(run.perplexity[text] / run.before[text]) for run in runs],
                    mode="markers",
                    marker={"symbol": symbol, "size": 13, "color": COLORS[method], "line": {"width": 2.5}},
                    name="chosen learning rate" if symbol == "circle" else "the other rate",
                    showlegend=method == "full",
                    customdata=[[run.params.rate, run.params.seed, float(run.perplexity[text])] for run in runs],
                    hovertemplate="%{x}<br>rate %{customdata[0]:g}, seed %{customdata[1]}<br>perplexity "
                    "%{customdata[2]:.1f}, times %{y:.2f}<extra></extra>",
                )
            )
    every = np.concatenate([np.asarray(trace.y, float) for trace in traces])
    top = max(1.3, float(every[np.isfinite(every)].max()) * 1.15)
    low = min(0.9, float(every[np.isfinite(every)].min()) / 1.1)
    ticks = [tick for tick in (0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000) if low <= tick <= top]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        shapes=[{"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 1, "y1": 1,
                 "line": {"color": look.quiet, "dash": "dot"}}],
        xaxis={"title": {"text": "method"}, "showgrid": False, "categoryorder": "array",
               "categoryarray": list(names.values())},
        yaxis={"title": {"text": "perplexity, times that before tuning"}, "type": "log", "tickvals": ticks,
               "ticktext": [f"{tick:g}" for tick in ticks], "range": [np.log10(low), np.log10(top)]},
    )  # fmt: skip
