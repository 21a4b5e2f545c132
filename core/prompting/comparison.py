"""Whether one prompt does better than another on the same items, beyond chance. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from core.numbers import mean_interval


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two accuracies, with its 95 % interval over items.

    Args:
        mean: the second minus the first, from -1 to 1.
        low, high: Student's interval of it, over the items.
    """

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 where the second is better beyond chance, -1 where it is worse, 0 where the interval holds 0."""
        return int(self.low > 0) - int(self.high < 0)


def difference(
    first: Sequence[Bool[np.ndarray, "item"]], second: Sequence[Bool[np.ndarray, "item"]], *, among: int = 1
) -> Difference:
    """How much more often the items are answered right under the second prompts than under the first.

    d_i = mean over the second draws of right_i - mean over the first draws of right_i, and their mean over items i.
    Only the items count as a sample: the draws of examples are a few, and are shown one by one.

    Args:
        first, second: by draw, whether each item was answered right; both on the same items, 2 or more.
        among: of how many such differences this is one; see `core.numbers.mean_interval`.

    Raises:
        ValueError: for no draw, fewer than 2 items, or other numbers of items.

    Invariant: with first and second exchanged, mean and interval change their sign.
    """
    if not first or not second or len({len(row) for row in (*first, *second)}) != 1:
        raise ValueError("first and second must each have a draw or more, on the same number of items")
    by_item: Float[np.ndarray, "item"] = np.mean(np.stack(second), axis=0) - np.mean(np.stack(first), axis=0)
    low, high = mean_interval(by_item, among=among)
    return Difference(float(by_item.mean()), low, high)


@dataclass(frozen=True, slots=True)
class VarianceShares:
    """What the variance of the accuracies of a table goes with, as shares of the whole.

    Args:
        rows: the variance of the rows' means. columns: that of the columns' means.
        together: the rest, which only row and column together tell.
    """

    rows: float
    columns: float
    together: float


def variance_shares(table: Float[np.ndarray, "row column"]) -> VarianceShares:
    """The two-way decomposition of a table's variance.

    Var(a_rc) = Var(mean of a row) + Var(mean of a column) + mean of (a_rc - a_r - a_c + a)^2, all over n.

    Raises:
        ValueError: for an empty table, or one whose values are all alike.

    Invariant: the three shares sum to 1.
    """
    if table.size == 0 or np.ptp(table) == 0:
        raise ValueError("the values of a table must differ")
    by_row, by_column = table.mean(axis=1), table.mean(axis=0)
    rest = table - by_row[:, None] - by_column + table.mean()
    parts = np.array([by_row.var(), by_column.var(), (rest**2).mean()]) / table.var()
    return VarianceShares(*map(float, parts))
