"""Runs of tuning on a tiny random model: what moves, what stays, what merges, what is counted, and what fails."""

import copy
import dataclasses
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from core.memory import held_bytes
from core.models import CausalLM
from core.progress import portion
from core.tuning import (
    IDENTITY,
    METHODS,
    OTHER_TEXTS,
    ChangeRecord,
    CostRecord,
    MemoryRecord,
    Sets,
    StepCost,
    StepMemory,
    TuningParams,
    TuningRun,
    WeightChange,
    draw_sets,
    options_of,
    trainable_parameters,
)
from core.tuning.changes import SEEN
from core.tuning.runs import PRECISE, PUT_IN
from core.tuning.texts import REHEARSED
from core.tuning.with_torch.changes import changes_of
from core.tuning.with_torch.costs import _Highest, measure_memory, measure_step
from core.tuning.with_torch.methods import frozen_change, prepare
from core.tuning.with_torch.states import embedded, ids_of, last_states, through
from core.tuning.with_torch.training.runs import _Run, run_on
from tests.core.language.conftest import tiny

TEXTS = ["The soup was warm.", "Tea", "Although it rained, we walked."]


@pytest.fixture(scope="module")
def llama() -> CausalLM:
    """The tiny model with one table of vectors for input and output, as SmolLM2 has."""
    lm = tiny("llama")
    lm.model.config.tie_word_embeddings = True
    lm.model.tie_weights()
    return lm


@pytest.fixture(scope="module")
def sets() -> Sets:
    whole = draw_sets(0, train=32)
    return Sets(whole.train, whole.validation[:20], whole.test[:20], whole.shifted[:20])


