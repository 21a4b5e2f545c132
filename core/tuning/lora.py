"""LoRA on one frozen matrix: two adapters for two tasks, from their start to merging, switching and adding."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
from core.tuning.arguments import Matrix, real

SIDE = 24
"""Rows and columns of the frozen matrix."""

TASK_RANK = 3
"""Of the change that each task asks for."""

STATES = ("none", "first", "second", "both")
"""Which adapters are added to the frozen matrix."""

DIVERGED = 100.0
"""Training is stopped where the loss is so many times that of the frozen matrix."""


@dataclass(frozen=True, slots=True)
class LoraParams:
    """Two adapters beside one frozen matrix.

    Args:
        rank: r of both, 1 to SIDE.
        alpha: what is added is alpha / r times B A, 1 to 64.
        seed: of the matrix, the tasks and each A, 0 to 9,999.
        rate: of gradient descent, above 0 and at most 1.
        steps: 1 to 2,000.
    """

    rank: int = 4
    alpha: int = 8
    seed: int = 0
    rate: float = 0.03
    steps: int = 600

    def __post_init__(self) -> None:
        whole("rank", self.rank, 1, SIDE)
        whole("alpha", self.alpha, 1, 64)
        whole("seed", self.seed, 0, 9999)
        real("rate", self.rate, 1e-9, 1)
        whole("steps", self.steps, 1, 2000)

    @property
    def scale(self) -> float:
        """Alpha / r."""
        return self.alpha / self.rank


@dataclass(frozen=True, eq=False)
class LoraPair:
    """What became of two adapters.

    Args:
        params: see LoraParams.
        frozen: W, m rows and n columns.
        changes: what each task asks to add to W, of length 1 [task m n].
        start: A of each task before training; B is 0 [task r n].
        up, down: B and A of each task after it [task m r], [task r n].
        loss: |alpha / r B A - change|² of each task before each step and after the last; shorter where training
            diverged and was stopped [task step].
        stopped: whether it did.
    """

    params: LoraParams
    frozen: Float[np.ndarray, "m n"]
    changes: Float[np.ndarray, "task m n"]
    start: Float[np.ndarray, "task rank n"]
    up: Float[np.ndarray, "task m rank"]
    down: Float[np.ndarray, "task rank n"]
    loss: Float[np.ndarray, "task step"]
    stopped: bool

    def merged(self, state: str) -> Matrix:
        """W with the adapters of a state, one of STATES, added into it; raises KeyError for another one."""
        tasks = {"none": (), "first": (0,), "second": (1,), "both": (0, 1)}[state]
        added = (self.params.scale * self.up[task] @ self.down[task] for task in tasks)
        return np.asarray(sum(added, start=self.frozen))

    def errors(self, task: int) -> dict[str, float]:
        """State -> how far its matrix is from the one that a task asks for, in lengths of the task's change."""
        wanted = self.frozen + self.changes[task]
        return {state: float(np.linalg.norm(self.merged(state) - wanted)) for state in STATES}

    @property
    def checks(self) -> tuple[Check, ...]:
        """Merged is the same as beside, and a switch leaves nothing behind."""
        params, inputs = self.params, np.random.default_rng(1).normal(size=(SIDE, 8))
        beside = self.frozen @ inputs + params.scale * self.up[0] @ (self.down[0] @ inputs)
        # Each product sums up to SIDE + r terms, of sizes that the absolute values bound.
        size = np.abs(self.frozen) @ np.abs(inputs)
        size += params.scale * np.abs(self.up[0]) @ (np.abs(self.down[0]) @ np.abs(inputs))
        bound = float(np.finfo(np.float64).eps * (SIDE + params.rank) * size.max()) * 2
        switched = self.merged("both") - params.scale * self.up[0] @ self.down[0]
        left = float(np.abs(switched - self.merged("second")).max())
        parts = (np.abs(self.up[task]) @ np.abs(self.down[task]) for task in (0, 1))
        entries = float(np.abs(self.frozen).max() + params.scale * sum(part.max() for part in parts))
        return (
            Check("Merged: (W + α/r B A) x is W x + α/r B (A x)",
                  float(np.abs(self.merged("first") @ inputs - beside).max()), bound, "8 random inputs"),
            Check("Both added, the first taken away: the second alone", left,
                  float(np.finfo(np.float64).eps) * 2 * params.rank * entries, "largest entry"),
        )  # fmt: skip


def lora_pair(params: LoraParams) -> LoraPair:
    """Trains an adapter for each of two tasks by gradient descent, W frozen.

    Inputs are white, so the loss of a task is |alpha / r B A - change|² (Frobenius), with the gradients
    2 alpha/r (alpha/r B A - change) A^T for B and 2 alpha/r B^T (alpha/r B A - change) for A.

    Args:
        params: see LoraParams.

    Returns:
        The adapters. A loss that is no number, or DIVERGED times the first, stops both.

    Raises:
        ValueError: for params outside their ranges.

    Invariant: the first loss is 1, whatever A is, since B is 0.
    Source: Hu et al. 2021 (2106.09685), section 4.1.
    """
    rng = np.random.default_rng(params.seed)
    frozen = rng.normal(size=(SIDE, SIDE)) / np.sqrt(SIDE)
    changes = rng.normal(size=(2, SIDE, TASK_RANK)) @ rng.normal(size=(2, TASK_RANK, SIDE))
    changes /= np.linalg.norm(changes, axis=(1, 2), keepdims=True)
    start = rng.normal(size=(2, params.rank, SIDE)) / np.sqrt(SIDE)
    up, down, losses = np.zeros((2, SIDE, params.rank)), start.copy(), list[Float[np.ndarray, "2"]]()
    for _ in range(params.steps + 1):
        apart = params.scale * up @ down - changes
        losses.append((apart**2).sum(axis=(1, 2)))
        if not (losses[-1] < DIVERGED).all() or len(losses) > params.steps:
            break
        rise = 2 * params.scale * params.rate
        up, down = up - rise * apart @ down.transpose(0, 2, 1), down - rise * up.transpose(0, 2, 1) @ apart
    stopped = not bool((losses[-1] < DIVERGED).all())
    return LoraPair(params, frozen, changes, start, up, down, np.array(losses).T, stopped)
