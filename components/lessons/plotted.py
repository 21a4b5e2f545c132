"""The series of a plotly figure, as questions read them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.exports import array_of
from core.lessons import Axis, Series

ROOM = 0.05
"""The part of the data's extent that an axis without given ends has beyond them."""


EDGE = 0.1
"""The part of an axis that may stay empty at its ends: a figure leaves that much room around its numbers."""

BEGINS = "begins"
"""Where the places are kept at which the bars of a stack begin."""

BESIDE = "beside"
"""Where it is kept how far the bars of a group stand beside their place."""

WIDE = "wide"
"""Where it is kept how wide the bars of a row are, on the axis of places."""

GAP = 0.2
"""The part of a place that a group of bars leaves empty, where the figure says nothing else."""


def plotted(fig: go.Figure) -> list[Series]:
    """The lines, points and bars of a figure in the order in which they are drawn.

    Other traces are left out, and those over dates or over two rows of categories: no question is read from them.
    """
    return [series for _, series in with_traces(fig)]


def with_traces(fig: go.Figure) -> list[tuple[Mapping[str, Any], Series]]:
    """The same, each beside the trace that it is read from."""
    parts = fig.to_dict()
    traces = [trace for trace in map(_unpacked, parts["data"]) if trace.get("type", "scatter") in ("scatter", "bar")]
    rows: list[Mapping[str, Any]] = [
        trace for trace in traces if all(part in trace and _plain(trace[part]) for part in ("x", "y"))
    ]
    mode, gap = parts["layout"].get("barmode", "group"), parts["layout"].get("bargap", GAP)
    rows = _widened(rows, gap)
    if mode in ("stack", "relative"):
        rows = _stacked(rows)
    elif mode == "group":
        rows = _grouped(rows, gap)
    names = {(part, str(trace.get(f"{part}axis", part))) for trace in rows for part in ("x", "y")}
    axes = {name: _axis_as_told(name, part, rows, parts["layout"]) for part, name in names}
    return [(trace, _series(trace, axes)) for trace in rows]


def _widened(rows: Sequence[Mapping[str, Any]], gap: float) -> list[Mapping[str, Any]]:
    """The rows, each row of bars with their width, where no other row stands beside it."""
    widened: list[Mapping[str, Any]] = []
    for trace in rows:
        if trace.get("type") == "bar":
            given = trace.get("width")
            own = [trace["y" if _lies(trace) else "x"]]
            wide = float(np.max(given)) if given is not None else (1 - gap) * _spacing(own)
            trace = {**trace, WIDE: wide}
        widened.append(trace)
    return widened


