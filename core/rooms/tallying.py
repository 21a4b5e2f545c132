"""The votes of a class put together: how many for each answer, who changed, and how many were right."""

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from core.lessons import (
    Axis,
    Between,
    Curve,
    Guess,
    Number,
    OneOf,
    Series,
    axis_of,
    hold_answer,
    judged,
    number_in,
    on_axis,
    place_in,
    points_in,
    read,
    right_places,
    said,
    series_of,
)

BINS = 10
"""Rows at most into which the numbers between two ends are shared out, but for one more where an end lies within."""

SPARE = 0.2
"""The part of a row at an end that an axis may reach into without having that row."""

ROUND = (1, 2, 5, 10)
"""How wide a row may be, in powers of ten."""

MANY = 12
"""Categories of an axis that all get a row; of more only those that somebody chose."""

Axes = tuple[Axis, Axis]
"""The axes of the question's series: that of places, and that of heights."""


def axes_to_json(axes: Axes) -> str:
    """Two axes as the database keeps them; `axes_from_json` gives them back."""
    return json.dumps([asdict(axis) for axis in axes])


def axes_from_json(written: str) -> Axes | None:
    """The axes that were kept; None where none were."""
    if not written:
        return None
    across, upwards = (
        Axis(**{**one, **{name: tuple(one.get(name, ())) for name in ("categories", "ticks", "counts")}})
        for one in json.loads(written)
    )
    return across, upwards


