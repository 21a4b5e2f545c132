"""What a score costs, counted: its weights one by one, and its products as `scores_of` itself makes them. No torch."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from core.attention.scores import SCORES, multiplications, parameters, score_weights, scores_of
from core.checks import Check

SMALL = (3, 4)
"""Dimension and tokens of the scores whose products are counted."""


@dataclass(frozen=True, slots=True, eq=False)
class _Counted:
    """A number that counts each product, quotient, root and tanh it takes part in; sums are free."""

    value: float
    told: Counter[str]

    def _made(self, value: float) -> "_Counted":
        self.told["products"] += 1
        return _Counted(value, self.told)

    def __add__(self, other: "_Counted") -> "_Counted":
        return _Counted(self.value + _value(other), self.told)

    def __mul__(self, other: "_Counted | float") -> "_Counted":
        return self._made(self.value * _value(other))

    def __truediv__(self, other: "_Counted | float") -> "_Counted":
        return self._made(self.value / _value(other))

    __radd__, __rmul__ = __add__, __mul__

    def conjugate(self) -> "_Counted":
        """Itself: numpy asks for it when it takes a length."""
        return self

    def sqrt(self) -> "_Counted":
        """Its root, one count."""
        return self._made(math.sqrt(self.value))

    def tanh(self) -> "_Counted":
        """Its tanh, one count."""
        return self._made(math.tanh(self.value))


def _value(number: "_Counted | float") -> float:
    return number.value if isinstance(number, _Counted) else float(number)


def counted_products(kind: str, dimension: int, tokens: int) -> int:
    """Products that `scores_of` takes for n queries against n keys, counted while it runs on numbers that tell.

    Args:
        kind: one of SCORES.
        dimension: d.
        tokens: n; the run takes about n^2 d steps of Python.

    Raises:
        ValueError: as `score_weights`.

    Invariant: equal to `multiplications`, which has it by formula.
    """
    rng, told = np.random.default_rng(0), Counter[str]()
    drawn = rng.normal(size=(2, tokens, dimension))
    query, key = np.array([_Counted(float(x), told) for x in drawn.ravel()], dtype=object).reshape(drawn.shape)
    # Beside its annotations: these are numbers that tell of themselves, not floats.
    bare = getattr(scores_of, "__wrapped__", scores_of)
    bare(kind, query, key, score_weights(kind, dimension, rng))
    return told["products"]


def cost_checks(dimension: int) -> tuple[Check, ...]:
    """The counts of every score: parameters against its weights at a dimension, products by counting on a small case.

    Args:
        dimension: d of the weights.

    Raises:
        ValueError: as `parameters`.
    """
    rng, (d, n) = np.random.default_rng(0), SMALL
    sizes = {kind: sum(part.size for part in score_weights(kind, dimension, rng).values()) for kind in SCORES}
    wrong = sum(abs(size - parameters(kind, dimension)) for kind, size in sizes.items())
    off = sum(abs(counted_products(kind, d, n) - multiplications(kind, d, n)) for kind in SCORES)
    return (
        Check(f"Parameters at d = {dimension}, weight by weight", float(wrong), 0.0, "too many or too few"),
        Check(f"Products of {n} queries and {n} keys, d = {d}", float(off), 0.0, "counted as they are made"),
    )
