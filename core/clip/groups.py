"""Accuracy by group: which class before which background is recognized, and what an average hides."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, Shaped

from core.numbers import NORMAL_95

GUESSING = 0.6
"""An average over both classes below it is hardly more than guessing, which is one half."""


@dataclass(frozen=True, eq=False)
class GroupAccuracy:
    """Accuracy of each group, rows by class and columns by background.

    Args:
        table: accuracy, NaN where the group is empty.
        counts: pictures in each group; they sum to the sample size.
    """

    table: Float[np.ndarray, "label background"]
    counts: Int[np.ndarray, "label background"]

    @property
    def average(self) -> float:
        """Accuracy over all pictures, so groups count by their size here."""
        filled = self.counts > 0
        return float((self.table[filled] * self.counts[filled]).sum() / max(self.counts.sum(), 1))

    @property
    def worst(self) -> float:
        """The lowest accuracy of a group that is not empty; NaN if all are."""
        return float(np.nanmin(self.table)) if (self.counts > 0).any() else float("nan")

    @property
    def gap(self) -> float:
        """Average minus worst; at least 0."""
        return self.average - self.worst

    @property
    def interval(self) -> Float[np.ndarray, "label background 2"]:
        """Wilson's 95 % score interval of each accuracy, lower and upper end; NaN where the group is empty.

        With p = k / n and z = 1.96, `(p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)`. Unlike
        `p -+ z sqrt(p (1 - p) / n)` it stays within 0 to 1 and does not shrink to a point at p = 0 or 1.

        Source: Wilson 1927; recommended for a single proportion by Brown, Cai and DasGupta, "Interval estimation for
        a binomial proportion", Statistical Science 2001.
        """
        n = np.maximum(self.counts, 1)
        spread = NORMAL_95 * np.sqrt(self.table * (1 - self.table) / n + NORMAL_95**2 / (4 * n**2))
        middle = self.table + NORMAL_95**2 / (2 * n)
        return np.asarray(np.stack([middle - spread, middle + spread], axis=-1) / (1 + NORMAL_95**2 / n)[..., None])

    @property
    def worst_interval(self) -> tuple[float, float]:
        """The interval of the group that is worst in this sample; NaN if all groups are empty.

        It does not know that this group was picked because it came out lowest, which biases the estimate downward
        where several groups are nearly as bad.
        """
        if not (self.counts > 0).any():
            return float("nan"), float("nan")
        low, high = self.interval.reshape(-1, 2)[np.nanargmin(self.table)]
        return float(low), float(high)

    def weighted(self, share: Float[np.ndarray, "label background"]) -> float:
        """The average with the groups' shares of another sample, such as the training set's.

        Raises:
            ValueError: if the shares have another shape, are negative, or sum to 0.
        """
        share = np.asarray(share, float)
        if share.shape != self.table.shape or (share < 0).any() or share.sum() == 0:
            raise ValueError(f"share must be {self.table.shape}, not negative and not all 0; got {share.tolist()}.")
        return float(np.nansum(self.table * share) / share.sum())


@dataclass(frozen=True, eq=False)
class Chance:
    """A control by chance, drawn several times.

    Args:
        draws: group accuracy of each draw, ordered by its worst group; at least one.
    """

    draws: tuple[GroupAccuracy, ...]

    @property
    def median(self) -> GroupAccuracy:
        """The draw whose worst group is the median; of an even number the lower of the two in the middle."""
        return self.draws[(len(self.draws) - 1) // 2]

    @property
    def average(self) -> float:
        """The median of the draws' averages, of an even number the lower of the two in the middle."""
        return float(np.quantile([found.average for found in self.draws], 0.5, method="lower"))

    @property
    def worst_range(self) -> tuple[float, float]:
        """The lowest and the highest accuracy of a worst group over the draws."""
        return self.draws[0].worst, self.draws[-1].worst


def chance_of(draws: Sequence[GroupAccuracy]) -> Chance:
    """Draws of a control, put in order.

    Raises:
        ValueError: without draws.
    """
    if not draws:
        raise ValueError("there are no draws; at least one is needed.")
    return Chance(tuple(sorted(draws, key=lambda found: found.worst)))


def worst_moves(before: GroupAccuracy, after: GroupAccuracy) -> int:
    """Whether the worst group rises (1) or falls (-1) by more than the noise; 0 where no difference is to be seen.

    A difference counts where the 95 % intervals of the two worst groups lie apart, which is stricter than a test of
    two proportions.
    """
    (low, high), (lower, higher) = before.worst_interval, after.worst_interval
    return int(lower > high) - int(higher < low)


def group_accuracy(
    predicted: Shaped[np.ndarray, "_"],
    label: Shaped[np.ndarray, "_"],
    background: Shaped[np.ndarray, "_"],
    *,
    n_classes: int = 2,
    n_backgrounds: int = 2,
) -> GroupAccuracy:
    """Accuracy of predictions within each group of class and background.

    Args:
        predicted, label: class numbers; a prediction may be any number, a label is below `n_classes`.
        background: background numbers, below `n_backgrounds`.

    Raises:
        ValueError: if lengths differ, or a label or background is out of range.

    Invariant: the counts sum to n, and `average` is the plain accuracy.

    Source: Sagawa et al., "Distributionally robust neural networks", ICLR 2020.
    """
    predicted, label, background = (np.asarray(values) for values in (predicted, label, background))
    if not predicted.shape == label.shape == background.shape:
        shapes = f"{predicted.shape}, {label.shape}, {background.shape}"
        raise ValueError(f"predicted, label and background must have one length; got {shapes}.")
    for name, values, limit in (("label", label, n_classes), ("background", background, n_backgrounds)):
        if len(values) and not (values.min() >= 0 and values.max() < limit):
            raise ValueError(f"{name} holds {values.min()} to {values.max()}; allowed is 0 to {limit - 1}.")
    group = label.astype(int) * n_backgrounds + background.astype(int)
    counts = np.bincount(group, minlength=n_classes * n_backgrounds)
    hits = np.bincount(group, weights=(predicted == label).astype(float), minlength=n_classes * n_backgrounds)
    table = np.divide(hits, counts, out=np.full(len(counts), np.nan), where=counts > 0)
    shape = (n_classes, n_backgrounds)
    return GroupAccuracy(table.reshape(shape), counts.reshape(shape).astype(int))


def training_shares(correlation: float) -> Float[np.ndarray, "2 2"]:
    """The groups' shares when a class has its own background with probability rho: rho / 2 on the diagonal."""
    return np.array([[correlation, 1 - correlation], [1 - correlation, correlation]]) / 2
