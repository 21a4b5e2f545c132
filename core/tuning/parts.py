"""Which part to tune: one block of a small network at a time, for a shift at its input or at its output."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.tuning.arguments import one_of

PARTS = ("block 1", "block 2", "block 3", "head")
"""The parts of the network, from the pixels to the ten outputs."""

TUNED = (*PARTS, "all")
"""What may be tuned: one part, or all of them."""

SHIFTS = ("negative", "noise", "other names")
"""Pictures with black and white exchanged; with noise on each pixel; with the names of the digits exchanged, which
leaves the pictures as they are."""

RENAMED = (3, 7, 0, 9, 1, 8, 2, 4, 6, 5)
"""The new name of each digit."""


@dataclass(frozen=True, slots=True)
class PartsParams:
    """One pretrained network, tuned in each way on a few digits of a shift.

    Args:
        shift: one of SHIFTS.
        seed: of weights, of the split and of the labeled digits, 0 to 9,999.
        labels: labeled digits of the shift, 10 to 400.
        steps: updates with all of them, 1 to 1,000.
    """

    shift: str = "negative"
    seed: int = 0
    labels: int = 40
    steps: int = 80

    def __post_init__(self) -> None:
        one_of("shift", self.shift, SHIFTS)
        whole("seed", self.seed, 0, 9999)
        whole("labels", self.labels, 10, 400)
        whole("steps", self.steps, 1, 1000)


@dataclass(frozen=True, eq=False)
class PartsRun:
    """What came of one seed.

    Args:
        params: see PartsParams.
        pretrained: accuracy on digits like those of pretraining.
        before: accuracy on the shift before tuning.
        accuracy: what was tuned -> accuracy on the shift afterwards.
        trainable: what was tuned -> trained numbers.
        frozen_change: the largest change of a weight of a part that was not tuned.
    """

    params: PartsParams
    pretrained: float
    before: float
    accuracy: dict[str, float]
    trainable: dict[str, int]
    frozen_change: float


@dataclass(frozen=True, eq=False)
class PartsRecord:
    """Recorded runs over shifts and seeds."""

    runs: tuple[PartsRun, ...]

    def of(self, shift: str) -> tuple[PartsRun, ...]:
        """The runs of a shift, one for each seed."""
        return tuple(run for run in self.runs if run.params.shift == shift)

    def accuracies(self, shift: str) -> dict[str, Float[np.ndarray, "seed"]]:
        """What was tuned -> accuracy of each seed; "nothing" is the accuracy before tuning."""
        runs = self.of(shift)
        found = {part: np.array([run.accuracy[part] for run in runs]) for part in TUNED}
        return {"nothing": np.array([run.before for run in runs])} | found

    @property
    def checks(self) -> tuple[Check, ...]:
        """The parts that were not tuned stay; the parts together are all."""
        changes = [run.frozen_change for run in self.runs]
        apart = [abs(sum(run.trainable[part] for part in PARTS) - run.trainable["all"]) for run in self.runs]
        return (
            Check("Parts that are not tuned stay bit for bit", float(np.max(changes)), 0.0, "all seeds and shifts"),
            Check("Numbers of the parts add up to all", float(max(apart)), 0.0, "all seeds and shifts"),
        )
