"""Guesses beside the truth of a figure, against plain Python."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lessons import (
    MAX_POINTS,
    NEAR,
    Axis,
    Between,
    Curve,
    Number,
    OneOf,
    Point,
    Reading,
    Series,
    Verdict,
    axis_of,
    gap_of,
    hold_answer,
    judged,
    located,
    number_in,
    on_axis,
    place_in,
    points_in,
    read,
    right_places,
    said,
    series_of,
    truth_of,
    written,
)

WORDS = ("one", "two", "three")
STEPS = Axis("step", 0, 4)
LINE = Series("line", np.array([4.0, 1, 2, 0]), np.array([5.0, 2, math.nan, 1]), STEPS, Axis("loss", 0, 10))
BARS = Series(
    "bars", np.array([0.0, 1, 2]), np.array([3.0, 9, 3]), Axis("", -0.5, 2.5, categories=WORDS), Axis("", 0, 9)
)
LOGS = Series("logs", np.array([1.0, 10, 100]), np.array([1.0, 4, 2]), Axis("n", 1, 100, log=True), Axis("", 0, 4))
OTHER = Series("line", np.array([0.0]), np.array([7.0]), Axis("epoch", 0, 1), Axis("", 0, 9))
ALIKE = Series(
    "alike", np.array([1.0]), np.array([4.0]), Axis("", -0.5, 1.5, categories=("·a", "·tea\u200b")), Axis("", 0, 9)
)
SHOWN = (LINE, BARS, LOGS, OTHER, ALIKE)


@pytest.mark.parametrize(
    ("reading", "value"),
    [
        (Reading("line", "first"), 1),
        (Reading("line", "last"), 5),
        (Reading("line", "rise"), 4),
        (Reading("line", "highest"), 5),
        (Reading("line", "highest at"), 4),
        (Reading("line", "lowest"), 1),
        (Reading("line", "lowest at"), 0),
        (Reading("line", "value", 1.4), 2),
        (Reading("line", "value", 2), 2),
        (Reading("line", "last", over="epoch"), 7),
        (Reading("bars", "value", "two"), 9),
        (Reading("bars", "highest at"), 1),
        (Reading("alike", "value", "·tea"), 4),
    ],
)
def test_a_reading_takes_one_number(reading: Reading, value: float) -> None:
    assert read(reading, SHOWN) == value


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading("none", "last"), "shows no “none”"),
        (Reading("line", "last", over="loss of nobody"), "over “loss of nobody”"),
        (Reading("bars", "value", "four"), "has no place “four”"),
    ],
)
def test_what_is_not_shown_is_told(reading: Reading, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(reading, SHOWN)


def test_a_series_without_a_number_is_told() -> None:
    with pytest.raises(ValueError, match="has no number"):
        located(Reading("empty", "last"), [Series("empty", np.array([math.nan]), np.array([1.0]), STEPS, STEPS)])


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=5), st.sampled_from(["highest", "lowest"]))
def test_the_right_option_is_that_of_plain_python(values: list[float], wins: str) -> None:
    shown = [Series(str(place), np.array([0.0]), np.array([value]), STEPS, STEPS) for place, value in enumerate(values)]
    options = tuple(f"option {place}" for place in range(len(values)))
    guess = OneOf(options, tuple(Reading(str(place), "last") for place in range(len(values))), wins)  # type: ignore[arg-type]
    best = max(values) if wins == "highest" else min(values)
    right = right_places(guess, shown)
    assert {place for place, value in enumerate(values) if value == best} <= set(right)
    assert all(math.isclose(values[place], best, rel_tol=1e-8, abs_tol=1e-12) for place in right)
    for place in range(len(values)):
        assert judged(guess, str(place), shown).right == (place in right)


@pytest.mark.parametrize(("value", "option"), [(0.9, "low"), (1.0, "mid"), (1.9, "mid"), (2.0, "high"), (-9, "low")])
def test_a_bound_belongs_to_the_option_above_it(value: float, option: str) -> None:
    guess = Between(("low", "mid", "high"), Reading("x", "last"), (1, 2))
    verdict = judged(guess, "1", [Series("x", np.array([0.0]), np.array([value]), STEPS, STEPS)])
    assert (verdict.truth, verdict.right) == (option, option == "mid")


def test_options_without_a_reading_are_neither_right_nor_wrong() -> None:
    verdict = judged(OneOf(("yes", "no")), "1", ())
    assert (verdict.guessed, verdict.truth, verdict.right) == ("no", "", None)


def test_equal_options_are_all_right() -> None:
    guess = OneOf(("first", "last"), (Reading("bars", "value", "one"), Reading("bars", "value", "three")))
    assert judged(guess, "0", SHOWN).right
    assert judged(guess, "1", SHOWN).truth == "first and last"


@pytest.mark.parametrize(("answer", "right"), [("5", True), ("5.9", True), ("4.1", True), ("6.5", False), ("0", False)])
def test_a_number_is_right_within_a_tenth_of_its_range(answer: str, *, right: bool) -> None:
    verdict = judged(Number(Reading("line", "last"), 0, 10, "nats"), answer, SHOWN)
    assert verdict.truth == "5 nats"
    assert verdict.right is right


@pytest.mark.parametrize(("answer", "right"), [("5", True), ("5.9", True), ("6.5", False)])
def test_a_number_that_somebody_says_needs_no_figure(answer: str, *, right: bool) -> None:
    verdict = judged(Number(None, 0, 10, "nats", truth=5), answer, ())
    assert (verdict.truth, verdict.right) == ("5 nats", right)
    undecided = judged(Number(None, 0, 10, "nats"), answer, ())
    assert (undecided.truth, undecided.right) == ("", None)
    assert truth_of(Number(None, 0, 10, truth=5), ()) == "5"
    assert truth_of(Number(None, 0, 10), ()) == ""


@pytest.mark.parametrize(
    ("number", "words"),
    [(2017, "2017"), (12700, "12,700"), (0.12345, "0.123"), (-3.25, "−3.25"), (123.6, "124"), (1e300, "1e+300"),
     (1.19e-6, "1.2e-06"), (-1.19e-6, "−1.2e-06"), (0.000512, "0.000512")],
)  # fmt: skip
def test_a_number_is_said_as_one_writes_it(number: float, words: str) -> None:
    verdict = judged(Number(None, -10, 1e301, "kg", truth=number), repr(number), ())
    assert (verdict.guessed, verdict.truth) == (f"{words} kg", f"{words} kg")


@pytest.mark.parametrize(("number", "words"), [(1.19e-6, "1.2e-06"), (-1.19e-6, "−1.2e-06"), (-1234, "−1,234")])
def test_a_small_number_of_an_axis_is_said_as_the_pages_write_it(number: float, words: str) -> None:
    assert said(number, Axis("", -1, 1)) == words
    assert said(number, Axis("error (%)", -1, 1)) == f"{words}%"


@pytest.mark.parametrize(("unit", "answer"), [("%", "70"), ("", "0.7")])
def test_a_share_is_told_in_per_cent_where_its_axis_is(unit: str, answer: str) -> None:
    """Typed in per cent or as a share, it is told as the figure tells it."""
    ends = (50, 100) if unit else (0.5, 1)
    guess = Number(Reading("right", "last"), *ends, unit)
    axis = Axis("right answers", 0, 1, percent=True)
    shown = [Series("right", np.array([0.0, 1]), np.array([0.5, 0.885]), STEPS, axis)]
    assert judged(guess, answer, shown) == Verdict("70%", "88.5%", right=False)
    assert judged(guess, f"{float(answer) * 1.25:g}", shown).right
    assert on_axis(guess, float(answer), shown) == pytest.approx(0.7)
    plain = [Series("right", shown[0].x, shown[0].y * 100, STEPS, Axis("% right", 0, 100))]
    assert on_axis(guess, float(answer), plain) == float(answer)


def test_a_point_lies_on_its_axes_or_beyond_them() -> None:
    line = Series("s", np.array([0.0, 1, 2]), np.array([1.0, 4, 5]), STEPS, Axis("loss", 0, 4))
    assert [line.beyond(x, y) for x, y in ((0, 1), (1, 4), (1, 4 + 1e-12), (2, 5), (0, -1))] == [False] * 3 + [True] * 2
    grown = Series("s", np.array([1.0, 10]), np.array([1.0, 0]), LOGS.across, Axis("", 0.5, 100, log=True))
    assert [grown.beyond(1, 1), grown.beyond(10, 0)] == [False, True], "a logarithm that is none"
    upon = Series("s", np.array([0.0]), np.array([3.0]), STEPS, Axis("", 0, 4), base=np.array([2.0]))
    assert upon.beyond(0, 3), "a bar ends above its own length"


def test_a_point_is_measured_along_its_axis() -> None:
    guess = Point(Reading("logs", "highest at"))
    assert axis_of(guess, SHOWN) is LOGS.across
    assert judged(guess, "12", SHOWN).right
    assert not judged(guess, "30", SHOWN).right, "half a decade of two is a quarter of the axis"
    assert not judged(guess, "-3", SHOWN).right
    assert judged(Point(Reading("bars", "highest at")), "1", SHOWN).truth == "two"
    assert axis_of(Point(Reading("line", "last")), SHOWN) is LINE.upwards


THOUSANDTHS = st.integers(0, 4000).map(lambda place: place / 1000)


@given(st.lists(st.tuples(THOUSANDTHS, st.floats(0, 10)), min_size=2, max_size=6, unique_by=lambda point: point[0]))
def test_the_gap_of_a_curve_is_that_of_plain_python(points: list[tuple[float, float]]) -> None:
    ordered = sorted(points)

    def height(x: float) -> float:
        if x <= ordered[0][0]:
            return ordered[0][1]
        for (left, low), (right, high) in pairwise(ordered):
            if x <= right:
                return low + (high - low) * (x - left) / (right - left)
        return ordered[-1][1]

    wanted = [abs(height(x) - y) / 4 for x, y in zip(LINE.x, LINE.y, strict=True) if not math.isnan(y)]
    assert gap_of(ordered, LINE) == pytest.approx(sum(wanted) / len(wanted), abs=1e-9)


def test_a_curve_near_the_line_is_right() -> None:
    assert judged(Curve("line"), "0 1; 1 2; 4 5", SHOWN).right
    verdict = judged(Curve("line"), "0 9; 4 9", SHOWN)
    assert verdict.right is False
    assert "% of the line’s own height away from it" in verdict.guessed
    assert (
        gap_of([(0, 1 + 10 * NEAR)], Series("x", np.array([0.0]), np.array([1.0]), STEPS, LINE.upwards)) <= NEAR + 1e-9
    )


@given(
    st.lists(st.floats(0, 10), min_size=2, max_size=40).filter(lambda heights: max(heights) - min(heights) > 1e-6),
    st.floats(0, 10),
)
def test_a_level_sketch_is_never_near_a_line_that_is_not_level(heights: list[float], at: float) -> None:
    line = Series("line", np.linspace(0, 4, len(heights)), np.array(heights), STEPS, LINE.upwards)
    assert not judged(Curve("line"), f"0 {at}; 4 {at}", [line]).right


def test_a_level_line_is_measured_by_the_axis() -> None:
    level = Series("level", np.array([0.0, 2, 4]), np.full(3, 5.0), STEPS, LINE.upwards)
    verdict = judged(Curve("level"), "0 5.5; 4 5.5", [level])
    assert (verdict.guessed, verdict.right) == ("a curve, on average 5% of the plot’s height away from it", True)
    assert not judged(Curve("level"), "0 8; 4 8", [level]).right


def test_points_beside_the_axis_do_not_count() -> None:
    wild = Series("wild", np.array([0.0, 9.0]), np.array([1.0, 1e20]), STEPS, LINE.upwards)
    assert gap_of([(0, 1), (4, 1)], wild) == 0
    with pytest.raises(ValueError, match="no number in sight"):
        gap_of([(0, 1), (4, 1)], Series("out", np.array([9.0]), np.array([1.0]), STEPS, LINE.upwards))
    with pytest.raises(ValueError, match="beside the axes"):
        gap_of([(-1, 1), (-2, 1)], LOGS)


@pytest.mark.parametrize("answer", ["", "2", "-1", "١", "x", "1" * 30, "1.0"])
def test_a_place_that_is_no_option_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match="is no option; 0 to 1 are allowed"):
        place_in(OneOf(("a", "b")), answer)


@pytest.mark.parametrize("answer", ["", "nan", "inf", "1e999", "x"])
def test_what_is_no_finite_number_is_refused(answer: str) -> None:
    with pytest.raises(ValueError, match="is no finite number"):
        number_in(answer)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("1", "is no point; write x y; x y"),
        ("1 2 3", "is no point"),
        ("1 nan; 2 3", "no finite number"),
        ("; ".join(f"{x} 1" for x in range(MAX_POINTS + 1)), f"at most {MAX_POINTS} are allowed"),
        ("1 " * 600, "at most 1000 are allowed"),
        ("1 2", "two points or more"),
        ("", "two points or more"),
    ],
)
def test_an_odd_curve_is_refused(answer: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        hold_answer(Curve("line"), answer)


def test_a_number_beyond_its_range_is_refused() -> None:
    with pytest.raises(ValueError, match="11 is no guess; 0 to 10 are allowed"):
        hold_answer(Number(Reading("line", "last"), 0, 10), "11")


@given(
    st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), max_size=MAX_POINTS, unique_by=lambda at: at[0])
)
def test_points_come_back_from_their_text(points: list[tuple[int, int]]) -> None:
    assert points_in(written(points)) == tuple(sorted(points))


@given(value=st.floats(1e-3, 1e3), log=st.booleans())
def test_a_place_on_an_axis_comes_back(value: float, *, log: bool) -> None:
    axis = Axis("", 1e-3, 1e3, log)
    assert axis.value(axis.share(value)) == pytest.approx(value, rel=1e-6, abs=1e-9)


def test_an_axis_without_an_extent_is_told() -> None:
    with pytest.raises(ValueError, match="the axis “n” begins and ends at 3"):
        Axis("n", 3, 3).share(3)


def test_words_for_a_value() -> None:
    assert said(1.4, BARS.across) == "two"
    assert said(99, BARS.across) == "three"
    assert said(123456.7, STEPS) == "123,457"
    assert said(0.12345, STEPS) == "0.123"
    assert said(-26.31, Axis("share (%)", 0.0, 100.0)) == "−26.3%"
    assert said(-1e300, STEPS) == "−1e+300", "a guess of an address may be any number"


def test_of_two_series_of_one_name_the_axis_decides() -> None:
    assert series_of("line", "", SHOWN) is LINE
    assert series_of("line", "epoch", SHOWN) is OTHER
    assert series_of("line", "loss", SHOWN) is LINE, "either axis"
