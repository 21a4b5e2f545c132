"""Tools that a model chooses: only names of tools, and only valid arguments, can be written."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from core.language import complete_many, score_many
from core.models import CausalLM
from core.progress import Progress
from core.tools.choice import ARGUMENTS, LABELS, Choice, choice_prompt

LONGEST_ARGUMENT = 24


@torch.inference_mode()
def choose(
    lm: CausalLM,
    asked: Sequence[tuple[str, str]],
    condition: str,
    order: int,
    *,
    on_progress: Progress | None = None,
) -> tuple[Choice, ...]:
    """Which tool a model would call, for each question.

    The grammar of a call begins with the name of a tool; of the names the likeliest is taken: log p(name | prompt),
    summed over its tokens. Every other continuation has no say.

    Args:
        lm: a causal language model.
        asked: questions, each with what is right.
        condition: what the model reads about the tools.
        order: how far the list of tools is rotated.
        on_progress: told how far it is; an exception it raises ends the work.

    Raises:
        ValueError: for an unknown condition or order.

    Invariant: each choice is one of LABELS.
    Source: constrained decoding as in Willard and Louf 2023 (2307.09702).
    """
    prompts = [choice_prompt(question, condition, order) for question, _ in asked]
    found = score_many(lm, prompts, [f" {name}" for name in LABELS], on_progress=on_progress)
    return tuple(
        Choice(question, truth, order, tuple(float(value) for value in scores.log_probs))
        for (question, truth), scores in zip(asked, found, strict=True)
    )


@torch.inference_mode()
def with_arguments(lm: CausalLM, choices: Sequence[Choice], condition: str) -> tuple[Choice, ...]:
    """The choices with the arguments that the model writes: any text but a quote, a backslash or a line break.

    Invariant: put between quotes, an argument is a JSON string, so the call fits the tool's schema.
    """
    calls = [place for place, choice in enumerate(choices) if choice.chosen in ARGUMENTS]
    begun = [_begun(choices[place], condition) for place in calls]
    found = complete_many(lm, begun, max_new_tokens=LONGEST_ARGUMENT, stop=['"', "\\", "\n"])
    written = {place: one.text for place, (one,) in zip(calls, found, strict=True)}
    return tuple(replace(choice, argument=written.get(place, "")) for place, choice in enumerate(choices))


def _begun(choice: Choice, condition: str) -> str:
    """A call up to the quote before its argument."""
    before = choice_prompt(choice.question, condition, choice.order)
    return f'{before} {choice.chosen}\n{ARGUMENTS[choice.chosen]}: "'
