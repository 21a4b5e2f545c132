"""What several seeds say together: gold at the same divergence, and differences beyond what chance gives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.rlhf.runs import RunHistory

LEVELS = (9.0, 6.0, 4.0, 2.0, 1.0)
"""Divergences at which runs are compared, in nats, the largest first."""

NEAR = 0.15
"""How near to a level √KL must be, in √nats: a step or two of a run."""

CHANCE = 0.05
"""A difference is clear where chance alone gives one as large less often than this."""

LAST = 10
"""Steps at the end of a run over which its gold is averaged."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One arm minus another, seed by seed.

    Args:
        mean: over the seeds.
        error: its standard error.
        seeds: how many.
        agree: whether every seed has the mean's sign; not where there is no difference.
    """

    mean: float
    error: float
    seeds: int
    agree: bool

    @property
    def chance(self) -> float:
        """How often chance alone gives a difference as large: p of the paired t test, two-sided, in [0, 1].

        p = 2 P(T > |mean| / error), T of Student's distribution with seeds - 1 degrees of freedom.
        Of three seeds p is below 0.05 only beyond 4.3 standard errors: two would be passed by chance in one case of
        five. Where all seeds differ by the same, p is 0, or 1 for no difference.

        Source: Student (1908).
        """
        from scipy.stats import t  # type: ignore[import-untyped]

        if self.error == 0:
            return 0.0 if self.mean else 1.0
        return float(2 * t.sf(abs(self.mean) / self.error, self.seeds - 1))

    @property
    def clear(self) -> bool:
        """Whether it is beyond what chance gives."""
        return self.chance < CHANCE


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
    agree = bool(mean != 0 and (np.sign(off) == np.sign(mean)).all())
    return Difference(mean, float(off.std(ddof=1) / np.sqrt(len(off))), len(off), agree)


def gold_at(run: RunHistory, kl: float) -> float:
    """Mean gold of the steps whose √KL lies within NEAR of a level; NaN where the run never gets there."""
    return mean_at(run.gold, run.kl, kl)


def mean_at(values: Float[np.ndarray, "step"], reached: Float[np.ndarray, "step"], kl: float) -> float:
    """Mean of a series over the steps whose √KL lies within NEAR of a level, as `gold_at`.

    Args:
        reached: the divergence after each step, nats.
    """
    near = np.abs(np.sqrt(np.maximum(reached, 0)) - np.sqrt(kl)) < NEAR
    return float(values[near].mean()) if near.any() and reached.max() >= kl else float("nan")


def shared_level(golds: Callable[[float], Iterable[Float[np.ndarray, "seed"]]]) -> float | None:
    """The largest of LEVELS that every run has; None where there is none.

    Args:
        golds: gold of each arm at a level, NaN for a seed that never gets there.
    """
    return next((level for level in LEVELS if all(np.isfinite(arm).all() for arm in golds(level))), None)


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
    """Gold of each run at its best: the largest running mean over five steps, so that no step's noise counts."""
    return np.array([float(run.smooth_gold.max()) for run in runs])


def fall_steps(runs: Sequence[RunHistory], *, by: float = 0.5) -> Float[np.ndarray, "seed"]:
    """The first step at which each run's gold lies so many points below its peak, or how many steps it has.

    Gold is a running mean over five steps. A run that never falls counts as one that falls after its end, so a median
    over seeds is right where fewer than half of them never fall; a mean is too small.
    """
    found = []
    for run in runs:
        gold, peak = run.smooth_gold, run.peak
        low = np.flatnonzero(gold[peak:] < gold[peak] - by)
        found.append(peak + low[0] if len(low) else len(gold))
    return np.array(found, dtype=float)


def end_gold(runs: Sequence[RunHistory]) -> Float[np.ndarray, "seed"]:
    """Gold of each run at its end, mean of the last steps."""
    return np.array([float(run.gold[-LAST:].mean()) for run in runs])
