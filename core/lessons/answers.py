"""A guess as it stands in an address, and how it compares with the truth that the figure shows."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.lessons.guesses import Between, Curve, Guess, Number, OneOf, Point
from core.lessons.series import Axis, Series, asked_series, read, series_of

NEAR = 0.1
"""The part of a range, of an axis, or of what a line spans, within which a number, a point or a curve counts as right.

A curve also has to be at most half as far off as the best level line: a level sketch is near a line that is level but
for a peak, and misses what there is to see.
"""

MAX_POINTS = 24
"""Points of a sketched curve."""

MAX_ANSWER = 1_000
"""Characters of an answer."""

TIE = 1e-9
"""Readings that differ by less of the larger one are equal: they are rounded where they are sent."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A guess beside the truth.

    Args:
        guessed: the guess in words.
        truth: the truth in words; empty where the figure alone shows it.
        right: whether the guess is right, or near it; None where nothing decides that.
    """

    guessed: str
    truth: str
    right: bool | None


def place_in(guess: OneOf | Between, answer: str) -> int:
    """The place of the option that was chosen, from 0; raises ValueError for anything else."""
    if not answer.isascii() or not answer.isdigit() or int(answer[:9]) >= len(guess.options) or len(answer) > 9:
        raise ValueError(f"“{answer[:40]}” is no option; 0 to {len(guess.options) - 1} are allowed")
    return int(answer)


def number_in(answer: str) -> float:
    """The number that was guessed; raises ValueError for none, and for one without an end."""
    try:
        number = float(answer[:MAX_ANSWER])
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"“{answer[:40]}” is no finite number")
    return number


def points_in(answer: str) -> tuple[tuple[float, float], ...]:
    """The points of a sketched curve ("x y; x y"), from the left to the right; of two over one x the later one.

    Raises:
        ValueError: something else than pairs of finite numbers, or more than MAX_POINTS.
    """
    if len(answer) > MAX_ANSWER:
        raise ValueError(f"the curve has {len(answer)} characters; at most {MAX_ANSWER} are allowed")
    points: dict[float, float] = {}
    for pair in filter(str.strip, answer.split(";")):
        parts = pair.split()
        if len(parts) != 2:
            raise ValueError(f"“{pair.strip()[:40]}” is no point; write x y; x y")
        x, y = map(number_in, parts)
        points[x] = y
    if len(points) > MAX_POINTS:
        raise ValueError(f"the curve has {len(points)} points; at most {MAX_POINTS} are allowed")
    return tuple(sorted(points.items()))


def written(points: Sequence[tuple[float, float]]) -> str:
    """The points of a curve as `points_in` reads them, to four digits."""
    return "; ".join(f"{x:.4g} {y:.4g}" for x, y in points)


def hold_answer(guess: Guess, answer: str) -> None:
    """Raises ValueError for a text that answers no such question."""
    if isinstance(guess, OneOf | Between):
        place_in(guess, answer)
    elif isinstance(guess, Curve):
        if len(points_in(answer)) < 2:
            raise ValueError("a curve takes two points or more")
    else:
        number = number_in(answer)
        if isinstance(guess, Number) and not guess.low <= number <= guess.high:
            raise ValueError(f"{number:g} is no guess; {guess.low:g} to {guess.high:g} are allowed")


def judged(guess: Guess, answer: str, shown: Sequence[Series]) -> Verdict:
    """A guess beside what the figure shows.

    Args:
        guess: the question.
        answer: as `hold_answer` allows it.
        shown: the series of the figure.

    Raises:
        ValueError: no answer to this question, or the figure lacks what is asked for.
    """
    hold_answer(guess, answer)
    if isinstance(guess, OneOf | Between):
        return _chosen(guess, place_in(guess, answer), shown)
    if isinstance(guess, Curve):
        return _sketched(points_in(answer), series_of(guess.series, guess.over, shown))
    return _measured(guess, number_in(answer), shown)


def truth_of(guess: Guess, shown: Sequence[Series]) -> str:
    """What the figure shows, in words; empty where the figure alone shows it.

    Args:
        guess: the question.
        shown: the series of the figure.

    Raises:
        ValueError: the figure lacks what is asked for.
    """
    if isinstance(guess, Curve):
        series_of(guess.series, guess.over, shown)
        return ""
    any_answer = f"{guess.low:.6g}" if isinstance(guess, Number) else "0"
    return judged(guess, any_answer, shown).truth


def right_places(guess: OneOf | Between, shown: Sequence[Series]) -> tuple[int, ...]:
    """The places of the right options: several where the best readings are equal, none where nothing decides."""
    if isinstance(guess, Between):
        value = read(guess.reading, shown)
        return (sum(value >= bound for bound in guess.bounds),)
    if not guess.readings:
        return () if guess.right is None else (guess.right,)
    sign = 1 if guess.wins == "highest" else -1
    values = [sign * read(reading, shown) for reading in guess.readings]
    best = max(values)
    return tuple(place for place, value in enumerate(values) if best - value <= TIE * abs(best))


def _chosen(guess: OneOf | Between, place: int, shown: Sequence[Series]) -> Verdict:
    right = right_places(guess, shown)
    truth = " and ".join(guess.options[at] for at in right)
    return Verdict(guess.options[place], truth, place in right if right else None)


def _sketched(points: Sequence[tuple[float, float]], series: Series) -> Verdict:
    gap, level = gap_of(points, series), level_gap(series)
    if level <= TIE:
        return Verdict(f"a curve, on average {gap:.0%} of the plot’s height away from it", "", gap <= NEAR)
    away = f"a curve, on average {gap:.0%} of the line’s own height away from it"
    return Verdict(away, "", gap <= min(NEAR, level / 2))


def axis_of(guess: Number | Point, shown: Sequence[Series]) -> Axis:
    """The axis on which the number lies: that of places for where something is, that of heights else.

    Raises:
        ValueError: the number is read from no series, or the figure lacks it.
    """
    series = asked_series(guess, shown)
    assert guess.reading is not None
    return series.across if guess.reading.take.endswith("at") else series.upwards


def on_axis(guess: Number | Point, number: float, shown: Sequence[Series]) -> float:
    """Where a number that was guessed lies on its axis: one that is typed in per cent is a share on an axis of shares.

    Raises:
        ValueError: the number is read from no series, or the figure lacks it.
    """
    typed_so = isinstance(guess, Number) and guess.unit == "%"
    return number / 100 if typed_so and axis_of(guess, shown).percent else number


def _measured(guess: Number | Point, number: float, shown: Sequence[Series]) -> Verdict:
    if isinstance(guess, Number):
        return _typed(guess, number, shown)
    truth, axis = read(guess.reading, shown), axis_of(guess, shown)
    away = abs(axis.share(number) - axis.share(truth))
    return Verdict(said(number, axis), said(truth, axis), bool(away <= NEAR))


def _typed(guess: Number, number: float, shown: Sequence[Series]) -> Verdict:
    truth = guess.truth if guess.reading is None else read(guess.reading, shown)
    if truth is not None and guess.reading is not None and axis_of(guess, shown).percent:
        at, low, high = (on_axis(guess, value, shown) for value in (number, guess.low, guess.high))
        axis = axis_of(guess, shown)
        return Verdict(said(at, axis), said(truth, axis), abs(at - truth) <= NEAR * (high - low))
    if truth is None:
        return Verdict(in_unit(guess, number), "", None)
    near = abs(number - truth) <= NEAR * (guess.high - guess.low)
    return Verdict(in_unit(guess, number), in_unit(guess, truth), near)


def in_unit(guess: Number, number: float) -> str:
    """A number with the unit in which it is asked for."""
    return f"{typed(number)}{guess.unit}" if guess.unit == "%" else f"{typed(number)} {guess.unit}".rstrip()


def typed(value: float) -> str:
    """A number as one writes it: three digits, or all before the point; thousands are parted from five digits on."""
    if not 100 <= abs(value) < 1e12:
        return _digits(value)
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 1e4 else f"{value:.0f}".replace("-", "−")


def said(value: float, axis: Axis) -> str:
    """A value of an axis in words: its category, or three digits, with a minus sign as figures have it, in per cent
    where its axis is."""
    if axis.categories:
        return axis.categories[min(max(round(value), 0), len(axis.categories) - 1)]
    if axis.percent:
        return f"{_digits(100 * value)}%"
    digits = f"{value:,.0f}".replace("-", "−") if 1000 <= abs(value) < 1e6 else _digits(value)
    return f"{digits}%" if axis.in_hundredths else digits


def _digits(value: float) -> str:
    """A number to three digits; one so small that it has an exponent to two, without a minus sign in that, as the pages
    write it: 1.2e-06."""
    digits = f"{value:.3g}"
    if "e-" in digits:
        digits = f"{value:.2g}"
    return f"−{digits[1:]}" if digits.startswith("-") else digits


def gap_of(points: Sequence[tuple[float, float]], series: Series) -> float:
    """How far a sketch lies from a series, as a part of what the series spans, on average over the series' points.

    gap = mean over i of |s(x_i) - y_i| / (max y - min y), all cut to the axis, where s joins the points of the sketch
    by lines and goes on level beyond its ends. Of a series without any height it is a part of the axis. Points of the
    series beside the axis do not count: they are not in sight.

    Raises:
        ValueError: no point of the series or of the sketch lies on the axes.
    """
    across, up = _in_sight(series)
    x = np.array([series.across.share(point) for point, _ in points])
    y = np.array([series.upwards.share(height) for _, height in points])
    drawn = np.isfinite(x) & np.isfinite(y)
    if not drawn.any():
        raise ValueError("the curve lies beside the axes")
    sketch = np.interp(across, x[drawn], y[drawn])
    return float(np.mean(np.abs(np.clip(sketch, 0, 1) - up))) / _spanned(up)


def level_gap(series: Series) -> float:
    """The gap of the level line that lies nearest to a series: that at its median."""
    _, up = _in_sight(series)
    return float(np.mean(np.abs(up - np.median(up)))) / _spanned(up)


def _spanned(up: np.ndarray) -> float:
    """What the heights of a series span, as a part of the axis; all of it for a level one."""
    span = float(np.ptp(up))
    return span if span > TIE else 1.0


def _in_sight(series: Series) -> tuple[np.ndarray, np.ndarray]:
    """The points of a series between the ends of its axis, in shares of both axes; raises ValueError for none."""
    across = np.array([series.across.share(float(x)) for x in series.x])
    up = np.array([series.upwards.share(float(y)) for y in series.y])
    seen = np.isfinite(across) & np.isfinite(up) & (across >= -TIE) & (across <= 1 + TIE)
    if not seen.any():
        raise ValueError(f"“{series.name}” has no number in sight")
    return across[seen], np.clip(up[seen], 0, 1)