def _stacked(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows, each row of bars with the places at which they begin: upon those before them on the same side of 0."""
    tops: dict[tuple[Any, ...], float] = {}
    stacked: list[Mapping[str, Any]] = []
    for trace in rows:
        if trace.get("type") != "bar":
            stacked.append(trace)
            continue
        places, heights = ("y", "x") if _lies(trace) else ("x", "y")
        begins = []
        for place, height in zip(trace[places], trace[heights], strict=True):
            up = float("nan") if height is None else float(height)
            at = (trace.get("xaxis", "x"), trace.get("yaxis", "y"), str(place), up < 0)
            begins.append(tops.get(at, 0.0))
            tops[at] = begins[-1] + (up if np.isfinite(up) else 0.0)
        stacked.append({**trace, BEGINS: np.array(begins)})
    return stacked


def _grouped(rows: Sequence[Mapping[str, Any]], gap: float) -> list[Mapping[str, Any]]:
    """The rows, each row of bars with how far it stands beside its places: of n rows that share a place the i-th by

    (i - (n - 1) / 2) (1 - gap) / n

    of the way from one place to the next, as plotly draws them. Rows that share no place stand upon theirs.
    """
    groups: dict[tuple[str, str, bool], list[int]] = {}
    for at, trace in enumerate(rows):
        if trace.get("type") == "bar" and trace.get("visible", True) is True:
            name = trace.get("xaxis", "x"), trace.get("yaxis", "y"), _lies(trace)
            groups.setdefault(name, []).append(at)
    moved = list(rows)
    for (_, _, lying), members in groups.items():
        places = [{str(value) for value in rows[at]["y" if lying else "x"]} for at in members]
        if sum(map(len, places)) == len(set().union(*places)):
            continue
        # Rows of one offset group stand at one place.
        shares = list(dict.fromkeys(rows[at].get("offsetgroup", at) for at in members))
        unit = _spacing([rows[at]["y" if lying else "x"] for at in members])
        for at in members:
            step = shares.index(rows[at].get("offsetgroup", at)) - (len(shares) - 1) / 2
            wide = (1 - gap) / len(shares) * unit
            moved[at] = {**rows[at], BESIDE: step * wide, WIDE: wide}
    return moved


def _spacing(places: Sequence[np.ndarray]) -> float:
    """The least distance of two places; of words 1."""
    values = [value for row in places for value in row if value is not None]
    if any(isinstance(value, str) for value in values):
        return 1.0
    steps = np.diff(np.unique(np.array(values, float)))
    return float(steps.min()) if len(steps) else 1.0


def _unpacked(trace: Mapping[str, Any]) -> dict[str, Any]:
    """A trace with its coordinates as arrays, which plotly packs as bytes in base 64."""
    return {
        **trace,
        **{name: np.asarray(array_of(trace[name]), object) for name in ("x", "y") if trace.get(name) is not None},
    }


def _plain(values: np.ndarray) -> bool:
    """Whether coordinates are numbers and words in one row."""
    return values.ndim == 1 and all(value is None or isinstance(value, str | Real) for value in values)


def _series(trace: Mapping[str, Any], axes: Mapping[str, Axis]) -> Series:
    lying = _lies(trace)
    names = str(trace.get("xaxis", "x")), str(trace.get("yaxis", "y"))
    x, y = ("y", "x") if lying else ("x", "y")
    ends = {"x": axes[names[0]], "y": axes[names[1]]}
    places = _numbers(trace[x], ends[x])
    return Series(
        name=str(trace.get("name") or ""),
        x=places,
        y=_numbers(trace[y], ends[y]),
        across=replace(ends[x], counts=_counts(places, ends[x])),
        upwards=ends[y],
        axes=names,
        lying=lying,
        base=trace.get(BEGINS),
        beside=trace.get(BESIDE, 0.0),
    )


def _counts(places: np.ndarray, axis: Axis) -> tuple[float, ...]:
    """The first and the last whole number on an axis where a series has numbers at whole ones alone, as far as it is in
    sight; none elsewhere.

    They are its own where these reach both ends of the axis. A series that stops within it would give its end away.
    Counts begin at 0, also where the figure leaves some room before it.
    """
    own = places[(places >= axis.low) & (places <= axis.high)]
    if axis.log or axis.categories or not len(own) or (own != own.round()).any():
        return ()
    if reaches(own.tolist(), axis):
        return float(own.min()), float(own.max())
    return (0.0 if axis.low <= 0 <= own.min() else float(np.ceil(axis.low))), float(np.floor(axis.high))


def reaches(places: Sequence[float], axis: Axis) -> bool:
    """Whether places reach both ends of an axis, but for the room that a figure leaves around its numbers."""
    return len(places) > 1 and axis.share(min(places)) <= EDGE and axis.share(max(places)) >= 1 - EDGE


def _lies(trace: Mapping[str, Any]) -> bool:
    return trace.get("orientation") == "h" or (_worded(trace["y"]) and not _worded(trace["x"]))


def _worded(values: np.ndarray) -> bool:
    return any(isinstance(value, str) for value in values)


def _axis_as_told(name: str, part: str, rows: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Axis:
    """The axis of this name, whether it tells shares in per cent, and which numbers a logarithmic one does."""
    given = layout.get(f"{part}axis{name[1:]}", {})
    axis, named = _axis(name, part, rows, layout), given.get("tickvals")
    ticks = tuple(float(tick) for tick in array_of(named)) if axis.log and named is not None else ()
    return replace(axis, percent="%" in str(given.get("tickformat")), ticks=ticks)


def _axis(name: str, part: str, rows: Sequence[Mapping[str, Any]], layout: Mapping[str, Any]) -> Axis:
    """The axis of this name ("x2"); its ends are those of the layout, or of all rows that are drawn along it."""
    given = layout.get(f"{part}axis{name[1:]}", {})
    drawn = [trace for trace in rows if trace.get(f"{part}axis", part) == name]
    values = [value for trace in drawn for value in _reached(trace, part)]
    title = str((given.get("title") or {}).get("text") or "")
    if any(isinstance(value, str) for value in values):
        order = [*(given.get("categoryarray") or ()), *(value for value in values if value is not None)]
        categories = tuple(dict.fromkeys(map(str, order)))
        return Axis(title, -0.5, len(categories) - 0.5, categories=categories)
    log = given.get("type") == "log"
    low, high = given.get("range") or (None, None)
    if low is not None and high is not None:
        low, high = sorted((float(low), float(high)))
        return Axis(title, 10**low if log else low, 10**high if log else high, log)
    return _around(title, _heights(drawn, part, values), log=log, from_zero=given.get("rangemode") == "tozero")


def _reached(trace: Mapping[str, Any], part: str) -> Sequence[Any]:
    """The values of a trace along x or y; of stacked bars where they end."""
    begins = trace.get(BEGINS)
    if begins is None or part != ("x" if _lies(trace) else "y"):
        values: Sequence[Any] = trace[part]
        return values
    return [None if value is None else low + value for low, value in zip(begins, trace[part], strict=True)]


def _heights(drawn: Sequence[Mapping[str, Any]], part: str, values: Sequence[Any]) -> np.ndarray:
    """The finite numbers along an axis; bars begin at 0."""
    bars = any(trace.get("type") == "bar" and (trace.get("orientation") == "h") == (part == "x") for trace in drawn)
    numbers = np.array([0.0 if bars else np.nan, *(np.nan if value is None else value for value in values)], float)
    finite: np.ndarray = numbers[np.isfinite(numbers)]
    return finite


def _around(title: str, numbers: np.ndarray, *, log: bool, from_zero: bool) -> Axis:
    """An axis around numbers, with some room, or from 0 where all lie on one side of it and the figure asks for that.

    A logarithmic one holds no 0.
    """
    kept = np.log10(numbers[numbers > 0]) if log else numbers
    low, high = (float(kept.min()), float(kept.max())) if len(kept) else (0.0, 1.0)
    above, below = (from_zero and not log and side for side in (low >= 0, high <= 0))
    low, high = 0.0 if above else low, 0.0 if below else high
    room = ROOM * (high - low) or 0.5
    low, high = low if above else low - room, high if below else high + room
    return Axis(title, 10**low if log else low, 10**high if log else high, log)


def _numbers(values: np.ndarray, axis: Axis) -> np.ndarray:
    """The values as numbers: of a category its place; nan where there is none."""
    if axis.categories:
        return np.array([np.nan if value is None else axis.categories.index(str(value)) for value in values], float)
    return np.array([np.nan if value is None else value for value in values], float)
