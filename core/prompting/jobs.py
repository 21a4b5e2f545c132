"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from dataclasses import dataclass

from core.progress import Progress, portion
from core.prompting.evaluation import Evaluation
from core.prompting.prompts import PromptParams
from core.prompting.soft_prompts import SoftPrompt, SoftPromptParams
from core.prompting.tasks import Task

ITEM_SECONDS, TOKEN_SECONDS, LOADING_SECONDS = 0.04, 0.0012, 3.0
"""Seconds of processor: of an item beside its tokens, of a token that is read, and of loading a model."""

TUNING_SECONDS = 0.007
"""Seconds of processor of one update of a soft prompt, tests included."""


def tune_soft_prompt(params: SoftPromptParams, *, on_progress: Progress | None = None) -> SoftPrompt:
    """Learns one vector that stands in the place of a control word, all weights of the small decoder frozen.

    v <- Adam(v, grad_v of the cross entropy of the answer), from a random vector; 48 numbers are learned.

    Args:
        params: see SoftPromptParams.
        on_progress: called as (fraction, message, partial) every 10 updates, with the run so far; raising from it stops
            the tuning.

    Returns:
        The run. Invariants: no weight of the decoder changes in any bit; the same params give the same vectors on one
        machine.

    Raises:
        AssetError: if the recorded decoder is missing or damaged.
        Whatever `on_progress` raises.

    Source: Lester et al. 2021 (2104.08691), prompt tuning with a prompt of length 1.
    """
    from core.prompting.records import recorded_soft_prompts
    from core.prompting.with_torch.training.soft_prompts import tune

    return tune(recorded_soft_prompts().decoder, params, on_progress=on_progress)


def tuning_seconds(params: SoftPromptParams) -> float:
    """Seconds of processor of a tuning on the machine on which promises are measured; see `core.jobs.promise`."""
    return TUNING_SECONDS * params.steps


@dataclass(frozen=True, slots=True)
class EvaluationParams:
    """What is asked of which model, and how.

    Args:
        model: a name of the catalogue.
        task, prompt: see `evaluate`.
    """

    model: str
    task: Task
    prompt: PromptParams


def evaluate_all(params: EvaluationParams, *, on_progress: Progress | None = None) -> Evaluation:
    """`evaluate` as a job: it loads the model where it runs.

    Raises:
        ValueError: as `evaluate` does; whatever `on_progress` raises.

    Invariant: it gives what `evaluate` gives with the model, bit for bit on one machine.
    """
    from core.models import load_causal_lm
    from core.prompting.with_torch.evaluation import evaluate

    lm = load_causal_lm(params.model, on_progress=portion(on_progress, 0.0, 0.2))
    return evaluate(lm, params.task, params.prompt, on_progress=portion(on_progress, 0.2))


def evaluation_seconds(params: EvaluationParams, tokens: int) -> float:
    """Seconds of processor of an evaluation whose prompts have about so many tokens, see `core.jobs.promise`."""
    items, read = len(params.task.items), 1 if params.task.labels else 2
    portions = -(-items // 16)
    return LOADING_SECONDS + ITEM_SECONDS * items * read + TOKEN_SECONDS * tokens * portions * read
