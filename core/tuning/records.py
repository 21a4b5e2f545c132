"""Runs that come with the code. Needs no torch."""

import functools
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.tuning.changes import ChangeRecord
from core.tuning.comparison import TuningRecord
from core.tuning.costs import CostRecord, MemoryRecord
from core.tuning.merging import MergeRecord
from core.tuning.parts import PartsRecord
from core.tuning.places import LoraRecord
from core.tuning.rehearsal import RehearsalRecord
from core.tuning.subspace import SubspaceRecord
from core.tuning.transfer import DirectionsRecord, TransferRecord

METHODS_FILE, CHANGE_FILE, COSTS_FILE, PLACES_FILE, REHEARSAL_FILE, TRANSFER_FILE = (
    f"tuning/{name}.npz" for name in ("methods", "change", "costs", "places", "rehearsal", "transfer")
)
SUBSPACE_FILE, DIRECTIONS_FILE, THEORY_FILE, PARTS_FILE, MEMORY_FILE, MERGING_FILE = (
    f"tuning/{name}.npz" for name in ("subspaces", "directions", "theory", "parts", "memory", "merging")
)
"""The recorded files, below `core/assets`."""


@dataclass(frozen=True, eq=False)
class TheoryGrid:
    """Errors of the three ways over the error of the features, for several seeds.

    Args:
        feature_errors: of the pretrained features [error].
        steps: of descent [mark].
        history: way -> errors in and out of distribution [error seed 2 mark].
    """

    feature_errors: Float[np.ndarray, "error"]
    steps: Int[np.ndarray, "mark"]
    history: dict[str, Float[np.ndarray, "error seed 2 mark"]]

    def errors(self, way: str, *, shifted: bool, mark: int) -> Float[np.ndarray, "error seed"]:
        """The errors of a way at a kept step, in distribution or out of it."""
        found: Float[np.ndarray, "error seed"] = self.history[way][:, :, int(shifted), mark]
        return found

    @property
    def seeds(self) -> int:
        """How many worlds were drawn."""
        return int(self.history["probe"].shape[1])


@functools.cache
def recorded_runs() -> TuningRecord:
    """Every recorded method on SmolLM2, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning methods`.
    """
    return kept(METHODS_FILE, TuningRecord)


@functools.cache
def recorded_changes() -> ChangeRecord:
    """What full tuning and LoRA changed in some weights of SmolLM2.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning methods`.
    """
    return kept(CHANGE_FILE, ChangeRecord)


@functools.cache
def recorded_costs() -> CostRecord:
    """What one update of each method costs.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning costs`.
    """
    return kept(COSTS_FILE, CostRecord)


@functools.cache
def recorded_memory() -> MemoryRecord:
    """What the updates of each method asked of the system, beside what is counted.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning memory`.
    """
    return kept(MEMORY_FILE, MemoryRecord)


@functools.cache
def recorded_merging() -> MergeRecord:
    """Two LoRA adapters in SmolLM2, alone, added, switched and merged, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning merging`.
    """
    return kept(MERGING_FILE, MergeRecord)


@functools.cache
def recorded_parts() -> PartsRecord:
    """One part of a small network tuned at a time, over shifts and seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning parts`.
    """
    return kept(PARTS_FILE, PartsRecord)


@functools.cache
def recorded_rehearsal() -> RehearsalRecord:
    """Methods that forget, with a few per cent of other texts beside the task's.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning rehearsal`.
    """
    return kept(REHEARSAL_FILE, RehearsalRecord)


@functools.cache
def recorded_places() -> LoraRecord:
    """LoRA by rank and place on SmolLM2, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning places`.
    """
    return kept(PLACES_FILE, LoraRecord)


@functools.cache
def recorded_transfer() -> TransferRecord:
    """LoRA on SmolLM2 tuned on some tasks and tested on others, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning transfer`.
    """
    return kept(TRANSFER_FILE, TransferRecord)


@functools.cache
def recorded_directions() -> DirectionsRecord:
    """LoRA on SmolLM2 trained along few random directions of its numbers, over seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning directions`.
    """
    return kept(DIRECTIONS_FILE, DirectionsRecord)


@functools.cache
def recorded_subspaces() -> SubspaceRecord:
    """A small network trained in random subspaces of its weights.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning subspaces`.
    """
    return kept(SUBSPACE_FILE, SubspaceRecord)


@functools.cache
def recorded_theory() -> TheoryGrid:
    """Kumar et al.'s two linear layers over the error of the features, for eight seeds.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record tuning theory`.
    """
    return kept(THEORY_FILE, TheoryGrid)
