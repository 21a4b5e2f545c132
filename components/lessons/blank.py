"""The axes of a figure without its numbers, to guess on, and a guess as it is drawn on axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.lessons import Axis, Series

PLACES = (25, 33)
"""Places for a click on empty axes: across, and upwards."""

YOURS = "your guess"
"""What a guess is called in a figure."""


def empty_axes(series: Series, look: Look, *, height: int, traces: Sequence[Any] = (), **layout: Any) -> go.Figure:
    """The axes of a series without its numbers."""
    ends = (series.upwards, series.across) if series.lying else (series.across, series.upwards)
    x, y = ({**_drawn(axis), "zeroline": False, "fixedrange": True} for axis in ends)
    # Without a trace plotly leaves the axes away.
    nothing = go.Scatter(x=[None], y=[None], mode="markers", hoverinfo="skip", showlegend=False)
    given = {"xaxis": x, "yaxis": y, "showlegend": False, "hovermode": "closest", "hoverdistance": -1, **layout}
    return figure(look, title="", height=None, traces=[nothing, *traces], **given).update_layout(height=height)


def _drawn(axis: Axis) -> dict[str, Any]:
    """An axis as plotly takes it: categories at their numbers."""
    low, high = (np.log10([axis.low, axis.high]) if axis.log else (axis.low, axis.high)).__iter__()
    shown: dict[str, Any] = {"title": {"text": axis.title}, "range": [float(low), float(high)]}
    if axis.log:
        shown["type"] = "log"
    if axis.ticks:
        shown["tickvals"] = list(axis.ticks)
    if axis.categories:
        shown |= {"tickvals": list(range(len(axis.categories))), "ticktext": list(axis.categories)}
    if axis.percent:
        shown["tickformat"] = ".0%"
    return shown


def places(series: Series) -> go.Scatter:
    """Markers that nobody sees, which say where a click would go."""
    x, y = (part.ravel() for part in np.meshgrid(*_grid(series)))
    forms = [".1%" if axis.percent else ".3g" for axis in (series.across, series.upwards)]
    hover = f"%{{x:{forms[0]}}}, %{{y:{forms[1]}}}<extra></extra>"
    return go.Scatter(x=x, y=y, mode="markers", marker={"size": 6, "opacity": 0}, hovertemplate=hover, name="places")


def place_at(series: Series, across: float, up: float) -> tuple[float, float]:
    """The place that is nearest to a click.

    Args:
        series: on whose empty axes it falls.
        across, up: the shares of the plot that lie left of it and below it.
    """
    ends = zip((series.across, series.upwards), _grid(series), (across, up), strict=True)
    x, y = (min(offered, key=lambda value: abs(axis.share(value) - share)) for axis, offered, share in ends)
    return x, y


def _grid(series: Series) -> tuple[list[float], list[float]]:
    """Where clicks go: across, and upwards."""
    return positions(series.across, PLACES[0]), [series.upwards.value(share) for share in np.linspace(0, 1, PLACES[1])]


def positions(axis: Axis, count: int) -> list[float]:
    """Places along an axis: its categories, or so many from end to end."""
    if axis.categories:
        return [float(place) for place in range(len(axis.categories))]
    return [axis.value(float(share)) for share in np.linspace(0, 1, count)]


def sketch(points: Sequence[tuple[float, float]], look: Look) -> go.Scatter:
    """A sketched curve."""
    x, y = ([point[part] for point in points] for part in (0, 1))
    return go.Scatter(
        x=x, y=y, mode="lines+markers", line={"color": look.ink, "width": 3, "dash": "dot"}, marker={"size": 8},
        hoverinfo="skip", name=YOURS,
    )  # fmt: skip


def across_figure(value: float, *, upright: bool, look: Look, axes: tuple[str, str] = ("x", "y")) -> dict[str, Any]:
    """A dotted line over the whole plot at a value of one axis."""
    x, y = axes
    line = {"color": look.ink, "width": 3, "dash": "dot"}
    if upright:
        return {
            "type": "line",
            "xref": x,
            "yref": f"{y} domain",
            "x0": value,
            "x1": value,
            "y0": 0,
            "y1": 1,
            "line": line,
        }
    return {"type": "line", "xref": f"{x} domain", "yref": y, "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}
