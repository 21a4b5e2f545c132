"""The stream as a sum of its parts, and what the head of the model reads from it at every depth."""

import dataclasses

import numpy as np
import pytest
import torch

from core.attention import RECORDED_TEXTS, decomposition_check, logit_lens, recorded_lens, trace
from core.language.pieces import readable_tokens
from core.language.with_torch.layers import attention_layer, final_norm
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


def with_biases(lm: CausalLM | Encoder) -> CausalLM | Encoder:
    """Fresh models have biases of 0, which would hide one that was left out."""
    generator = torch.Generator().manual_seed(1)
    for name, parameter in lm.model.named_parameters():
        if name.endswith("bias"):
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return lm


@pytest.mark.parametrize("name", CONFIGS)
def test_the_parts_add_up_to_the_layer(name: str) -> None:
    lm = with_biases(tiny(CONFIGS[name]))
    traced = trace(lm, TEXT)
    for layer in range(lm.n_layers):
        check = decomposition_check(lm, traced, layer)
        assert check.passed
        assert check.bound < 1e-5


def test_a_serial_residual_adds_up_too() -> None:
    config = CONFIGS["gpt_neox"].__class__(**CONFIGS["gpt_neox"].to_dict() | {"use_parallel_residual": False})
    lm = with_biases(tiny(config))
    assert decomposition_check(lm, trace(lm, TEXT), 0).passed
    assert decomposition_check(lm, trace(lm, TEXT), 1).passed


@pytest.mark.parametrize("name", CONFIGS)
def test_a_missing_part_is_noticed(name: str) -> None:
    lm = with_biases(tiny(CONFIGS[name]))
    traced = trace(lm, TEXT)
    no_head, no_key = traced.weights.clone(), traced.weights.clone()
    no_head[1, 0] = 0
    no_key[1, 1, :, 3] = 0
    for weights in (no_head, no_key):
        assert not decomposition_check(lm, dataclasses.replace(traced, weights=weights), 1).passed
    hidden = traced.hidden.clone()
    hidden[1] *= 1.001
    # The trace's own next hidden state catches a stream that is not the one that led to it.
    assert not decomposition_check(lm, dataclasses.replace(traced, hidden=hidden), 0).passed
    with pytest.raises(ValueError, match="layer = 9"):
        decomposition_check(lm, traced, 9)


@pytest.mark.models
@pytest.mark.parametrize("layer", [0, 11, 29])
def test_the_real_layers_add_up(smollm2: CausalLM, minilm: Encoder, layer: int) -> None:
    text = RECORDED_TEXTS["causal"].text
    assert decomposition_check(smollm2, trace(smollm2, text), layer).passed
    assert decomposition_check(minilm, trace(minilm, text), layer % 6).passed


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_the_lens_reads_every_depth(name: str) -> None:
    lm = with_biases(tiny(CONFIGS[name]))
    traced = trace(lm, TEXT)
    position = 7
    lens = logit_lens(lm, traced, position, k=4)
    answer = int(traced.logits[position].argmax())
    assert (lens.answer_id, lens.answer) == (answer, readable_tokens(lm.tokenizer, [answer])[0])
    assert lens.checks[0].passed
    assert lens.answer_rank[-1] == 1
    np.testing.assert_allclose(lens.answer_share[-1], traced.logits[position].softmax(-1).max(), rtol=1e-4)
    for depth in range(lm.n_layers):
        logits = lm.model.get_output_embeddings()(final_norm(lm.model, traced.hidden[depth, position])).double()
        shares = logits.softmax(-1)
        order = logits.argsort(descending=True).tolist()
        assert lens.likeliest[depth] == tuple(readable_tokens(lm.tokenizer, [token])[0] for token in order[:4])
        np.testing.assert_allclose(lens.shares[depth], shares[order[:4]], rtol=1e-5)
        assert lens.answer_rank[depth] == order.index(answer) + 1
        assert lens.answer_share[depth] == pytest.approx(float(shares[answer]), rel=1e-5)
        assert lens.entropy[depth] == pytest.approx(float(-(shares * shares.log()).sum()), rel=1e-5)
    assert len(lens.likeliest) == len(lens.shares) == lm.n_layers + 1


def test_the_lens_without_the_last_layer_is_noticed(llama: CausalLM) -> None:
    traced = trace(llama, TEXT)
    wrong = traced.hidden.clone()
    wrong[-2] = traced.hidden[0]
    assert not logit_lens(llama, dataclasses.replace(traced, hidden=wrong), 5).checks[0].passed


def test_what_the_lens_cannot_read_is_refused(llama: CausalLM, bert: Encoder) -> None:
    traced = trace(llama, TEXT)
    for position in (-1, len(traced.tokens)):
        with pytest.raises(ValueError, match=f"position = {position} must lie in 0 to 37"):
            logit_lens(llama, traced, position)
    with pytest.raises(ValueError, match="k = 0"):
        logit_lens(llama, traced, 0, k=0)
    with pytest.raises(ValueError, match="predicts no next token"):
        logit_lens(llama, trace(bert, TEXT), 0)
    with pytest.raises(ValueError, match="'bert' architecture has no final norm"):
        final_norm(bert.model, torch.zeros(2, 32))


def test_a_layer_run_on_its_own_is_the_models(any_lm: CausalLM | Encoder) -> None:
    traced = trace(any_lm, TEXT)
    mask = None
    if traced.causal:
        n_tokens = len(traced.tokens)
        mask = torch.full((n_tokens, n_tokens), torch.finfo(torch.float32).min).triu(1)[None, None]
    output = attention_layer(any_lm.model, 0).block(traced.hidden[0][None], mask)[0]
    torch.testing.assert_close(output, traced.hidden[1], atol=1e-5, rtol=1e-5)


def test_recorded_lenses() -> None:
    for key, recorded_text in RECORDED_TEXTS.items():
        if not recorded_text.causal:
            with pytest.raises(ValueError, match="No logit lens is recorded"):
                recorded_lens(key, 0)
            continue
        lens = recorded_lens(key, recorded_text.query)
        assert (lens.text, lens.position) == (recorded_text.text, recorded_text.query)
        last = recorded_lens(key, len(lens.tokens) - 1)
        for each in (lens, last):
            assert each.answer_rank[-1] == 1
            assert each.likeliest[-1][0] == each.answer
            assert each.checks[0].passed


@pytest.mark.models
def test_a_recorded_lens_is_the_models(smollm2: CausalLM) -> None:
    known = recorded_lens("induction", 36)
    lens = logit_lens(smollm2, trace(smollm2, known.text), 36)
    assert lens.answer == known.answer
    np.testing.assert_allclose(lens.answer_share, known.answer_share, atol=1e-3)
