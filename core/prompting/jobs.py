"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from dataclasses import dataclass

from core.progress import Progress, portion
from core.prompting.edits import EditParams, EditRun
from core.prompting.evaluation import Evaluation
from core.prompting.landscape import HELD_OUT, WordingParams, WordingScores
from core.prompting.prompts import PromptParams
from core.prompting.soft_prompts import SoftPrompt, SoftPromptParams
from core.prompting.tasks import Task
from core.prompting.trials import Trial, TrialParams

ITEM_SECONDS, TOKEN_SECONDS, LOADING_SECONDS = 0.04, 0.0012, 3.0
"""Seconds of processor: of an item beside its tokens, of a token that is read, and of loading a model."""

TUNING_SECONDS = 0.007
"""Seconds of processor of one update of a soft prompt, tests included."""

REVIEW_SECONDS = 0.04
"""Seconds of processor to score one review after an instruction."""

TRIAL_SECONDS = {"prompt": 0.27, "prefix": 0.24, "lora": 0.4, "full": 2.0}
"""Seconds of processor of an update of SmolLM2 on four examples, tests included."""

WORDING_SECONDS = 4.0
"""Seconds of processor to load SmolLM2 and score one prompt on all reviews."""


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


def score_wording(params: WordingParams, *, on_progress: Progress | None = None) -> WordingScores:
    """One prompt of the grammar on all reviews, by the model itself.

    Args:
        params: which prompt.
        on_progress: called as (fraction, message); raising from it stops the work.

    Raises:
        Whatever `on_progress` raises, or loading the model does.

    Invariant: the log-probabilities are those of the recorded landscape, up to rounding.
    """
    import time

    from core.models import load_causal_lm
    from core.prompting.landscape import GRAMMAR
    from core.prompting.with_torch.landscape import wording_log_probs

    began = time.process_time()
    lm = load_causal_lm(on_progress=portion(on_progress, 0.0, 0.3))
    found = wording_log_probs(lm, GRAMMAR[params.place], on_progress=portion(on_progress, 0.3, 1.0))
    return WordingScores(params.place, found, time.process_time() - began)


def edit_prompt(params: EditParams, *, on_progress: Progress | None = None) -> EditRun:
    """Greedy edits of an instruction in free text, scored by SmolLM2 on reviews.

    Args:
        params: see EditParams.
        on_progress: called as (fraction, message, partial) after each evaluation, with the run so far; raising from it
            stops the search.

    Raises:
        Whatever `on_progress` raises, or loading the model does.

    Invariants: at most `params.budget` texts are scored, each once; held-out reviews choose nothing.
    """
    from core.models import load_causal_lm
    from core.prompting.with_torch.edits import run_edits

    lm = load_causal_lm(on_progress=portion(on_progress, 0.0, 0.1))
    return run_edits(lm, params, on_progress=portion(on_progress, 0.1, 1.0))


def try_tuning(params: TrialParams, *, on_progress: Progress | None = None) -> Trial:
    """Tunes SmolLM2 on the twelve examples of an open task, by `peft`; the answer is a word, and no head is learned.

    AdamW without decay on the cross entropy of the answer's tokens, the end of its line included; the rate rises over a
    tenth of the updates and falls to 0. Weights in bfloat16, but for full tuning in float32.

    Args:
        params: see TrialParams.
        on_progress: called as (fraction, message, partial) after each test, with the trial so far; raising from it
            stops the tuning.

    Raises:
        Whatever `on_progress` raises, or loading the model does.

    Invariant: weights that are not to be trained stay bit for bit; the shared model is not touched.
    Source: `peft`, by way of `core.tuning.prepare`: Lester et al. 2021 (2104.08691) for prompts, Li and Liang 2021
    (2101.00190) for prefixes, Hu et al. 2021 (2106.09685) for LoRA.
    """
    from core.models import load_causal_lm
    from core.prompting.with_torch.training.trials import run_trial

    dtype = "float32" if params.method == "full" else "bfloat16"
    lm = load_causal_lm(dtype=dtype, on_progress=portion(on_progress, 0.0, 0.1))
    return run_trial(lm, params, on_progress=portion(on_progress, 0.1, 1.0))


def trial_seconds(params: TrialParams) -> float:
    """Seconds of processor of such a tuning on the machine on which promises are measured; see `core.jobs.promise`."""
    return 2 * LOADING_SECONDS + TRIAL_SECONDS[params.method] * params.steps


def edit_seconds(params: EditParams) -> float:
    """Seconds of processor of a search of edits on the machine on which promises are measured."""
    return 2.0 + REVIEW_SECONDS * (params.budget * params.items + 5 * HELD_OUT)


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


def evaluation_seconds(params: EvaluationParams, tokens: int, *, loaded: bool = False) -> float:
    """Seconds of processor of an evaluation whose prompts have about so many tokens, see `core.jobs.promise`.

    Args:
        params: of the evaluation.
        tokens: of the longest prompt.
        loaded: the model is there already.
    """
    items, read = len(params.task.items), 1 if params.task.labels else 2
    portions = -(-items // 16)
    reading = ITEM_SECONDS * items * read + TOKEN_SECONDS * tokens * portions * read
    return reading if loaded else LOADING_SECONDS + reading
