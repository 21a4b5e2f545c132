"""Shares of a count with their intervals, over one axis, for every page."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape

NAME_ROOM = 0.065
"""A line of type as a part of an axis from 0 to 1."""


def share_lines(
    series: Mapping[str, Sequence[tuple[int, int, tuple[float, float]]]],
    x: Sequence[float],
    *,
    colors: Mapping[str, str],
    apart: float = 0.05,
    hover: str = "",
) -> list[go.Scatter]:
    """Lines through shares, each with a whisker over its interval; the lines stand a little beside each other.

    Args:
        series: name -> by place, how many, of how many, and the interval of the share.
        x: the places.
        colors: by name.
        apart: how far a line stands beside the one before it, in units of the axis.
        hover: what the places count, such as "digits".
    """
    traces = []
    for number, (name, found) in enumerate(series.items()):
        values = np.array([right / count for right, count, _ in found])
        low, high = np.array([interval for *_, interval in found]).T
        places = np.asarray(x, float) + apart * (number - (len(series) - 1) / 2)
        traces.append(
            go.Scatter(
                x=places,
                y=values,
                name=escape(name),
                mode="lines+markers",
                line={"color": colors[name], "width": 2.5},
                marker={"size": 8},
                error_y={
                    "type": "data",
                    "symmetric": False,
                    "array": high - values,
                    "arrayminus": values - low,
                    "thickness": 1.5,
                    "width": 4,
                    "color": colors[name],
                },
                text=[f"{right} of {count}, {a:.0%} to {b:.0%}" for right, count, (a, b) in found],
                hovertext=[f"{place:g}" for place in x],
                hovertemplate=f"%{{text}}<br>{hover} %{{hovertext}}<extra>{escape(name)}</extra>",
            )
        )
    return traces


def end_names(ends: Mapping[str, float], colors: Mapping[str, str], look: Look) -> list[dict[str, object]]:
    """The name of each line at its end, no two over each other."""
    names, lowest = [], -1.0
    for name, end in sorted(ends.items(), key=lambda pair: pair[1]):
        lowest = max(end, lowest + NAME_ROOM)
        names.append(
            {"x": 1.02, "xref": "x domain", "y": lowest, "text": name, "xanchor": "left", "showarrow": False,
             "font": {"color": look.word(colors[name])}}
        )  # fmt: skip
    return names
