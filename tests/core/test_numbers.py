"""Wilson's interval is scipy's, at the edges too; what cannot be is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from core.numbers import mean_interval, wilson


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
