"""The parameters and the history of the training of a small CLIP. Needs no torch."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, UInt8

from core.checks import Check
from core.clip.corpus import CorpusParams


@dataclass(frozen=True)
class ClipTraining:
    """A training run.

    Args:
        corpus: the pictures and captions.
        steps: updates, 20 to 4000.
        batch: pairs in a batch, 8 to 512.
        learning_rate: of AdamW at its highest, above 0.
        seed: of the initial weights, of the batches and of the captions.
        n_checkpoints: times the run is measured, 2 to 50, the first and the last step among them.
    """

    corpus: CorpusParams = field(default_factory=CorpusParams)
    steps: int = 800
    batch: int = 128
    learning_rate: float = 1e-3
    seed: int = 0
    n_checkpoints: int = 17

    def __post_init__(self) -> None:
        if not 20 <= self.steps <= 4000:
            raise ValueError(f"steps = {self.steps} must lie in 20 to 4000.")
        if not 8 <= self.batch <= 512:
            raise ValueError(f"batch = {self.batch} must lie in 8 to 512.")
        if not self.learning_rate > 0:
            raise ValueError(f"learning_rate = {self.learning_rate} must be above 0.")
        if not 2 <= self.n_checkpoints <= 50:
            raise ValueError(f"n_checkpoints = {self.n_checkpoints} must lie in 2 to 50.")


@dataclass(frozen=True, eq=False)
class ClipHistory:
    """What happened in the run.

    Args:
        params: the run's parameters.
        loss: symmetric cross-entropy in nats of each step's batch, before the step's update.
        scale: exp(logit_scale) after each update.
        checkpoints: the numbers of updates after which the run was measured, from 0 to `steps`.
        similarity: cosines between the pictures (rows) and the captions (columns) of one fixed batch of true pairs.
        images, captions: that batch.
        group_accuracy: zero-shot accuracy on small balanced test scenes, [class, background].
        checks: identities of the run.
    """

    params: ClipTraining
    loss: Float[np.ndarray, "step"]
    scale: Float[np.ndarray, "step"]
    checkpoints: tuple[int, ...]
    similarity: Float[np.ndarray, "checkpoint pair pair"]
    images: UInt8[np.ndarray, "pair row column 3"]
    captions: tuple[str, ...]
    group_accuracy: Float[np.ndarray, "checkpoint 2 2"]
    checks: tuple[Check, ...]


def history_checks(history: ClipHistory) -> tuple[Check, ...]:
    """The identities of a run, also of a recorded one: rounding to float16 does not lead above 1 or 100."""
    largest = float(np.abs(history.similarity).max())
    scale = float(history.scale.max()) if len(history.scale) else 0.0
    return (
        Check("No cosine exceeds 1", max(0.0, largest - 1), 1e-5, "largest excess in the fixed batch, any checkpoint"),
        Check("The logit scale stays at or below 100", max(0.0, scale - 100), 1e-3, "largest excess over all steps"),
    )
