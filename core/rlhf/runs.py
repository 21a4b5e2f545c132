"""The parameters and the history of a training run. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int, UInt8

from core.checks import Check
from core.rlhf.formulas import best_of_n_kl
from core.rlhf.raters import Rater
from core.rlhf.world import gold_reward, lengths

ALGORITHMS = ("ppo", "grpo", "dr_grpo", "reinforce", "dpo", "best_of_n")

KEPT = 8
"""Sample responses kept at every step."""

STANDARD_ERRORS = 4
"""How far two estimates of one number may lie apart: chance goes beyond it once in fifteen thousand times."""

COLLAPSE = 0.05
"""Nats of entropy a word below which a policy has collapsed: it says almost always the same."""

RANGES = (
    ("beta", 0, 1000),
    ("pairs", 1, 100_000),
    ("steps", 1, 2000),
    ("ensemble", 1, 8),
    ("group", 2, 512),
    ("batch", 2, 4096),
    ("epochs", 1, 16),
    ("lam", 0, 1),
)


@dataclass(frozen=True, slots=True)
class RunParams:
    """One training run of the toy policy against a reward model learned from preferences.

    Args:
        algorithm: how the policy learns; best_of_n does not learn, its steps are growing n.
        beta: strength of the KL penalty, 0 to 1000; for DPO above 0.
        pairs: preference pairs that the reward model (or DPO) is fitted to, 1 to 100 000.
        seed: of everything random in the run; the supervised start is the same for all.
        steps: updates, 1 to 2000.
        learning_rate: of Adam, in (0, 10].
        rater: who labels the pairs.
        ensemble: reward models fitted, each from its own start, 1 to 8.
        rule: what an ensemble says: the "mean" of its members, or the "worst" (least) of them.
        sees_length: whether the reward model can see how long a response is.
        batch: responses sampled at each step, a multiple of `group`, up to 4096.
        group: samples that GRPO compares with each other, at least 2.
        epochs: updates on each batch, 1 to 16 (PPO, GRPO).
        clip: half the width of PPO's trusted range, in (0, 1).
        lam: lambda of generalized advantage estimation, in [0, 1].
        target_kl: when set, PPO adapts beta so that the KL stays near this many nats; beta must then start above 0.
    """

    algorithm: str = "ppo"
    beta: int | float = 0.0
    pairs: int = 500
    seed: int = 0
    steps: int = 150
    learning_rate: int | float = 5e-4
    rater: Rater = field(default_factory=Rater)
    ensemble: int = 1
    rule: str = "mean"
    sees_length: bool = True
    batch: int = 128
    group: int = 8
    epochs: int = 4
    clip: int | float = 0.2
    lam: int | float = 0.95
    target_kl: int | float | None = None

    def __post_init__(self) -> None:
        if self.algorithm not in ALGORITHMS:
            raise ValueError(f"algorithm = {self.algorithm!r} must be one of {', '.join(ALGORITHMS)}.")
        if self.rule not in ("mean", "worst"):
            raise ValueError(f"rule = {self.rule!r} must be 'mean' or 'worst'.")
        for name, low, high in RANGES:
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} = {getattr(self, name)} must lie in {low} to {high}.")
        if not 0 < self.learning_rate <= 10:
            raise ValueError(f"learning_rate = {self.learning_rate} must lie in (0, 10].")
        if not 0 < self.clip < 1:
            raise ValueError(f"clip = {self.clip} must lie in (0, 1).")
        if self.batch % self.group:
            raise ValueError(f"batch = {self.batch} must be a multiple of group = {self.group}.")
        if self.algorithm == "dpo" and not self.beta > 0:
            raise ValueError(f"beta = {self.beta} must be above 0 for DPO, whose loss divides by it.")
        if self.target_kl is not None and not (self.target_kl > 0 and self.beta > 0):
            raise ValueError(f"target_kl = {self.target_kl} and beta = {self.beta} must both be above 0.")


@dataclass(frozen=True, eq=False)
class NetworkFit:
    """How the fit of the reward model went.

    Args:
        updates: the updates after which it was measured.
        loss: Bradley-Terry loss on the pairs it was fitted to, nats, mean over the ensemble.
        held_out_loss: the same on 1000 held-out pairs by the same rater.
        accuracy: share of held-out pairs where the preferred response gets the larger reward (RewardBench's measure).
        gold_accuracy: share of held-out pairs put in the order of the gold reward, without ties.
        predicted: calibration: mean predicted probability in ten bins of held-out pairs; NaN where a bin is empty.
        observed: the share of those pairs where the rater agreed.
        length_correlation: correlation of the learned reward with length on the held-out responses.
        warning: a plain word where the labels cannot teach anything; empty otherwise.
    """

    updates: Int[np.ndarray, "point"]
    loss: Float[np.ndarray, "point"]
    held_out_loss: Float[np.ndarray, "point"]
    accuracy: Float[np.ndarray, "point"]
    gold_accuracy: float
    predicted: Float[np.ndarray, "bin"]
    observed: Float[np.ndarray, "bin"]
    length_correlation: float
    warning: str = ""


@dataclass(frozen=True, eq=False)
class RunHistory:
    """What happened at each step, measured on the step's own samples before its update.

    Args:
        params: the run's parameters.
        kl: KL(policy || start) of whole responses, in nats: the exact divergence at every place, summed along samples.
        proxy: mean reward by the learned model, 0 for the supervised start.
        gold: mean true reward, in points.
        length: mean words.
        entropy: mean entropy of the next word, nats.
        metrics: further series under TRL's names.
        samples: KEPT responses at each step, as word numbers.
        sample_proxy: what the reward model says of them.
        n: for best_of_n, the number of samples at each step; empty otherwise.
        reward_fit: the fit of the reward model.
        diverged_at: the step at which numbers stopped being finite, or None; the series end before it.
    """

    params: RunParams
    kl: Float[np.ndarray, "step"]
    proxy: Float[np.ndarray, "step"]
    gold: Float[np.ndarray, "step"]
    length: Float[np.ndarray, "step"]
    entropy: Float[np.ndarray, "step"]
    metrics: Mapping[str, Float[np.ndarray, "step"]]
    samples: UInt8[np.ndarray, "step sample place"]
    sample_proxy: Float[np.ndarray, "step sample"]
    n: Int[np.ndarray, "n"]
    reward_fit: NetworkFit
    diverged_at: int | None

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The identities of the run."""
        return checks_of(self)

    @property
    def smooth_gold(self) -> Float[np.ndarray, "step"]:
        """A running mean of gold over five steps, so that noise does not decide."""
        return smoothed(self.gold)

    @property
    def peak(self) -> int:
        """The step at which the running mean of gold is largest."""
        return int(self.smooth_gold.argmax())

    @property
    def collapsed(self) -> bool:
        """Whether the policy ended by saying almost always the same: less than COLLAPSE nats of entropy a word."""
        return bool(self.entropy[-1] < COLLAPSE)

    @property
    def collapsed_at(self) -> int | None:
        """The first step of a collapsed run at which the policy said almost always the same; None where it did not."""
        return int(np.argmax(self.entropy < COLLAPSE)) if self.collapsed else None


def smoothed(values: Float[np.ndarray, "step"]) -> Float[np.ndarray, "step"]:
    """A running mean over five steps, or over all where there are fewer."""
    width = min(5, len(values))
    smooth = np.convolve(np.pad(values, width // 2, mode="edge"), np.ones(width) / width, mode="valid")
    return np.asarray(smooth[: len(values)])


def checks_of(run: "RunHistory") -> tuple[Check, ...]:
    """What must agree in a run: its estimates of the KL, and its curves with the responses that were kept.

    The responses kept at a step are some of those that its means were taken over, or, for best-of-n, draws from the
    distribution whose expectations the curves are. So the differences have mean 0 over the steps.
    """
    kept = run.samples.astype(int).reshape(-1, run.samples.shape[-1])
    shape = run.samples.shape[:2]
    found = [Check("KL is 0 at the start", abs(float(run.kl[0])), 1e-5, "every run starts as the supervised policy")]
    if "objective/kl" in run.metrics:
        found.append(_agree("k1 averages to the exact KL", run.metrics["objective/kl"], run.kl))
    found += [
        _agree("Kept responses have the gold of the curve", gold_reward(kept).reshape(shape).mean(1), run.gold),
        _agree("Kept responses have the proxy of the curve", run.sample_proxy.mean(1), run.proxy),
        _agree("Kept responses have the length of the curve", lengths(kept).reshape(shape).mean(1), run.length),
    ]
    if len(run.n):
        excess = float(np.max(run.kl - best_of_n_kl(run.n)))
        found.append(Check("KL stays under log n − (n − 1)/n", max(0.0, excess), 1e-5, "largest excess over all n"))
    return tuple(found)


def _agree(name: str, estimate: Float[np.ndarray, "step"], value: Float[np.ndarray, "step"]) -> Check:
    """Whether an estimate is right on average over the steps."""
    off = np.asarray(estimate, dtype=float) - np.asarray(value, dtype=float)
    error = float(off.std(ddof=1) / np.sqrt(len(off))) if len(off) > 1 else float("inf")
    rounding = 1e-5 * (1.0 + float(np.abs(value).max()))
    detail = f"mean difference over {len(off)} steps; the bound is {STANDARD_ERRORS} standard errors"
    return Check(name, abs(float(off.mean())), STANDARD_ERRORS * error + rounding, detail)
