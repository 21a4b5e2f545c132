"""What the recipes let a model do beyond `evaluate`: probes, multiple choices, tokens of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from core.language import complete, score_many, tokens
from core.models import CausalLM
from core.prompting.formats import asked
from core.prompting.prompts import PromptParams, frame_of, prompt_for
from core.prompting.runs import Run
from core.prompting.tasks import TASKS, Task
from core.prompting.with_torch.evaluation import evaluate

PROBE_TOKENS = 24


def run(lm: CausalLM, task: str, params: PromptParams, *, items: int | None = None) -> Run:
    """An evaluation of a built-in task, all its items or the first ones, in the form in which it is kept."""
    found = evaluate(lm, replace(TASKS[task], items=TASKS[task].items[:items]), params)
    return Run(task, params, found.answers, found.log_probs.astype(np.float32))


def write_probes(lm: CausalLM, task: Task, params: Sequence[PromptParams]) -> tuple[str, ...]:
    """For each prompt one text that the model writes itself where the next item would stand, drawn at temperature 1.

    Source: Lu et al. 2022 (2104.08786), section 3.1, which lets the model make its own probing set.
    """
    found = []
    for seed, each in enumerate(params):
        frame = frame_of(task, each)
        start, _, _ = asked(each.template, task, "\0").partition("\0")
        before = prompt_for(lm, task, each, frame, "\0").rpartition(start)[0] + start.rstrip(" ")
        (text,) = complete(lm, before, max_new_tokens=PROBE_TOKENS, stop=("\n",), temperature=1.0, seed=seed)
        found.append(text.text.strip() or "nothing")
    return tuple(found)


def probe(lm: CausalLM, task: Task, params: PromptParams, texts: Sequence[str]) -> Float[np.ndarray, "text label"]:
    """The log-probability of each label for texts that are no items of the task."""
    frame = frame_of(task, params)
    prompts = [prompt_for(lm, task, params, frame, text) for text in texts]
    scores = score_many(lm, prompts, [frame.completion(label) for label in task.labels])
    return np.stack([row.log_probs for row in scores]).astype(np.float32)


def score_options(
    lm: CausalLM, questions: Sequence[tuple[str, Sequence[str]]]
) -> tuple[Float[np.ndarray, "question option"], Int[np.ndarray, "question option"]]:
    """By question and option, log p(option and end of line | question) and the number of its tokens."""
    prompts = [f"Question: {question}\nAnswer:" for question, _ in questions]
    scores = score_many(lm, prompts, [[f" {option}\n" for option in options] for _, options in questions])
    return np.stack([row.log_probs for row in scores]), np.stack([row.counts for row in scores])


def score_letters(
    lm: CausalLM,
    questions: Sequence[tuple[str, Sequence[str]]],
    order: Int[np.ndarray, "question option"],
    letters: Sequence[str],
) -> Float[np.ndarray, "question option"]:
    """By question and letter, log p(letter | question and its options, listed in this order behind the letters)."""
    prompts = []
    for (question, options), places in zip(questions, order, strict=True):
        lines = [f"{letter}. {options[place]}" for letter, place in zip(letters, places, strict=True)]
        prompts.append("\n".join([f"Question: {question}", *lines, "Answer:"]))
    scores = score_many(lm, prompts, [f" {letter}" for letter in letters])
    return np.stack([row.log_probs for row in scores])


def pieces_by_line(lm: CausalLM, prompts: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The tokens of every line of some prompts.

    Raises:
        ValueError: for a prompt whose tokens are not those of its lines.
    """
    lines = {line for prompt in prompts for line in prompt.splitlines(keepends=True)}
    by_line = {line: tokens(lm, line).pieces for line in sorted(lines)}
    for prompt in prompts:
        joined = [piece for line in prompt.splitlines(keepends=True) for piece in by_line[line]]
        if joined != list(tokens(lm, prompt).pieces):
            raise ValueError(f"a token of this prompt crosses the end of a line: {prompt!r}")
    return by_line
