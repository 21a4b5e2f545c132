"""What `core.numbers` reads and what it refuses; its intervals against scipy's, and by draws."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp

from core.numbers import NORMAL_95, mean_interval, paired_difference, read_number, require, sign_test, whole, wilson


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers_of_any_kind_are_one_kind(value: object) -> None:
    assert type(whole("steps", value, 1, 5)) is int
    assert whole("steps", value, 3) == 3


@pytest.mark.parametrize("value", [0, 6, 2.0, "3", None, True, np.True_, np.float64(3), [3]])
def test_others_are_refused_with_name_value_and_range(value: object) -> None:
    words = f"steps is {value!r}; it must be a whole number from 1 to 5"
    with pytest.raises(ValueError, match=re.escape(words)):
        whole("steps", value, 1, 5)


def test_without_an_upper_end_the_lower_one_is_named() -> None:
    with pytest.raises(ValueError, match="seed is -1; it must be a whole number of 0 or more"):
        whole("seed", -1, 0)
    assert whole("seed", 10**30, 0) == 10**30


def test_nan_is_outside_every_range() -> None:
    value = float("nan")
    with pytest.raises(ValueError, match="step = nan must be above 0"):
        require(value > 0, "step", value, "above 0")


def test_python_s_own_notation_is_no_number() -> None:
    assert read_number(" 1e3 ") == 1000
    with pytest.raises(ValueError, match="'1_0' is no number"):
        read_number("1_0")


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys(seen: tuple[int, int]) -> None:
    hits, count = seen
    theirs = binomtest(hits, count).proportion_ci(0.95, method="wilson")
    low, high = wilson(hits, count)
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0 <= low <= hits / count <= high <= 1
    assert (low == 0) == (hits == 0)
    assert (high == 1) == (hits == count)


@pytest.mark.parametrize(("seen", "count"), [(0, 10), (3, 10), (10, 10), (250, 500)])
def test_wilsons_interval_holds_its_own_equation(seen: int, count: int) -> None:
    share = seen / count
    for end in wilson(seen, count):
        assert (share - end) ** 2 == pytest.approx(NORMAL_95**2 * end * (1 - end) / count, abs=1e-12)


def test_half_a_hit_lies_between_two() -> None:
    assert wilson(3, 10)[0] < wilson(3.5, 10)[0] < wilson(4, 10)[0]


@pytest.mark.parametrize("bad", [(-1, 10), (11, 10), (0, 0), (float("nan"), 10)])
def test_what_is_no_share_is_refused(bad: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="hits"):
        wilson(*bad)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0, 1))
def test_a_difference_turns_around(seen: tuple[int, int], share: float) -> None:
    gained, count = seen
    lost = int(share * (count - gained))
    low, high = paired_difference(gained, lost, count)
    assert -1 <= low <= high <= 1
    assert paired_difference(lost, gained, count) == pytest.approx((-high, -low), abs=1e-12)


def test_it_covers_the_truth_as_often_as_it_says() -> None:
    rng, law = np.random.default_rng(0), [0.3, 0.15, 0.35, 0.2]
    cells = rng.multinomial(96, law, size=2000)
    ends = np.array([paired_difference(int(row[1]), int(row[3]), 96) for row in cells])
    covered = ((ends[:, 0] <= law[1] - law[3]) & (law[1] - law[3] <= ends[:, 1])).mean()
    assert 0.935 < covered < 0.97


@pytest.mark.parametrize("bad", [(-1, 0, 10), (6, 5, 10), (0, 0, 0)])
def test_counts_that_cannot_be_are_refused(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="gained"):
        paired_difference(*bad)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [1.0, float("inf")]], ids=str)
def test_means_that_cannot_be_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="2 or more finite"):
        mean_interval(values)


def test_one_mean_of_several_has_a_wider_interval() -> None:
    values = [1.0, 2.0, 4.0, 4.5]
    low, high = mean_interval(values, among=5)
    ends = ttest_1samp(values, 0).confidence_interval(1 - 0.05 / 5)
    assert (low, high) == pytest.approx((ends.low, ends.high))
    with pytest.raises(ValueError, match="among must be 1 or more; got 0"):
        mean_interval(values, among=0)


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_sign_test_is_scipy_s(gained: int, lost: int) -> None:
    expected = binomtest(gained, gained + lost).pvalue if gained + lost else 1.0
    assert sign_test(gained, lost) == pytest.approx(expected, rel=1e-9)
    with pytest.raises(ValueError, match="gained"):
        sign_test(-1, lost)
