"""The main figure: accuracy against labels for every arm, and the paired differences at one number of labels."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.kept import kept
from components.theme import Look, figure, mixed
from core.convolution import COUNTS, RAW, Trials, difference
from pages.foundations.representations.figures.palette import color_of

LINE = 1.2
"""The least distance between two names at the curves' starts, in sizes of type."""

FRAME = 100
"""Pixels of a figure's height above and below its axes."""

TOP = 1.02
"""The upper end of the axis of shares."""


@kept
def curves(
    trials: Trials,
    *,
    arm: str,
    versus: str,
    count: int,
    look: Look,
    title: str,
    height: int | None = None,
    own: Mapping[str, np.ndarray] | None = None,
) -> go.Figure:
    """Curves of all arms at the left, the arm in question and the one that it is compared with thick.

    Args:
        own: further curves, name -> accuracies [draw] at each of COUNTS, as [count draw].
    """
    base = make_subplots(rows=1, cols=2, column_widths=[0.6, 0.4], horizontal_spacing=0.2 if look.presenter else 0.16)
    means = {name: trials.accuracy[place].mean(axis=(0, 2)) for place, name in enumerate(trials.arms)}
    means |= {name: values.mean(axis=1) for name, values in (own or {}).items()}
    shuffled = arm if arm in trials.arms else RAW
    traces = [
        *(_band(trials, name, look) for name in (versus, arm) if name in trials.arms),
        *(_curve(name, values, look, strong=name in (arm, versus, *(own or {}))) for name, values in means.items()),
        _chance(trials, shuffled, look),
    ]
    return figure(
        look,
        title=title,
        height=height,
        base=_with_differences(base, trials, arm, versus, count, look),
        traces=traces,
        showlegend=False,
        annotations=[
            *_names(means, look, strong=(arm, versus), height=look.hero if height is None else height),
            _name_of_chance(trials, shuffled, look),
        ],
        shapes=[_chosen(count, look)],
        margin={"t": 44, "r": 16},
        **_axes(f"points above {versus}, {count} per class", look, low=height is not None),
    )


def _axes(differences: str, look: Look, *, low: bool) -> dict[str, dict[str, Any]]:
    """The axes of the curves and of the differences, whose name is given."""
    return {
        "xaxis": {
            "title": {"text": "labels per class"},
            "type": "log",
            "range": [-0.72, float(np.log10(COUNTS[-1])) + 0.04],
            "tickvals": COUNTS,
            "showgrid": False,
        },
        # The whole of it is longer than a lower figure is high.
        "yaxis": {
            "title": {"text": "share named rightly" if low else "share of the other digits named rightly"},
            "range": [0, TOP],
            "tickformat": ".0%",
        },
        "xaxis2": {"title": {"text": differences}, "zeroline": True, "zerolinecolor": look.quiet},
        "yaxis2": {"autorange": "reversed", "showgrid": False},
    }


def _curve(name: str, values: np.ndarray, look: Look, *, strong: bool) -> go.Scatter:
    color = color_of(name, look)
    return go.Scatter(
        x=COUNTS,
        y=values.astype(np.float32),
        mode="lines+markers",
        name=name,
        line={"color": color, "width": 3 if strong else 1.3},
        marker={"size": 7 if strong else 4},
        opacity=1.0 if strong else 0.75,
        hovertemplate=f"{name}<br>%{{x}} per class: %{{y:.1%}}<extra></extra>",
    )


def _band(trials: Trials, name: str, look: Look) -> go.Scatter:
    """One standard deviation over the draws, each draw a mean over the seeds."""
    by_draw = trials.accuracy[trials.arms.index(name)].mean(axis=0)
    mean, apart = by_draw.mean(axis=1), by_draw.std(axis=1, ddof=1)
    return go.Scatter(
        x=[*COUNTS, *reversed(COUNTS)],
        y=np.concatenate([mean + apart, (mean - apart)[::-1]]).astype(np.float32),
        fill="toself",
        fillcolor=mixed(color_of(name, look), look.paper, 0.16),
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        name=f"spread of {name}",
    )


