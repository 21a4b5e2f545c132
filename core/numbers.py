"""Numbers as people write them, and what functions accept of them."""

import operator

import numpy as np


def read_number(text: str) -> float:
    """A number as people write it: `float` alone would read 1_0, Python's own notation, as 10.

    Raises:
        ValueError: for a text that is no number.
    """
    if "_" in text:
        raise ValueError(f"{text[:20]!r} is no number")
    return float(text)


def require(condition: bool, name: str, value: object, allowed: str) -> None:
    """Refuses a value outside its range.

    Args:
        condition: whether the value is allowed; NaN makes comparisons false and is refused by that.
        name: of the argument.
        value: what was given.
        allowed: the range in words, as it follows "must be".

    Raises:
        ValueError: if the condition is false; the message gives name, value and range.
    """
    if not condition:
        raise ValueError(f"{name} = {value!r} must be {allowed}.")


def whole(name: str, value: object, low: int, high: int | None = None) -> int:
    """A whole number from `low` to `high`; raises ValueError for another one and for what is none, as a boolean."""
    allowed = f"a whole number of {low} or more" if high is None else f"a whole number from {low} to {high}"
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError as error:
        raise ValueError(f"{name} is {value!r}; it must be {allowed}.") from error
    if isinstance(value, bool | np.bool_) or number < low or (high is not None and number > high):
        raise ValueError(f"{name} is {value!r}; it must be {allowed}.")
    return number
