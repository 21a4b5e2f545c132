"""Searches with equal budgets side by side, and what choosing on few reviews promises."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, Look, figure, mixed
from core.prompting import Optimism
from pages.prompting.searching_prompts.results import METHOD_NAMES, Race


def race_figure(race: Race, *, look: Look, title: str, height: int) -> go.Figure:
    """The mean best score so far of each method, with two standard errors as a band around each."""
    at = np.arange(1, race.history.shape[2] + 1)
    traces: list[Any] = []
    for place in range(len(METHOD_NAMES)):
        mean, error = race.history[place].mean(axis=0), 2 * race.history[place].std(axis=0, ddof=1)
        error = error / np.sqrt(race.history.shape[1])
        traces.append(
            go.Scatter(
                x=np.concatenate([at, at[::-1]]),
                y=np.concatenate([mean - error, (mean + error)[::-1]]),
                fill="toself",
                fillcolor=mixed(CATEGORIES[place], look.paper, 0.14),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
                opacity=0.5,
            )
        )
    for place, name in enumerate(METHOD_NAMES):
        traces.append(
            go.Scatter(
                x=at,
                y=race.history[place].mean(axis=0),
                mode="lines",
                name=name,
                line={"color": CATEGORIES[place], "width": 2.5, "dash": "dot" if name == "random" else "solid"},
                hovertemplate=f"evaluation %{{x}}: %{{y:.1%}}<extra>{name}</extra>",
            )
        )
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


def luck_figure(found: Optimism, count: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The score of the best prompt on the reviews that chose it, and its accuracy on held-out ones."""
    inks = {"on the reviews that chose it": look.role("proxy"), "held out": look.role("gold")}
    series = dict(zip(inks, (found.seen, found.held_out), strict=True))
    soft = mixed(look.role("gold"), look.paper, 0.2)
    around = np.concatenate([found.held_out - found.spread, np.minimum(found.held_out + found.spread, 1)[::-1]])
    traces: list[Any] = [
        go.Scatter(
            x=np.concatenate([found.counts, found.counts[::-1]]),
            y=around,
            fill="toself",
            fillcolor=soft,
            line={"width": 0},
            hoverinfo="skip",
        )
    ]
    traces += [
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
    names = [
        {
            "x": float(found.counts[-1]),
            "y": float(values[-1]),
            "xanchor": "right",
            "showarrow": False,
            "yanchor": "bottom" if name == "on the reviews that chose it" else "top",
            "text": name,
            "font": {"color": look.word(inks[name])},
        }
        for name, values in series.items()
    ]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
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
