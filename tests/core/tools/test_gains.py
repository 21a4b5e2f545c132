"""The gain of a call, recomputed from plain forward passes of a tiny random model."""

from inspect import unwrap
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import AutoModelForCausalLM, LlamaConfig

from core.models import CausalLM
from core.tools import CallGain, CallLosses, call_gain, call_losses, weights
from core.tools.gains import beginnings
from tests.core.tiny import byte_tokenizer, randomized


@pytest.fixture(scope="module")
def lm() -> CausalLM:
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=96,
    )
    model = randomized(AutoModelForCausalLM.from_config(config, attn_implementation="eager"), seed=5)
    return CausalLM(model, byte_tokenizer(length=96, end=True), "tiny", 2, 4, 2)


TEXT, CALL, RESULT = "10 of 40 is 25 percent", "Calculator(10/40)", "0.25"


def loss_by_hand(lm: CausalLM, before: str, place: int) -> float:
    """L one token at a time, each from a forward pass of its own."""
    own = lm.tokenizer(TEXT)["input_ids"]
    start = lm.tokenizer(before)["input_ids"] if before else []
    total = weight_sum = 0.0
    for j in range(5):
        weight = max(0.0, 1 - 0.2 * j)
        if place + j >= len(own):
            break
        logits = lm.model(torch.tensor([[*start, *own[: place + j]]])).logits[0, -1].double()
        total -= weight * float(logits.log_softmax(-1)[own[place + j]])
        weight_sum += weight
    return total / weight_sum


@pytest.mark.parametrize("place", [1, 7, 12, 19, 20, 21])
def test_the_losses_are_those_of_plain_passes(lm: CausalLM, place: int) -> None:
    found = call_gain(lm, TEXT, place, CALL, RESULT)
    by_hand = [loss_by_hand(lm, z, place) for z in ("", f"[{CALL}] ", f"[{CALL} → {RESULT}] ")]
    np.testing.assert_allclose([found.without, found.with_call, found.with_result], by_hand, atol=1e-5)
    assert found.gain == min(found.without, found.with_call) - found.with_result


def test_all_places_at_once_are_each_place(lm: CausalLM) -> None:
    losses = call_losses(lm, TEXT, CALL, RESULT)
    assert "".join(losses.pieces).replace("·", " ") == TEXT
    for place in range(1, len(TEXT)):
        assert losses.gains[place - 1] == call_gain(lm, TEXT, place, CALL, RESULT).gain


@pytest.mark.parametrize("place", [22, 23, 0, -1, 10**9, True])
def test_a_place_without_a_token_behind_or_before_it_is_refused(lm: CausalLM, place: int) -> None:
    with pytest.raises(ValueError, match="place must be a whole number from 1 to 21"):
        call_gain(lm, TEXT, place, CALL, RESULT)


@pytest.mark.parametrize("place", [1.0, 2.5, float("nan"), "3", None])
def test_a_place_that_is_no_whole_number_is_refused(lm: CausalLM, place: Any) -> None:
    losses = call_losses(lm, TEXT, CALL, RESULT)
    with pytest.raises(ValueError, match="place must be a whole number from 1 to 21"):
        unwrap(CallLosses.at)(losses, place)
    assert unwrap(CallLosses.at)(losses, np.int64(7)) == losses.at(7)


def test_what_is_no_text_is_refused(lm: CausalLM) -> None:
    for text in (12, None, ["a", "b"]):
        with pytest.raises(ValueError, match="text must be a text of at least 2 tokens"):
            unwrap(call_losses)(lm, text, CALL, RESULT)
        with pytest.raises(ValueError, match="call must be"):
            unwrap(beginnings)(text, RESULT)
        with pytest.raises(ValueError, match="result must be"):
            unwrap(beginnings)(CALL, text)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"text": "a"}, "at least 2 tokens"),
        ({"text": ""}, "at least 2 tokens"),
        ({"call": " "}, "call must be"),
        ({"result": ""}, "result must be"),
        ({"text": "long " * 30}, "at most 96 tokens"),
    ],
)
def test_what_cannot_be_scored_is_refused(lm: CausalLM, values: dict[str, str], says: str) -> None:
    given_values = {"text": TEXT, "call": CALL, "result": RESULT} | values
    with pytest.raises(ValueError, match=says):
        call_gain(lm, given_values["text"], 1, given_values["call"], given_values["result"])


@given(st.integers(1, 12))
def test_weights_fall_and_sum_to_one(count: int) -> None:
    row = weights(count)
    assert abs(row.sum() - 1) < 1e-12 and (np.diff(row) < 0).all() and len(row) == min(count, 5)
    np.testing.assert_allclose(row / row[0], 1 - 0.2 * np.arange(len(row)))


def test_the_better_of_nothing_and_an_empty_call_is_what_must_be_beaten() -> None:
    assert CallGain(3.0, 2.0, 1.5).gain == 0.5 and CallGain(1.0, 2.0, 1.5).gain == -0.5
