"""A matching that was solved once and comes with the code, so that a card can show it without a solver."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from core.assets import kept
from core.transport.problem import Points

MATCHING = "transport/matching.npz"


@dataclass(frozen=True, eq=False)
class Matching:
    """Two clouds of equal size and the partner of each source point: x_i goes to y_partner(i)."""

    source: Points
    target: Points
    partner: Int[np.ndarray, "source"]


@functools.cache
def recorded_matching() -> Matching:
    """The exact plan from the letter A to the letter B, 120 points each, which is a permutation.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: equal to `solve(cloud("letter A", 120), cloud("letter B", 120))`.
    Source: `python -m core.assets record transport matching`.
    """
    return kept(MATCHING, Matching)
