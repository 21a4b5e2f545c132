"""Some of many masses, so chosen that what is seen of them is as the whole."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.transport.problem import Costs, Weights

NEGLIGIBLE = 1e-6
"""Entries of a plan below this share of its largest one are no moves."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The masses that are shown.

    Args:
        places: [shown], where they stand among all.
        marks: [shown], what each is drawn with: its mass where all are shown, else how many equal units fell on it.
        count: how many there are in all.
        share: the part of all mass that the shown ones carry, from 0 to 1.
    """

    places: Int[np.ndarray, "shown"]
    marks: Float[np.ndarray, "shown"]
    count: int
    share: float

    @property
    def whole(self) -> bool:
        """Whether all are shown."""
        return len(self.places) == self.count


def fair_sample(masses: Weights, most: int, *, seed: int = 0) -> Sample:
    """All masses, or where there are more than `most` those on which `most` equal units fall.

    Unit k falls at the cumulative mass (k + s) T / most, with T the sum and one s from [0, 1) for all of them, drawn by
    the seed. So mass i gets most m_i / T units on average.

    Args:
        masses: m, [mass], each above 0. most: at least 1. seed: of s.

    Raises:
        ValueError: for `most` below 1, or masses that are not positive and finite.

    Invariant: any run of neighbors gets its share of the units, up to less than one unit.
    Source: systematic sampling; Madow 1949, On the theory of systematic sampling II.
    """
    if most < 1:
        raise ValueError(f"most is {most}; it must be at least 1")
    if not (np.isfinite(masses).all() and (masses > 0).all()):
        raise ValueError("each mass must be a finite number above 0")
    if len(masses) <= most:
        return Sample(np.arange(len(masses)), masses, len(masses), 1.0)
    ends = np.cumsum(masses)
    units = (np.arange(most) + np.random.default_rng(seed).random()) * (ends[-1] / most)
    fallen = np.searchsorted(ends, units, side="right").clip(max=len(masses) - 1)
    places, marks = np.unique(fallen, return_counts=True)
    return Sample(places, marks.astype(np.float64), len(masses), float(masses[places].sum() / ends[-1]))


def moves_of(plan: Costs) -> tuple[Int[np.ndarray, "move"], Int[np.ndarray, "move"]]:
    """The rows and columns of a plan's moves, row by row: its entries that are not negligible.

    Args:
        plan: P, [source target]; entries that are no numbers are no moves.
    """
    finite = np.where(np.isfinite(plan), plan, 0.0)
    i, j = np.nonzero(finite > NEGLIGIBLE * finite.max(initial=0.0))
    return i, j
