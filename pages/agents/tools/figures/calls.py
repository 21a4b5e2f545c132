"""What proposed calls are worth, and how many are kept at each threshold."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.phrases import shorten
from components.theme import MONO, Look, escape, figure
from core.tools import Candidate, Proposal

THRESHOLDS = np.linspace(-1, 3, 81)

KINDS = (
    ("without", "alone", "key"),
    ("with_call", "after the call", "mass"),
    ("with_result", "with its result", "value"),
)
"""The three losses: field, name, and color."""


def calls_figure(
    proposal: Proposal,
    every: Mapping[str, Sequence[Candidate]],
    *,
    threshold: float,
    look: Look,
    height: int,
    title: str,
) -> go.Figure:
    """Left: the three losses of each call, and its gain. Right: how many of all recorded calls are kept, over τ.

    Args:
        proposal: the calls of one sentence.
        every: group of sentences -> the calls proposed in them.
        threshold: τ, in nats.
        look: paper and type. height: pixels. title: the finding.
    """
    rows = [one for one in proposal.candidates if one.gain is not None]
    names = [f"{place} {escape(shorten(one.expression, 20))}" for place, one in enumerate(rows)]
    groups = zip(every.items(), ("query", "key"), strict=True)
    traces = [*_losses(rows, names, look), *(_kept(name, some, look.role(role)) for (name, some), role in groups)]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 100, "l": 12},
        annotations=[_gain(one, name, threshold, look) for one, name in zip(rows, names, strict=True)],
        shapes=[_line(threshold, look)],
        xaxis={"domain": [0.0, 0.52], "title": {"text": "loss of the next tokens (nats)"}, "rangemode": "tozero"},
        yaxis={
            "type": "category",
            "autorange": "reversed",
            "tickvals": names,
            "ticktext": [_label(one, proposal, look) for one in rows],
            "tickfont": {"family": MONO, "size": look.size - 1},
            "showgrid": True,
        },
        xaxis2={"domain": [0.72, 1], "anchor": "y2", "title": {"text": "τ (nats)"}, "showgrid": False},
        yaxis2={"anchor": "x2", "title": {"text": "calls kept, all sentences"}, "rangemode": "tozero"},
    )


def _label(candidate: Candidate, proposal: Proposal, look: Look) -> str:
    """A call, and the token before which it stands."""
    before = f"<span style='color:{look.quiet}'>before {escape(proposal.pieces[candidate.place])}</span>"
    return f"{escape(shorten(candidate.expression, 20))} {before}"


def _losses(rows: Sequence[Candidate], names: Sequence[str], look: Look) -> list[go.Scatter]:
    """The three losses of each call."""
    return [
        go.Scatter(
            x=[getattr(one.gain, field) for one in rows],
            y=names,
            mode="markers",
            name=name,
            marker={"size": 11, "color": look.role(role), "line": {"color": look.ink, "width": 0.5}},
            hovertemplate="%{x:.3f} nats<extra>" + name + "</extra>",
        )
        for field, name, role in KINDS
    ]


def _kept(name: str, some: Sequence[Candidate], color: str) -> go.Scatter:
    """How many calls of a group are kept, over τ.

    The gains are computed once, not for each τ as `kept_calls` would: the curve is drawn anew at each move of τ.
    """
    gains = np.array([gain.gain for one in some if (gain := one.gain) is not None])
    return go.Scatter(
        x=THRESHOLDS,
        y=(gains >= THRESHOLDS[:, None]).sum(axis=1).tolist(),
        xaxis="x2",
        yaxis="y2",
        mode="lines",
        line={"color": color, "width": 2.5, "shape": "vh"},
        name=name,
        hovertemplate="τ = %{x:.2f}: %{y} kept<extra>" + name + "</extra>",
    )


def _gain(candidate: Candidate, name: str, threshold: float, look: Look) -> dict[str, object]:
    """The gain of a call and what becomes of it, at the end of its row."""
    gain = candidate.gain.gain if candidate.gain is not None else float("nan")
    kept = gain >= threshold
    return {
        "x": 0.53,
        "xref": "paper",
        "y": name,
        "yref": "y",
        "xanchor": "left",
        "showarrow": False,
        "text": f"{gain:+.2f} {'kept' if kept else 'rejected'}",
        "font": {"color": look.word(look.role("accepted" if kept else "rejected")), "size": look.size},
    }


def _line(threshold: float, look: Look) -> dict[str, object]:
    return {
        "type": "line",
        "xref": "x2",
        "yref": "y2 domain",
        "x0": threshold,
        "x1": threshold,
        "y0": 0,
        "y1": 1,
        "line": {"color": look.ink, "width": 1.5, "dash": "dash"},
    }
