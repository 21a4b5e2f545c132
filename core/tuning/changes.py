"""What tuning changed in a matrix: its rank, its sparsity, and the directions that are new. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check

LAYERS, SEEN = (0, 14, 29), ("q_proj", "v_proj", "o_proj", "down_proj")
"""Layers of SmolLM2, and matrices of each, whose changes are looked at."""

TOP = 10
"""Leading directions of a tuned matrix that are compared with those it had."""

INTRUDES_BELOW = 0.5
"""A leading direction is new where no old one is nearer than this cosine, as in `peft` (Shuttleworth et al. 2024,
2410.21228)."""


@dataclass(frozen=True, eq=False)
class WeightChange:
    """The change of one matrix of m rows and n columns in one run.

    Args:
        method, rate, seed: of the run.
        layer, module: of the matrix.
        shape: m and n.
        size: |W' - W| / |W|, Frobenius norms.
        moved: the share of its entries that are not the old ones.
        by_rank, by_entry: as in `Energy`: what rank r keeps, and what as many numbers kept as single entries keep
            [rank].
        sizes: its singular values over their largest, from the eigenvalues of its products with itself [rank].
        nearest: of each of the first TOP singular vectors of W' on its smaller side, the largest |cosine| to one of W
            [direction].
    """

    method: str
    rate: float
    seed: int
    layer: int
    module: str
    shape: tuple[int, int]
    size: float
    moved: float
    by_rank: Float[np.ndarray, "rank"]
    by_entry: Float[np.ndarray, "rank"]
    sizes: Float[np.ndarray, "rank"]
    nearest: Float[np.ndarray, "direction"]

    def rank_for(self, share: float) -> int:
        """The smallest rank that keeps a share of the energy, above 0 and at most 1."""
        return int(np.searchsorted(self.by_rank, min(share, float(self.by_rank[-1]))) + 1)

    @property
    def intruders(self) -> int:
        """How many of its leading directions are new."""
        return int((self.nearest < INTRUDES_BELOW).sum())


@dataclass(frozen=True, eq=False)
class ChangeRecord:
    """The changes of some matrices over methods, rates and seeds."""

    changes: tuple[WeightChange, ...]

    @property
    def layers(self) -> list[int]:
        """The layers that were looked at."""
        return sorted({change.layer for change in self.changes})

    def modules(self, method: str) -> list[str]:
        """The matrices of a layer that a method moved, in the order in which they were looked at."""
        return list(dict.fromkeys(change.module for change in self.changes if change.method == method))

    def chosen(self, method: str) -> tuple[WeightChange, ...]:
        """The changes by a method at the rate that has most seeds, the chosen one; of equal ones the smaller."""
        found = [change for change in self.changes if change.method == method]
        rates = [change.rate for change in found]
        chosen = max(set(rates), key=lambda rate: (rates.count(rate), -rate), default=0.0)
        return tuple(change for change in found if change.rate == chosen)

    def of(self, method: str, layer: int, module: str) -> tuple[WeightChange, ...]:
        """The changes of one matrix at the chosen rate, in the order of the seeds."""
        found = [change for change in self.chosen(method) if (change.layer, change.module) == (layer, module)]
        return tuple(sorted(found, key=lambda change: change.seed))

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was kept of each matrix is what its singular values say; LoRA's changes have its rank."""
        apart = max(float(np.abs(_shares(change.sizes) - change.by_rank).max()) for change in self.changes)
        # Shares and singular values are kept in single precision.
        bound = float(np.finfo(np.float32).eps) * max(len(change.sizes) for change in self.changes)
        return (Check("Energy by rank: sums of squared singular values (Eckart and Young)", apart, bound, "float32"),)


def _shares(sizes: Float[np.ndarray, "rank"]) -> Float[np.ndarray, "rank"]:
    sums = np.cumsum(sizes.astype(np.float64) ** 2)
    found: Float[np.ndarray, "rank"] = sums / sums[-1]
    return found
