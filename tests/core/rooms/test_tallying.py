"""The votes of a class put together, against a second way to count."""

import csv
import io
import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lessons import Axis, Between, Curve, Lesson, Number, OneOf, Point, Reading, Series, Step, View
from core.rooms import (
    Ballot,
    Shift,
    Truth,
    axes_from_json,
    axes_to_json,
    ends_of,
    rightness,
    shift,
    tally,
    truth_among,
    votes_as_csv,
)

OPTIONS = OneOf(("a", "b", "c"))
NUMBER = Number(Reading("s", "last"), 0, 50)
LINE = Axis("x", 0, 10)
LOG = Axis("y", 1, 1000, log=True, ticks=(1.0, 16.0))
WORDS = Axis("w", -0.5, 2.5, categories=("one", "two", "three"))
POINT = Point(Reading("s", "highest at"))


def test_a_truth_lies_in_the_row_of_the_unit_in_which_guesses_are_typed() -> None:
    shares = Axis("", 0, 1, percent=True)
    shown = [Series("s", np.array([0.0]), np.array([0.885]), LINE, shares)]
    guess = Number(Reading("s", "last"), 50, 100, "%")
    (row,) = truth_among(guess, shown).labels
    assert row in tally(guess, [["88.5"]]).labels
    assert tally(guess, [["88.5"]]).counts[0][tally(guess, [["88.5"]]).labels.index(row)] == 1
    assert axes_from_json(axes_to_json((LINE, shares))) == (LINE, shares)


@given(st.lists(st.lists(st.integers(0, 2)), min_size=1, max_size=2))
def test_options_are_counted_as_a_counter_counts(rounds: list[list[int]]) -> None:
    found = tally(OPTIONS, [[str(place) for place in one] for one in rounds])
    assert found.labels == OPTIONS.options
    assert found.counts == tuple(tuple(Counter(one)[place] for place in range(3)) for one in rounds)
    assert found.votes == tuple(map(len, rounds))


@given(st.lists(st.floats(0, 50)))
def test_numbers_are_counted_as_numpy_counts(numbers: list[float]) -> None:
    found = tally(NUMBER, [[repr(number) for number in numbers]])
    edges = [50 * row / 10 for row in range(11)]
    assert found.counts[0] == tuple(np.histogram(numbers, edges)[0])
    assert sum(found.counts[0]) == len(numbers)
    assert found.labels[0] == "0 to 5"
    assert found.labels[-1] == "45 to 50"


@pytest.mark.parametrize(
    ("low", "high", "first", "last", "rows"),
    [
        (1, 14, "0 to 2", "12 to 14", 7),
        (0, 208, "0 to 50", "150 and more", 4),
        (0, 212, "0 to 50", "200 to 250", 5),
        (-0.5, 20.5, "up to 5", "15 and more", 4),
        (-0.03, 0.97, "−0.1 to 0", "0.9 to 1", 11),
        (0, 1, "0 to 0.1", "0.9 to 1", 10),
        (0, 30_000, "0 to 5,000", "25,000 to 30,000", 6),
    ],
)
def test_rows_of_an_axis_end_at_round_numbers(low: float, high: float, first: str, last: str, rows: int) -> None:
    axis = Axis("x", low, high)
    inside = np.random.default_rng(5).uniform(low, high, 40).tolist()
    found = tally(POINT, [[repr(number) for number in (low, high, *inside)]], (axis, LINE))
    assert (found.labels[0], found.labels[-1], len(found.labels)) == (first, last, rows)
    told = [0] * rows
    for number in (low, high, *inside):
        told[next(row for row, label in enumerate(found.labels) if holds(label, number, last=row == rows - 1))] += 1
    assert list(found.counts[0]) == told


def holds(label: str, number: float, *, last: bool) -> bool:
    """Whether a row with this label holds a number, as one reads it; the upper end is the next row's."""
    ends = [float(word) for word in label.replace("−", "-").replace(",", "").split() if word[-1].isdigit()]
    if label.startswith("up to"):
        return number < ends[0]
    if label.endswith("and more"):
        return number >= ends[0]
    return ends[0] <= number < ends[1] or (last and number == ends[1])


def test_a_truth_beyond_the_numbers_that_can_be_typed_has_no_row() -> None:
    shown = [Series("test", np.array([0.0]), np.array([12_700.0]), LINE, Axis("", 0, 20_000))]
    typed = Number(Reading("test", "last"), 0, 10)
    assert truth_among(typed, shown) == Truth()
    assert truth_among(replace(typed, high=50_000), shown) == Truth(("10,000 to 15,000",))


@given(st.lists(st.floats(1, 1000)))
def test_points_on_a_logarithmic_axis_lie_in_rows_of_equal_width(numbers: list[float]) -> None:
    found = tally(POINT, [[repr(number) for number in numbers]], (LINE, LOG), upwards=True)
    placed = Counter(min(int(math.log10(number) / 3 * 10), 9) for number in numbers)
    assert sum(found.counts[0]) == len(numbers)
    near = [number for number in numbers if abs((math.log10(number) / 3 * 10) % 1 - 0.5) < 0.499]
    if len(near) == len(numbers):
        assert found.counts[0] == tuple(placed[row] for row in range(10))


