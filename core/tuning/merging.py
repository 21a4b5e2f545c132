"""Two LoRA adapters in SmolLM2 itself: alone, added, switched and merged, down to its logits. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.tuning.arguments import some_of
from core.tuning.lora import STATES
from core.tuning.parameters import MODULES, Shape, module_shapes
from core.tuning.transfer import Share, share_of

PAIR = ("meals", "beings")
"""The tasks of the two adapters: names in TASKS."""

COMPARED = 2
"""Questions of each task whose logits are compared."""

ADDED = STATES[1:]
"""The states in which something is added."""


@dataclass(frozen=True, slots=True)
class MergeParams:
    """Two adapters beside the same matrices of SmolLM2.

    Args:
        rank: r of both, from 1 to the smallest side of the chosen matrices.
        alpha: what is added is alpha / r times B A, 1 to 1,024.
        modules: matrices of each layer.
        seed: of the questions, of their order and of each A, 0 to 9,999.
        steps: updates of each adapter, 1 to 400.
    """

    rank: int = 4
    alpha: int = 8
    modules: Sequence[str] = ("q_proj", "v_proj")
    seed: int = 0
    steps: int = 24

    def __post_init__(self) -> None:
        modules, shapes = some_of("modules", self.modules, MODULES), module_shapes(Shape())
        whole("rank", self.rank, 1, min(min(shapes[name]) for name in modules))
        whole("alpha", self.alpha, 1, 1024)
        whole("seed", self.seed, 0, 9999)
        whole("steps", self.steps, 1, 400)
        # A job is known by its params, and a list may change.
        object.__setattr__(self, "modules", tuple(modules))


@dataclass(frozen=True, eq=False)
class MergeRun:
    """What came of two adapters. Logits are those of each token of some questions, over all words.

    Args:
        params: see MergeParams.
        start: the largest |difference| of a logit from the bare model's before training, with either adapter.
        moved: state -> the same after training, for each of ADDED.
        gap: state -> the largest |difference| of a logit between B A in the weights and B A beside them, as the model
            computes it, in float32.
        exact_gap: the same with every product in float64, over the same weights in float32: what is left is the
            rounding of the merged weights alone.
        back: the largest |difference| of a logit of the first adapter before and after the second one and both were on.
        largest: the largest |logit|.
        right: state -> right answers to new questions of each of PAIR, the likelier of two words.
        questions: of each task.
        operations: multiplications and additions of one text: "bare", "beside" and "merged".
        loss: mean cross entropy of each update's questions, in nats; shorter where it is on its way [adapter step].
        frozen_change: the largest change of an old weight before anything was merged.
        width: numbers of a state, d.
    """

    params: MergeParams
    start: float
    moved: dict[str, float]
    gap: dict[str, float]
    exact_gap: dict[str, float]
    back: float
    largest: float
    right: dict[str, tuple[int, ...]]
    questions: int
    operations: dict[str, int]
    loss: Float[np.ndarray, "adapter step"]
    frozen_change: float
    width: int

    @property
    def checks(self) -> tuple[Check, ...]:
        """B = 0 leaves the logits, merged is beside, a switch leaves nothing behind, and merged costs nothing."""
        # A logit is a sum of d products: so many last bits.
        bound = float(np.finfo(np.float32).eps) * self.width * self.largest
        extra = abs(self.operations["merged"] - self.operations["bare"])
        return (
            Check("B = 0: the logits of the bare model", self.start, 0.0, "largest difference, both adapters"),
            Check("Merged: the logits with B A beside", float(np.max(list(self.gap.values()))), bound,
                  f"logits up to {self.largest:.0f}, sums of {self.width} products in float32"),
            Check("Merged, in float64: the logits with B A beside", float(np.max(list(self.exact_gap.values()))), 5e-5,
                  "the merged weights are kept in float32"),
            Check("Switched to the second and back: the logits of the first", self.back, 0.0, "largest difference"),
            Check("Merged multiplies as often as the bare model", float(extra), 0.0, "operations counted by torch"),
            Check("Frozen weights are bit for bit the old ones", self.frozen_change, 0.0, "largest change"),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class MergeRecord:
    """Such runs with the same params over seeds."""

    runs: tuple[MergeRun, ...]

    def share(self, state: str, task: int) -> Share:
        """Right answers to a task, by its place in PAIR, over all seeds."""
        return share_of(sum(run.right[state][task] for run in self.runs), sum(run.questions for run in self.runs))

    @property
    def compared(self) -> int:
        """Questions whose logits are compared, of both tasks and all seeds."""
        return COMPARED * len(PAIR) * len(self.runs)

    @property
    def checks(self) -> tuple[Check, ...]:
        """Of each check of the runs the one that is nearest to its bound, or furthest beyond it."""
        rows = zip(*(run.checks for run in self.runs), strict=True)
        return tuple(max(row, key=lambda check: (not check.passed, check.error)) for row in rows)
