"""What the page on prompts shows: recorded, measured as a job, or measured now. Nothing is computed here."""

from components.loading import load
from components.results import shared
from core.jobs import find
from core.models import is_loaded
from core.prompting import Evaluation, EvaluationParams, PromptParams, Task, evaluate_all, prompt_pieces, recorded_run

MODEL = "smollm2-135m"

MOST_TOKENS = 512
"""A prompt on the page may have so many; more would hold up the others."""


def recorded(task: Task, prompt: PromptParams, name: str) -> Evaluation | None:
    """The recorded answers to a built-in task under exactly this prompt, if there are some.

    Args:
        name: the task's, as it was chosen; a visitor's items may not pass for a built-in task.
    """
    run = recorded_run(name, prompt)
    return run.evaluation() if run is not None and task.name == name else None


def asked_all(task: Task, prompt: PromptParams) -> Evaluation | None:
    """The answers to all items that a finished job has brought; None before."""
    job = find(evaluate_all, EvaluationParams(MODEL, task, prompt))
    return job.result() if job is not None and job.state == "finished" else None


@shared(megabytes=10, size=lambda found: 4_000 + sum(map(len, found.prompts)) + 8 * found.log_probs.size, slow=True)
def measured(task: Task, prompt: PromptParams) -> Evaluation:
    """What the loaded model answers; raises ValueError for a prompt that is too long."""
    from core.prompting import evaluate

    return evaluate(load(MODEL), task, prompt)


def pieces(prompt: str) -> tuple[str, ...] | None:
    """The tokens of a prompt; None where they are not recorded and the model is not loaded."""
    known = prompt_pieces(prompt)
    if known is not None or not is_loaded(MODEL):
        return known
    from core.language import tokens

    return tokens(load(MODEL), prompt).pieces


def longest(task: Task, prompt: PromptParams) -> int:
    """The number of tokens of the longest prompt of a task, by the loaded model's tokenizer."""
    from core.language import tokens
    from core.prompting import longest_prompt

    lm = load(MODEL)
    return len(tokens(lm, longest_prompt(lm, task, prompt)).ids)
