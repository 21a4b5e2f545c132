"""The path of a token, against the model's own hidden states."""

import numpy as np
import pytest
import torch

from core.models import CausalLM
from core.transformer import TokenPath, path
from tests.core.attention.conftest import CONFIGS, TEXT, tiny

N_LAYERS = CONFIGS["llama"].num_hidden_layers


@pytest.fixture(scope="module")
def lm() -> CausalLM:
    return tiny(CONFIGS["llama"])


@pytest.fixture(scope="module")
def found(lm: CausalLM) -> TokenPath:
    return path(lm, TEXT)


def test_parts_sum_to_the_logit(found: TokenPath) -> None:
    assert found.parts.shape == (1 + 2 * N_LAYERS,)
    assert abs(found.parts.sum() - found.logit) < 1e-4
    assert np.allclose(found.by_layer, found.parts[1::2] + found.parts[2::2])
    assert all(check.passed for check in found.checks)


def test_what_is_added_is_the_difference_of_hidden_states(lm: CausalLM, found: TokenPath) -> None:
    ids = lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        hidden = lm.model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    # The last hidden state is normed, so the last layer is left out here.
    for layer in range(N_LAYERS - 1):
        assert abs(found.stream[2 * layer + 2] - float(hidden[layer + 1][0, -1].norm())) < 1e-4
    assert abs(found.stream[0] - float(hidden[0][0, -1].norm())) < 1e-6


def test_the_last_depth_reads_the_models_own_guess(lm: CausalLM, found: TokenPath) -> None:
    assert found.top[-1][0] == found.answer
    assert len(found.top) == N_LAYERS + 1
    ids = torch.tensor([lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]])
    with torch.no_grad():
        logits = lm.model(ids).logits[0, -1]
    assert found.answer_id == int(logits.argmax())
    assert np.allclose(found.top_share[-1], logits.softmax(-1).topk(5).values.numpy(), atol=1e-5)


def test_places_count_from_either_end(lm: CausalLM) -> None:
    assert path(lm, TEXT, position=0).position == 0
    count = len(path(lm, TEXT).tokens)
    assert path(lm, TEXT, position=-count).position == 0
    for bad in (count, -count - 1):
        with pytest.raises(ValueError, match="position"):
            path(lm, TEXT, position=bad)


def test_no_text_and_another_architecture_are_refused(lm: CausalLM) -> None:
    with pytest.raises(ValueError, match="0 tokens"):
        path(lm, "")
    with pytest.raises(ValueError, match="Llama"):
        path(tiny(CONFIGS["gpt2"]), TEXT)


def test_a_part_left_out_turns_the_checks_red(lm: CausalLM) -> None:
    from core.transformer.with_torch import stream as module

    with torch.inference_mode(), module._kept(module.backbone(lm.model), 2) as added:
        ids = lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]
        logits = lm.model(torch.tensor([ids])).logits[0, 2].double()
        parts = torch.stack(added)
        parts[3] = 0
        broken = module._path_of(lm, TEXT, ids, 2, logits, parts)
    assert not any(check.passed for check in broken.checks)


@pytest.mark.models
def test_the_default_model_says_paris() -> None:
    from core.models import load_causal_lm

    found = path(load_causal_lm(), "The capital of France is")
    assert found.answer == "·Paris" and found.parts.shape == (61,)
    assert all(check.passed for check in found.checks)
