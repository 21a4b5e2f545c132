"""SmolLM2 adapted to a task by twelve examples, in the prompt or by tuning, and what came of it. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import as_real, require, whole, wilson
from core.prompting.adaptation import FLOAT, SMOLLM2, WAYS, AdaptationParams, training_memory
from core.prompting.prompts import PromptParams
from core.prompting.tasks import TASKS

TUNINGS: dict[str, float] = {"prompt": 3e-2, "prefix": 1e-2, "lora": 1e-3, "full": 1e-4}
"""What may be tuned, each with its learning rate: vectors in front of the text; keys and values in front of it in every
layer; two thin matrices beside some; all weights."""

IN_FRONT = ("prompt", "prefix")
"""Tunings that leave the model as it is and put something in front of each text."""

TRIAL_TASKS = ("plurals", "uppercase", "opposites")
"""Open tasks whose questions are words, so that one word can be put to each of them."""

TRIAL_BATCH = 4
"""Examples of one update."""

PLAIN = PromptParams(examples=0, template="{text}: {answer}")
"""A question as every way sends it; the words say nothing of the task."""


@dataclass(frozen=True, slots=True)
class TrialParams:
    """One tuning of SmolLM2 on the pool of an open task, 12 examples.

    Args:
        method: a key of TUNINGS.
        task: one of TRIAL_TASKS.
        tokens: vectors of a prompt, or places of a prefix, 1 to 32; other methods do not read it.
        steps: updates of 4 examples, 10 to 600.
        seed: of the start and of the order of examples, 0 to 9999.
        rate: of learning, above 0 and at most 1; None for that of TUNINGS.

    Raises:
        ValueError: for another method or task, or a number out of its range.
    """

    method: str = "prefix"
    task: str = "plurals"
    tokens: int = 4
    steps: int = 300
    seed: int = 0
    rate: float | None = None

    def __post_init__(self) -> None:
        for name, known in (("method", tuple(TUNINGS)), ("task", TRIAL_TASKS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(known)}")
        for name, low, high in (("tokens", 1, 32), ("steps", 10, 600), ("seed", 0, 9999)):
            whole(name, getattr(self, name), low, high)
        require(self.rate is None or 0 < as_real(self.rate) <= 1, "rate", self.rate, "above 0 and at most 1, or None")

    @property
    def learning_rate(self) -> float:
        """The largest of the tuning."""
        return TUNINGS[self.method] if self.rate is None else float(self.rate)


@dataclass(frozen=True, eq=False)
class Trial:
    """What one tuning found.

    Args:
        params: what was asked.
        learned: how many numbers were trained.
        steps: updates after which it was tested, 0 first [test].
        accuracy: the share of the task's items whose answer is right, token by token up to the end of its line [test].
        loss: cross entropy of the examples' answers in each update, in nats a token [update].
        answers: by task of TRIAL_TASKS, what is written greedily to each of its items at the end; () for a task that
            was not asked.
        nearest: of a prompt, for each vector the token nearest to it and their cosine.
        moved: of a prefix, how far keys and values of each layer went from where they began, over their length there
            [layer 2].
        frozen_change: the largest change of a weight that was not to be trained.
        seconds: of processor, for the updates alone.
    """

    params: TrialParams
    learned: int
    steps: Int[np.ndarray, "test"]
    accuracy: Float[np.ndarray, "test"]
    loss: Float[np.ndarray, "update"]
    answers: tuple[tuple[str, ...], ...]
    nearest: tuple[tuple[str, float], ...]
    moved: Float[np.ndarray, "layer 2"]
    frozen_change: float
    seconds: float

    def right(self, task: str) -> int | None:
        """How many items of a task are answered rightly at the end, to the letter; None where it was not asked."""
        said = self.answers[TRIAL_TASKS.index(task)]
        return sum(one == item.answer for one, item in zip(said, TASKS[task].items, strict=True)) if said else None

    @property
    def checks(self) -> tuple[Check, ...]:
        """No other weight moved; what is written greedily is right as often as the test of each token says."""
        items = len(TASKS[self.params.task].items)
        apart = abs((self.right(self.params.task) or 0) - round(float(self.accuracy[-1]) * items))
        # One item may turn where two tokens are level in bfloat16, or a word is cut otherwise.
        return (
            Check("Weights of SmolLM2 that were not to be trained, largest change", self.frozen_change, 0.0),
            Check("Right answers written greedily, against the test token by token", float(apart), 1.0, f"of {items}"),
        )


READINGS = ("question alone", "examples read again", "examples kept", "soft prompt in front", "prefix in front")
"""What is read for one question, each timed."""

FRONT_READ = dict(zip(IN_FRONT, READINGS[3:], strict=True))
"""What is read after a tuning that leaves something in front of each question."""


@dataclass(frozen=True, eq=False)
class TrialRecord:
    """Recorded tunings, the same examples in the prompt, and times.

    Args:
        trials: tunings.
        prompted: items right, for each task of TRIAL_TASKS with its instruction alone and with 12 examples [task 2].
        reading: seconds of processor for one question, as in READINGS; empty before they are measured.
        tokens: of a question, and of all examples.
    """

    trials: tuple[Trial, ...]
    prompted: Int[np.ndarray, "task 2"]
    reading: Float[np.ndarray, "reading"]
    tokens: tuple[int, int]

    def of(self, method: str, task: str, tokens: int = 4) -> tuple[Trial, ...]:
        """The tunings of a kind at its own rate, by seed; `tokens` is read for a prompt and a prefix alone."""
        found = [
            trial
            for trial in self.trials
            if (trial.params.method, trial.params.task, trial.params.rate) == (method, task, None)
            and (trial.params.tokens == tokens or method not in IN_FRONT)
        ]
        return tuple(sorted(found, key=lambda trial: trial.params.seed))

    def at_other_rates(self, task: str) -> tuple[Trial, ...]:
        """The tunings on a task at another rate than that of their kind."""
        return tuple(trial for trial in self.trials if trial.params.task == task and trial.params.rate is not None)

    def swaps(self, method: str) -> Float[np.ndarray, "3 3"]:
        """The share right when what was learned for one task stands before the items of another, mean over seeds.

        Rows are the tasks that it was learned for; NaN where nothing was recorded.
        """
        found = np.full((len(TRIAL_TASKS), len(TRIAL_TASKS)), np.nan)
        for row, learned in enumerate(TRIAL_TASKS):
            trials = self.of(method, learned)
            for column, asked in enumerate(TRIAL_TASKS):
                counts = [right for trial in trials if (right := trial.right(asked)) is not None]
                if counts:
                    found[row, column] = np.mean(counts) / len(TASKS[asked].items)
        return found

    def formula(self, trial: Trial, *, kept: bool) -> AdaptationParams:
        """The setting of a tuning, as `core.prompting.ways` counts its operations."""
        examples = self.tokens[1]
        shown = len(TASKS[trial.params.task].pool)
        return AdaptationParams(
            examples=shown,
            example_tokens=round(examples / shown),
            updates=trial.params.steps,
            kept=kept,
            batch=TRIAL_BATCH,
            question=round(examples / shown),
            front=trial.params.tokens,
        )

    def extra(self, reading: str) -> float:
        """Seconds that a later question takes beyond the question alone."""
        return float(self.reading[READINGS.index(reading)] - self.reading[0])

    def break_even(self, trial: Trial, *, kept: bool) -> float | None:
        """The number of questions after which examples in the prompt have taken more seconds than a tuning.

        Q = seconds of the tuning / (what examples add to a question - what the tuned model adds to it).

        Args:
            trial: the tuning. kept: whether keys and values of the examples are kept between questions.

        Returns:
            None where a question takes no longer with the examples than after the tuning.
        """
        front = FRONT_READ.get(trial.params.method)
        saved = self.extra("examples kept" if kept else "examples read again") - (self.extra(front) if front else 0.0)
        return trial.seconds / saved if saved > 0 else None


METHOD_OF = dict(zip(WAYS[2:], TUNINGS, strict=True))
"""The tuning behind each way of `core.prompting.WAYS` that learns."""


@dataclass(frozen=True, eq=False)
class TrialMemory:
    """Memory that tunings took, as the operating system counts it.

    Args:
        peaks: the most bytes that a process held while it learned, beyond what it held with the model made ready:
            gradients, moments and activations; methods as in TUNINGS [run method].
    """

    peaks: Int[np.ndarray, "run method"]

    def of(self, way: str) -> int:
        """The median over runs, in bytes; 0 for a way that does not learn."""
        if way not in METHOD_OF:
            return 0
        return int(np.median(self.peaks[:, list(TUNINGS).index(METHOD_OF[way])]))


@dataclass(frozen=True, slots=True)
class Need:
    """What one way of adapting SmolLM2 to plurals took and brought.

    Args:
        name: one of WAYS, or the second with its keys and values kept.
        right: items in each run; without training there is one. asked: items of a run.
        learned: numbers that training changes; 0 where nothing is trained.
        memory: bytes of `training_memory`; 0 likewise.
        storage: bytes to keep for the task.
        seconds: of processor to adapt, mean over seeds. extra: seconds that each later question takes more.
    """

    name: str
    right: tuple[int, ...]
    asked: int
    learned: int
    memory: int
    storage: int
    seconds: float
    extra: float

    @property
    def share(self) -> float:
        """The share of items right, mean over runs."""
        return float(np.mean(self.right)) / self.asked

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of it over the items of one run: runs are asked the same ones, and add none."""
        return wilson(float(np.mean(self.right)), self.asked)


