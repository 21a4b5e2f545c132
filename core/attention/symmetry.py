"""The parameters and the history of training runs that show how heads part. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept
from core.checks import Check

BACK = (1, 3)
"""How far back the two tokens lie that must be named at each position."""

STARTS: Mapping[str, Mapping[str, float]] = {
    "equal": {"identical": True},
    "almost equal": {"identical": True, "noise": 1e-3},
    "random": {"identical": False},
}
"""How the heads of a run may start, as options of `HeadTraining`."""

PARTING_FILE = "attention/parting.npz"
RECORDED_SEEDS = tuple(range(8))


@dataclass(frozen=True)
class HeadTraining:
    """A training run of one attention layer.

    Args:
        n_heads: heads in the layer, 2 to 8.
        steps: updates by Adam, 1 to 2000.
        seed: of the initial weights and of the data.
        identical: whether all heads start with the same query, key, value and output weights.
        noise: standard deviation of the difference added to identical heads at the start; 0 leaves them equal.
        learning_rate: of Adam, above 0.
    """

    n_heads: int = 4
    steps: int = 200
    seed: int = 0
    identical: bool = False
    noise: float = 0.0
    learning_rate: float = 0.01

    def __post_init__(self) -> None:
        if not 2 <= self.n_heads <= 8:
            raise ValueError(f"n_heads = {self.n_heads} must lie in 2 to 8.")
        if not 1 <= self.steps <= 2000:
            raise ValueError(f"steps = {self.steps} must lie in 1 to 2000.")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate = {self.learning_rate} must be above 0.")
        if not self.noise >= 0:
            raise ValueError(f"noise = {self.noise} must not be below 0.")


@dataclass(frozen=True, eq=False)
class HeadHistory:
    """What happened in the run.

    Args:
        params: the run's parameters.
        loss: cross-entropy in nats on each step's fresh batch, mean over both targets, before the step's update.
        similarity: mean cosine over all pairs of heads, between their query, key, value and output weights laid end
            to end; after each update.
        difference: largest absolute difference of a weight between any head and the first; after each update.
        checkpoints: the numbers of updates after which maps were kept, from 0 to `steps`.
        maps: attention maps on one fixed text at each checkpoint.
        probe: that text, as token ids.
        checks: identities of the run.
    """

    params: HeadTraining
    loss: Float[np.ndarray, "step"]
    similarity: Float[np.ndarray, "step"]
    difference: Float[np.ndarray, "step"]
    checkpoints: tuple[int, ...]
    maps: Float[np.ndarray, "checkpoint head query key"]
    probe: Int[np.ndarray, "token"]
    checks: tuple[Check, ...]

    @property
    def looks(self) -> Float[np.ndarray, "head back"]:
        """What each head has learned: the mean weight at the end of the run on the token 1 back and on that 3 back."""
        return learned(self.maps[-1])


def learned(maps: Float[np.ndarray, "head query key"]) -> Float[np.ndarray, "head back"]:
    """The mean weight of each head on the token BACK[0] before the query, and on that BACK[1] before.

    The mean is over the queries that have a token so far back, from position max(BACK) on.

    Args:
        maps: attention maps on one text.

    Invariant: both shares lie in [0, 1], and their sum too, since each row of a map sums to 1.
    """
    first = max(BACK)
    shares = [np.diagonal(maps, -back, axis1=1, axis2=2)[:, first - back :].mean(axis=1) for back in BACK]
    return np.stack(shares, axis=1)


@dataclass(frozen=True)
class HeadParting:
    """Runs that differ in nothing but the heads' start, for each of some seeds.

    Args:
        seeds: of the initial weights and the data, at least one; none twice.
        steps: updates of each run, 1 to 2000.
    """

    seeds: tuple[int, ...]
    steps: int = 200

    def __post_init__(self) -> None:
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise ValueError(f"seeds = {self.seeds} must be at least one seed, and none twice.")


@dataclass(frozen=True, eq=False)
class PartedHeads:
    """What became of the heads, for each start in STARTS and each seed.

    Args:
        params: which seeds.
        similarity: mean cosine between the heads' weights after each update, as in `HeadHistory`.
        difference: the largest difference of a weight between any head and the first at the end.
        loss: in nats, before each update.
        looks: what each head has learned at the end, as `learned` reads it.
        checks: identities of the runs, of each the one with the largest error.
    """

    params: HeadParting
    similarity: Float[np.ndarray, "start seed step"]
    difference: Float[np.ndarray, "start seed"]
    loss: Float[np.ndarray, "start seed step"]
    looks: Float[np.ndarray, "start seed head back"]
    checks: tuple[Check, ...]

    @property
    def final_loss(self) -> Float[np.ndarray, "start seed"]:
        """The mean loss over the last tenth of the steps, which one batch's luck decides less."""
        last = max(1, self.loss.shape[-1] // 10)
        mean: Float[np.ndarray, "start seed"] = self.loss[..., -last:].mean(axis=-1)
        return mean

    @property
    def parted(self) -> Float[np.ndarray, "start seed"]:
        """How far the mean cosine between heads has fallen over the run; about 0 where nothing parts."""
        fall: Float[np.ndarray, "start seed"] = self.similarity[..., 0] - self.similarity[..., -1]
        return fall

    @property
    def shared(self) -> Bool[np.ndarray, "start seed"]:
        """Whether the work is shared: some head gives most of its weight 1 back, and another most of it 3 back."""
        both: Bool[np.ndarray, "start seed"] = np.all(np.any(self.looks > 0.5, axis=2), axis=-1)
        return both


def recorded_parting() -> PartedHeads:
    """The recorded runs of RECORDED_SEEDS; nothing is trained.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: `recorded_parting().params.seeds == RECORDED_SEEDS`.
    """
    return kept(PARTING_FILE, PartedHeads)
