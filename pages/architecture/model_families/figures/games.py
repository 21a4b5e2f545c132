"""BERT's games: masks drawn on a sentence, pairs of sentences told apart, and probes of one vector."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.phrases import shorten
from components.theme import MONO, Look, escape, figure
from core.transformer import LABELS, Masked

KINDS = ("", "keep", "random", "mask")
"""What may happen to a piece, in the order of its colors."""


def masking_figure(pieces: Sequence[str], shown: np.ndarray, masked: Masked, *, look: Look, title: str) -> go.Figure:
    """Draws as rows, pieces as columns: what the model sees at each place, in the color of what happened there.

    Args:
        pieces: the sentence.
        shown: the pieces that the model sees, shape [draw piece].
        masked: the draws.
        look: paper and type.
        title: the finding.
    """
    inks = [look.faint, look.role("value"), look.role("key"), look.role("query")]
    codes = np.select([masked.kinds == kind for kind in KINDS], range(len(KINDS)))
    scale = [[at, ink] for place, ink in enumerate(inks) for at in (place / len(inks), (place + 1) / len(inks))]
    small = look.size - (1 if len(pieces) <= 14 else 4)
    words = [
        [escape(shorten(str(piece), 9)) if kind else "" for piece, kind in zip(row, of, strict=True)]
        for row, of in zip(shown, masked.kinds, strict=True)
    ]
    return figure(
        look,
        title=title,
        height=340,
        traces=[
            go.Heatmap(
                z=codes,
                x=np.arange(len(pieces)),
                y=np.arange(len(codes)),
                zmin=-0.5,
                zmax=len(KINDS) - 0.5,
                colorscale=scale,
                text=words,
                texttemplate="%{text}",
                textfont={"family": MONO, "size": small, "color": "#FFFFFF"},
                colorbar={"tickvals": [0, 1, 2, 3], "ticktext": ["not asked", "kept", "random", "[MASK]"]},
                hovertemplate="draw %{y}, place %{x}: %{text}<extra></extra>",
                xgap=2,
                ygap=2,
            )
        ],
        xaxis={
            "title": {"text": "word piece of the sentence"},
            "tickvals": list(range(len(pieces))),
            "ticktext": [escape(shorten(piece, 10)) for piece in pieces],
            "tickfont": {"family": MONO, "size": small},
            "tickangle": -45 if len(pieces) > 10 else 0,
            "showgrid": False,
        },
        yaxis={"title": {"text": "draw"}, "autorange": "reversed", "showgrid": False, "dtick": 1},
    )


def pairs_figure(pairs: Mapping[str, Mapping[str, np.ndarray]], *, look: Look, title: str) -> go.Figure:
    """Share right of each player in each game, mean of the draws, with the range of 80 % of them."""
    roles = ("mass", "target", "query")
    traces = []
    for player, role in zip(next(iter(pairs.values())), roles, strict=True):
        draws = np.stack([values[player] for values in pairs.values()])
        traces.append(_bars(list(pairs), draws, player, look.role(role), look))
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 76},
        shapes=[_chance(look)],
        xaxis={"title": {"text": "what is asked of two sentences (dotted: chance)"}},
        yaxis={"title": {"text": "share right, held-out stories"}, "range": [0, 1]},
    )


def _bars(names: Sequence[str], draws: np.ndarray, player: str, fill: str, look: Look) -> go.Bar:
    mean, (low, high) = draws.mean(axis=1), np.quantile(draws, [0.1, 0.9], axis=1)
    return go.Bar(
        x=list(names),
        y=mean.astype(np.float32),
        name=player,
        marker={"color": fill},
        error_y={"array": high - mean, "arrayminus": mean - low, "thickness": 1.5, "color": look.ink},
        hovertemplate=f"{player}: %{{y:.3f}}<extra></extra>",
    )


def _chance(look: Look) -> dict[str, object]:
    line = {"color": look.quiet, "dash": "dot", "width": 1.5}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5, "line": line}


def probes_figure(probes: Mapping[str, np.ndarray], *, look: Look, title: str) -> go.Figure:
    """Share right over the number of labels of each way to judge, mean of the draws, with the range of 80 % of them."""
    traces = []
    for (name, rows), role in zip(probes.items(), ("key", "query", "mass", "value"), strict=True):
        mean, (low, high) = rows.mean(axis=1), np.quantile(rows, [0.1, 0.9], axis=1)
        traces.append(
            go.Scatter(
                x=np.array(LABELS),
                y=mean.astype(np.float32),
                name=name,
                mode="lines+markers",
                line={"color": look.role(role), "width": 2.5},
                error_y={"array": high - mean, "arrayminus": mean - low, "thickness": 1.2},
            )
        )
    return figure(
        look,
        title=title,
        height=340,
        traces=traces,
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 76},
        shapes=[_chance(look)],
        xaxis={"title": {"text": "labeled opinions, half of them liked"}, "tickvals": list(LABELS), "showgrid": False},
        yaxis={"title": {"text": "share right, the other opinions"}, "range": [0.35, 1.0]},
    )
