"""Putting the items of a task before a model."""

from dataclasses import replace

import numpy as np
import torch

from core.language import complete_many, score_many, tokens
from core.models import CausalLM
from core.progress import Progress, portion
from core.prompting.evaluation import Evaluation, chosen_labels
from core.prompting.prompts import Frame, PromptParams, frame_of, prompts_of
from core.prompting.tasks import Task

TOGETHER = 16
"""Items that are read side by side: between two such portions somebody who waits hears how far it is."""

SLACK = 4
"""Tokens that an open answer may have beyond those of the longest right answer."""


@torch.inference_mode()
def evaluate(lm: CausalLM, task: Task, prompt: PromptParams, *, on_progress: Progress | None = None) -> Evaluation:
    """What the model answers to each item of a task under a prompt.

    Task with labels: the answer is argmax_c log p(lead + c + end | prompt) over the labels c, the sum over tokens. The
    end of the line behind each label is scored with it, so that a label that is the beginning of another gains nothing.
    Open task: the answer is the greedy text up to the end of its line, without spaces at its ends; it is right where it
    equals the item's answer to the letter.

    Args:
        lm: a causal language model; it is not changed.
        task: what is asked.
        prompt: how.
        on_progress: told the part done before each run of the model, and with each portion of items as a small result
            the answers so far that are right, one truth value each. What it raises ends the work.

    Raises:
        TypeError: for an encoder.
        ValueError: for more examples than the task's pool has, a conversation with a model without a chat template, or
            a prompt beyond the model's context; the message has its tokens and how many there may be.

    Invariant: the answers do not depend on which other items are asked, up to rounding.
    Source: Brown et al. 2020 (2005.14165), section 2.4.
    """
    frame, prompts = frame_of(task, prompt), prompts_of(lm, task, prompt)
    room = SLACK + max(len(tokens(lm, frame.completion(item.answer)).ids) for item in task.items)
    answers: list[str] = []
    rows: list[np.ndarray] = []
    for start in range(0, len(prompts), TOGETHER):
        stop = min(start + TOGETHER, len(prompts))
        report = portion(on_progress, start / len(prompts), stop / len(prompts))
        part = replace(task, items=task.items[start:stop])
        sent = prompts[start:stop]
        found, log_probs = (
            _choose(lm, part, frame, sent, report) if task.labels else _write(lm, part, frame, sent, room, report)
        )
        answers += found
        rows.append(log_probs)
        right = np.array([a == item.answer for a, item in zip(answers, task.items, strict=False)])
        report(1.0, f"{stop} of {len(prompts)} items answered", right)
    return Evaluation(task, prompt, frame.examples, prompts, tuple(answers), np.concatenate(rows))


def _choose(
    lm: CausalLM, task: Task, frame: Frame, prompts: tuple[str, ...], report: Progress
) -> tuple[tuple[str, ...], np.ndarray]:
    """The likeliest labels, and the log-probabilities of all."""
    scores = score_many(lm, prompts, [frame.completion(label) for label in task.labels], on_progress=report)
    log_probs = np.stack([row.log_probs for row in scores])
    return chosen_labels(log_probs, task.labels), log_probs


def _write(
    lm: CausalLM, task: Task, frame: Frame, prompts: tuple[str, ...], room: int, report: Progress
) -> tuple[tuple[str, ...], np.ndarray]:
    """The greedy texts, and the log-probabilities of the right answers."""
    right = [[frame.completion(item.answer)] for item in task.items]
    scores = score_many(lm, prompts, right, on_progress=portion(report, 0.0, 0.5))
    texts = complete_many(lm, prompts, max_new_tokens=room, stop=("\n",), on_progress=portion(report, 0.5, 1.0))
    return tuple(text.text.strip() for text in texts), np.array([row.log_probs[0] for row in scores])
