"""Two adapters in a tiny random model: at the start, alone, switched, added and merged; what is refused."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from core.models import CausalLM
from core.tuning import ADDED, MergeParams, MergeRecord, MergeRun, recorded_merging
from core.tuning.runs import TuningParams
from core.tuning.with_torch.methods import prepare
from core.tuning.with_torch.states import ids_of
from core.tuning.with_torch.training import merging, transfer
from tests.core.language.conftest import tiny

WORDS = np.array([7, 11])
"""Two tokens of the tiny model that answer every question."""


@pytest.fixture(scope="module")
def llama() -> CausalLM:
    return tiny("llama")


@pytest.fixture(scope="module")
def run() -> MergeRun:
    """Of layers half as strong: random ones carry each rounding on, and reach 0.4 to 1.3 of the bound, as the machine
    adds; these reach 0.2, SmolLM2 0.03."""
    llama = tiny("llama")
    with torch.no_grad():
        for matrix in (each for each in llama.model.model.layers.parameters() if each.ndim == 2):
            matrix.mul_(0.5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfer, "answer_ids", lambda lm, task: WORDS)
        before = copy.deepcopy(llama.model.state_dict())
        found = merging.run_merging(llama, MergeParams(rank=2, alpha=6, steps=3))
        after = llama.model.state_dict()
        assert all(torch.equal(before[name], after[name]) for name in before)
    return found


def test_a_run_passes_its_checks(run: MergeRun) -> None:
    assert all(check.passed for check in run.checks), run.checks
    assert run.start == run.back == run.frozen_change == 0
    assert run.loss.shape == (2, 3)
    assert set(run.moved) == set(run.gap) == set(run.exact_gap) == set(ADDED)
    # What is merged is the adapter: without it the logits would be apart by all that it moves.
    assert all(0 < run.gap[state] < 1e-2 * run.moved[state] for state in ADDED)
    assert list(run.right) == ["none", "first", "second", "both"]
    assert all(0 <= hits <= run.questions for hits in sum(run.right.values(), ()))


def test_operations_are_those_of_the_matrices(run: MergeRun, llama: CausalLM) -> None:
    """A and B beside q and v: 2 r (in + out) operations for each token and layer; merged there are none."""
    ids = ids_of(llama, [merging.draw_asked("meals", 0)[1][0].text])[0]
    layers = llama.model.config.num_hidden_layers
    sides = [
        sum(part.weight.shape) for name, part in llama.model.named_modules() if name.endswith(("q_proj", "v_proj"))
    ]
    assert len(sides) == 2 * layers
    assert run.operations["beside"] - run.operations["bare"] == 2 * 2 * len(ids) * sum(sides)
    assert run.operations["merged"] == run.operations["bare"]


def test_both_are_the_sum_of_two_products(llama: CausalLM) -> None:
    """`peft`'s layer with two adapters on, against W x + scale (B1 A1 + B2 A2) x, written out."""
    tuned = merging._with_two(llama, MergeParams(rank=2, alpha=6))
    part = tuned.stack.layers[1].self_attn.q_proj
    with torch.no_grad():
        for name in merging.NAMES:
            part.lora_B[name].weight.normal_()
        x = torch.randn(5, 48)
        added = sum(3.0 * part.lora_B[name].weight @ part.lora_A[name].weight for name in merging.NAMES)
        with merging._on(tuned, "both"):
            torch.testing.assert_close(part(x), x @ (part.base_layer.weight + added).T, rtol=1e-4, atol=1e-4)
        with merging._on(tuned, "none"):
            torch.testing.assert_close(part(x), x @ part.base_layer.weight.T, rtol=0, atol=0)


def test_the_bare_logits_are_those_of_transformers(llama: CausalLM) -> None:
    ids = ids_of(llama, ["The soup was warm."])
    with torch.no_grad():
        wanted = llama.model(input_ids=ids[0][None], use_cache=False).logits[0]
    torch.testing.assert_close(merging._bare(llama, ids)[0], wanted, rtol=1e-5, atol=1e-5)
    probe = prepare(llama, TuningParams("probe"))
    assert torch.equal(probe.logits(ids[0]), merging._bare(llama, ids)[0])


@pytest.mark.parametrize(
    ("name", "value"),
    [("start", 1e-6), ("back", 1e-6), ("frozen_change", 1e-9), ("gap", {"first": 0.0, "second": 0.1, "both": 0.0}),
     ("gap", {"first": 0.0, "second": float("nan"), "both": 0.0}), ("start", float("nan")),
     ("exact_gap", {"first": 0.0, "second": 0.0, "both": 6e-5}), ("exact_gap", {"both": float("nan")})],
)  # fmt: skip
def test_a_damaged_run_fails_its_check(run: MergeRun, name: str, value: object) -> None:
    damaged = dataclasses.replace(run, **{name: value})  # type: ignore[arg-type]
    assert sum(not check.passed for check in damaged.checks) == 1
    assert sum(not check.passed for check in MergeRecord((run, damaged, run)).checks) == 1


def test_more_operations_after_merging_fail_their_check(run: MergeRun) -> None:
    damaged = dataclasses.replace(run, operations=run.operations | {"merged": run.operations["bare"] + 1})
    assert [check.passed for check in damaged.checks] == [True, True, True, True, False, True]


def test_the_recorded_runs_pass_their_checks() -> None:
    record = recorded_merging()
    assert all(check.passed for check in record.checks), record.checks
    assert [one.params for one in record.runs] == [MergeParams(seed=seed) for seed in range(len(record.runs))]
    for place, own in enumerate(("first", "second")):
        assert record.share(own, place).low > record.share("none", place).share


@pytest.mark.parametrize(
    ("name", "value"),
    [("rank", 0), ("rank", 193), ("alpha", 0), ("alpha", 1025), ("seed", -1), ("steps", 0),
     ("modules", ()), ("modules", ("qproj",))],
)  # fmt: skip
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        MergeParams(**{name: value})  # type: ignore[arg-type]


def test_progress_may_stop_a_run(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "answer_ids", lambda lm, task: WORDS)
    heard: list[float] = []

    def stop(fraction: float, message: str, partial: object = None, /) -> None:
        heard.append(fraction)
        if len(heard) > 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        merging.run_merging(llama, MergeParams(rank=2, steps=5), on_progress=stop)
    assert heard == sorted(heard)
