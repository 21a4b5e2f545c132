"""What several seeds say together: gold at the same divergence, and differences beyond the spread of seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.rlhf.runs import RunHistory

LEVELS = (9.0, 6.0, 4.0, 2.0, 1.0)
"""Divergences at which runs are compared, in nats, the largest first."""

NEAR = 0.15
"""How near to a level √KL must be, in √nats: a step or two of a run."""

MANY = 10
"""Seeds from which on a standard error can be trusted alone."""

LAST = 10
"""Steps at the end of a run over which its gold is averaged."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One arm minus another, seed by seed.

    Args:
        mean: over the seeds.
        error: its standard error.
        seeds: how many.
        agree: whether every seed has the mean's sign.
    """

    mean: float
    error: float
    seeds: int
    agree: bool

    @property
    def clear(self) -> bool:
        """Whether it is beyond the spread: above two standard errors, and where seeds are few, all of one sign."""
        return (self.agree or self.seeds >= MANY) and abs(self.mean) > 2 * self.error


Golds = Sequence[float] | Float[np.ndarray, "seed"]


def difference(one: Golds, other: Golds) -> Difference:
    """One minus the other, paired by seed.

    Raises:
        ValueError: for numbers of seeds that differ or lie below 2.
    """
    off = np.asarray(one, dtype=float) - np.asarray(other, dtype=float)
    if len(off) < 2:
        raise ValueError(f"{len(off)} seeds are too few for a spread; at least 2.")
    mean = float(off.mean())
    return Difference(
        mean, float(off.std(ddof=1) / np.sqrt(len(off))), len(off), bool((np.sign(off) == np.sign(mean)).all())
    )


def gold_at(run: RunHistory, kl: float) -> float:
    """Mean gold of the steps whose √KL lies within NEAR of a level; NaN where the run never gets there."""
    near = np.abs(np.sqrt(np.maximum(run.kl, 0)) - np.sqrt(kl)) < NEAR
    return float(run.gold[near].mean()) if near.any() and run.kl.max() >= kl else float("nan")


def at_the_same_kl(
    one: Sequence[RunHistory], other: Sequence[RunHistory]
) -> tuple[float, Float[np.ndarray, "seed"], Float[np.ndarray, "seed"]] | None:
    """Gold of both arms, seed by seed, at the largest of LEVELS that every run has; None where they share none."""
    for level in LEVELS:
        golds = [np.array([gold_at(run, level) for run in arm]) for arm in (one, other)]
        if all(len(gold) and np.isfinite(gold).all() for gold in golds):
            return level, golds[0], golds[1]
    return None


def best_gold(runs: Sequence[RunHistory]) -> Float[np.ndarray, "seed"]:
    """Gold of each run at its peak."""
    return np.array([float(run.gold[run.peak]) for run in runs])


def end_gold(runs: Sequence[RunHistory]) -> Float[np.ndarray, "seed"]:
    """Gold of each run at its end, mean of the last steps."""
    return np.array([float(run.gold[-LAST:].mean()) for run in runs])
