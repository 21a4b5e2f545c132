"""An answer as a span of a passage: how often it is found, and where it may begin and end."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.phrases import shorten
from components.theme import MONO, Look, escape, figure
from core.transformer import SpanAnswer

LEFT, RIGHT = (0.0, 0.2), (0.29, 1.0)
ROWS = ((0.56, 1.0), (0.0, 0.44))
"""Where the two ways stand, from the top."""


def spans_figure(
    answers: Mapping[str, SpanAnswer],
    shares: Mapping[str, tuple[float, float, float]],
    other_asked: Mapping[str, float],
    *,
    look: Look,
    title: str,
) -> go.Figure:
    """Left: the share of exact answers of each way. Right: for one question, the probability of each piece.

    Args:
        answers: way -> what it says of the question; two ways.
        shares: way -> share of exact answers, and the ends of its interval.
        other_asked: way -> the share of old answers where another question was asked.
        look: paper and type.
        title: the finding.
    """
    fig = figure(
        look,
        title=title,
        height=350,
        traces=[*_shares(shares, other_asked, look), *_probabilities(answers, look)],
        barmode="group",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.06, "yanchor": "bottom"},
        margin={"t": 76},
        shapes=_marks(answers, look),
        annotations=[_name(way, row, look) for way, row in zip(answers, ROWS, strict=True)],
        xaxis={"domain": LEFT, "anchor": "y", "showgrid": False, "tickangle": 0},
        yaxis={"anchor": "x", "title": {"text": "exact, unseen passages"}, "range": [0, 1], "tickformat": ".0%"},
    )
    for place, (answer, row) in enumerate(zip(answers.values(), ROWS, strict=True), 2):
        fig.update_layout(
            {f"xaxis{place}": _across(answer.pieces, place, look, named=place == 3), f"yaxis{place}": _up(place, row)}
        )
    return fig


def _shares(
    shares: Mapping[str, tuple[float, float, float]], other_asked: Mapping[str, float], look: Look
) -> list[go.Bar]:
    names = [way.replace(" ", "<br>", 1) for way in shares]
    mean, low, high = (np.array(values) for values in zip(*shares.values(), strict=True))
    right = go.Bar(
        x=names,
        y=mean.astype(np.float32),
        name="its question asked",
        marker={"color": look.role("value")},
        error_y={"array": high - mean, "arrayminus": mean - low, "thickness": 1.5, "color": look.ink},
        hovertemplate="%{x}: %{y:.3f}<extra></extra>",
    )
    other = go.Bar(
        x=names,
        y=np.array([other_asked[way] for way in shares], dtype=np.float32),
        name="another one asked",
        marker={"color": look.role("mass")},
        hovertemplate="%{x}, another question: %{y:.3f}<extra></extra>",
    )
    return [right, other]


def _probabilities(answers: Mapping[str, SpanAnswer], look: Look) -> list[go.Bar]:
    traces = []
    for place, (way, answer) in enumerate(answers.items(), 2):
        for name, values, role in (("begins", answer.start, "query"), ("ends", answer.end, "key")):
            traces.append(
                go.Bar(
                    x=np.arange(len(answer.pieces)),
                    y=values,
                    name=f"{name} here",
                    marker={"color": look.role(role)},
                    xaxis=f"x{place}",
                    yaxis=f"y{place}",
                    showlegend=place == 2,
                    legendgroup=name,
                    customdata=[[escape(piece)] for piece in answer.pieces],
                    hovertemplate=f"{way}: the answer {name} at %{{customdata[0]}}, %{{y:.2f}}<extra></extra>",
                )
            )
    return traces


def _marks(answers: Mapping[str, SpanAnswer], look: Look) -> list[dict[str, object]]:
    """The true answer as a tinted field, and the likeliest span as a frame."""
    marks: list[dict[str, object]] = []
    for place, answer in enumerate(answers.values(), 2):
        common = {"type": "rect", "xref": f"x{place}", "yref": f"y{place}", "y0": 0, "y1": 1}
        (first, last), (begin, end) = answer.right, answer.said
        if first >= 0:
            field = {"fillcolor": look.role("value"), "opacity": 0.22, "line": {"width": 0}, "layer": "below"}
            marks.append({**common, "x0": first - 0.5, "x1": last + 0.5, **field})
        line = {"color": look.ink, "width": 1.5, "dash": "dot"}
        marks.append({**common, "x0": begin - 0.5, "x1": end + 0.5, "line": line})
    return marks


def _name(way: str, row: tuple[float, float], look: Look) -> dict[str, object]:
    return {
        "text": f"<b>{way}</b>",
        "xref": "paper",
        "yref": "paper",
        "x": RIGHT[1],
        "y": row[1],
        "xanchor": "right",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": look.ink, "size": look.size},
    }


def _across(pieces: Sequence[str], place: int, look: Look, *, named: bool) -> dict[str, object]:
    small = {"family": MONO, "size": look.size - (2 if len(pieces) <= 30 else 4)}
    return {
        "domain": RIGHT,
        "anchor": f"y{place}",
        "showgrid": False,
        "tickvals": list(range(len(pieces))),
        "ticktext": [escape(shorten(piece, 10)) for piece in pieces],
        "tickfont": small,
        "tickangle": -60,
        "showticklabels": named,
        "range": [-0.6, len(pieces) - 0.4],
        **(
            {"title": {"text": "word piece of the passage; tinted: the right answer, framed: the likeliest"}}
            if named
            else {}
        ),
    }


def _up(place: int, row: tuple[float, float]) -> dict[str, object]:
    return {
        "domain": row,
        "anchor": f"x{place}",
        "range": [0, 1],
        "title": {"text": "probability"},
        "tickvals": [0, 0.5, 1],
    }


def losses_figure(losses: Sequence[float], *, look: Look, title: str) -> go.Figure:
    """The loss of each update of a run that is under way."""
    return lines(
        {"loss": np.array(losses)}, look=look, title=title, x_label="update", y_label="loss (nats)", height=220
    ).update_yaxes(rangemode="tozero")
