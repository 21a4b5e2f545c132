"""The recorded histories of the trainings that made the small CLIPs. Needs no torch."""

from functools import cache
from pathlib import Path

import numpy as np

from core.assets import asset
from core.clip.corpus import probe_batch
from core.clip.family import FAMILY
from core.clip.rendering import render_all
from core.clip.runs import ClipHistory
from core.files import replacing


def history_file(name: str) -> str:
    """The name of a model's training history among the assets."""
    return f"{FAMILY[name].folder}/history.npz"


@cache
def recorded_history(name: str) -> ClipHistory:
    """The history of the run that made a model, as it was recorded; its checks ran with it and are not repeated.

    Raises:
        KeyError: if the name is not in the family.
        AssetError: if the file is missing or damaged.
    """
    scenes, captions = probe_batch(seed=5)
    with np.load(asset(history_file(name)), allow_pickle=False) as kept:
        return ClipHistory(
            params=FAMILY[name].training,
            loss=kept["loss"].astype(np.float32),
            scale=kept["scale"].astype(np.float32),
            checkpoints=tuple(int(step) for step in kept["checkpoints"]),
            similarity=kept["similarity"].astype(np.float32),
            images=render_all(scenes),
            captions=captions,
            group_accuracy=kept["group_accuracy"],
            checks=(),
        )


def save_history(history: ClipHistory, path: Path) -> None:
    """Writes the curves of a run, as float16 but for the accuracies; `recorded_history` reads them."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(
            stream,
            loss=history.loss.astype(np.float16),
            scale=history.scale.astype(np.float16),
            checkpoints=np.array(history.checkpoints, np.int32),
            similarity=history.similarity.astype(np.float16),
            group_accuracy=history.group_accuracy.astype(np.float32),
        )
