"""How far the axes of a figure reach with a guess in it: to a guess beyond their ends, but not for notes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import Drawn
from core.lessons import Axis, Number, Point, Series, asked_series, axis_of, on_axis

AIR = 0.04
"""The part of a longer axis that lies beyond the guess."""


def reaching(fig: go.Figure, guess: Number | Point, number: float, shown: Sequence[Series]) -> go.Figure:
    """A copy of a figure with the axis that is asked about longer where that holds the guess.

    Args:
        fig: it stays as it is. It is given back where the axis holds the guess already, or cannot well: it has words or
            is logarithmic, its length is tied to another's, or the guess lies farther off than the axis is long.
        guess: the question.
        number: what was guessed.
        shown: the figure's series, with axes as long as its own words make them: the end that the guess is not beyond
            stays where plotly chooses it.

    Raises:
        ValueError: the figure lacks what is asked for.
    """
    if guess.reading is None or guess.reading.take == "rise":
        return fig
    series, axis = asked_series(guess, shown), axis_of(guess, shown)
    number = on_axis(guess, number, shown)
    long, off = axis.high - axis.low, max(axis.low - number, number - axis.high)
    way = 0 if (axis is series.across) != series.lying else 1
    name = f"{'xy'[way]}axis{series.axes[way][1:]}"
    parts = fig.to_dict()
    given = parts["layout"].get(name) or {}
    tied = axis.log or axis.categories or series.base is not None or "matches" in given or "scaleanchor" in given
    if tied or not 0 < off <= long:
        return fig
    ends = [axis.low, axis.high]
    ends[number > axis.high] = number + (AIR if number > axis.high else -AIR) * (long + off)
    low, high = given.get("range") or (axis.low, axis.high)
    turned = given.get("autorange") == "reversed" or low > high
    longer = {**given, "autorange": False, "range": ends[::-1] if turned else ends}
    return Drawn({**parts, "layout": {**parts["layout"], name: longer}})


def unstretched(layout: Mapping[str, Any], shown: Iterable[Series]) -> dict[str, Any]:
    """A layout in which notes make no axis longer than what it shows without them does.

    Plotly chooses the ends of an axis that has none so that the words of all notes lie between them: on a phone, where
    a note is as broad as a plot, what is plotted would shrink to a part of it.

    Args:
        layout: of a figure; it stays as it is.
        shown: the figure's series, with axes as long as its own words make them.
    """
    held = dict(layout)
    for series in shown:
        ends = (series.upwards, series.across) if series.lying else (series.across, series.upwards)
        for name, axis in zip(series.axes, ends, strict=True):
            key = f"{name[0]}axis{name[1:]}"
            given = held.get(key) or {}
            if given.get("range") is None:
                held[key] = {**given, **_held(axis, turned=given.get("autorange") == "reversed")}
    return held


def _held(axis: Axis, *, turned: bool) -> dict[str, Any]:
    """What holds the ends of an axis; plotly takes no part of a place for the end of what it may choose, and on a
    logarithmic one a note stands at the end for a number that has no place on it."""
    if not axis.categories and not axis.log:
        return {"autorangeoptions": {"clipmin": axis.low, "clipmax": axis.high}}
    ends = np.log10([axis.low, axis.high]).tolist() if axis.log else [axis.low, axis.high]
    return {"range": ends[::-1] if turned else ends, "autorange": False}
