"""Bare sums by number of digits: what a model writes, and where it goes wrong first. Needs no torch."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.assets import kept

SUMS_FILE = "tools/sums.npz"

MOST_DIGITS = 6

BARE, SHOWN = "no example", "four examples"
CONDITIONS = (BARE, SHOWN)
"""What stands before a sum."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum that a model was asked for.

    Args:
        left, right: the two numbers.
        text: what the model wrote behind the "=".
    """

    left: int
    right: int
    text: str

    @property
    def truth(self) -> int:
        """The right sum."""
        return self.left + self.right

    @property
    def said(self) -> str:
        """The digits of the first number that the model wrote; "" without one."""
        found = re.search("[0-9]+", self.text.replace(",", ""))
        return found[0] if found else ""

    @property
    def correct(self) -> bool:
        """Whether it is the right sum."""
        return self.said == str(self.truth)

    @property
    def first_wrong(self) -> int | None:
        """The first digit that is wrong or missing, 0 for the leading one; None where the sum is right.

        A number that goes on behind the right digits is wrong at the place after them.
        """
        if self.correct:
            return None
        truth = str(self.truth)
        return next((at for at, digit in enumerate(truth) if self.said[at : at + 1] != digit), len(truth))

    @property
    def carries(self) -> int:
        """How many digits are carried over."""
        return carries(self.left, self.right)


def carries(left: int, right: int) -> int:
    """How many times a sum carries, in decimals.

    Raises:
        ValueError: for a negative number.

    Invariant: the digit sums of left and right, less nine for each carry, are that of the sum.
    """
    if left < 0 or right < 0:
        raise ValueError(f"left and right must not be negative; got {left} and {right}")
    count = over = 0
    while left or right:
        over = int(left % 10 + right % 10 + over > 9)
        count, left, right = count + over, left // 10, right // 10
    return count


@dataclass(frozen=True, eq=False)
class RecordedSums:
    """The recorded sums.

    Args:
        model: its name in the catalogue.
        by_case: condition -> digits -> sums, the same ones under both conditions.
        pieces: some texts with numbers, and how the tokenizer cuts them.
    """

    model: str
    by_case: Mapping[str, Mapping[int, tuple[Sum, ...]]]
    pieces: Mapping[str, tuple[str, ...]]


@functools.cache
def recorded_sums() -> RecordedSums:
    """The recorded sums; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(SUMS_FILE, RecordedSums)


def drawn_pairs(digits: int, count: int, *, seed: int) -> tuple[tuple[int, int], ...]:
    """Pairs of numbers of so many digits each, drawn evenly; raises ValueError for digits outside 1 to 6."""
    if not 1 <= digits <= MOST_DIGITS:
        raise ValueError(f"digits must be from 1 to {MOST_DIGITS}; got {digits}")
    rng = np.random.default_rng([seed, digits])
    low, high = (1, 10) if digits == 1 else (10 ** (digits - 1), 10**digits)
    return tuple((int(a), int(b)) for a, b in rng.integers(low, high, (count, 2)))


def sum_prompt(left: int, right: int, condition: str) -> str:
    """What the model reads; the examples have as many digits as the sum itself.

    Raises:
        ValueError: for an unknown condition.
    """
    if condition not in CONDITIONS:
        raise ValueError(f"condition must be one of {', '.join(CONDITIONS)}; got {condition!r}")
    digits = min(max(len(str(left)), len(str(right))), MOST_DIGITS)
    shown = drawn_pairs(digits, 4, seed=EXAMPLES) if condition == SHOWN else ()
    return "".join(f"{a} + {b} = {a + b}\n" for a, b in shown) + f"{left} + {right} ="


EXAMPLES = 1_000
"""The seed of the examples; sums that are asked have others."""


def wrong_places(sums: Sequence[Sum]) -> list[int]:
    """How many sums of one length go wrong first at each digit of the answer, from the leading one; then behind it."""
    length = max((len(str(one.truth)) for one in sums), default=0)
    places = [one.first_wrong for one in sums]
    return [places.count(at) for at in range(length + 1)]