def test_points_beyond_the_axis_belong_to_its_ends() -> None:
    found = tally(POINT, [["-5", "0", "10", "99"]], (LINE, LOG))
    assert found.counts[0] == (2, *[0] * 8, 2)
    assert tally(POINT, [["-5"]], (LINE, LOG), upwards=True).counts[0][0] == 1, "a logarithm that is none"


def test_points_among_categories_have_a_row_each_and_of_many_those_that_were_chosen() -> None:
    assert tally(POINT, [["0", "2", "2"]], (WORDS, LINE)).counts == ((1, 0, 2),)
    many = Axis("w", -0.5, 29.5, categories=tuple(f"w{place}" for place in range(30)))
    found = tally(POINT, [["3", "3"], ["29", "3"]], (many, LINE))
    assert found.labels == ("w3", "w29")
    assert found.counts == ((2, 0), (1, 1))


def test_curves_become_lines_in_shares_of_the_axes() -> None:
    found = tally(Curve("s"), [["0 1; 10 1000", "5 99999"], ["5 1; 6 10"]], (LINE, LOG))
    assert found.lines[0][0] == ((0.0, 0.0), (1.0, 1.0))
    assert found.votes == (1, 1), "one point is no curve"
    assert found.lines[1][0][1] == pytest.approx((0.6, 1 / 3))


def test_without_axes_points_and_curves_are_counted_and_not_drawn() -> None:
    for guess, answers in ((POINT, ["1", "2"]), (Curve("s"), ["0 1; 1 2", "0 1; 1 3"])):
        found = tally(guess, [answers])
        assert (found.labels, found.counts, found.lines, found.votes) == ((), (), (), (2,))


def test_what_answers_no_such_question_is_left_out() -> None:
    assert tally(OPTIONS, [["0", "7", "x", "<b>", ""]]).votes == (1,)
    assert tally(NUMBER, [["nan", "inf", "51", "-1", "50"]]).votes == (1,)


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("012")),
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("012")),
)
def test_the_shift_is_what_a_loop_over_voters_finds(first: dict[str, str], second: dict[str, str]) -> None:
    both = changed = 0
    for voter in "abcdef":
        if voter in first and voter in second:
            both += 1
            changed += first[voter] != second[voter]
    assert shift(first, second) == Shift(both, changed)


def test_rightness_is_read_from_the_figure() -> None:
    series = Series("s", np.array([0.0, 1.0]), np.array([3.0, 40.0]), LINE, Axis("y", 0, 50))
    assert rightness(NUMBER, ["40", "41", "10", "x"], [series]) == 2
    between = Between(("low", "high"), Reading("s", "last"), (20,))
    assert rightness(between, ["0", "1", "1"], [series]) == 2
    assert rightness(OPTIONS, ["0"], [series]) is None, "the figure alone answers"
    assert rightness(NUMBER, [], [series]) is None
    with pytest.raises(ValueError, match="shows no"):
        rightness(between, ["0"], [])


@pytest.mark.parametrize("high", [40.0, 5.0, 0.0, 50.0])
def test_the_truth_lies_in_the_row_of_who_has_guessed_it(high: float) -> None:
    series = Series("s", np.array([1.0, 9.0]), np.array([3.0, high]), LINE, Axis("y", 0, 50))
    words = Series("w", np.array([0.0, 2.0]), np.array([3.0, high]), WORDS, LINE)
    for guess, answer in (
        (NUMBER, f"{high}"),
        (Number(None, 0, 50, truth=high), f"{high}"),
        (Between(("low", "high"), Reading("s", "last"), (20,)), str(int(high >= 20))),
        (OneOf(("a", "b"), (Reading("s", "first"), Reading("s", "last"))), str(int(high > 3))),
        (Point(Reading("s", "highest at")), "9" if high > 3 else "1"),
        (Point(Reading("w", "highest at")), "2" if high > 3 else "0"),
    ):
        axes = (WORDS, LINE) if guess == Point(Reading("w", "highest at")) else (LINE, LINE)
        counted = tally(guess, [[answer]], axes)
        (place,) = np.flatnonzero(counted.counts[0])
        assert truth_among(guess, [series, words]).labels == (counted.labels[place],)


def test_the_truth_of_a_curve_is_a_line_and_of_nothing_decided_no_row() -> None:
    series = Series("s", np.array([0.0, 5.0, 10.0]), np.array([1.0, np.nan, 99999.0]), LINE, LOG)
    assert truth_among(Curve("s"), [series]).line == ((0.0, 0.0), (1.0, 1.0))
    assert truth_among(OPTIONS, [series]) == truth_among(Number(None, 0, 1), [series]) == Truth()
    with pytest.raises(ValueError, match="shows no"):
        truth_among(NUMBER, [])