def needs(record: TrialRecord) -> tuple[Need, ...]:
    """A line for each way, from what was recorded on the first of TRIAL_TASKS.

    Args:
        record: of the tunings.

    Invariant: a way without weights learns nothing, and takes no time before the first question.
    """
    name = TRIAL_TASKS[0]
    items, pool = len(TASKS[name].items), TASKS[name].pool
    told, shown = (int(count) for count in record.prompted[0])
    text = len("".join(f"{item.text}: {item.answer}\n" for item in pool).encode())
    cache = FLOAT * 2 * SMOLLM2.layers * SMOLLM2.kv_width * record.tokens[1]
    prompts = (
        Need(WAYS[0], (told,), items, 0, 0, len(TASKS[name].instruction.encode()), 0.0, 0.0),
        Need(WAYS[1], (shown,), items, 0, 0, text, 0.0, record.extra("examples read again")),
        Need(f"{WAYS[1]}, kept", (shown,), items, 0, 0, cache, 0.0, record.extra("examples kept")),
    )
    return (*prompts, *(_tuned_need(record, way) for way in WAYS[2:] if record.of(METHOD_OF[way], name)))


def _tuned_need(record: TrialRecord, way: str) -> Need:
    method, name = METHOD_OF[way], TRIAL_TASKS[0]
    trials, items = record.of(method, name), len(TASKS[name].items)
    right = tuple(round(float(trial.accuracy[-1]) * items) for trial in trials)
    learned, seconds = trials[0].learned, float(np.mean([trial.seconds for trial in trials]))
    extra = record.extra(FRONT_READ[method]) if method in FRONT_READ else 0.0
    memory = training_memory(SMOLLM2.parameters, learned)
    return Need(way, right, items, learned, memory, FLOAT * learned, seconds, extra)