def _chance(trials: Trials, arm: str, look: Look) -> go.Scatter:
    return go.Scatter(
        x=COUNTS,
        y=_shuffled(trials, arm).astype(np.float32),
        mode="lines",
        line={"color": look.quiet, "width": 1.3, "dash": "dot"},
        name="labels shuffled",
        hovertemplate="labels shuffled<br>%{x} per class: %{y:.1%}<extra></extra>",
    )


def _shuffled(trials: Trials, arm: str) -> np.ndarray:
    """The mean accuracy at each number of labels where these say nothing."""
    return np.asarray(trials.shuffled[trials.arms.index(arm)].mean(axis=1))


def _name_of_chance(trials: Trials, arm: str, look: Look) -> dict[str, Any]:
    """The name of the curve of shuffled labels, above all of it."""
    place = {"x": float(np.log10(COUNTS[1])), "y": float(_shuffled(trials, arm).max()), "xref": "x", "yref": "y"}
    return {
        **place,
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "text": f"{arm}, labels shuffled",
        "font": {"color": look.quiet, "size": look.size},
    }


def _chosen(count: int, look: Look) -> dict[str, Any]:
    line = {"color": look.quiet, "width": 1, "dash": "dot"}
    return {
        "type": "line",
        "x0": count,
        "x1": count,
        "y0": 0,
        "y1": 1,
        "yref": "y domain",
        "line": line,
        "layer": "below",
    }


def _names(
    means: Mapping[str, np.ndarray], look: Look, *, strong: tuple[str, ...], height: int
) -> list[dict[str, Any]]:
    """Each name left of its curve's start, the lowest first, none nearer to the one below than a line of type.

    Where they would end above the axes, as in a low figure on a projector, the upper ones push the others down.
    """
    room = LINE * look.size / (height - FRAME)
    names = sorted(means, key=lambda name: float(means[name][0]))
    places: list[float] = []
    for name in names:
        places.append(max(float(means[name][0]), places[-1] + room if places else 0.0))
    top = TOP + room / 2
    for at in reversed(range(len(places))):
        top = places[at] = min(places[at], top - room)
    return [_name(name, place, look, strong=name in strong) for name, place in zip(names, places, strict=True)]


def _name(name: str, place: float, look: Look, *, strong: bool) -> dict[str, Any]:
    return {
        "x": 0, "y": place, "xref": "x", "yref": "y", "xanchor": "right", "xshift": -8, "showarrow": False,
        "text": f"<b>{name}</b>" if strong else name,
        "font": {"color": look.word(color_of(name, look)), "size": look.size},
    }  # fmt: skip


def _with_differences(base: go.Figure, trials: Trials, arm: str, versus: str, count: int, look: Look) -> go.Figure:
    """At the right each arm's difference to the one compared with: draws as dots, the mean and its interval."""
    for name in trials.arms:
        if name == versus:
            continue
        base.add_traces(differences_of(trials, name, versus, count, look, strong=name == arm), 1, 2)
    return base


def differences_of(trials: Trials, name: str, versus: str, count: int, look: Look, *, strong: bool) -> list[go.Scatter]:
    """One arm's line: its interval, its draws, its mean, in percentage points."""
    one, other = trials.of(name, count), trials.of(versus, count)
    found, color = difference(one, other), color_of(name, look)
    by_draw = 100 * (one - other).mean(axis=0)
    return [
        go.Scatter(
            x=[100 * found.low, 100 * found.high],
            y=[name, name],
            mode="lines",
            line={"color": color, "width": 6 if strong else 3},
            opacity=1.0 if strong else 0.8,
            hoverinfo="skip",
            showlegend=False,
        ),
        go.Scatter(
            x=by_draw.astype(np.float32),
            y=[name] * len(by_draw),
            mode="markers",
            marker={"color": color, "size": 5, "opacity": 0.45},
            hovertemplate="one draw: %{x:+.1f} points<extra></extra>",
            showlegend=False,
        ),
        go.Scatter(
            x=[100 * found.mean],
            y=[name],
            mode="markers",
            marker={"color": look.paper, "size": 9, "line": {"color": color, "width": 2.5}},
            hovertemplate=f"{name}: %{{x:+.1f}} points, 95 % {100 * found.low:+.1f} to {100 * found.high:+.1f}"
            "<extra></extra>",
            showlegend=False,
        ),
    ]
