"""Searches with equal budgets side by side, and what choosing on few reviews promises."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure, mixed
from core.prompting import Optimism
from pages.prompting.searching_prompts.results import METHOD_NAMES, Race


def race_figure(
    race: Race, *, look: Look, title: str, height: int, proposed: Mapping[str, np.ndarray] | None = None
) -> go.Figure:
    """The mean best score so far of each method, with two standard errors as a band around each.

    Args:
        proposed: further curves, name -> best score so far [run evaluation], drawn as dashes as far as the others go.
    """
    places, most = range(len(METHOD_NAMES)), race.history.shape[2]
    traces = [*(_band(race, place, look) for place in places), *(_mean(race, place) for place in places)]
    for place, (name, runs) in enumerate((proposed or {}).items(), start=len(METHOD_NAMES)):
        line = {"color": CATEGORIES[place], "width": 2.5, "dash": "dash"}
        traces.append(_line(name, runs[:, :most].mean(axis=0), line))
    optimum = float(race.optimum.mean())
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        margin={"t": 76, "r": 12},
        shapes=[
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": optimum,
                "y1": optimum,
                "line": {"color": look.quiet, "width": 1.5, "dash": "dot"},
            }
        ],
        annotations=[
            {
                "x": 0.01,
                "xref": "paper",
                "xanchor": "left",
                "y": optimum,
                "yanchor": "bottom",
                "showarrow": False,
                "text": "mean of the best of all",
                "font": {"color": look.quiet},
            }
        ],
        xaxis={"title": {"text": "evaluation"}, "showgrid": False},
        yaxis={"title": {"text": "best score so far, mean"}, "tickformat": ".0%"},
    )


def _band(race: Race, place: int, look: Look) -> go.Scatter:
    """Two standard errors around the mean of one method."""
    history = race.history[place]
    at, mean = np.arange(1, history.shape[1] + 1), history.mean(axis=0)
    error = 2 * history.std(axis=0, ddof=1) / np.sqrt(len(history))
    return go.Scatter(
        x=np.concatenate([at, at[::-1]]),
        y=np.concatenate([mean - error, (mean + error)[::-1]]),
        fill="toself",
        fillcolor=mixed(CATEGORIES[place], look.paper, 0.14),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
        opacity=0.5,
    )


def _mean(race: Race, place: int) -> go.Scatter:
    name = METHOD_NAMES[place]
    line = {"color": CATEGORIES[place], "width": 2.5, "dash": "dot" if name == "random" else "solid"}
    return _line(name, race.history[place].mean(axis=0), line)


def _line(name: str, values: np.ndarray, line: dict[str, Any]) -> go.Scatter:
    words = f"evaluation %{{x}}: %{{y:.1%}}<extra>{name}</extra>"
    at = np.arange(1, len(values) + 1)
    return go.Scatter(x=at, y=values, mode="lines", name=name, line=line, hovertemplate=words)


def luck_figure(found: Optimism, count: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The score of the best prompt on the reviews that chose it, and its accuracy on held-out ones."""
    inks = dict(zip(CURVES, (look.role("proxy"), look.role("gold")), strict=True))
    series = dict(zip(inks, (found.seen, found.held_out), strict=True))
    lines = [
        go.Scatter(
            x=found.counts,
            y=values,
            mode="lines+markers",
            line={"color": inks[name], "width": 2.5},
            hovertemplate=f"%{{x}} reviews: %{{y:.1%}}<extra>{name}</extra>",
            name=name,
        )
        for name, values in series.items()
    ]
    at = float(found.counts[-1])
    names = [_end(name, at, float(series[name][-1]), look.word(inks[name])) for name in CURVES]
    return figure(
        look,
        title=title,
        height=height,
        traces=[_spread(found, look), *lines],
        showlegend=False,
        annotations=names,
        shapes=[
            {
                "type": "line",
                "yref": "paper",
                "x0": count,
                "x1": count,
                "y0": 0,
                "y1": 1,
                "line": {"color": look.quiet, "width": 1},
            }
        ],
        xaxis={"title": {"text": "reviews scored with"}, "showgrid": False},
        yaxis={"title": {"text": "accuracy of the best of 96"}, "tickformat": ".0%"},
    )


CURVES = ("on the reviews that chose it", "held out")


def _end(name: str, x: float, y: float, color: str) -> dict[str, Any]:
    """The name of a line below its end: above, the upper one would lie on its line, which falls."""
    place = {"x": x, "y": y, "xanchor": "right", "yanchor": "top"}
    return {**place, "showarrow": False, "text": name, "font": {"color": color}}


def _spread(found: Optimism, look: Look) -> go.Scatter:
    """A standard deviation over the deals around the held-out accuracy."""
    ends = found.held_out - found.spread, np.minimum(found.held_out + found.spread, 1)
    return go.Scatter(
        x=np.concatenate([found.counts, found.counts[::-1]]),
        y=np.concatenate([ends[0], ends[1][::-1]]),
        fill="toself",
        fillcolor=mixed(look.role("gold"), look.paper, 0.2),
        line={"width": 0},
        hoverinfo="skip",
    )
