"""The recorded histories of the trainings that made the small CLIPs. Needs no torch."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.clip.corpus import probe_batch
from core.clip.family import FAMILY
from core.clip.rendering import render_all
from core.clip.runs import ClipHistory, history_checks


@dataclass(frozen=True, eq=False)
class ClipCurves:
    """What of a training's history is kept; the rest follows from its parameters and its probe batch.

    Args:
        loss, scale, checkpoints, similarity, group_accuracy: as in `ClipHistory`.
    """

    loss: Float[np.ndarray, "step"]
    scale: Float[np.ndarray, "step"]
    checkpoints: tuple[int, ...]
    similarity: Float[np.ndarray, "checkpoint pair pair"]
    group_accuracy: Float[np.ndarray, "checkpoint 2 2"]


def history_file(name: str) -> str:
    """The name of a model's training history among the assets."""
    return f"{FAMILY[name].folder}/history.npz"


@cache
def recorded_history(name: str) -> ClipHistory:
    """The history of the run that made a model, as it was recorded.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    scenes, captions = probe_batch(seed=5)
    curves = kept(history_file(name), ClipCurves)
    history = ClipHistory(
        params=FAMILY[name].training,
        loss=curves.loss.astype(np.float32),
        scale=curves.scale.astype(np.float32),
        checkpoints=curves.checkpoints,
        similarity=curves.similarity.astype(np.float32),
        images=render_all(scenes),
        captions=captions,
        group_accuracy=curves.group_accuracy,
        checks=(),
    )
    return replace(history, checks=history_checks(history))


def curves_of(history: ClipHistory) -> ClipCurves:
    """What of a history is kept, with curves and cosines as float16; `recorded_history` widens them again."""
    return ClipCurves(
        loss=history.loss.astype(np.float16),
        scale=history.scale.astype(np.float16),
        checkpoints=history.checkpoints,
        similarity=history.similarity.astype(np.float16),
        group_accuracy=history.group_accuracy.astype(np.float32),
    )
