"""Curves over one axis, each named at its end, for every page."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import CATEGORIES, ENLARGED, Look, escape, figure


def lines(
    series: Mapping[str, np.ndarray],
    *,
    look: Look,
    title: str,
    x_label: str,
    y_label: str,
    x: np.ndarray | None = None,
    colors: Mapping[str, str] | None = None,
    height: int | None = 360,
    log_y: bool = False,
    beside: np.ndarray | None = None,
) -> go.Figure:
    """Curves, each named at its end where there are two to four, in a legend where there are more.

    A single curve needs no name: the axis has it.

    Args:
        series: name -> values.
        x: the places on the axis, shared by all curves; 0, 1, 2, ... without it.
        colors: name -> color for series that have a role; the others take the palette's order.
        log_y: equal steps upward are equal factors; all values must be above 0.
        beside: other values, of any shape, that will be drawn on the same linear axis: where they make it longer, the
            names keep farther apart.
    """
    named_at_end = 1 < len(series) <= 4
    in_legend = len(series) > 4
    # On a logarithmic axis plotly places notes by the exponent.
    heights = {name: np.log10(values) if log_y else np.asarray(values) for name, values in series.items()}
    inks = {name: (colors or {}).get(name, CATEGORIES[place % len(CATEGORIES)]) for place, name in enumerate(series)}
    curves = [
        go.Scatter(
            x=np.arange(len(values)) if x is None else x[: len(values)],
            y=np.asarray(values, dtype=np.float32),
            mode="lines+markers" if len(values) <= 40 else "lines",
            name=escape(name),
            line={"color": inks[name], "width": 2.5},
            hovertemplate=f"{x_label} %{{x}}<br>{escape(y_label)} %{{y:.3f}}<extra>{escape(name)}</extra>",
        )
        for name, values in series.items()
    ]
    words = {name: look.word(ink) for name, ink in inks.items()}
    # The names begin a little behind the plot, and end a little before the edge.
    right = 8 + (8 + round(max(_breadth(name, look.size) for name in series)) if named_at_end else 0)
    return figure(
        look,
        title=title,
        height=height,
        traces=curves,
        showlegend=in_legend,
        annotations=_end_names(heights, words, beside, line_of(look, height)) if named_at_end else [],
        margin={"t": 76 if in_legend else 44, "r": right},
        xaxis={"title": {"text": x_label}, "showgrid": False},
        yaxis={"title": {"text": y_label}, **(_log_ticks(heights) if log_y else {})},
    )


def _breadth(name: str, size: int) -> float:
    """Pixels that a name takes at most: capitals of Inter are up to 0.8 of its size wide on average, others 0.64."""
    return sum((0.8 if letter.isupper() else 0.64) * size for letter in name)


def line_of(look: Look, height: int | None) -> float:
    """A line of type as a share of the values that an axis spans: more of them in a figure that is low.

    Args:
        height: as it is asked of `figure`.
    """
    tall = look.hero if height is None else height * (ENLARGED if look.presenter else 1)
    # Ticks and the axis' name take about 50 pixels below the plot, the title's room 44 above it, and plotly leaves a
    # tenth of the axis free.
    return max(0.08, 1.2 * look.size / (tall - 94))


def _end_names(
    heights: Mapping[str, np.ndarray], inks: Mapping[str, str], beside: np.ndarray | None, line: float
) -> list[dict[str, object]]:
    """The curves' names, to the right of the plot."""
    place = {"x": 1.005, "xref": "x domain", "xanchor": "left", "showarrow": False}
    return [
        {**place, "y": y, "text": escape(name), "font": {"color": inks[name]}}
        for name, y in _label_places(heights, beside, line).items()
    ]


def _log_ticks(heights: Mapping[str, np.ndarray]) -> dict[str, object]:
    """A logarithmic axis: powers of ten where it spans many, else 1, 2 and 5 times each of them."""
    every = np.concatenate(list(heights.values()))
    low, high = every[np.isfinite(every)].min(), every[np.isfinite(every)].max()
    if high - low >= 2.2:
        return {"type": "log", "dtick": 1, "exponentformat": "power" if low < -2 else "none"}
    values = [step * 10.0**power for power in range(int(np.floor(low)), int(np.ceil(high)) + 1) for step in (1, 2, 5)]
    return {"type": "log", "tickvals": values, "ticktext": [f"{value:,.6g}" for value in values]}


def _label_places(heights: Mapping[str, np.ndarray], beside: np.ndarray | None, line: float) -> dict[str, float]:
    """Where to write each name so that no two overlap: at its curve's end, or a line's height above the one below.

    Args:
        heights: the curves. beside: other values on the axis. line: the height of a line, as a share of all values.
    """
    ends = {name: float(np.nan_to_num(values[-1])) for name, values in heights.items()}
    every = np.concatenate([*heights.values(), list(ends.values()), np.ravel([] if beside is None else beside)])
    room = (np.ptp(every[np.isfinite(every)]) or 1.0) * line
    places: dict[str, float] = {}
    lowest = -np.inf
    for name, end in sorted(ends.items(), key=lambda pair: pair[1]):
        lowest = max(end, lowest + room)
        places[name] = lowest
    return places
