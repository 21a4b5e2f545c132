"""Trains two LoRA adapters in one model, and compares its logits: at the start, switched, added and merged."""

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from core.language import backbone
from core.models import CausalLM
from core.progress import Progress, portion
from core.tuning.lora import STATES
from core.tuning.merging import ADDED, COMPARED, PAIR, MergeParams, MergeRun
from core.tuning.runs import TuningParams
from core.tuning.tasks import Asked, draw_asked
from core.tuning.transfer import TransferParams
from core.tuning.with_torch.doubles import exact_logits
from core.tuning.with_torch.methods import Tuned, frozen_change, prepare
from core.tuning.with_torch.states import Ids, embedded, ids_of, through
from core.tuning.with_torch.training.transfer import Weights, learned, right_answers

NAMES = ("default", "second")
"""What `peft` calls the two adapters."""

ON = {"first": NAMES[:1], "second": NAMES[1:], "both": NAMES}
"""State -> the adapters that are added."""

Logits = list[Float[Tensor, "_ vocab"]]
"""Of each compared question."""


def run_merging(lm: CausalLM, params: MergeParams, *, on_progress: Progress | None = None) -> MergeRun:
    """The run that `core.tuning.merge_adapters` promises, on a copy of any model of the Llama architecture."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng():
            torch.manual_seed(params.seed)
            return _run(lm, params, portion(on_progress))
    finally:
        torch.set_num_threads(before)


def _run(lm: CausalLM, params: MergeParams, report: Progress) -> MergeRun:
    report(0.0, "copying the model")
    tuned, asked = _with_two(lm, params), [draw_asked(task, params.seed) for task in PAIR]
    ids = ids_of(lm, [one.text for _, held in asked for one in held[:COMPARED]])
    bare = _bare(lm, ids)
    start = max(_apart(_beside(tuned, state, ids), bare) for state in ("first", "second"))
    losses = _trained(tuned, params, [pool for pool, _ in asked], report)
    report(0.6, "asking with each adapter, and with both", np.array(losses))
    frozen = frozen_change(tuned, lm)
    beside = {state: _beside(tuned, state, ids) for state in ADDED}
    right = {state: _answers(tuned, state, [held for _, held in asked]) for state in STATES}
    back = _apart(_beside(tuned, "first", ids), beside["first"])
    operations = {"bare": _operations(tuned, "none", ids[0]), "beside": _operations(tuned, "first", ids[0])}
    report(0.9, "merging", np.array(losses))
    gap, exact_gap = {}, {}
    for state in ADDED:
        with _on(tuned, state):
            exactly = [exact_logits(tuned, text) for text in ids]
        tuned.adapters.merge_adapter(adapter_names=list(ON[state]))
        gap[state] = _apart(_logits(tuned, ids), beside[state])
        exact_gap[state] = _apart([exact_logits(tuned, text) for text in ids], exactly)
        if state == "first":
            operations["merged"] = _counted(tuned, ids[0])
        tuned.adapters.unmerge_adapter()
    return MergeRun(
        params=params,
        start=start,
        moved={state: _apart(beside[state], bare) for state in ADDED},
        gap=gap,
        exact_gap=exact_gap,
        back=back,
        largest=max(float(one.abs().max()) for found in beside.values() for one in found),
        right=right,
        questions=len(asked[0][1]),
        operations=operations,
        loss=np.array(losses),
        frozen_change=frozen,
        width=lm.model.config.hidden_size,
    )


def _with_two(lm: CausalLM, params: MergeParams) -> Tuned:
    """A copy of the model with both adapters beside the same matrices, each with an A of its own."""
    given = TuningParams("lora", seed=params.seed, rank=params.rank, alpha=params.alpha, modules=params.modules)
    tuned = prepare(lm, given)
    tuned.adapters.add_adapter(NAMES[1], copy.deepcopy(tuned.adapters.peft_config[NAMES[0]]))
    return tuned


def _trained(
    tuned: Tuned, params: MergeParams, pools: Sequence[Sequence[Asked]], report: Progress
) -> list[list[float]]:
    """Trains one adapter after the other, each on its own task, and gives their losses."""
    losses = list[list[float]]()
    for name, task, pool in zip(NAMES, PAIR, pools, strict=True):
        tuned.adapters.set_adapter(name)
        weights = Weights([part for part in tuned.adapters.parameters() if part.requires_grad], 0)
        losses.append([])
        for loss in learned(tuned, weights, [pool], TransferParams((task,), params.seed, params.steps)):
            losses[-1].append(loss)
            done = sum(map(len, losses)) / (len(NAMES) * params.steps)
            report(0.05 + 0.55 * done, f"{task}: loss {loss:.2f} after {len(losses[-1])} of {params.steps} updates")
    return losses


@contextmanager
def _on(tuned: Tuned, state: str) -> Iterator[None]:
    """The adapters of a state beside the matrices, and no other one."""
    if state not in ON:
        with tuned.adapters.disable_adapter():
            yield
        return
    tuned.adapters.base_model.set_adapter(list(ON[state]))
    yield


def _beside(tuned: Tuned, state: str, ids: Sequence[Ids]) -> Logits:
    with _on(tuned, state):
        return _logits(tuned, ids)


@torch.no_grad()
def _logits(tuned: Tuned, ids: Sequence[Ids]) -> Logits:
    return [tuned.logits(text) for text in ids]


@torch.no_grad()
def _bare(lm: CausalLM, ids: Sequence[Ids]) -> Logits:
    """The logits of the model as it is."""
    stack = backbone(lm.model)
    return [lm.model.lm_head(stack.norm(through(stack, embedded(stack, [text]))[0])).float() for text in ids]


def _apart(first: Logits, second: Logits) -> float:
    """The largest difference of a logit."""
    return max(float((one - other).abs().max()) for one, other in zip(first, second, strict=True))


def _answers(tuned: Tuned, state: str, held: Sequence[Sequence[Asked]]) -> tuple[int, ...]:
    """Right answers to each task."""
    with _on(tuned, state):
        return tuple(right_answers(tuned, asked) for asked in held)


def _operations(tuned: Tuned, state: str, ids: Ids) -> int:
    with _on(tuned, state):
        return _counted(tuned, ids)


def _counted(tuned: Tuned, ids: Ids) -> int:
    """Multiplications and additions of all matrix products for one text, as torch counts them."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        tuned.logits(ids)
    return int(counter.get_total_flops())
