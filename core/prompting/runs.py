"""What is recorded of prompts: answers and log-probabilities, from which every figure is computed anew. No torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.prompting.evaluation import Evaluation
from core.prompting.prompts import PromptParams, examples_of, prompts_of
from core.prompting.tasks import TASKS

ANSWERS_FILE = "prompting/answers.npz"
ORDERS_FILE = "prompting/orders.npz"
FORMATS_FILE = "prompting/formats.npz"
LEANINGS_FILE = "prompting/leanings.npz"
PIECES_FILE = "prompting/pieces.npz"

COUNTS = (0, 1, 2, 4, 8)
"""Numbers of examples whose answers are recorded."""

DRAWS = 3
"""Draws of examples for each task and number."""

WRONG = 4
"""The number of examples that was also recorded with wrong answers, in each draw."""

ORDER_DRAWS, ORDERED = 3, 4
"""Draws of examples whose orders are all recorded, and how many examples each has."""

TASK_IN_ALL = "sentiment"
"""The task that is asked in every order and format, and whose prompts' leanings are recorded."""

REVIEWS_IN_ALL = 16
"""Items of it, the first ones, that are asked; half of them are positive."""

FORMAT_DRAWS = 12
"""Draws of four examples that are recorded in each format."""

TOLD = ("named", "instruction", "chat")
"""Formats that are also recorded without examples: their words say what the task is."""

CONTENT_FREE = ("N/A", "", "[MASK]")
"""Texts that say nothing, by which contextual calibration measures a prompt. Source: Zhao et al. 2021 (2102.09690)."""


@dataclass(frozen=True, eq=False, slots=True)
class Run:
    """The recorded part of an `Evaluation` of a built-in task: the rest follows from task and params.

    Args:
        task: a name of TASKS.
        params: of the prompt.
        answers, log_probs: as in `Evaluation`, in float32; of all items or the first ones.
    """

    task: str
    params: PromptParams
    answers: tuple[str, ...]
    log_probs: Float[np.ndarray, "item label"] | Float[np.ndarray, "item"]

    def evaluation(self) -> Evaluation:
        """The whole evaluation."""
        task = replace(TASKS[self.task], items=TASKS[self.task].items[: len(self.answers)])
        examples, prompts = examples_of(task, self.params), prompts_of(None, task, self.params)
        return Evaluation(task, self.params, examples, prompts, self.answers, self.log_probs)


@dataclass(frozen=True, eq=False)
class RecordedAnswers:
    """Answers over numbers of examples, draws, and what the examples show."""

    model: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, eq=False)
class RecordedOrders:
    """All orders of some draws of examples.

    Args:
        model: that answered.
        task: the name of the task.
        runs: by draw and order seed.
        probes: by draw, texts that the model wrote itself after the examples, one in each of some orders.
        probe_log_probs: by draw and order, the log-probabilities of the labels for each of the draw's probes.
    """

    model: str
    task: str
    runs: tuple[tuple[Run, ...], ...]
    probes: tuple[tuple[str, ...], ...]
    probe_log_probs: Float[np.ndarray, "draw order probe label"]


@dataclass(frozen=True, eq=False)
class RecordedFormats:
    """All formats with the same draws of examples.

    Args:
        model: that answered.
        task: the name of the task.
        runs: by format, in the order of FORMATS, and draw.
        content_free: log-probabilities of the labels for each text of CONTENT_FREE.
    """

    model: str
    task: str
    runs: tuple[tuple[Run, ...], ...]
    content_free: Float[np.ndarray, "format draw text label"]


@dataclass(frozen=True, eq=False)
class RecordedLeanings:
    """How far each recorded prompt of a task leans to a label where the item says nothing.

    Args:
        model: that answered.
        task: the name of the task.
        params: of the prompts: those with right answers, and those without examples that tell the task.
        content_free: log-probabilities of the labels for each text of CONTENT_FREE.
    """

    model: str
    task: str
    params: tuple[PromptParams, ...]
    content_free: Float[np.ndarray, "prompt text label"]


@dataclass(frozen=True, eq=False)
class RecordedPieces:
    """The tokens of every line of the recorded prompts.

    Args:
        model: whose tokens.
        by_line: a line with its end -> its tokens as a person would write them.
    """

    model: str
    by_line: Mapping[str, tuple[str, ...]]


@functools.cache
def recorded_answers() -> RecordedAnswers:
    """The recorded answers; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(ANSWERS_FILE, RecordedAnswers)


@functools.cache
def recorded_orders() -> RecordedOrders:
    """The recorded orders; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(ORDERS_FILE, RecordedOrders)


@functools.cache
def recorded_formats() -> RecordedFormats:
    """The recorded formats; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(FORMATS_FILE, RecordedFormats)


@functools.cache
def recorded_leanings() -> RecordedLeanings:
    """The recorded leanings; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(LEANINGS_FILE, RecordedLeanings)


@functools.cache
def recorded_pieces() -> RecordedPieces:
    """The recorded tokens; no model is needed. Raises AssetError if the file is missing or damaged."""
    return kept(PIECES_FILE, RecordedPieces)


def recorded_run(task: str, params: PromptParams) -> Run | None:
    """The recorded answers to a built-in task under exactly this prompt; None where there are none.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return _by_prompt().get((task, params))


@functools.cache
def _by_prompt() -> Mapping[tuple[str, PromptParams], Run]:
    """The recorded runs by their task and params."""
    return {(run.task, run.params): run for run in recorded_answers().runs}


def prompt_pieces(prompt: str) -> tuple[str, ...] | None:
    """The tokens of a recorded prompt; None where one of its lines is not recorded.

    Lines are tokenized apart: SmolLM2 joins no token over the end of a line before a letter.
    """
    by_line = recorded_pieces().by_line
    lines = prompt.splitlines(keepends=True)
    if not all(line in by_line for line in lines):
        return None
    return tuple(piece for line in lines for piece in by_line[line])
