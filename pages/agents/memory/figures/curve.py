"""Retrieval over the place of the needed pair, beside the very list that the model reads."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.figures.shares import end_names, share_lines
from components.theme import MONO, Look, escape, figure
from core.agents import RetrievalCurve

LEFT = (0.0, 0.56)
"""Where the curve stands, as a part of the width."""

LIST_AT = 0.79
ALONE, NOTHING = "only the needed pair", "no list at all"


def curve_figure(
    curve: RetrievalCurve,
    other: RetrievalCurve,
    prompt: Sequence[str],
    *,
    stop: int,
    marks: Mapping[int, str],
    look: Look,
    title: str,
) -> go.Figure:
    """Left: the share found at each place, with the two levels to compare with. Right: the text that is read.

    Args:
        curve: the chosen one. other: another of as many pairs, drawn quietly.
        prompt: the lines of the text that is read. stop: the place among the curve's that it shows.
        marks: by line of the prompt, the color of its words; the others are quiet.
        look: paper and type. title: the finding.
    """
    colors = {other.format: look.role("mass"), curve.format: look.role("query")}
    series = {
        one.format: [(int(hits), one.trials, interval) for hits, interval in zip(one.hits, one.intervals, strict=True)]
        for one in (other, curve)
    }
    places = [int(place) + 1 for place in curve.positions]
    shares = share_lines(series, places, colors=colors, apart=0.012 * curve.pairs, hover="place")
    shares[1].update(customdata=[[number] for number in range(len(places))], name="share found")
    levels = {ALONE: (float(curve.alone.mean()), "accepted"), NOTHING: (float(curve.nothing.mean()), "rejected")}
    ends = {name: float(one.shares[-1]) for name, one in ((other.format, other), (curve.format, curve))}
    ends |= {name: value for name, (value, _) in levels.items()}
    colors |= {name: look.role(role) for name, (_, role) in levels.items()}
    return figure(
        look,
        title=title,
        height=None,
        traces=[*(_level(places, *level, name, look) for name, level in levels.items()), *shares,
                _ring(places[stop], float(curve.shares[stop]), look)],
        showlegend=False,
        annotations=[*end_names(ends, colors, look), *_list(prompt, marks, look)],
        xaxis={"domain": LEFT, "title": {"text": "place of the needed pair in the list"}, "tickvals": places,
               "showgrid": False},
        yaxis={"title": {"text": f"share found, {curve.trials} lists"}, "range": [-0.04, 1.08], "tickformat": ".0%"},
    )  # fmt: skip


def _level(places: Sequence[int], value: float, role: str, name: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=[places[0], places[-1]],
        y=[value, value],
        mode="lines",
        name=name,
        line={"color": look.role(role), "width": 2, "dash": "dot"},
        hovertemplate=f"{name}: %{{y:.0%}}<extra></extra>",
    )


def _ring(place: int, share: float, look: Look) -> go.Scatter:
    """A ring around the point whose list is shown."""
    return go.Scatter(
        x=[place + 0.0],
        y=[share],
        mode="markers",
        marker={"symbol": "circle-open", "size": 20, "color": look.ink, "line": {"width": 2}},
        hoverinfo="skip",
        name="shown",
    )


def _list(prompt: Sequence[str], marks: Mapping[int, str], look: Look) -> list[dict[str, object]]:
    """The text that is read, a line each, from the top."""
    step = min(0.075, 1.0 / max(len(prompt), 1))
    size = min(look.size, round(0.7 * step * (look.hero - 90)))
    return [
        {
            "x": LIST_AT, "xref": "paper", "y": 1 - step * number, "yref": "paper", "xanchor": "left", "yanchor": "top",
            "align": "left", "showarrow": False,
            "text": f"<b>{escape(line)}</b>" if number in marks else escape(line),
            "font": {"family": MONO, "size": size, "color": marks.get(number, look.quiet)},
        }
        for number, line in enumerate(prompt)
    ]  # fmt: skip
