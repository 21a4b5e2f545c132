"""One learned vector in the place of a word: the small decoder, its tasks, and what tuning finds. Needs no torch."""

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import as_real, require, whole

LETTERS = "abcdefgh"
LENGTH = 5
"""Letters of a question, and of its answer."""

TASKS_OF_WORDS = ("copy", "reverse", "next", "rotate")
"""What the decoder was trained on, each called by a control word of its own."""

NEW_TASK = "reverse, then next"
"""Two of them one after the other: nothing that the decoder was trained on."""

TASKS_TUNED = (*TASKS_OF_WORDS, NEW_TASK)

SEPARATOR = len(LETTERS)
VOCABULARY: tuple[str, ...] = (*LETTERS, ":", *(f"<{task}>" for task in TASKS_OF_WORDS))
"""Letters, what stands before the answer, and the control words."""

WIDTH, LAYERS, HEADS = 48, 2, 4
CONTEXT = 1 + LENGTH + 1 + LENGTH - 1
"""The control word or the vector, the question, the separator, and the answer but for its last letter."""

TESTED, TEST_SEED = 256, 77_001


def answers(task: str, questions: Int[np.ndarray, "item 5"]) -> Int[np.ndarray, "item 5"]:
    """What a task makes of some letters.

    copy: as they are. reverse: backward. next: each becomes the following letter, h becomes a. rotate: the last comes
    first.

    Raises:
        ValueError: for an unknown task.
    """
    if task == "copy":
        return questions.copy()
    if task == "reverse":
        return questions[:, ::-1].copy()
    if task == "next":
        return (questions + 1) % len(LETTERS)
    if task == "rotate":
        return np.roll(questions, 1, axis=1)
    if task == NEW_TASK:
        return answers("next", answers("reverse", questions))
    raise ValueError(f"task is {task!r}; it must be one of {', '.join(TASKS_TUNED)}")


def held_questions() -> Int[np.ndarray, "item 5"]:
    """The questions that every accuracy is measured on."""
    return np.random.default_rng(TEST_SEED).integers(len(LETTERS), size=(TESTED, LENGTH))


@dataclass(frozen=True, slots=True)
class SoftPromptParams:
    """One tuning of one vector.

    Args:
        task: one of TASKS_TUNED.
        steps: updates of 32 questions each, 10 to 400.
        seed: of the first vector and the questions, 0 to 9999.
        rate: Adam's learning rate, 0.001 to 1.

    Raises:
        ValueError: for another task, or a number out of its range.
    """

    task: str = "reverse"
    steps: int = 120
    seed: int = 0
    rate: float = 0.05

    def __post_init__(self) -> None:
        if self.task not in TASKS_TUNED:
            raise ValueError(f"task is {self.task!r}; it must be one of {', '.join(TASKS_TUNED)}")
        whole("steps", self.steps, 10, 400)
        whole("seed", self.seed, 0, 9999)
        require(0.001 <= as_real(self.rate) <= 1, "rate", self.rate, "from 0.001 to 1")


@dataclass(frozen=True, eq=False)
class TinyDecoder:
    """The weights of the small decoder, which no tuning changes.

    Args:
        words: [word 48], the vector of each word of VOCABULARY, which also names the answers.
        places: [10 48], the learned positions, added to the vectors.
        attention: [layer 48 144], to queries, keys and values. mixed: [layer 48 48], the output of attention.
        inner, outer: [layer 48 192], [layer 192 48], of the small network after it.
    """

    words: Float[np.ndarray, "13 48"]
    places: Float[np.ndarray, "11 48"]
    attention: Float[np.ndarray, "2 48 144"]
    mixed: Float[np.ndarray, "2 48 48"]
    inner: Float[np.ndarray, "2 48 192"]
    outer: Float[np.ndarray, "2 192 48"]

    @property
    def parameters(self) -> int:
        """How many weights it has."""
        return sum(getattr(self, field.name).size for field in fields(self))

    def word_of(self, task: str) -> Float[np.ndarray, "48"]:
        """The vector of the control word of a task that it was trained on."""
        return np.asarray(self.words[VOCABULARY.index(f"<{task}>")])

    def changed(self, other: "TinyDecoder") -> int:
        """How many weights differ in any bit."""
        pairs = ((getattr(self, field.name), getattr(other, field.name)) for field in fields(self))
        return sum(int((one != two).sum()) for one, two in pairs)


def says(
    decoder: TinyDecoder, first: Float[np.ndarray, "48"], questions: Int[np.ndarray, "item 5"]
) -> Int[np.ndarray, "item 5"]:
    """The letters that the decoder writes after a first vector and a question, the likeliest each time, in float64.

    Source: the same layers in torch, `core.prompting.with_torch.training.soft_prompts`, which a test compares.
    """
    said = np.zeros((len(questions), 0), dtype=np.int64)
    for _ in range(LENGTH):
        ids = np.concatenate([questions, np.full((len(questions), 1), SEPARATOR), said], axis=1)
        rows = np.concatenate([np.tile(first, (len(questions), 1, 1)), decoder.words[ids]], axis=1).astype(np.float64)
        hidden = _read(decoder, rows + decoder.places[: rows.shape[1]])[:, -1]
        logits = hidden @ decoder.words[: len(LETTERS)].T
        said = np.concatenate([said, logits.argmax(axis=1)[:, None]], axis=1)
    return said


