"""What each way to adapt a model needs, against a library's counts and by hand."""

import dataclasses

import peft
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prompting import (
    SMOLLM2,
    WAYS,
    AdaptationParams,
    DecoderShape,
    adaptation_checks,
    break_even,
    ways,
)
from tests.core.language.conftest import tiny

SITUATIONS = st.builds(AdaptationParams, st.integers(1, 64), st.integers(1, 500), st.integers(1, 10_000), st.booleans())


def test_the_numbers_learned_are_those_of_peft() -> None:
    model = tiny("llama").model
    shape = DecoderShape("tiny", 257, 3, 48, 64, 16)
    kinds = {
        "soft prompt": peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8),
        "prefix": peft.PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=8),
        "LoRA": peft.LoraConfig(task_type="CAUSAL_LM", r=8, target_modules=["q_proj", "v_proj"]),
    }
    found = ways(AdaptationParams(), shape)
    # The tiny model's last layer has weights of its own.
    assert shape.parameters + 257 * 48 == sum(weights.numel() for weights in model.parameters())
    for name, config in kinds.items():
        counted = peft.get_peft_model(tiny("llama").model, config).get_nb_trainable_parameters()[0]
        assert found[name].learned == counted


def test_reading_is_a_sum_over_tokens() -> None:
    by_hand = sum(2 * SMOLLM2.parameters + 4 * 30 * 576 * (5 + token) for token in range(1, 8))
    assert SMOLLM2.reading(7, 5) == by_hand
    assert SMOLLM2.reading(5) + SMOLLM2.reading(7, 5) == SMOLLM2.reading(12)


@given(SITUATIONS)
def test_costs_hold_together(params: AdaptationParams) -> None:
    found = ways(params)
    assert tuple(found) == WAYS
    assert all(check.passed for check in adaptation_checks(params))
    few = found["few-shot prompt"]
    assert few.each > found["zero-shot"].each == 0
    for name in WAYS[2:]:
        crossing = break_even(few, found[name])
        if crossing is not None:
            before, after = (way.before + (crossing * 2 + 1) * way.each for way in (few, found[name]))
            assert before > after
    assert found["full tuning"].before == pytest.approx(1.5 * found["LoRA"].before)
    kept = ways(dataclasses.replace(params, kept=True))["few-shot prompt"]
    again = ways(dataclasses.replace(params, kept=False))["few-shot prompt"]
    assert kept.each < again.each
    assert kept.before + kept.each == pytest.approx(again.each)
    # As the page writes it: c_e = 2 N E + 4 L d E (q + (E + 1) / 2), of which 4 L d E q is paid at each question.
    size, pairs, text = SMOLLM2.parameters, 4 * SMOLLM2.layers * SMOLLM2.width * params.tokens, params.tokens
    assert again.each == pytest.approx(2 * size * text + pairs * (params.question + (text + 1) / 2))
    assert kept.each == pytest.approx(pairs * params.question)


def test_a_way_that_saves_nothing_is_never_worth_it() -> None:
    found = ways(AdaptationParams(examples=1, example_tokens=5, kept=True))
    assert break_even(found["few-shot prompt"], found["soft prompt"]) is None


def test_the_checks_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dataclasses.replace(SMOLLM2, inner=1537)
    assert not adaptation_checks(AdaptationParams(), wrong)[1].passed
    monkeypatch.setattr("core.prompting.adaptation.break_even", lambda prompt, tuned: 1000.0)
    assert not adaptation_checks(AdaptationParams())[0].passed


@pytest.mark.parametrize(
    ("changed", "words"),
    [({"examples": 0}, "1 to 64"), ({"example_tokens": 501}, "1 to 500"), ({"updates": 0}, "1 to 10000")],
)
def test_situations_out_of_range_are_refused(changed: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        AdaptationParams(**changed)
