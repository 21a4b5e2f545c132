"""A figure whose axis reaches a guess that lies beyond its end."""

import plotly.graph_objects as go

from components.lessons.plotted import plotted
from components.theme import Drawn
from core.lessons import Number, Point, asked_series, axis_of, on_axis

AIR = 0.04
"""The part of a longer axis that lies beyond the guess."""


def reaching(fig: go.Figure, guess: Number | Point, number: float) -> go.Figure:
    """A copy of a figure with the axis that is asked about longer where that holds the guess.

    Args:
        fig: it stays as it is. It is given back where the axis holds the guess already, or cannot well: it has words or
            is logarithmic, its length is tied to another's, or the guess lies farther off than the axis is long.
        guess: the question.
        number: what was guessed.

    Raises:
        ValueError: the figure lacks what is asked for.
    """
    shown = plotted(fig)
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
