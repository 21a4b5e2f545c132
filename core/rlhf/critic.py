"""How well PPO's value head foresees the returns, run by run: explained variance. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.rlhf.records import BETAS, SEEDS, usual
from core.rlhf.runs import RunHistory, RunParams

CRITIC = "rlhf/critic.npz"
"""The recorded series, below `core/assets`."""

VAR_EXPLAINED = "ppo/val/var_explained"
"""TRL's name of explained variance, in its PPO trainer up to version 0.11; today's PPO trainer logs none."""


def explained_variance(guesses: Any, returns: Any) -> Any:
    """Explained variance, 1 - mean (R - V)^2 / var R: 1 where every return is foreseen, 0 for their mean alone.

    Args:
        guesses: V, one for each word, numpy or torch.
        returns: R, the same shape.

    Returns:
        A number, at most 1; below 0 where the mean of the returns would be a better guess. NaN where all returns are
        alike.

    Invariant: unchanged when guesses and returns are scaled and shifted alike.
    Source: TRL 0.11, `ppo_trainer.py`: 1 - val/error / returns/var.
    """
    spread = ((returns - returns.mean()) ** 2).mean()
    return 1 - ((returns - guesses) ** 2).mean() / spread if spread > 0 else spread * float("nan")


@dataclass(frozen=True, eq=False)
class CriticTable:
    """The explained variance of PPO on 500 pairs, each step's before its update.

    Args:
        explained: one number for each step.
        gold: of the same runs, which were trained anew: it tells whether they are the recorded ones.
    """

    explained: Float[np.ndarray, "seed beta step"]
    gold: Float[np.ndarray, "seed beta step"]

    def of(self, params: RunParams) -> Float[np.ndarray, "step"] | None:
        """Of the run with these params; None where it is none of `critic_runs`."""
        place = _place(params)
        return None if place is None else np.asarray(self.explained[place])

    def over_seeds(self, params: RunParams) -> Float[np.ndarray, "seed step"] | None:
        """Of all recorded seeds of such a run; None as in `of`."""
        place = _place(params)
        return None if place is None else np.asarray(self.explained[:, place[1]])

    def off(self, run: RunHistory) -> float | None:
        """The largest difference between the gold of a recorded run and of its second training; None as in `of`."""
        place = _place(run.params)
        return None if place is None else float(np.abs(self.gold[place] - run.gold).max())


def critic_runs() -> tuple[tuple[RunParams, ...], ...]:
    """The runs whose value head is recorded, by seed and by beta."""
    return tuple(tuple(usual(beta=beta, seed=seed) for beta in BETAS) for seed in SEEDS)


def _place(params: RunParams) -> tuple[int, int] | None:
    found = ((row, runs.index(params)) for row, runs in enumerate(critic_runs()) if params in runs)
    return next(found, None)


def critic_of(runs: Mapping[RunParams, RunHistory]) -> CriticTable:
    """The table of `critic_runs`.

    Raises:
        KeyError: for one that is missing.
    """
    rows = [[runs[params] for params in row] for row in critic_runs()]
    explained = np.array([[run.metrics[VAR_EXPLAINED] for run in row] for row in rows], np.float32)
    return CriticTable(explained, np.array([[run.gold for run in row] for row in rows], np.float32))


@functools.cache
def recorded_critic() -> CriticTable:
    """The recorded series.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record rlhf critic`.
    """
    return kept(CRITIC, CriticTable)