@dataclass(frozen=True, slots=True)
class Tally:
    """All votes for a question.

    Args:
        labels: the answers, a row each; none for a curve.
        counts: of each round: the votes in each row.
        lines: of each round: the sketched curves, their points as shares of both axes.
        votes: in each round.
    """

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    lines: tuple[tuple[tuple[tuple[float, float], ...], ...], ...]
    votes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Where the truth lies among all votes for a question.

    Args:
        labels: those of its rows; none for a curve, and where nothing decides.
        line: the true curve, its points as shares of both axes; none for another question.
    """

    labels: tuple[str, ...] = ()
    line: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Shift:
    """Who voted in both rounds, and how many of these chose something else in the second."""

    both: int
    changed: int


def tally(guess: Guess, rounds: Sequence[Sequence[str]], axes: Axes | None = None, *, upwards: bool = False) -> Tally:
    """The votes of all rounds, counted row by row.

    Invariant: the counts of a round sum to its votes, unless the answer is a point or a curve and no axes are known.

    Args:
        guess: the question.
        rounds: of each round: the answers. What answers no such question is left out.
        axes: of the series that is asked about; a point and a curve are counted by them.
        upwards: a point lies on the axis of heights.
    """
    kept = [[answer for answer in answers if _answers(guess, answer)] for answers in rounds]
    votes = tuple(map(len, kept))
    if isinstance(guess, Curve):
        return Tally(
            (), (), tuple(tuple(_shares(answer, axes) for answer in one) for one in kept) if axes else (), votes
        )
    if isinstance(guess, OneOf | Between):
        places = [[place_in(guess, answer) for answer in one] for one in kept]
        return Tally(guess.options, _counted(places, range(len(guess.options))), (), votes)
    if isinstance(guess, Number):
        axis: Axis | None = _typed_on(guess)
    else:
        axis = axes[1 if upwards else 0] if axes else None
    if axis is None:
        return Tally((), (), (), votes)
    return _along(axis, [[number_in(answer) for answer in one] for one in kept], votes)


def _typed_on(guess: Number) -> Axis:
    """The range of a number as an axis; per cent stand in its rows as they stand in figures."""
    return Axis(f"({guess.unit})", guess.low, guess.high)


def _answers(guess: Guess, answer: str) -> bool:
    try:
        hold_answer(guess, answer)
    except ValueError:
        return False
    return True


def _counted(rounds: Sequence[Sequence[int]], rows: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    counted = [Counter(one) for one in rounds]
    return tuple(tuple(count[row] for row in rows) for count in counted)


def _along(axis: Axis, rounds: Sequence[Sequence[float]], votes: tuple[int, ...]) -> Tally:
    """Numbers along an axis: by its categories, or in rows of equal width on screen."""
    if axis.categories:
        places = [[min(max(round(value), 0), len(axis.categories) - 1) for value in one] for one in rounds]
        rows = list(range(len(axis.categories)))
        if len(rows) > MANY:
            rows = sorted({place for one in places for place in one})
        return Tally(tuple(axis.categories[row] for row in rows), _counted(places, rows), (), votes)
    edges = _edges(axis)
    placed = [[_row(axis, edges, value) for value in one] for one in rounds]
    return Tally(_rows(axis, edges), _counted(placed, range(len(edges) - 1)), (), votes)


def _edges(axis: Axis, rows: int = BINS) -> list[float]:
    """The ends of rows of equal width on screen: round numbers, of which the outer ones may lie beyond the axis."""
    if axis.log or axis.low == axis.high:
        return [axis.value(share) for share in np.linspace(0, 1, rows + 1).tolist()]
    wanted = (axis.high - axis.low) / (max(rows, MANY) if axis.counts else rows)
    decade = 10.0 ** np.floor(np.log10(wanted))
    step = next(decade * part for part in ROUND if decade * part >= wanted * (1 - 1e-9))
    if axis.counts:
        step = max(step, 1.0)
        return [float(edge) for edge in np.arange(axis.counts[0] // step, axis.counts[1] // step + 2) * step]
    # An axis goes a little beyond what it shows: what lies there belongs to the rows at its ends.
    first, last = np.floor(axis.low / step + SPARE), np.ceil(axis.high / step - SPARE)
    return [float(step * place) for place in np.arange(first, last + 1)]


def ends_of(axis: Axis) -> tuple[tuple[str, float], tuple[str, float]]:
    """The first and the last round number or category of an axis in words, each with its share of the way along it."""
    if axis.categories:
        values = [0.0, len(axis.categories) - 1.0]
    elif axis.counts:
        values = list(axis.counts)
    elif axis.log:
        decades = np.arange(np.ceil(np.log10(axis.low)), np.floor(np.log10(axis.high)) + 1)
        values = list(axis.ticks) or (10.0**decades).tolist()
    else:
        values = _edges(axis, 2 * BINS)
    inside = [value for value in values if axis.low <= value <= axis.high]
    first, last = (inside[0], inside[-1]) if len(inside) > 1 else (axis.low, axis.high)
    return (said(first, axis), axis.share(first)), (said(last, axis), axis.share(last))


def _rows(axis: Axis, edges: Sequence[float]) -> tuple[str, ...]:
    """The labels of the rows between some ends; one at an end holds what of the axis lies beyond it too. Of whole
    numbers a row names its first and its last."""
    if axis.counts:
        first, last = axis.counts
        ends = [(max(low, first), min(high - 1, last)) for low, high in itertools.pairwise(edges)]
        return tuple(
            f"{said(low, axis)} to {said(high, axis)}" if low < high else said(low, axis) for low, high in ends
        )
    labels = [f"{said(low, axis)} to {said(high, axis)}" for low, high in itertools.pairwise(edges)]
    if axis.low < edges[0] and not axis.log:
        labels[0] = f"up to {said(edges[1], axis)}"
    if axis.high > edges[-1] and not axis.log:
        labels[-1] = f"{said(edges[-2], axis)} and more"
    return tuple(labels)


def _row(axis: Axis, edges: Sequence[float], value: float) -> int:
    """The row of a number; one beyond the ends belongs to the row there, and the upper end to the last one."""
    if not np.isfinite(axis.share(value)):
        return 0
    return int(np.clip(np.searchsorted(edges, value, side="right") - 1, 0, len(edges) - 2))


def _labelled(axis: Axis, value: float) -> str:
    """The label of the row of a number."""
    edges = _edges(axis)
    return _rows(axis, edges)[_row(axis, edges, value)]


def _shares(answer: str, axes: Axes | None) -> tuple[tuple[float, float], ...]:
    """The points of a sketch as shares of both axes, cut to them."""
    assert axes is not None
    return _in_shares(points_in(answer), axes)


def _in_shares(points: Iterable[tuple[float, float]], axes: Axes) -> tuple[tuple[float, float], ...]:
    """Points as shares of both axes, cut to them; without those that have none."""
    found = [(axes[0].share(x), axes[1].share(y)) for x, y in points]
    return tuple((float(np.clip(x, 0, 1)), float(np.clip(y, 0, 1))) for x, y in found if np.isfinite([x, y]).all())


def truth_among(guess: Guess, shown: Sequence[Series]) -> Truth:
    """Where the truth lies among the votes that `tally` counts by the axes of the same series.

    Args:
        guess: the question.
        shown: the series of the figure.

    Raises:
        ValueError: the figure lacks what is asked for.
    """
    if isinstance(guess, Curve):
        series = series_of(guess.series, guess.over, shown)
        points = zip(series.x.tolist(), series.y.tolist(), strict=True)
        return Truth(line=_in_shares(points, (series.across, series.upwards)))
    if isinstance(guess, OneOf | Between):
        return Truth(tuple(guess.options[place] for place in right_places(guess, shown)))
    if isinstance(guess, Number):
        value = guess.truth if guess.reading is None else read(guess.reading, shown) / on_axis(guess, 1, shown)
        axis = _typed_on(guess)
        return Truth((_labelled(axis, value),)) if value is not None and 0 <= axis.share(value) <= 1 else Truth()
    value, axis = read(guess.reading, shown), axis_of(guess, shown)
    return Truth((said(value, axis) if axis.categories else _labelled(axis, value),))


def shift(first: Mapping[str, str], second: Mapping[str, str]) -> Shift:
    """How a class moved from one round to the next; both map voters to answers."""
    both = first.keys() & second.keys()
    return Shift(len(both), sum(first[voter] != second[voter] for voter in both))


def rightness(guess: Guess, answers: Sequence[str], shown: Sequence[Series]) -> int | None:
    """How many answers are right or near; None where nothing decides that.

    Raises:
        ValueError: the figure lacks what is asked for.
    """
    verdicts = [judged(guess, answer, shown).right for answer in answers if _answers(guess, answer)]
    return None if not verdicts or None in verdicts else sum(bool(right) for right in verdicts)