def _read(decoder: TinyDecoder, x: Float[np.ndarray, "item token 48"]) -> Float[np.ndarray, "item token 48"]:
    """Two layers of causal attention and a small network, each after a norm."""
    items, length, _ = x.shape
    hidden = np.triu(np.ones((length, length), dtype=bool), 1)
    for attention, mixed, inner, outer in zip(
        decoder.attention, decoder.mixed, decoder.inner, decoder.outer, strict=True
    ):
        projected = (unit(x) @ attention).reshape(items, length, 3, HEADS, WIDTH // HEADS)
        query, key, value = projected.transpose(2, 0, 3, 1, 4)
        scores = np.where(hidden, -np.inf, query @ key.swapaxes(-1, -2) / np.sqrt(WIDTH // HEADS))
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = (weights / weights.sum(axis=-1, keepdims=True)) @ value
        x = x + seen.transpose(0, 2, 1, 3).reshape(items, length, WIDTH) @ mixed
        x = x + np.maximum(unit(x) @ inner, 0) @ outer
    return unit(x)


def unit(x: Float[np.ndarray, "*any 48"]) -> Float[np.ndarray, "*any 48"]:
    """x / sqrt(mean x^2 + 1e-6): RMSNorm without weights."""
    return np.asarray(x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + 1e-6))


def accuracy(decoder: TinyDecoder, first: Float[np.ndarray, "48"], task: str) -> float:
    """The share of the test's questions that are answered wholly right."""
    questions = held_questions()
    return float((says(decoder, first, questions) == answers(task, questions)).all(axis=1).mean())


@dataclass(frozen=True, eq=False)
class SoftPrompt:
    """What tuning one vector found.

    Args:
        params: what was asked.
        steps: updates after which it was tested, 0 first [test].
        accuracy: the share of the test's questions answered wholly right [test].
        loss: mean cross entropy of a letter over the updates since the test before, in nats [test]; NaN at 0.
        vectors: the vector at each test [test 48].
        changed: weights of the decoder that differ after tuning from those before.
        seconds: of processor.
    """

    params: SoftPromptParams
    steps: Int[np.ndarray, "test"]
    accuracy: Float[np.ndarray, "test"]
    loss: Float[np.ndarray, "test"]
    vectors: Float[np.ndarray, "test 48"]
    changed: int
    seconds: float

    @property
    def vector(self) -> Float[np.ndarray, "48"]:
        """What was learned."""
        return np.asarray(self.vectors[-1])

    def cosines(self, decoder: TinyDecoder) -> Float[np.ndarray, "test word"]:
        """The cosine of the vector with each word of VOCABULARY, at each test."""
        words = decoder.words / np.linalg.norm(decoder.words, axis=1, keepdims=True)
        return np.asarray(self.vectors / np.linalg.norm(self.vectors, axis=1, keepdims=True) @ words.T)

    def checks(self, decoder: TinyDecoder) -> tuple[Check, ...]:
        """No weight of the decoder moved; numpy, from the kept vector, answers as torch did while tuning."""
        now = accuracy(decoder, self.vector, self.params.task)
        # Rounding may turn an answer whose two likeliest letters are level; more than one of 256 would be an error.
        return (
            Check("Weights of the decoder that changed", float(self.changed), 0.0, f"of {decoder.parameters:,}"),
            Check("Accuracy of the vector, computed anew", abs(now - float(self.accuracy[-1])), 1 / TESTED, "numpy"),
        )


@dataclass(frozen=True, eq=False)
class SoftPromptRecord:
    """The decoder, and recorded tunings over seeds.

    Args:
        decoder: its weights.
        by_word: the accuracy of each control word on each task [word task], tasks as in TASKS_TUNED.
        runs: tunings.
        swapped: the accuracy on each task of the vector that each run learned [run task].
        training_seconds: of processor, for the decoder.
    """

    decoder: TinyDecoder
    by_word: Float[np.ndarray, "4 5"]
    runs: tuple[SoftPrompt, ...]
    swapped: Float[np.ndarray, "run 5"]
    training_seconds: float

    def of(self, task: str) -> tuple[SoftPrompt, ...]:
        """The runs on one task, by seed."""
        found = [run for run in self.runs if run.params.task == task]
        return tuple(sorted(found, key=lambda run: run.params.seed))

    def swaps(self) -> Float[np.ndarray, "5 5"]:
        """The mean over seeds of `swapped`: rows are the tasks that a vector was tuned on."""
        rows = [self.swapped[[run.params.task == task for run in self.runs]].mean(axis=0) for task in TASKS_TUNED]
        return np.stack(rows)
