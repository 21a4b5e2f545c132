"""The path of a token, against the model's own hidden states."""

import numpy as np
import pytest
import torch

from core.language import log_probs
from core.models import CausalLM
from core.transformer import STEPS, TokenPath, path, path_bytes
from core.transformer.with_torch.stream import blocks_check
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


def test_the_bytes_of_a_path_are_what_the_model_returns_and_its_maps(lm: CausalLM) -> None:
    for text in (TEXT, 30 * TEXT):
        ids = torch.tensor([lm.tokenizer(text, add_special_tokens=False)["input_ids"]])
        with torch.no_grad():
            output = lm.model(ids, use_cache=False, output_hidden_states=True)
        kept = output.logits.nbytes + sum(state.nbytes for state in output.hidden_states)
        one_layer = 4 * lm.n_heads * ids.shape[1] ** 2
        assert path_bytes(lm, text) == kept + 2 * one_layer


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

    with torch.inference_mode():
        ids = lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]
        with module._kept(module.backbone(lm.model), 2) as made:
            output = lm.model(torch.tensor([ids]), output_hidden_states=True)
        made[1, "projection"] = 0 * made[1, "projection"]
        broken = module._path_of(lm, TEXT, ids, 2, output, made)
    assert [check.passed for check in broken.checks] == [False, False, True]


def test_a_lost_residual_turns_the_check_of_the_blocks_red(lm: CausalLM) -> None:
    ids = lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        hidden = [one[0] for one in lm.model(torch.tensor([ids]), output_hidden_states=True).hidden_states]
        assert blocks_check(lm, hidden).passed
        hidden[1] = hidden[1] - hidden[0]
        assert not blocks_check(lm, hidden).passed


def test_steps_inside_a_block_are_what_its_modules_make(lm: CausalLM, found: TokenPath) -> None:
    ids = lm.tokenizer(TEXT, add_special_tokens=False)["input_ids"]
    with torch.inference_mode():
        hidden = lm.model(torch.tensor([ids]), output_hidden_states=True).hidden_states[1][0, -1]
        block = lm.model.model.layers[1]
        normed = block.input_layernorm(hidden)
        query, key = block.self_attn.q_proj(normed), block.self_attn.k_proj(normed)
    steps = dict(zip(STEPS, found.inside[1], strict=True))
    assert abs(steps["norm"] - float(normed.norm())) < 1e-4
    assert abs(steps["query"] - float(query.norm())) < 1e-4 and abs(steps["key"] - float(key.norm())) < 1e-4
    assert found.shapes[:4] == ("48", "6 × 8", "2 × 8", "2 × 8")


def test_losses_are_minus_the_log_probabilities(lm: CausalLM, found: TokenPath) -> None:
    assert np.allclose(found.loss, -log_probs(lm, TEXT), atol=1e-4)


@pytest.mark.models
def test_the_default_model_says_paris() -> None:
    from core.models import load_causal_lm

    found = path(load_causal_lm(), "The capital of France is")
    assert found.answer == "·Paris" and found.parts.shape == (61,)
    assert all(check.passed for check in found.checks)
