"""Tuning on some tasks, asked in words, and testing on others. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import NORMAL_95, whole, wilson
from core.tuning.arguments import one_of, real
from core.tuning.tasks import EACH, MOST_EACH, TASKS

BATCH = 8
"""Questions of an update."""


@dataclass(frozen=True, slots=True)
class TransferParams:
    """One run of LoRA on some tasks, of rank 4 beside q and v.

    Args:
        tasks: names in TASKS that it learns; without one nothing is trained.
        seed: of the split, of the order and of what is random at the start, 0 to 9,999.
        steps: updates of BATCH questions each, 1 to 400.
        rate: the learning rate, above 0 and at most 10.
        dimension: 0 trains LoRA's numbers as they are; d above 0 trains d numbers z alone, with LoRA's at
            theta_0 + P z along d random orthonormal directions, at most 1,000.
        asked: names in TASKS that it is tested on.
        each: questions of each answer that it is tested on, 1 to MOST_EACH, and fewer than the task has.
    """

    tasks: tuple[str, ...] = ("meals",)
    seed: int = 0
    steps: int = 12
    rate: float = 2e-3
    dimension: int = 0
    asked: tuple[str, ...] = tuple(TASKS)
    each: int = EACH

    def __post_init__(self) -> None:
        for name, task in (*(("tasks", task) for task in self.tasks), *(("asked", task) for task in self.asked)):
            one_of(name, task, list(TASKS))
        whole("tasks in asked", len(self.asked), 1)
        whole("seed", self.seed, 0, 9999)
        whole("steps", self.steps, 1, 400)
        real("rate", self.rate, 1e-9, 10)
        whole("dimension", self.dimension, 0, 1000)
        whole("each", self.each, 1, MOST_EACH)


@dataclass(frozen=True, eq=False)
class TransferRun:
    """What came of it.

    Args:
        params: see TransferParams.
        right: task -> right answers, of the two the likelier, to questions that it did not learn from.
        loss: mean cross entropy of the right answer's token in each update's questions, in nats [step].
        trained: how many numbers were trained.
        frozen_change: the largest change of a weight of the old model.
        apart: the largest entry of |P^T P - 1|; 0 without directions.
    """

    params: TransferParams
    right: dict[str, int]
    loss: Float[np.ndarray, "step"]
    trained: int
    frozen_change: float
    apart: float

    @property
    def questions(self) -> int:
        """Of each task that it was tested on."""
        return len(TASKS[self.params.asked[0]].answers) * self.params.each


@dataclass(frozen=True, slots=True)
class Share:
    """Right answers to some questions: the share, and its 95 % interval by Wilson."""

    share: float
    low: float
    high: float


def share_of(hits: int, count: int) -> Share:
    """The share of hits, with its interval."""
    return Share(hits / count, *wilson(hits, count))


@dataclass(frozen=True, slots=True)
class Change:
    """What tuning did to some right answers.

    Args:
        before, after: shares.
        by_seed: the mean change of each seed, in answers a task.
        questions: different questions that were asked.
    """

    before: float
    after: float
    by_seed: tuple[float, ...]
    questions: int

    @property
    def beyond_noise(self) -> bool:
        """Whether every seed changes in the same direction, and the shares differ by more than so many questions let
        them by chance, 1.96 sqrt(p (1 - p) / n + q (1 - q) / n)."""
        alike = min(self.by_seed) > 0 or max(self.by_seed) < 0
        variance = sum(share * (1 - share) / self.questions for share in (self.before, self.after))
        return alike and abs(self.after - self.before) > NORMAL_95 * variance**0.5


@dataclass(frozen=True, eq=False)
class TransferRecord:
    """Runs on single tasks, on all tasks but those of a family, and on none, over seeds."""

    runs: tuple[TransferRun, ...]

    @property
    def seeds(self) -> int:
        """How many seeds there are."""
        return len({run.params.seed for run in self.runs})

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """What was learned, each once: nothing first, then single tasks, then several."""
        found = dict.fromkeys(run.params.tasks for run in self.runs)
        return tuple(sorted(found, key=len))

    def cell(self, learned: tuple[str, ...], tested: str) -> Share:
        """The share of right answers to a task after learning some tasks, over all seeds."""
        runs = [run for run in self.runs if run.params.tasks == learned]
        return share_of(sum(run.right[tested] for run in runs), sum(run.questions for run in runs))

    def change(self, kind: str) -> "Change":
        """Right answers before tuning and after it, to all pairs of a run and a task of one kind.

        Args:
            kind: "itself", "relative" or "stranger" of the one task that was learned; "learned" with others, or "held
                out", of no family among several tasks that were learned.

        Raises:
            ValueError: where no run has such a task, or a seed was not tested before tuning.
        """
        before = {run.params.seed: run for run in self.runs if not run.params.tasks}
        pairs = [(run, task) for run in self.runs for task in run.right if kind_of(run.params.tasks, task) == kind]
        if not pairs or not before.keys() >= {run.params.seed for run, _ in pairs}:
            raise ValueError(f"kind is {kind!r}; it must be one of which runs are recorded, before and after tuning.")
        gains: dict[int, list[float]] = {}
        for run, task in pairs:
            gains.setdefault(run.params.seed, []).append(run.right[task] - before[run.params.seed].right[task])
        asked = {(run.params.seed, task): run.questions for run, task in pairs}
        every = sum(run.questions for run, _ in pairs)
        return Change(
            before=sum(before[run.params.seed].right[task] for run, task in pairs) / every,
            after=sum(run.right[task] for run, task in pairs) / every,
            by_seed=tuple(float(np.mean(gains[seed])) for seed in sorted(gains)),
            questions=sum(asked.values()),
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """The old weights stay."""
        return (Check("Frozen weights are bit for bit the old ones", max(run.frozen_change for run in self.runs), 0.0,
                      "the worst of all runs"),)  # fmt: skip


def kind_of(learned: Sequence[str], tested: str) -> str:
    """How a tested task stands to what was learned: one of the kinds of `TransferRecord.change`, or "" for none."""
    if not learned:
        return ""
    family = TASKS[tested].family
    if tested in learned:
        return "itself" if len(learned) == 1 else "learned"
    if len(learned) == 1:
        return "relative" if TASKS[learned[0]].family == family else "stranger"
    return "" if family in {TASKS[task].family for task in learned} else "held out"


@dataclass(frozen=True, eq=False)
class DirectionsRecord:
    """Runs of one task along few random directions of LoRA's numbers, with all of them, and untrained, over seeds."""

    runs: tuple[TransferRun, ...]

    @property
    def task(self) -> str:
        """The task."""
        return self.runs[0].params.asked[0]

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The numbers of directions, from the smallest."""
        return tuple(sorted({run.params.dimension for run in self.runs if run.params.dimension}))

    @property
    def untrained(self) -> tuple[TransferRun, ...]:
        """The model as it is, on each seed's questions."""
        return tuple(run for run in self.runs if not run.params.tasks)

    def of(self, dimension: int) -> tuple[TransferRun, ...]:
        """The runs along so many directions; 0 for all of LoRA's numbers."""
        return tuple(run for run in self.runs if run.params.tasks and run.params.dimension == dimension)

    def change(self, dimension: int) -> Change:
        """Right answers before tuning and after it along so many directions."""
        before = {run.params.seed: run.right[self.task] for run in self.untrained}
        runs = sorted(self.of(dimension), key=lambda run: run.params.seed)
        every = sum(run.questions for run in runs)
        return Change(
            before=sum(before[run.params.seed] for run in runs) / every,
            after=sum(run.right[self.task] for run in runs) / every,
            by_seed=tuple(float(run.right[self.task] - before[run.params.seed]) for run in runs),
            questions=every,
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """The old weights stay, and the directions are orthonormal."""
        rounding = float(np.finfo(np.float32).eps)
        trained = max(run.trained for run in self.of(0))
        return (
            Check("Frozen weights are bit for bit the old ones", max(run.frozen_change for run in self.runs), 0.0,
                  "the worst of all runs"),
            Check("The directions are orthonormal", max(run.apart for run in self.runs), 8 * rounding * trained**0.5,
                  "largest entry of |P^T P - 1|, float32"),
        )  # fmt: skip
