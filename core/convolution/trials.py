"""The recorded probes: each way to features, over seeds of training and draws of labels, and what differs for sure."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.convolution.encoder import Encoder
from core.convolution.pretext import PRETEXTS, SUPERVISED, UNTRAINED, Example, Pretrained, PretrainParams

RAW = "raw pixels"
ARMS = (RAW, UNTRAINED, *PRETEXTS, SUPERVISED)
"""What a probe may be given, from nothing learned to everything."""

COUNTS = (1, 2, 3, 5, 8, 12, 20)
"""Labels a class at which the probe was fitted."""

DRAWS = 10
SEEDS = (0, 1, 2, 3, 4)

VIEWS: dict[str, PretrainParams] = {
    "shift and little noise": PretrainParams(turn=0.0, scale=0.0),
    "noise alone": PretrainParams(turn=0.0, scale=0.0, shift=0.0, noise=0.3),
    "turn, scale, shift, noise": PretrainParams(),
    "all of it, too strong": PretrainParams(turn=34.0, scale=0.15, shift=2.5, noise=0.3),
}
"""Ways to make two views of a digit for contrast."""

TRIALS, VIEW_TRIALS, ENCODERS = (f"convolution/{name}.npz" for name in ("pretexts", "views", "encoders"))


@dataclass(frozen=True, eq=False)
class Trials:
    """Probes of several arms on the held-out digits.

    Args:
        arms: the names.
        accuracy: [arm seed count draw], by COUNTS and the draws 0 to 9. Raw pixels are the same for each seed.
        shuffled: [arm count draw], of the first seed, with the labels of all items dealt out anew for each draw.
        agreement: [arm seed k], how often the k nearest neighbors of a digit carry its label.
        losses: [arm seed epoch], NaN for an arm that is not trained.
        score, baseline: [arm seed], see `core.convolution.SCORES`; NaN where there is no task.
        seconds: [arm seed], of the training.
    """

    arms: tuple[str, ...]
    accuracy: Float[np.ndarray, "arm seed count draw"]
    shuffled: Float[np.ndarray, "arm count draw"]
    agreement: Float[np.ndarray, "arm seed k"]
    losses: Float[np.ndarray, "arm seed epoch"]
    score: Float[np.ndarray, "arm seed"]
    baseline: Float[np.ndarray, "arm seed"]
    seconds: Float[np.ndarray, "arm seed"]

    def of(self, arm: str, count: int) -> Float[np.ndarray, "seed draw"]:
        """The accuracies of an arm at a number of labels a class, one of COUNTS."""
        return self.accuracy[self.arms.index(arm), :, COUNTS.index(count)]


@dataclass(frozen=True, eq=False)
class Trial:
    """One training of a visitor's own, and its probes.

    Args:
        accuracy: [count draw], as in `Trials`. agreement: [k], as in `Trials`.
    """

    run: Pretrained
    accuracy: Float[np.ndarray, "count draw"]
    agreement: Float[np.ndarray, "k"]


@dataclass(frozen=True, eq=False)
class Encoders:
    """The networks of the first seed, by LEARNERS, and what each pretext did with held-out digits, by PRETEXTS.

    Args:
        peer: [network digit feature], torch's features of the first few held-out digits, to compare with.
    """

    networks: tuple[Encoder, ...]
    examples: tuple[Example, ...]
    peer: Float[np.ndarray, "network digit feature"]


@dataclass(frozen=True, eq=False)
class ViewTrials:
    """Probes of contrast for each of VIEWS, behind those of raw pixels, and what the views look like.

    Args:
        pictures: [way view 8 8], random views of the first held-out digit, by VIEWS.
    """

    trials: Trials
    pictures: Float[np.ndarray, "way view 8 8"]


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one mean accuracy lies above another, with a 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 where the interval lies above 0, -1 where it lies below, 0 where it holds 0: no difference."""
        return 1 if self.low > 0 else -1 if self.high < 0 else 0


STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""The 97.5 % points of Student's t with 1, 2, ..., 9 degrees of freedom."""


def difference(one: Float[np.ndarray, "seed draw"], other: Float[np.ndarray, "seed draw"]) -> Difference:
    """The paired difference of two arms: m = mean of d, d = one - other for the same seed and the same draw.

    Its variance is taken as s_seed^2 / S + s_draw^2 / D: s_seed^2 is the variance of the means over draws, s_draw^2
    that of the means over seeds. The interval is m +- t sqrt(variance), with t for the smaller of S - 1 and D - 1
    degrees of freedom among the parts that vary.

    Args:
        one, other: accuracies [seed draw], up to 10 of each, of the same seeds and draws.

    Raises:
        ValueError: for two shapes, or fewer than two draws.

    Invariant: exchanging the arms turns the signs; equal arms differ by exactly 0.
    Source: Cornfield and Tukey 1956, two random factors crossed.
    """
    if one.shape != other.shape or one.ndim != 2 or not 2 <= one.shape[1] <= len(STUDENT) + 1:
        raise ValueError(f"the arms have the shapes {one.shape} and {other.shape}; both must be [seed 2 to 10 draws]")
    apart = one - other
    seeds, draws = apart.shape
    parts = {draws - 1: float(apart.mean(axis=0).var(ddof=1)) / draws}
    if seeds > 1:
        by_seed = float(apart.mean(axis=1).var(ddof=1)) / seeds
        if by_seed > 1e-24:
            parts[seeds - 1] = parts.get(seeds - 1, 0.0) + by_seed
    reach = STUDENT[min(parts) - 1] * float(np.sqrt(sum(parts.values())))
    mean = float(apart.mean())
    return Difference(mean, mean - reach, mean + reach)


@functools.cache
def recorded_trials() -> Trials:
    """The probes of ARMS. Raises AssetError if the file is missing or damaged.

    Source: `python -m core.assets record convolution pretexts`.
    """
    return kept(TRIALS, Trials)


@functools.cache
def recorded_views() -> ViewTrials:
    """The probes of VIEWS. Raises AssetError if the file is missing or damaged.

    Source: `python -m core.assets record convolution views`.
    """
    return kept(VIEW_TRIALS, ViewTrials)


@functools.cache
def recorded_encoders() -> Encoders:
    """The networks of the first seed. Raises AssetError if the file is missing or damaged.

    Source: `python -m core.assets record convolution pretexts`.
    """
    return kept(ENCODERS, Encoders)
