"""What `core.numbers` reads and what it refuses."""

import re

import numpy as np
import pytest

from core.numbers import read_number, require, whole


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
