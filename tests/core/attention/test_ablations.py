"""Means in place of heads, losses at each token, and what an intervention costs."""

import dataclasses

import pytest
import torch

from core.attention import AttentionTrace, intervene, nothing_check, trace
from core.attention.interventions import require_ablation
from core.language.with_torch.layers import attention_layer
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import CONFIGS, TEXT, tiny

CAUSAL = ["llama", "gpt2", "gpt_neox"]


def passes_of(lm: CausalLM) -> list[int]:
    """A list that grows with each forward pass of the model from now on."""
    counted: list[int] = []
    lm.model.base_model.register_forward_hook(lambda *_: counted.append(1))
    return counted


@pytest.mark.parametrize("name", CAUSAL)
def test_a_mean_ablated_head_adds_the_same_to_every_token(name: str) -> None:
    """A head's mean reaches the stream through its output weights: with them zeroed it may as well be a bias."""
    lm, changed = tiny(CONFIGS[name]), tiny(CONFIGS[name])
    layer, head = 1, 1
    outputs: list[torch.Tensor] = []
    module = attention_layer(lm.model, layer).output
    handle = module.register_forward_pre_hook(lambda _, inputs: outputs.append(inputs[0][0].clone()))
    trace(lm, TEXT)
    handle.remove()

    weight = attention_layer(changed.model, layer).output_weight
    span = slice(head * weight.shape[1] // lm.n_heads, (head + 1) * weight.shape[1] // lm.n_heads)
    added = weight[:, span] @ outputs[0][:, span].mean(dim=0)
    weight[:, span] = 0
    attention_layer(changed.model, layer).output.register_forward_hook(lambda _, __, output: output + added)
    expected = trace(changed, TEXT).logits[-1].softmax(-1)

    result = intervene(lm, TEXT, ablate_heads=[(layer, head)], ablation="mean")
    torch.testing.assert_close(result.after, expected, atol=1e-6, rtol=1e-4)
    zeroed = intervene(lm, TEXT, ablate_heads=[(layer, head)])
    assert float((zeroed.after - expected).abs().max()) > 1e-4


def test_losses_are_those_of_each_token(llama: CausalLM) -> None:
    result = intervene(llama, TEXT, ablate_heads=[(0, 0)], temperature=2.0)
    traced = trace(llama, TEXT)
    logs = traced.logits.double().log_softmax(-1)
    picked = [-float(logs[t, traced.token_ids[t + 1]]) for t in range(len(traced.tokens) - 1)]
    torch.testing.assert_close(result.loss_before.double(), torch.tensor(picked).double(), atol=1e-5, rtol=1e-5)
    assert result.perplexity_after == pytest.approx(float(result.loss_after.mean().exp()), rel=1e-6)
    assert result.loss_after.shape == result.loss_before.shape


def test_the_likeliest_tokens_are_readable(llama: CausalLM) -> None:
    result = intervene(llama, TEXT, ablate_heads=[(0, 0)])
    for shares, likeliest in ((result.before, result.top_before), (result.after, result.top_after)):
        assert [share for _, share in likeliest] == pytest.approx(sorted(shares.tolist(), reverse=True)[:10], rel=1e-5)


def test_one_ablation_is_one_pass(llama: CausalLM) -> None:
    untouched = trace(llama, TEXT)
    counted = passes_of(llama)
    result = intervene(llama, TEXT, ablate_heads=[(1, 2)], mask_keys=[1], untouched=untouched)
    assert len(counted) == 1
    intervene(llama, TEXT, untouched=untouched)
    assert len(counted) == 1
    again = intervene(llama, TEXT, ablate_heads=[(1, 2)], mask_keys=[1])
    assert len(counted) == 3
    assert torch.equal(result.before, again.before)
    assert torch.equal(result.after, again.after)


def test_another_text_or_model_is_not_the_untouched_run(llama: CausalLM, bert: Encoder) -> None:
    for other in (trace(llama, TEXT + "!"), named_otherwise(trace(llama, TEXT)), trace(bert, TEXT)):
        with pytest.raises(ValueError, match="untouched is a trace of"):
            intervene(llama, TEXT, untouched=other)


def named_otherwise(traced: AttentionTrace) -> AttentionTrace:
    return dataclasses.replace(traced, model="another")


def test_every_head_may_be_ablated(llama: CausalLM) -> None:
    """Then no token hears of another: the prediction depends on the last token alone."""
    heads = [(layer, head) for layer in range(3) for head in range(6)]
    whole, alone = (intervene(llama, text, ablate_heads=heads) for text in (TEXT, TEXT[-1]))
    torch.testing.assert_close(whole.after, alone.after, atol=1e-6, rtol=1e-4)


def test_a_row_is_never_left_without_a_key(llama: CausalLM) -> None:
    result = intervene(llama, "abc", mask_keys=[0])
    (check,) = [check for check in result.checks if check.name == "Masked keys get no attention"]
    assert check.passed
    # Token 0 has no other key, and token 1 saw only token 0 besides itself.
    assert check.detail.endswith("their own token: 2")


@pytest.mark.parametrize("name", CAUSAL)
def test_ablating_nothing_changes_nothing(name: str) -> None:
    lm = tiny(CONFIGS[name])
    check = nothing_check(lm, trace(lm, TEXT))
    assert check.error == 0 == check.bound
    other = tiny(CONFIGS[name], seed=1)
    assert not nothing_check(other, trace(lm, TEXT)).passed


def test_another_kind_of_ablation_is_refused() -> None:
    with pytest.raises(ValueError, match="ablation = 'noise' must be one of zero, mean"):
        require_ablation("noise")


@pytest.mark.models
def test_nothing_changes_nothing_in_the_real_model(smollm2: CausalLM) -> None:
    assert nothing_check(smollm2, trace(smollm2, TEXT)).passed
