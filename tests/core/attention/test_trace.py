"""Traces against the model's own outputs, and checks that can fail."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.attention import map_checks, shift_check, trace
from core.attention.with_torch import trace as tracing
from core.attention.with_torch.trace import maps_at
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


def test_a_trace_is_what_transformers_computes(any_lm: CausalLM | Encoder) -> None:
    traced = trace(any_lm, TEXT)
    ids = torch.tensor([any_lm.tokenizer(TEXT)["input_ids"]])
    with torch.no_grad():
        output = any_lm.model(ids, output_attentions=True, output_hidden_states=True)
    assert torch.equal(traced.token_ids, ids[0])
    assert torch.equal(traced.weights, torch.stack(output.attentions)[:, 0])
    assert torch.equal(traced.hidden, torch.stack(output.hidden_states)[:, 0])
    assert traced.logits is None if isinstance(any_lm, Encoder) else torch.equal(traced.logits, output.logits[0])
    assert traced.causal == isinstance(any_lm, CausalLM)
    assert len(traced.tokens) == len(ids[0])
    assert all(check.passed for check in traced.checks)
    assert len(traced.checks) == (3 if traced.causal else 1)


def test_an_architecture_that_is_not_taken_apart_is_traced_too(llama: CausalLM) -> None:
    expected = trace(llama, TEXT).weights
    llama.model.config.model_type = "mamba"
    assert torch.equal(trace(llama, TEXT).weights, expected)


def test_traces_in_other_threads_do_not_mix(llama: CausalLM) -> None:
    texts = [TEXT, TEXT[::-1]]
    expected = [trace(llama, text).weights for text in texts]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: trace(llama, texts[n % 2]).weights, range(40)))
    assert all(torch.equal(weights, expected[n % 2]) for n, weights in enumerate(found))


def test_one_token_and_the_longest_text_work(llama: CausalLM) -> None:
    assert trace(llama, "a").weights.tolist() == [[[[1.0]]] * 6] * 3
    assert trace(llama, "a" * 512).weights.shape == (3, 6, 512, 512)


@pytest.mark.parametrize("kind", ["llama", "mamba"])
def test_a_model_that_returns_no_maps_is_refused(kind: str) -> None:
    lm = tiny(CONFIGS["llama"], attention="sdpa")
    lm.model.config.model_type = kind
    with pytest.raises(ValueError, match="eager"):
        trace(lm, TEXT)


def test_half_precision_is_refused(llama: CausalLM) -> None:
    llama.model.to(torch.bfloat16)
    with pytest.raises(ValueError, match="bfloat16"):
        trace(llama, TEXT)


def causal_map(n_tokens: int) -> np.ndarray:
    raw = np.tril(np.random.default_rng(n_tokens).random((2, 3, n_tokens, n_tokens), np.float32))
    return raw / raw.sum(-1, keepdims=True)


@pytest.mark.parametrize(
    ("spoil", "failing"),
    [
        (lambda a: a.__setitem__((0, 1, 3), a[0, 1, 3] * 1.001), {"Rows sum to 1"}),
        (lambda a: a.__setitem__((1, 2, 2, 4), 1e-7), {"No token looks ahead"}),
        (lambda a: a.__setitem__((1, 0, 0, 0), 0.999), {"Rows sum to 1", "The first token looks at itself"}),
        (lambda a: a.__setitem__((0, 0, 2, 1), np.nan), {"Rows sum to 1", "No token looks ahead"}),
        (lambda a: None, set()),
    ],
)
def test_each_identity_can_fail(spoil, failing) -> None:
    weights = causal_map(6)
    spoil(weights)
    assert {check.name for check in map_checks(weights, causal=True) if not check.passed} == failing


def test_rope_sees_distances_alone(llama: CausalLM) -> None:
    traced = trace(llama, TEXT)
    check = shift_check(llama, traced)
    assert check.passed
    stretched = maps_at(llama, traced.token_ids, 2 * torch.arange(len(traced.token_ids)))
    changes = [float((new[0] - old).abs().max()) for new, old in zip(stretched, traced.weights, strict=True)]
    assert max(changes) > 100 * check.bound


def test_learned_positions_have_no_shift_check(bert: Encoder) -> None:
    assert shift_check(bert, trace(bert, TEXT)) is None
    # Nor does a text that fills all of the positions ask for room behind it.
    assert shift_check(bert, trace(bert, TEXT), shift=bert.model.config.max_position_embeddings) is None


@pytest.mark.parametrize("shift", [0, -1, 600])
def test_a_shift_out_of_range_is_refused(llama: CausalLM, shift: int) -> None:
    with pytest.raises(ValueError, match=r"must lie in 1 to 562"):
        shift_check(llama, trace(llama, TEXT), shift=shift)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60), extra=st.text(min_size=1, max_size=20))
def test_a_causal_prefix_does_not_feel_what_follows(llama: CausalLM, text: str, extra: str) -> None:
    alone, longer = trace(llama, text), trace(llama, text + extra)
    n = len(alone.token_ids)
    if torch.equal(alone.token_ids, longer.token_ids[:n]):
        torch.testing.assert_close(alone.weights, longer.weights[:, :, :n, :n], atol=1e-5, rtol=0)


@pytest.mark.models
@pytest.mark.parametrize("name", ["smollm2", "minilm"])
def test_the_real_models(name: str, request: pytest.FixtureRequest) -> None:
    lm = request.getfixturevalue(name)
    ids = torch.randint(1000, 20_000, (40,), generator=torch.Generator().manual_seed(0))
    text = lm.tokenizer.decode(ids)
    traced = trace(lm, text)
    with torch.no_grad():
        output = lm.model(traced.token_ids[None], output_attentions=True, output_hidden_states=True)
    assert torch.equal(traced.weights, torch.stack(output.attentions)[:, 0])
    assert torch.equal(traced.hidden, torch.stack(output.hidden_states)[:, 0])
    assert all(check.passed for check in traced.checks)
    shifted = shift_check(lm, traced)
    assert shifted.passed if name == "smollm2" else shifted is None


def test_the_shift_check_catches_maps_that_know_their_places(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    traced = trace(llama, TEXT)
    found = shift_check(llama, traced)
    assert found is not None
    assert found.passed
    placed = tracing._placed
    monkeypatch.setattr(tracing, "_placed", lambda ids, positions: placed(ids, positions * 3))
    stretched = shift_check(llama, traced)
    assert stretched is not None
    assert not stretched.passed
    monkeypatch.setattr(tracing, "can_take_apart", lambda model: False)
    whole = shift_check(llama, traced)
    assert whole is not None
    assert whole.error == pytest.approx(stretched.error, rel=1e-4)
