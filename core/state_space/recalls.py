"""Recall: key and value pairs that are asked back, and a stack from which a layer is taken. Needs no torch."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import require, whole

SYMBOLS = 32
"""Different keys, and different values."""

STACKS = {"attention": ("attention", "attention"), "state space": ("state space", "state space"),
          "hybrid": ("state space", "attention")}  # fmt: skip
"""The stacks of two layers that are compared."""

STATE_SIZES = (2, 4, 8, 16)
"""N of the state spaces that are recorded; the hybrid has the smallest."""

PAIR_COUNTS = (4, 8, 12)
"""Pairs that are recorded."""


@dataclass(frozen=True, slots=True)
class RecallParams:
    """One training run of two layers on recall.

    Args:
        stack: a key of STACKS.
        states: N of each state-space layer, 1 to 64; attention does not read it.
        pairs: pairs to hold, 1 to 24.
        steps: updates of 64 sequences each, 25 to 2000.
        seed: of weights and sequences, 0 to 9999.
    """

    stack: str = "hybrid"
    states: int = 2
    pairs: int = 12
    steps: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        require(self.stack in STACKS, "stack", self.stack, "one of " + ", ".join(STACKS))
        whole("states", self.states, 1, 64)
        whole("pairs", self.pairs, 1, 24)
        whole("steps", self.steps, 25, 2000)
        whole("seed", self.seed, 0, 9999)


@dataclass(frozen=True, eq=False)
class RecallRun:
    """What came of a run.

    Args:
        params: see RecallParams.
        steps: updates after which it was tested [test].
        accuracy: share of right values on sequences that it was not trained on [test].
        parameters: trained numbers.
        seconds: of processor.
    """

    params: RecallParams
    steps: Int[np.ndarray, "test"]
    accuracy: Float[np.ndarray, "test"]
    parameters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Spread:
    """A mean over seeds, with the least and the greatest of them."""

    mean: float
    low: float
    high: float
    seeds: int


@dataclass(frozen=True, eq=False)
class RecallRecord:
    """Recorded runs over stacks, state sizes, numbers of pairs and seeds."""

    runs: tuple[RecallRun, ...]

    @cached_property
    def _ends(self) -> dict[tuple[str, int, int], list[float]]:
        ends: dict[tuple[str, int, int], list[float]] = {}
        for run in self.runs:
            key = (run.params.stack, run.params.states, run.params.pairs)
            ends.setdefault(key, []).append(float(run.accuracy[-1]))
        return ends

    def spread(self, stack: str, states: int, pairs: int) -> Spread:
        """The final accuracy over seeds; raises KeyError where nothing was recorded."""
        ends = self._ends[stack, states, pairs]
        return Spread(math.fsum(ends) / len(ends), min(ends), max(ends), len(ends))

    def parameters(self, stack: str, states: int) -> int:
        """Trained numbers of a stack."""
        return next(run.parameters for run in self.runs if (run.params.stack, run.params.states) == (stack, states))

    def checks(self, pairs: int) -> tuple[Check, ...]:
        """Every recorded run was tested to its end, and each accuracy is a count of right answers."""
        ends = [run for run in self.runs if run.params.pairs == pairs]
        grid = max(abs(run.accuracy[-1] * 256 * pairs - round(run.accuracy[-1] * 256 * pairs)) for run in ends)
        cut = sum(int(run.steps[-1]) != run.params.steps for run in ends)
        return (
            Check("Each accuracy is a count of right answers", float(grid), 1e-3, "of 256 sequences, in float32"),
            Check("Each run was tested after its last update", float(cut), 0.0, f"{len(ends)} runs"),
        )


def recall_sequences(
    count: int, pairs: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "sequence token"], Int[np.ndarray, "sequence pair"]]:
    """Sequences k v k v ... of pairs with different keys, then all keys in another order, each to be answered.

    Args:
        count: sequences, at least 1. pairs: 1 to 32. rng: of all that is drawn.

    Returns:
        Tokens (keys from 0, values from 32), and the values asked for.

    Source: multi-query associative recall, Arora et al. 2023 (2312.04927), with the queries at the end.
    """
    require(count >= 1, "count", count, "at least 1")
    whole("pairs", pairs, 1, SYMBOLS)
    keys = rng.random((count, SYMBOLS)).argsort(axis=1)[:, :pairs]
    values = rng.integers(SYMBOLS, size=(count, pairs))
    order = rng.random((count, pairs)).argsort(axis=1)
    context = np.stack([keys, values + SYMBOLS], axis=2).reshape(count, 2 * pairs)
    asked, answers = (np.take_along_axis(side, order, axis=1) for side in (keys, values))
    return np.concatenate([context, asked], axis=1), answers


@dataclass(frozen=True, slots=True)
class PruningParams:
    """A stack of three state-space layers, trained on recall, from which one layer is taken.

    Args:
        states: N of each layer, 1 to 64.
        pairs: 1 to 24.
        steps: updates of the whole stack, 25 to 2000.
        repair: updates of the pruned one, 25 to 2000.
        seed: 0 to 9999.
    """

    states: int = 8
    pairs: int = 12
    steps: int = 500
    repair: int = 200
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("states", 1, 64), ("pairs", 1, 24), ("steps", 25, 2000), ("repair", 25, 2000)):
            whole(name, getattr(self, name), low, high)
        whole("seed", self.seed, 0, 9999)


REPAIRS = ("distilled", "with labels", "from scratch")
"""What follows a cut: the large stack's probabilities as targets, the right answers, or new weights with these."""


@dataclass(frozen=True, eq=False)
class PruningRun:
    """What came of a cut.

    Args:
        params: see PruningParams.
        whole: accuracy of the three layers.
        cut: accuracy without each of them, nothing retrained [layer]; the best of them is what is repaired.
        repaired: accuracy of the two layers after `repair` updates, by REPAIRS [way].
        parameters: trained numbers of three and of two layers.
        milliseconds: of one reading of 256 sequences by three and by two layers; the median of many.
    """

    params: PruningParams
    whole: float
    cut: Float[np.ndarray, "layer"]
    repaired: Float[np.ndarray, "way"]
    parameters: tuple[int, int]
    milliseconds: tuple[float, float]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Two layers have two thirds of what three have beyond the parts that do not go; accuracies are counts."""
        width = SYMBOLS
        layer = 2 * width + 2 * width + 2 * width * self.params.states + 2 * width**2 + width + 1
        apart = float(abs(self.parameters[0] - self.parameters[1] - layer))
        answers = 256 * self.params.pairs
        shares = np.array([self.whole, *self.cut, *self.repaired]) * answers
        return (
            Check("The cut took one layer's parameters", apart, 0.0, f"{layer:,} each"),
            Check("Each accuracy is a count of right answers", float(np.abs(shares - shares.round()).max()), 1e-2),
        )
