"""The parameters and the history of a training run that shows how heads part. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check


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