def test_axes_come_back_from_the_database() -> None:
    assert axes_from_json(axes_to_json((WORDS, LOG))) == (WORDS, LOG)
    assert axes_from_json("") is None
    bare = [{"title": "x", "low": 0, "high": 10, "categories": []}] * 2
    assert axes_from_json(json.dumps(bare)) == (LINE, LINE), "kept before axes had numbers of their own"


def test_votes_as_a_table_hold_no_voter_and_no_formula() -> None:
    steps = (
        Step(View("learning"), "=SUM(A1)", question="@Which?", guess=OneOf(("=1+1", "-x"))),
        Step(View("learning"), "N", question="How many?", guess=NUMBER),
        Step(View("learning"), "P", question="Where?", guess=Point(Reading("w", "highest at"))),
        Step(View("learning"), "P", question="Where?", guess=Point(Reading("w", "highest at"))),
    )
    ballots = (
        Ballot(0, 1, "secret-1", "0", 0.0),
        Ballot(0, 1, "secret-2", "1", 0.0),
        Ballot(0, 2, "secret-2", "0", 0.0),
        Ballot(1, 1, "secret-1", "-3", 60.0),
        Ballot(2, 1, "secret-1", "1", 60.0),
        Ballot(3, 1, "secret-1", "1", 60.0),
    )
    written = votes_as_csv(Lesson("L", steps), ballots, {2: axes_to_json((WORDS, LINE))})
    assert "secret" not in written
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [row["voter"] for row in rows] == ["1", "2", "2", "1", "1", "1"]
    assert [row["answer"] for row in rows] == ["'=1+1", "'-x", "'=1+1", "-3", WORDS.categories[1], "1"]
    assert rows[0]["title"] == "'=SUM(A1)"
    assert rows[0]["question"] == "'@Which?"
    assert rows[3]["time"] == "1970-01-01T00:01:00+00:00"
    assert rows[3]["step"] == "2"


def test_the_ends_of_an_axis_are_round_numbers_where_they_lie_on_it() -> None:
    places = Axis("place", 0.484, 10.5)
    (first, at), (last, till) = ends_of(places)
    assert (first, last) == ("1", "10")
    assert places.value(at) == pytest.approx(1)
    assert places.value(till) == pytest.approx(10)
    shares = Axis("share found", -0.04, 1.08, percent=True)
    assert [name for name, _ in ends_of(shares)] == ["0%", "100%"]
    assert ends_of(WORDS) == (
        (WORDS.categories[0], pytest.approx(WORDS.share(0))),
        (WORDS.categories[-1], pytest.approx(WORDS.share(len(WORDS.categories) - 1))),
    )
    assert [name for name, _ in ends_of(Axis("error", 0.02, 30.0, log=True))] == ["0.1", "10"]
    assert [name for name, _ in ends_of(Axis("error", 0.2, 30.0, log=True, ticks=(0.5, 1.0, 20.0)))] == ["0.5", "20"]
    assert [name for name, _ in ends_of(Axis("error", 2.0, 3.0, log=True))] == ["2", "3"]


@pytest.mark.parametrize(("unit", "label"), [("%", "30% to 40%"), ("GB", "30 to 40")])
def test_rows_of_per_cent_say_so(unit: str, label: str) -> None:
    assert label in tally(Number(None, 0, 100, unit), [["35"]]).labels


@pytest.mark.parametrize(
    ("axis", "first", "last", "many"),
    [
        (Axis("layer", -1.4, 30.4, counts=(0.0, 29.0)), "0 to 4", "25 to 29", 6),
        (Axis("degree", -1.05, 21.05, counts=(0.0, 20.0)), "0 to 1", "20", 11),
        (Axis("k", 3.0, 8.2, counts=(3.0, 8.0)), "3", "8", 6),
        (Axis("features", 5.0, 1000.0, counts=(5.0, 1000.0)), "5 to 99", "1,000", 11),
    ],
)
def test_rows_of_whole_numbers_say_which_they_hold(axis: Axis, first: str, last: str, many: int) -> None:
    guess = Point(Reading("s", "highest at"))
    numbers = range(int(axis.counts[0]), int(axis.counts[1]) + 1)
    labels = tally(guess, [[]], (axis, LINE)).labels
    assert (labels[0], labels[-1], len(labels)) == (first, last, many)
    for number in numbers:
        counted = tally(guess, [[str(number)]], (axis, LINE))
        (row,) = (label for label, count in zip(counted.labels, counted.counts[0], strict=True) if count)
        low, _, high = row.replace(",", "").partition(" to ")
        assert int(low) <= number <= int(high or low)
        series = Series("s", np.array([float(number)]), np.array([1.0]), axis, LINE)
        assert truth_among(guess, [series]).labels == (row,)
    assert [label for label, _ in ends_of(axis)] == [f"{axis.counts[0]:.0f}", f"{axis.counts[1]:,.0f}"]
    assert axes_from_json(axes_to_json((axis, LINE))) == (axis, LINE)
