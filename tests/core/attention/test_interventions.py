"""Heads and keys switched off, against models that were changed by hand."""

import math
import threading

import pytest
import torch

from core.attention import intervene, trace
from core.attention.with_torch.interventions import _mask_check, key_mask, loss_checks
from core.language import next_token_loss
from core.language.with_torch.layers import attention_layer
from core.models import CausalLM
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_an_ablated_head_is_one_whose_output_weights_are_zero(name: str) -> None:
    lm, changed = tiny(CONFIGS[name]), tiny(CONFIGS[name])
    heads = [(0, 1), (1, 0), (1, 1)]
    result = intervene(lm, TEXT, ablate_heads=heads)
    for layer, head in heads:
        weight = attention_layer(changed.model, layer).output_weight
        head_dim = weight.shape[1] // changed.n_heads
        weight[:, head * head_dim : (head + 1) * head_dim] = 0
    logits = trace(changed, TEXT).logits
    torch.testing.assert_close(result.after, logits[-1].softmax(-1), atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(result.before, trace(lm, TEXT).logits[-1].softmax(-1), atol=1e-6, rtol=1e-4)
    assert float((result.after - result.before).abs().max()) > 1e-4


def test_a_hook_is_gone_afterwards(llama: CausalLM) -> None:
    before = trace(llama, TEXT).logits
    intervene(llama, TEXT, ablate_heads=[(0, 0)])
    assert torch.equal(trace(llama, TEXT).logits, before)
    with pytest.raises(ValueError, match="ablate_heads"):
        intervene(llama, TEXT, ablate_heads=[(0, 0), (9, 9)])
    assert torch.equal(trace(llama, TEXT).logits, before)


def test_a_masked_key_is_seen_by_nobody_else(llama: CausalLM) -> None:
    """Nobody sees the first token, so it may be any other: the prediction stays the same to rounding."""
    one, other = (intervene(llama, first + TEXT, mask_keys=[0]) for first in "xy")
    torch.testing.assert_close(one.after, other.after, atol=1e-6, rtol=1e-4)
    assert float((one.before - other.before).abs().max()) > 1e-5
    assert {check.name for check in one.checks} == {
        "The largest loss again, in double precision",
        "Masked keys get no attention",
    }
    assert all(check.passed for check in one.checks)


def test_the_mask_keeps_the_diagonal() -> None:
    mask = key_mask(3, [1])[0, 0]
    assert (mask == 0).tolist() == [[True, False, False], [True, True, False], [True, False, True]]
    assert torch.equal(key_mask(4, [])[0, 0] < 0, torch.ones(4, 4).triu(1).bool())


def test_the_explicit_causal_mask_changes_nothing(llama: CausalLM) -> None:
    """Masking the last key hides it from nobody: only later tokens could have seen it."""
    last = len(llama.tokenizer(TEXT)["input_ids"]) - 1
    result = intervene(llama, TEXT, mask_keys=[last])
    torch.testing.assert_close(result.after, result.before, atol=1e-7, rtol=1e-5)


def test_temperature_belongs_to_what_comes_after(llama: CausalLM) -> None:
    logits, ids = trace(llama, TEXT).logits, trace(llama, TEXT).token_ids
    result = intervene(llama, TEXT, temperature=2.0)
    torch.testing.assert_close(result.before, logits[-1].softmax(-1), atol=1e-7, rtol=1e-4)
    torch.testing.assert_close(result.after, (logits[-1] / 2).softmax(-1), atol=1e-7, rtol=1e-4)
    for temperature, measured in ((1, result.perplexity_before), (2, result.perplexity_after)):
        logs = (logits.double() / temperature).log_softmax(-1)
        picked = [float(logs[t, ids[t + 1]]) for t in range(len(ids) - 1)]
        assert measured == pytest.approx(math.exp(-sum(picked) / len(picked)), rel=1e-5)


def test_heads_and_temperature_are_told_apart(llama: CausalLM) -> None:
    both = intervene(llama, TEXT, ablate_heads=[(0, 1)], temperature=2.0)
    head, heat = intervene(llama, TEXT, ablate_heads=[(0, 1)]), intervene(llama, TEXT, temperature=2.0)
    torch.testing.assert_close(both.loss_switched, head.loss_after)
    torch.testing.assert_close(both.loss_heated, heat.loss_after)
    assert torch.equal(heat.loss_switched, heat.loss_before)
    assert torch.equal(head.loss_heated, head.loss_before)


def test_the_check_catches_a_loss_of_another_token_or_temperature(llama: CausalLM) -> None:
    logits, ids = trace(llama, TEXT).logits, trace(llama, TEXT).token_ids
    loss = next_token_loss(logits, ids)
    assert all(check.passed for check in loss_checks(logits, ids, loss))
    for wrong in (loss.roll(1), next_token_loss(logits / 1.1, ids), loss + 1e-3):
        assert not all(check.passed for check in loss_checks(logits, ids, wrong))
    assert loss_checks(logits[:1], ids[:1], loss[:0]) == ()


def test_nothing_changed_is_nothing_changed(llama: CausalLM) -> None:
    result = intervene(llama, TEXT)
    assert torch.equal(result.before, result.after)
    assert result.perplexity_before == result.perplexity_after
    assert math.isnan(intervene(llama, "a").perplexity_before)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0.0}, "temperature = 0.0"),
        ({"temperature": float("inf")}, "temperature = inf"),
        ({"mask_keys": [99]}, "99; positions must lie in 0 to 37"),
        ({"mask_keys": [-1]}, "-1; positions"),
        ({"ablate_heads": [(3, 0)]}, r"layers lie in 0 to 2, heads in 0 to 5"),
        ({"ablate_heads": [(0, 6)]}, r"\(0, 6\)"),
    ],
)
def test_values_out_of_range_are_refused(llama: CausalLM, options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        intervene(llama, TEXT, **options)


def test_another_thread_does_not_feel_an_ablation(llama: CausalLM) -> None:
    expected = trace(llama, TEXT).logits
    differing: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            if not torch.equal(trace(llama, TEXT).logits, expected):
                differing.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        for _ in range(30):
            intervene(llama, TEXT, ablate_heads=[(layer, head) for layer in range(3) for head in range(6)])
    finally:
        done.set()
        watcher.join()
    assert not differing


@pytest.mark.models
def test_the_sink_matters_to_the_real_model(smollm2: CausalLM) -> None:
    text = "The old lighthouse keeper climbed the stairs every evening, lit the lamp, and watched the ships pass."
    first, sixth = (intervene(smollm2, text, mask_keys=[key]) for key in (0, 5))
    assert first.perplexity_after > sixth.perplexity_after > 0.9 * first.perplexity_before
    assert all(check.passed for check in (*first.checks, *sixth.checks))


def test_the_check_of_masked_keys_catches_a_leak(llama: CausalLM) -> None:
    hidden = key_mask(3, [0])[0, 0] < 0
    assert _mask_check([0.0, 0.0], hidden).passed
    assert not _mask_check([0.0, 1e-30], hidden).passed
    # Without its mask the model does look at the key that was to be hidden.
    maps = trace(llama, TEXT).weights
    leaks = [float(layer[:, 1:, 0].sum()) for layer in maps]
    assert not _mask_check(leaks, hidden).passed
