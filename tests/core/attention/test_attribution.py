"""A difference of two logits taken apart, against ablation at the last layer and a second way of summing."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from core.attention import attribute
from core.attention.with_torch.attribution import attribution_of
from core.attention.with_torch.stream import stream
from core.language import attention_layer, final_norm, frozen_norm
from core.models import CausalLM, Encoder, load_causal_lm
from tests.core.attention.conftest import CONFIGS, TEXT, tiny

ANSWER, WRONG = 70, 100


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_the_parts_sum_to_the_difference_of_the_logits(name: str) -> None:
    lm = tiny(CONFIGS[name])
    with torch.no_grad():
        for parameter in lm.model.parameters():
            if parameter.ndim == 1:  # biases that are 0 would hide a bias that is forgotten
                parameter.add_(0.2 * torch.randn(parameter.shape, generator=torch.Generator().manual_seed(1)))
        logits = lm.model(input_ids=torch.tensor([lm.tokenizer(TEXT)["input_ids"]])).logits[0, -1]
    found = attribute(lm, TEXT, answer=ANSWER, wrong=WRONG)
    assert found.heads.shape == (lm.n_layers, lm.n_heads)
    assert found.mlps.shape == (lm.n_layers,)
    assert found.total == pytest.approx(float(logits[ANSWER] - logits[WRONG]), abs=1e-5)
    summed = found.heads.sum() + found.mlps.sum() + found.embedding + found.bias
    assert summed == pytest.approx(found.total, abs=1e-4)
    assert (found.bias == 0) == (name == "llama")
    assert all(check.passed for check in found.checks)


def test_each_part_is_what_its_vector_adds_along_the_frozen_readout(llama: CausalLM) -> None:
    """A second way: torch's own derivative of the last norm, its scale held by `detach`."""
    run = stream(llama, TEXT)
    found = attribute(llama, TEXT, answer=ANSWER, wrong=WRONG)
    weight = llama.model.lm_head.weight.double()
    norm = llama.model.model.norm
    x = run.states[-1, -1].double()
    scale = (x.square().mean() + norm.variance_epsilon).rsqrt()

    def read(part: torch.Tensor) -> float:
        return float((part * scale * norm.weight.double()) @ (weight[ANSWER] - weight[WRONG]))

    for layer in range(llama.n_layers):
        merge = attention_layer(llama.model, layer).output_weight.double()
        assert found.mlps[layer] == pytest.approx(read(run.mlps[layer, -1].double()), abs=1e-9)
        for head in range(llama.n_heads):
            alone = torch.zeros_like(run.heads[layer, -1]).double()
            alone[8 * head : 8 * head + 8] = run.heads[layer, -1, 8 * head : 8 * head + 8].double()
            assert found.heads[layer, head] == pytest.approx(read(merge @ alone), abs=1e-9)
    assert found.embedding == pytest.approx(read(run.states[0, -1].double()), abs=1e-9)


def test_swapped_answers_change_every_sign(llama: CausalLM) -> None:
    one = attribute(llama, TEXT, answer=ANSWER, wrong=WRONG)
    other = attribute(llama, TEXT, answer=WRONG, wrong=ANSWER)
    np.testing.assert_allclose(other.heads, -one.heads, atol=1e-12)
    assert other.total == pytest.approx(-one.total)


def test_a_part_left_out_turns_the_check_red(llama: CausalLM) -> None:
    run = stream(llama, TEXT)
    assert all(check.passed for check in attribution_of(llama, run, ANSWER, WRONG).checks)
    for part in ("heads", "mlps"):
        changed = getattr(run, part).clone()
        changed[1, -1] *= 1.01
        found = attribution_of(llama, dataclasses.replace(run, **{part: changed}), ANSWER, WRONG)
        assert not any(check.passed for check in found.checks)


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_the_frozen_norm_is_the_norm_where_it_was_frozen(name: str) -> None:
    lm = tiny(CONFIGS[name])
    state, direction = torch.randn(2, lm.model.config.hidden_size, generator=torch.Generator().manual_seed(3))
    with torch.no_grad():
        along, constant = frozen_norm(lm.model, state, direction)
        expected = float(direction @ final_norm(lm.model, state))
    assert float(along @ state.double() + constant) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"text": ""}, "Type at least one word"),
        ({"text": "a" * 513}, "at most 512"),
        ({"answer": 257}, "answer = 257 must lie in 0 to 256"),
        ({"wrong": True}, "wrong = True must lie in 0 to 256"),
        ({"wrong": ANSWER}, "must be two tokens"),
    ],
    ids=str,
)
def test_what_cannot_be_taken_apart_is_refused(llama: CausalLM, options: dict[str, Any], said: str) -> None:
    asked: dict[str, Any] = {"text": TEXT, "answer": ANSWER, "wrong": WRONG} | options
    call: Callable[..., Any] = getattr(attribute, "__wrapped__", attribute)
    with pytest.raises(ValueError, match=said):
        call(llama, asked.pop("text"), **asked)


def test_one_token_and_an_encoder(llama: CausalLM, bert: Encoder) -> None:
    assert all(check.passed for check in attribute(llama, "a", answer=ANSWER, wrong=WRONG).checks)
    call: Callable[..., Any] = getattr(attribute, "__wrapped__", attribute)
    with pytest.raises(ValueError, match="must be a causal language model"):
        call(bert, TEXT, answer=ANSWER, wrong=WRONG)


@pytest.mark.models
@pytest.mark.parametrize("text", ["Fresh bread smells of", "The", "A list: 3, 5, 7, 9,"])
def test_fresh_texts_on_the_default_model(text: str) -> None:
    lm = load_causal_lm()
    found = attribute(lm, text, answer=260, wrong=4000)
    assert found.heads.sum() + found.mlps.sum() + found.embedding == pytest.approx(found.total, abs=1e-4)
    assert all(check.passed for check in found.checks)
