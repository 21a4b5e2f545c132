"""Runs beside the usual ones: reward models of other sizes, a penalty on an ensemble's spread, other losses on pairs.

Needs no torch.
"""

import functools
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.rlhf.formulas import PREFERENCE_LOSSES
from core.rlhf.records import SEEDS, usual
from core.rlhf.runs import RunHistory, RunParams, smoothed
from core.rlhf.seeds import LAST, mean_at

VARIANTS = "rlhf/variants.npz"
"""The recorded arms, below `core/assets`."""

WIDTHS = (2, 8, 32, 128, 512)
"""Hidden units of the reward model; 32 are usual."""

PENALTIES = (0.0, 1.0, 3.0)
"""Points of reward taken off for each point of the spread of four reward models."""

LOSS_NAMES = {"dpo": "DPO", "ipo": "IPO", "hinge": "hinge", "kto_pair": "KTO"}
"""How the losses of `preference_loss` are called."""

REWARD_METRICS = ("rewards/chosen", "rewards/rejected", "rewards/accuracies", "rewards/margins")
"""TRL's names of what a run on pairs measures."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What a run does otherwise than `train` does.

    Args:
        width: hidden units of each reward model, 1 to 4096.
        penalty: taken off the mean of an ensemble for each point of its spread, at least 0.
        loss: of a DPO run, one of PREFERENCE_LOSSES.

    Raises:
        ValueError: for a value outside these ranges.
    """

    width: int = 32
    penalty: int | float = 0.0
    loss: str = "dpo"

    def __post_init__(self) -> None:
        if not 1 <= self.width <= 4096:
            raise ValueError(f"width = {self.width} must lie in 1 to 4096.")
        if not 0 <= self.penalty < np.inf:
            raise ValueError(f"penalty = {self.penalty} must be at least 0 and finite.")
        if self.loss not in PREFERENCE_LOSSES:
            raise ValueError(f"loss = {self.loss!r} must be one of {', '.join(PREFERENCE_LOSSES)}.")


USUAL = Variant()


def variant_arms() -> dict[str, tuple[RunParams, Variant]]:
    """What is recorded over seeds: the size of the reward model, the penalty on spread, the losses on pairs."""
    base = usual()
    return {
        **{f"width {width}": (base, Variant(width=width)) for width in WIDTHS},
        **{f"penalty {weight:g}": (replace(base, ensemble=4), Variant(penalty=weight)) for weight in PENALTIES},
        **{f"loss {kind}": (usual("dpo", beta=0.1), Variant(loss=kind)) for kind in PREFERENCE_LOSSES},
    }


@dataclass(frozen=True, eq=False)
class VariantTable:
    """The recorded arms.

    Args:
        names: of the arms, in the order of `variant_arms`.
        kl, proxy, gold, length, entropy: as in `RunHistory`, NaN after the end of a run.
        rewards: REWARD_METRICS of the runs on pairs; NaN for the others.
        accuracy: of the reward model on held-out pairs at the end of its fit.
    """

    names: tuple[str, ...]
    kl: Float[np.ndarray, "arm seed step"]
    proxy: Float[np.ndarray, "arm seed step"]
    gold: Float[np.ndarray, "arm seed step"]
    length: Float[np.ndarray, "arm seed step"]
    entropy: Float[np.ndarray, "arm seed step"]
    rewards: Float[np.ndarray, "arm seed metric step"]
    accuracy: Float[np.ndarray, "arm seed"]

    def place(self, name: str) -> int:
        """Where an arm stands.

        Raises:
            ValueError: for an arm that was not recorded.
        """
        if name not in self.names:
            raise ValueError(f"{name!r} is none of the recorded arms: {', '.join(self.names)}.")
        return self.names.index(name)

    def curves(self, name: str, series: str) -> list[Float[np.ndarray, "step"]]:
        """A series of each run of an arm, without what stands after its end.

        Args:
            series: "kl", "proxy", "gold", "length" or "entropy".
        """
        return [curve_of(run) for run in getattr(self, series)[self.place(name)]]

    def best_gold(self, name: str) -> Float[np.ndarray, "seed"]:
        """Gold of each run of an arm at its best, the largest mean over five steps, as `core.rlhf.best_gold`."""
        return np.array([float(smoothed(curve_of(run)).max()) for run in self.gold[self.place(name)]])

    def end_gold(self, name: str) -> Float[np.ndarray, "seed"]:
        """Gold of each run of an arm at its end, mean of the last ten steps, as `core.rlhf.end_gold`."""
        return np.array([float(curve_of(run)[-LAST:].mean()) for run in self.gold[self.place(name)]])

    def gold_at(self, name: str, kl: float) -> Float[np.ndarray, "seed"]:
        """Gold of each run of an arm at a divergence, as `core.rlhf.seeds.gold_at`; NaN where it never gets there."""
        place = self.place(name)
        runs = zip(self.gold[place], self.kl[place], strict=True)
        return np.array([mean_at(curve_of(gold), curve_of(reached), kl) for gold, reached in runs])

    def end_kl(self, name: str) -> Float[np.ndarray, "seed"]:
        """The same of the divergence, nats."""
        return np.array([float(curve_of(run)[-LAST:].mean()) for run in self.kl[self.place(name)]])

    def end_rewards(self, name: str) -> Float[np.ndarray, "metric seed"]:
        """REWARD_METRICS of an arm on pairs, mean of the last ten steps."""
        return np.array([[curve_of(run)[-LAST:].mean() for run in seeds] for seeds in self.rewards[self.place(name)]]).T


def curve_of(values: Float[np.ndarray, "step"]) -> Float[np.ndarray, "step"]:
    """A series of the table without what stands after the end of its run."""
    return np.asarray(values[np.isfinite(values)])


def variants_of(runs: dict[str, list[RunHistory]]) -> VariantTable:
    """The table of runs, arm by arm and seed by seed."""
    arms = list(runs.values())
    series = {
        name: np.array([[_full(getattr(run, name), run.params.steps) for run in arm] for arm in arms], np.float32)
        for name in ("kl", "proxy", "gold", "length", "entropy")
    }
    rewards = [
        [[_full(run.metrics.get(name, np.zeros(0)), run.params.steps) for name in REWARD_METRICS] for run in arm]
        for arm in arms
    ]
    accuracy = np.array([[run.reward_fit.accuracy[-1] for run in arm] for arm in arms])
    return VariantTable(tuple(runs), **series, rewards=np.array(rewards, np.float32), accuracy=accuracy)


def _full(values: Float[np.ndarray, "step"], steps: int) -> Float[np.ndarray, "step"]:
    return np.append(values, np.full(steps - len(values), np.nan))


@functools.cache
def recorded_variants() -> VariantTable:
    """The recorded arms over the seeds of SEEDS.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: "width 32" and "loss dpo" are the usual runs of these seeds.
    Source: `python -m core.assets record rlhf variants`; Gao et al. 2210.10760 for the size; Coste et al. 2310.02743
    for the penalty.
    """
    return kept(VARIANTS, VariantTable)


def variant_runs() -> dict[str, list[tuple[RunParams, Variant]]]:
    """What the recipe trains, arm by arm: each with the seeds of SEEDS."""
    return {
        name: [(replace(params, seed=seed), variant) for seed in SEEDS]
        for name, (params, variant) in variant_arms().items()
    }