def params(method: str, **changes: object) -> TuningParams:
    given: dict[str, object] = {"method": method, "rate": 1e-3, "steps": 4, "train": 32, "layers": 1, "rank": 2}
    return TuningParams(**{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def runs(llama: CausalLM, sets: Sets) -> dict[str, TuningRun]:
    return {method: run_on(llama, params(method), sets) for method in METHODS}


def test_states_are_those_of_transformers(llama: CausalLM) -> None:
    """Padding at the end and the mask of our own change nothing."""
    ids, stack = ids_of(llama, TEXTS), llama.model.model
    with torch.no_grad():
        hidden = through(stack, embedded(stack, ids))
        found = last_states(stack, hidden, torch.tensor([len(text) for text in ids]))
        for row, text in zip(found, ids, strict=True):
            alone = stack(input_ids=text[None], use_cache=False).last_hidden_state[0, -1]
            torch.testing.assert_close(row, alone, rtol=1e-5, atol=1e-5)


def test_a_text_beyond_the_context_is_refused(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="at most 400"):
        ids_of(llama, ["soup " * 200])


@pytest.mark.parametrize("method", METHODS)
def test_what_is_trained_is_what_is_counted(method: str, llama: CausalLM, runs: dict[str, TuningRun]) -> None:
    run = runs[method]
    options = options_of(run.params, method)
    assert run.trainable == trainable_parameters(llama.model.config, method, classes=2, **options)
    assert all(check.passed for check in run.checks), run.checks
    assert len(run.loss) == (300 if method == "probe" else 4)
    assert 0 <= min(run.id_accuracy, run.ood_accuracy) <= 1
    moved = not np.allclose(run.perplexity, run.before, rtol=1e-6)
    assert moved == (method != "probe")


@pytest.mark.parametrize("method", METHODS)
def test_what_is_put_in_changes_nothing_at_first(method: str, llama: CausalLM, runs: dict[str, TuningRun]) -> None:
    """But for a prompt and a prefix, which are no identity."""
    assert (runs[method].start_change == 0) == (method not in ("prompt", "prefix"))
    assert method not in IDENTITY or runs[method].checks[1].error == 0


def test_forgetting_is_counted_from_the_bare_model(llama: CausalLM, runs: dict[str, TuningRun]) -> None:
    """With a prompt, too: transformers' own perplexity of the model without it."""
    for place, ids in enumerate(ids_of(llama, OTHER_TEXTS)):
        with torch.no_grad():
            loss = llama.model(input_ids=ids[None], labels=ids[None]).loss
        for run in runs.values():
            assert run.before[place] == pytest.approx(float(loss.exp()), rel=1e-4)


@pytest.mark.parametrize("method", ["prompt", "prefix"])
def test_what_stands_in_front_is_read_as_peft_reads_it(method: str, llama: CausalLM) -> None:
    tuned = prepare(llama, params(method, tokens=3))
    for ids in ids_of(llama, TEXTS):
        with torch.no_grad():
            wanted = tuned.adapters(input_ids=ids[None], use_cache=method == "prefix").logits[0, -len(ids) :]
            torch.testing.assert_close(tuned.logits(ids), wanted, rtol=1e-4, atol=1e-4)
            together = tuned.states(ids_of(llama, TEXTS))
            alone = torch.cat([tuned.states([text]) for text in ids_of(llama, TEXTS)])
            torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


def test_an_adapter_adds_its_bottleneck_in_front_of_the_skip(llama: CausalLM) -> None:
    """Houlsby's y + U gelu(D y + c) + e, written out for both places of a layer."""
    tuned = prepare(llama, params("adapter", width=5))
    for part in (tuned.stack.layers[1].self_attn.o_proj, tuned.stack.layers[1].mlp.down_proj):
        down, _, up = part.bottleneck
        assert not up.weight.any()
        assert down.weight.shape == (5, 48)
        with torch.no_grad():
            up.weight.normal_()
            up.bias.normal_()
            x = torch.randn(3, part.base_layer.in_features)
            y = x @ part.base_layer.weight.T
            inner = torch.nn.functional.gelu(y @ down.weight.T + down.bias)
            torch.testing.assert_close(part(x), y + inner @ up.weight.T + up.bias, rtol=1e-5, atol=1e-5)


def test_training_texts_of_one_class_are_refused(llama: CausalLM, sets: Sets) -> None:
    praised = tuple(example for example in sets.train if example.label == 1)
    with pytest.raises(ValueError, match="both classes, blames and praises"):
        run_on(llama, params("probe"), dataclasses.replace(sets, train=praised))


def test_the_trained_model_is_shown_before_it_is_measured(llama: CausalLM, sets: Sets) -> None:
    """The changes of its weights: nearest directions from a singular value decomposition of torch, and LoRA's rank."""
    seen: list[WeightChange] = []
    for method in ("full", "lora"):
        run = params(method)
        run_on(llama, run, sets, on_trained=lambda tuned, run=run: seen.extend(changes_of(tuned, llama, run)))  # type: ignore[misc]
    record = ChangeRecord(tuple(seen))
    assert all(check.passed for check in record.checks)
    assert [(change.method, change.layer, change.module) for change in seen if change.layer == 0] == [
        *(("full", 0, module) for module in SEEN), ("lora", 0, "q_proj"), ("lora", 0, "v_proj"),
    ]  # fmt: skip
    for change in seen:
        assert 0 < change.size < 1
        assert ((change.nearest > 0.5) & (change.nearest < 1 + 1e-6)).all()
        if change.method == "lora":
            assert change.by_rank[1] == pytest.approx(1, abs=1e-5)
    damaged = dataclasses.replace(seen[0], by_rank=seen[0].by_rank * 0.99)
    assert not all(check.passed for check in ChangeRecord((damaged,)).checks)


def test_a_rehearsed_text_adds_the_loss_of_its_words(llama: CausalLM, sets: Sets) -> None:
    """Transformers' own loss of each text, in its turn."""
    on_its_way = _Run(llama, params("norms"), sets, portion(None), None, 2)
    for step in range(1, 7):
        found = float(on_its_way._rehearsal(step).detach())
        if step % 2:
            assert found == 0
            continue
        ids = ids_of(llama, [REHEARSED[step // 2 % len(REHEARSED)]])[0]
        with torch.no_grad():
            wanted = float(llama.model(input_ids=ids[None], labels=ids[None]).loss)
        # Products in bfloat16.
        assert found == pytest.approx(wanted, rel=2e-2)


def test_rehearsal_moves_what_is_trained_and_nothing_else(
    llama: CausalLM, sets: Sets, runs: dict[str, TuningRun]
) -> None:
    assert run_on(llama, params("norms"), sets, rehearse=5).loss.tolist() == runs["norms"].loss.tolist()
    each = run_on(llama, params("norms"), sets, rehearse=1)
    assert each.loss[0] == runs["norms"].loss[0]
    assert each.loss[2:].tolist() != runs["norms"].loss[2:].tolist()
    assert all(check.passed for check in each.checks)
    with pytest.raises(ValueError, match="rehearse is -1"):
        run_on(llama, params("norms"), sets, rehearse=-1)


def test_the_given_model_is_not_touched(llama: CausalLM, sets: Sets) -> None:
    before = copy.deepcopy(llama.model.state_dict())
    for method in ("full", *PUT_IN):
        run_on(llama, params(method, steps=1), sets)
    after = llama.model.state_dict()
    assert list(before) == list(after)
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not any(part.requires_grad for part in llama.model.parameters())


def test_texts_of_ones_own_are_judged(llama: CausalLM, sets: Sets) -> None:
    own = (sets.train[0].text, "Tea.", sets.train[1].text)
    run = run_on(llama, params("probe", own=own, rate=1e-2), sets)
    assert run.own.shape == (3,)
    assert ((run.own > 0) & (run.own < 1)).all()
    # The probe knows its training texts by heart.
    assert [bool(run.own[place] > 0.5) for place in (0, 2)] == [sets.train[n].label == 1 for n in (0, 1)]


def test_the_same_params_give_the_same_run(llama: CausalLM, sets: Sets, runs: dict[str, TuningRun]) -> None:
    again = run_on(llama, params("lora"), sets)
    assert again.loss.tolist() == runs["lora"].loss.tolist()
    assert again.ood_accuracy == runs["lora"].ood_accuracy


def test_lora_adds_alpha_over_r_times_b_a(llama: CausalLM) -> None:
    """The layer of peft against W x + (alpha / r) B A x, written out; B is 0 at the start."""
    tuned = prepare(llama, params("lora", alpha=6))
    part = tuned.stack.layers[1].self_attn.q_proj
    a, b = part.lora_A["default"].weight, part.lora_B["default"].weight
    assert not b.any()
    assert a.shape == (2, 48)
    with torch.no_grad():
        b.normal_()
        x = torch.randn(5, 48)
        wanted = x @ (part.base_layer.weight + 6.0 / 2 * b @ a).T
        torch.testing.assert_close(part(x), wanted, rtol=1e-5, atol=1e-5)


def test_a_frozen_weight_that_moves_is_seen(llama: CausalLM) -> None:
    tuned = prepare(llama, params("lora"))
    assert frozen_change(tuned, llama) == 0
    tuned.stack.layers[0].mlp.up_proj.weight[0, 0] += 0.25
    assert frozen_change(tuned, llama) == pytest.approx(0.25)
    tuned.stack.layers[0].mlp.up_proj.weight[0, 1] = float("nan")
    assert np.isnan(frozen_change(tuned, llama))


def test_the_last_layers_learn_from_what_the_others_give_once(llama: CausalLM) -> None:
    """States kept below the trained layers give the same as the whole way."""
    tuned = prepare(llama, params("last"))
    ids = ids_of(llama, TEXTS)
    with torch.no_grad():
        torch.testing.assert_close(tuned.states(ids, tuned.below(ids)), tuned.states(ids), rtol=0, atol=0)


def test_a_rate_that_diverges_is_stopped_and_said(llama: CausalLM, sets: Sets) -> None:
    run = run_on(llama, params("full", rate=1.0, steps=60), sets)
    assert run.stopped
    assert len(run.loss) < 60
    assert run.loss[-1] > 5 * np.log(2)


def test_progress_may_stop_a_run(llama: CausalLM, sets: Sets) -> None:
    class StoppedError(Exception):
        """Raised by the listener."""

    heard: list[object] = []

    def stop(fraction: float, message: str, partial: object = None, /) -> None:
        heard.append(partial)
        if partial is not None and len(heard) > 2:
            raise StoppedError

    with pytest.raises(StoppedError):
        run_on(llama, params("lora"), sets, on_progress=stop)
    assert np.asarray(heard[-1]).shape == (2,)


def test_damaged_runs_fail_their_checks(runs: dict[str, TuningRun]) -> None:
    run = runs["lora"]
    for name in ("frozen_change", "start_change", "merge_gap"):
        for value in (1e-2, float("nan")):
            damaged = dataclasses.replace(run, **{name: value})
            assert sum(not check.passed for check in damaged.checks) == 1


@pytest.mark.parametrize("method", [method for method in METHODS if method != "lp_ft"])
def test_an_update_is_counted_from_its_tensors(method: str, llama: CausalLM) -> None:
    cost = measure_step(llama, params(method), texts=3, tokens=5)
    counted = trainable_parameters(llama.model.config, method, classes=2, **options_of(params(method), method))
    record = CostRecord((cost,), 3, 5, {method: counted})
    assert all(check.passed for check in record.checks)
    assert cost.trainable == counted
    for name in ("gradients", "moments"):
        damaged = dataclasses.replace(cost, **{name: getattr(cost, name) + 4})
        assert sum(not check.passed for check in CostRecord((damaged,), 3, 5, {method: counted}).checks) == 1
    if method == "probe":
        # The states that the head multiplies, the logarithms of the probabilities, the labels, and the loss's weight.
        d = llama.model.config.hidden_size
        assert cost.activations == 4 * 3 * d + 4 * 3 * 2 + 8 * 3 + 4


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone tells what a process holds")
def test_the_most_memory_is_seen_though_it_is_given_back() -> None:
    before = held_bytes("RssAnon")
    with _Highest() as highest:
        block = bytearray(60_000_000)
        block[::4096] = b"x" * len(block[::4096])
        time.sleep(0.05)
        del block
    assert 60_000_000 <= highest.bytes - before < 80_000_000
    assert held_bytes("RssAnon") < before + 20_000_000


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="Linux alone tells what a process holds")
def test_an_update_asks_for_its_tensors(llama: CausalLM) -> None:
    found = measure_memory(llama, params("full"), texts=3, tokens=5)
    trained = len(list(llama.model.parameters()))
    # Weights, and a gradient and two moments of each and of the head's two tensors.
    assert (found.method, found.tensors) == ("full", trained + 3 * (trained + 2))
    assert found.memory == found.weights + found.most >= 0


def test_a_process_that_held_too_little_fails_its_check() -> None:
    cost = StepCost("full", 10**6, 4 * 10**6, 4 * 10**6, 8 * 10**6, 10**6, 1.0, 1.0, 1.0)
    counted = CostRecord((cost,), 8, 16, {"full": 10**6})
    enough, short = StepMemory("full", 4 * 10**6, 13 * 10**6, 4), StepMemory("full", 4 * 10**6, 11 * 10**6, 4)
    record = MemoryRecord((enough, enough), counted)
    assert record.checks[0].passed
    assert record.beyond("full") == record.beyond("lp_ft") == 0
    assert not MemoryRecord((enough, short), counted).checks[0].passed
    # The ends of four tensors may lie on pages that were held before.
    assert MemoryRecord((StepMemory("full", 4 * 10**6, 12 * 10**6 - 3 * 4096, 4),), counted).checks[0].passed


@pytest.mark.parametrize("method", ["lora", "lp_ft"])
def test_the_long_head_of_a_probe_is_tuned_in_float32(method: str, llama: CausalLM, sets: Sets) -> None:
    run = _Run(llama, params(method), sets, portion(None), None, 0)
    with run._products():
        assert torch.is_autocast_enabled("cpu") == (method not in PRECISE)
    assert not torch.is_autocast_enabled("cpu")


def test_what_is_kept_for_the_backward_pass_grows_with_what_it_passes(llama: CausalLM) -> None:
    last, lora, full = (measure_step(llama, params(name), texts=3, tokens=5) for name in ("last", "lora", "full"))
    assert last.activations < lora.activations < full.activations
    longer = measure_step(llama, params("full"), texts=3, tokens=10)
    assert 1.9 < longer.activations / full.activations < 2.6


@pytest.mark.parametrize(
    ("name", "value"),
    [("method", "all"), ("rate", 0.0), ("rate", float("nan")), ("rank", 0), ("rank", 193), ("alpha", 0),
     ("width", 0), ("tokens", 0), ("tokens", 65),
     ("modules", ("qproj",)), ("modules", ()), ("steps", 0), ("train", 4), ("layers", 31), ("seed", -1),
     ("own", ("",)), ("own", ("a" * 301,)), ("own", ("a",) * 7)],
)  # fmt: skip
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match="letters|texts of your own" if name == "own" else name):
        TuningParams(**{name: value})  # type: ignore[arg-type]


def test_more_layers_or_rank_than_the_model_has(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match="layers is 9; it must be a whole number from 1 to 3"):
        prepare(llama, params("last", layers=9))
    with pytest.raises(ValueError, match="rank is 17; it must be a whole number from 1 to 16"):
        prepare(llama, params("lora", rank=17))


def test_a_rank_reaches_to_the_smallest_of_the_chosen_matrices() -> None:
    assert TuningParams(rank=576, modules=("q_proj",)).rank == 576
    with pytest.raises(ValueError, match="rank is 193; it must be a whole number from 1 to 192"):
        TuningParams(rank=193, modules=("q_proj", "k_proj"))


def test_lists_and_words_become_rows_that_a_job_is_known_by() -> None:
    given = TuningParams(modules=["q_proj", "v_proj"], own=["Fine."])
    assert given == TuningParams(own=("Fine.",))
    assert hash(given) == hash(TuningParams(own=("Fine.",)))
    assert TuningParams(modules="q_proj").modules == ("q_proj",)
