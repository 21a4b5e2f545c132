"""What `core.numbers` reads and what it refuses; Wilson's interval is scipy's, at the edges too."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.numbers import mean_interval, read_number, require, whole, wilson


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


@given(st.integers(1, 10_000).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_is_scipys(case: tuple[int, int]) -> None:
    right, count = case
    low, high = wilson(right, count)
    theirs = binomtest(right, count).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert 0 <= low <= right / count <= high <= 1
    assert (low == 0) == (right == 0)
    assert (high == 1) == (right == count)


@pytest.mark.parametrize(("right", "count"), [(0, 0), (-1, 3), (4, 3)])
def test_shares_that_cannot_be_are_refused(right: int, count: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        wilson(right, count)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, float("nan")], [1.0, float("inf")]], ids=str)
def test_means_that_cannot_be_are_refused(values: list[float]) -> None:
    with pytest.raises(ValueError, match="2 or more finite"):
        mean_interval(values)
