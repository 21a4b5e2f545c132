"""The doors of training: a page names these functions, and torch is imported when one of them runs."""

from core.progress import Progress
from core.tuning.arguments import made_of
from core.tuning.merging import MergeParams, MergeRun
from core.tuning.parts import PartsParams, PartsRun
from core.tuning.runs import TuningParams, TuningRun
from core.tuning.tables import TableParams, own_sets

START_SECONDS = 17.0
"""Seconds of processor around the updates: a copy of the model, and the texts that it is tested on."""

STEP_SECONDS = {
    "probe": 0.0,
    "prompt": 1.4,
    "prefix": 1.1,
    "ia3": 1.0,
    "norms": 1.0,
    "lora": 0.95,
    "adapter": 1.0,
    "last": 0.3,
    "lp_ft": 3.0,
    "full": 1.75,
}
"""Seconds of processor of one update."""

MERGE_START, MERGE_STEP = 15.0, 1.5
"""Seconds of processor around the updates of two adapters, and of one update of both."""


def tune(params: TuningParams, *, on_progress: Progress | None = None) -> TuningRun:
    """Tunes SmolLM2 on the task by one method.

    A linear head reads the last token's state; the loss is its cross entropy on two classes. AdamW without decay, the
    rate rising over a tenth of the steps and falling to 0, gradients cut to length 1; matrix products in
    bfloat16, those of LP-FT in float32 (`core.tuning.runs.PRECISE` says why).

    Args:
        params: see TuningParams.
        on_progress: called as (fraction, message, losses so far) after each update; raising from it stops the run.

    Returns:
        The run. A loss that is no number, or five times the first, stops it, and the run says so.

    Raises:
        ValueError: for params outside their ranges.
        core.models.ModelUnavailableError: where SmolLM2 cannot be had.
        Whatever `on_progress` raises.

    Invariant: weights that the method does not train stay bit for bit; the shared model is not touched.
    Source: `peft` for LoRA, IA3, prompt and prefix; Houlsby et al. 2019 (1902.00751) for adapters; Kumar et al. 2022
    (2202.10054) for LP-FT.
    """
    made_of(TuningParams, params)
    from core.tuning.with_torch.training.runs import run

    return run(params, on_progress=on_progress)


def tune_table(params: TableParams, *, on_progress: Progress | None = None) -> TuningRun:
    """Tunes SmolLM2 on two thirds of a table of one's own, and measures it on the rest.

    Args:
        params: see TableParams.
        on_progress: as in `tune`.

    Returns:
        The run; all three accuracies are those of the rest. The judged texts are `params.run.own`.

    Raises:
        ValueError: where a label has fewer than 3 texts.
        Else as `tune`.
    """
    from core.models import load_causal_lm
    from core.tuning.with_torch.training.runs import run_on

    sets = own_sets(params.table, params.run.seed)
    return run_on(load_causal_lm(), params.run, sets, on_progress=on_progress)


def tune_parts(params: PartsParams) -> PartsRun:
    """Pretrains a small network on digits and tunes each part of it alone, and all of it, on a few digits of a shift.

    Args:
        params: see PartsParams.

    Returns:
        Accuracies on 400 digits of the shift. Invariant: parts that are not tuned stay bit for bit.

    Source: Lee et al. 2022, surgical fine-tuning (2210.11466), at the size of a toy.
    """
    from core.tuning.with_torch.training.parts import run_parts

    return run_parts(params)


def merge_adapters(params: MergeParams, *, on_progress: Progress | None = None) -> MergeRun:
    """Trains two LoRA adapters in SmolLM2, each on a task of its own, and compares the model's logits.

    Each of 24 updates (`steps`) reads 8 questions of one task of PAIR; the loss is the cross entropy of the right
    answer's word. Then the adapters are switched on, one, the other and both, and B A is added into the weights.

    Args:
        params: see MergeParams.
        on_progress: as in `tune`; the partial result is the losses once both are trained.

    Returns:
        The run, with the largest differences of a logit.

    Raises:
        ValueError: for params outside their ranges.
        core.models.ModelUnavailableError: where SmolLM2 cannot be had.
        Whatever `on_progress` raises.

    Invariant: before training no logit differs from the bare model's, since B is 0.
    Source: `peft`; Hu et al. 2021 (2106.09685), section 4.1.
    """
    made_of(MergeParams, params)
    from core.models import load_causal_lm
    from core.tuning.with_torch.training.merging import run_merging

    return run_merging(load_causal_lm(), params, on_progress=on_progress)


def merging_seconds(params: MergeParams) -> float:
    """Seconds of processor of `merge_adapters`; see `core.jobs.promise`."""
    return MERGE_START + MERGE_STEP * params.steps


def tuning_seconds(params: TuningParams) -> float:
    """Seconds of processor of a run on the machine on which promises are measured; see `core.jobs.promise`."""
    return START_SECONDS + STEP_SECONDS[params.method] * params.steps
