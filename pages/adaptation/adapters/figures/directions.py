"""Right answers of SmolLM2 over the number of random directions along which LoRA's numbers may move."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tuning import DirectionsRecord, TransferRun


def directions(record: DirectionsRecord, *, look: Look, title: str, height: int) -> go.Figure:
    """Each seed a dot with the mean as a line; untrained and with all of LoRA's numbers as lines across."""
    color, ds = look.role("query"), record.dimensions
    means = [np.mean(_shares(record.of(d))) for d in ds]
    dots = go.Scatter(
        x=[d for d in ds for _ in record.of(d)],
        y=[share for d in ds for share in _shares(record.of(d))],
        mode="markers",
        marker={"size": 9, "color": color, "opacity": 0.6},
        hovertemplate="d = %{x}<br>a seed: %{y:.1%}<extra></extra>",
    )
    line = go.Scatter(x=list(ds), y=means, mode="lines", line={"color": color, "width": 2.5}, hoverinfo="skip")
    levels = (("untrained", record.untrained, look.quiet), ("all of LoRA's numbers", record.of(0), look.role("key")))
    return figure(
        look,
        title=title,
        height=height,
        traces=[dots, line],
        shapes=[_level(runs, color) for _, runs, color in levels],
        annotations=[_name(name, runs, color, look) for name, runs, color in levels],
        showlegend=False,
        xaxis={"type": "log", "title": {"text": "random directions d"}, "showgrid": False, "tickvals": list(ds)},
        yaxis={"title": {"text": "share of right answers"}, "tickformat": ".0%", "range": [0.3, 1.05]},
    )


def _shares(runs: Sequence[TransferRun]) -> list[float]:
    return [sum(run.right.values()) / (run.questions * len(run.right)) for run in runs]


def _level(runs: Sequence[TransferRun], color: str) -> dict[str, object]:
    mean = float(np.mean(_shares(runs)))
    return {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": mean, "y1": mean,
            "line": {"color": color, "dash": "dot"}}  # fmt: skip


def _name(name: str, runs: Sequence[TransferRun], color: str, look: Look) -> dict[str, object]:
    shares = _shares(runs)
    ends = dict.fromkeys(f"{share:.0%}" for share in (min(shares), max(shares)))
    return {"x": 0.99, "xref": "x domain", "xanchor": "right", "y": float(np.mean(shares)), "yanchor": "bottom",
            "showarrow": False, "text": f"{name}: {' to '.join(ends)}",
            "font": {"color": look.word(color)}}  # fmt: skip
