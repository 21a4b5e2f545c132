"""Every head ablated in turn, against one full forward pass for each of them."""

import dataclasses

import numpy as np
import pytest
import torch

import core.attention.with_torch.ranking
from core.attention import (
    RECORDED_TEXTS,
    HeadRanking,
    head_effects,
    intervene,
    rank_heads,
    recorded,
    recorded_ranking,
    strongest,
    trace,
)
from core.attention.interventions import Ablation
from core.attention.with_torch.ranking import ranking_check
from core.language.with_torch.layers import attention_layer
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


@pytest.mark.parametrize("ablation", ["zero", "mean"])
@pytest.mark.parametrize("name", ["llama", "gpt2", "gpt_neox"])
def test_every_head_is_as_in_a_full_pass(name: str, ablation: Ablation) -> None:
    lm = tiny(CONFIGS[name])
    untouched = trace(lm, TEXT)
    effects = head_effects(lm, untouched, ablation=ablation)
    for layer in range(lm.n_layers):
        for head in range(lm.n_heads):
            whole = intervene(lm, TEXT, ablate_heads=[(layer, head)], ablation=ablation, untouched=untouched)
            np.testing.assert_allclose(effects.loss_after[layer, head], whole.loss_after, atol=1e-4)
            np.testing.assert_allclose(effects.loss_before, whole.loss_before, atol=1e-6)
            before, after = whole.before.double(), whole.after.double()
            kl = float((before * (before.log() - after.log())).sum())
            assert effects.kl[layer, head] == pytest.approx(kl, abs=1e-5)
            shown, expected = effects.likely(layer, head), whole.likely
            assert [token.piece for token in shown] == [token.piece for token in expected]
            assert [token.before for token in shown] == pytest.approx([token.before for token in expected], rel=1e-3)
            assert [token.after for token in shown] == pytest.approx([token.after for token in expected], rel=1e-3)
            change = float(whole.loss_after.mean() - whole.loss_before.mean())
            assert effects.loss_change[layer, head] == pytest.approx(change, abs=1e-4)
    assert len(set(effects.loss_change.ravel().tolist())) == lm.n_layers * lm.n_heads
    assert all(check.passed for check in effects.checks)


def test_a_likely_token_keeps_its_own_probability_on_both_sides(llama: CausalLM) -> None:
    """Independently of the lists of the likeliest: each is looked up in the whole vocabulary."""
    untouched = trace(llama, TEXT)
    effects = head_effects(llama, untouched)
    whole = intervene(llama, TEXT, ablate_heads=[(1, 2)], untouched=untouched)
    ids = dict.fromkeys([*whole.before.topk(5).indices.tolist(), *whole.after.topk(5).indices.tolist()])
    shown = effects.likely(1, 2)
    assert [token.before for token in shown] == pytest.approx([float(whole.before[i]) for i in ids], rel=1e-3)
    assert [token.after for token in shown] == pytest.approx([float(whole.after[i]) for i in ids], rel=1e-3)
    assert all(token.after > 0 for token in shown)
    assert all(token.before == token.after for token in effects.untouched())


def test_a_text_said_twice_has_two_copies_of_the_same_tokens(llama: CausalLM) -> None:
    effects = head_effects(llama, trace(llama, "abcdabcd"))
    first, second = effects.copies or (slice(0), slice(0))
    targets = effects.tokens[1:]
    assert targets[first] == targets[second] == ("b", "c", "d")
    change = effects.loss_after[1, 2] - effects.loss_before
    assert effects.copying_change is not None
    assert effects.copying_change[1, 2] == pytest.approx(change[4:].mean() - change[:3].mean())
    for text in ("abcdabc", "abcdabce", "aa", "ab"):
        other = head_effects(llama, trace(llama, text))
        assert other.copies is None
        assert other.copying_change is None


def test_batches_of_any_size_give_the_same(llama: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    untouched = trace(llama, TEXT)
    whole = head_effects(llama, untouched)
    for rows in (1, 4 * len(untouched.tokens)):
        monkeypatch.setattr(core.attention.with_torch.ranking, "_BATCH_TOKENS", rows)
        effects = head_effects(llama, untouched)
        np.testing.assert_allclose(effects.loss_after, whole.loss_after, atol=1e-4)
        np.testing.assert_allclose(effects.kl, whole.kl, atol=1e-5)


def test_no_layer_below_the_ablated_one_runs(llama: CausalLM) -> None:
    """Of 3 layers, each layer's batch runs through itself and those above; the check adds one full pass."""
    untouched = trace(llama, TEXT)
    counts = [0, 0, 0]
    for layer in range(3):

        def count(*_: object, layer: int = layer) -> None:
            counts[layer] += 1

        attention_layer(llama.model, layer).module.register_forward_hook(count)
    head_effects(llama, untouched)
    assert counts == [1 + 1, 2 + 1, 3 + 1]


def test_progress_rises_and_may_cancel(llama: CausalLM) -> None:
    untouched = trace(llama, TEXT)
    heard: list[float] = []
    head_effects(llama, untouched, on_progress=lambda fraction, message, partial: heard.append(fraction))
    assert heard == sorted(heard)
    assert heard[0] == 0
    assert heard[-1] < 1
    assert len(heard) == 4

    def cancel(fraction: float, message: str, partial: object) -> None:
        if fraction > 0.3:
            raise InterruptedError(message)

    with pytest.raises(InterruptedError, match="Heads of layer"):
        head_effects(llama, untouched, on_progress=cancel)
    assert torch.equal(trace(llama, TEXT).logits, untouched.logits)
    for layer in range(3):
        assert not attention_layer(llama.model, layer).output._forward_pre_hooks


def test_the_ranking_grows_layer_by_layer(llama: CausalLM) -> None:
    heard: list[np.ndarray] = []
    effects = head_effects(llama, trace(llama, TEXT), on_progress=lambda _, message, partial: heard.append(partial))
    for layers_done, partial in enumerate(heard):
        assert partial.shape == effects.loss_change.shape
        np.testing.assert_allclose(partial[:layers_done], effects.loss_change[:layers_done], atol=1e-5)
        assert np.isnan(partial[layers_done:]).all()


def test_the_check_catches_effects_of_other_heads(llama: CausalLM) -> None:
    untouched = trace(llama, TEXT)
    effects = head_effects(llama, untouched)
    moved = dataclasses.replace(effects, loss_after=np.roll(effects.loss_after, 1, axis=1))
    assert ranking_check(llama, untouched, effects).passed
    assert not ranking_check(llama, untouched, moved).passed


def test_what_has_no_next_token_is_refused(llama: CausalLM, bert: Encoder) -> None:
    with pytest.raises(ValueError, match="has 1 token; a loss needs at least 2"):
        head_effects(llama, trace(llama, "a"))
    with pytest.raises(ValueError, match="bert predicts no next token"):
        core.attention.with_torch.ranking._require_rankable(trace(bert, TEXT))


@pytest.mark.parametrize("key", [key for key, text in RECORDED_TEXTS.items() if text.causal])
@pytest.mark.parametrize("ablation", ["zero", "mean"])
def test_recorded_rankings_belong_to_their_texts(key: str, ablation: Ablation) -> None:
    effects = recorded_ranking(key, ablation)
    assert (effects.params.text, effects.params.ablation) == (RECORDED_TEXTS[key].text, ablation)
    assert effects.tokens == recorded(key).tokens
    np.testing.assert_allclose(effects.loss_before, recorded(key).loss, atol=1e-4)
    assert all(check.passed for check in effects.checks)
    assert effects.kl.min() >= 0


def test_other_rankings_are_not_recorded() -> None:
    with pytest.raises(ValueError, match="No recorded text is called 'none'"):
        recorded_ranking("none")
    with pytest.raises(ValueError, match="recorded with an encoder"):
        recorded_ranking("bank")


@pytest.mark.models
def test_a_sample_of_the_real_heads(smollm2: CausalLM) -> None:
    text = RECORDED_TEXTS["causal"].text
    effects = recorded_ranking("causal")
    untouched = trace(smollm2, text)
    chosen = [*strongest(effects.loss_change, 3), *strongest(effects.kl, 2), (0, 0, 0.0), (15, 4, 0.0), (29, 8, 0.0)]
    for layer, head, _ in chosen:
        whole = intervene(smollm2, text, ablate_heads=[(layer, head)], untouched=untouched)
        np.testing.assert_allclose(effects.loss_after[layer, head], whole.loss_after, atol=2e-3)


@pytest.mark.models
@pytest.mark.slow
def test_a_ranking_as_a_job_would_run_it() -> None:
    heard: list[float] = []
    partials: list[np.ndarray] = []

    def listen(fraction: float, message: str, partial: np.ndarray | None = None) -> None:
        heard.append(fraction)
        partials.extend([] if partial is None else [partial])

    params = HeadRanking("smollm2-135m", RECORDED_TEXTS["causal"].text)
    effects = rank_heads(params, on_progress=listen)
    assert heard == sorted(heard)
    np.testing.assert_allclose(partials[-1], effects.loss_change, atol=1e-5)
    assert effects.params == params
    known = recorded_ranking("causal")
    np.testing.assert_allclose(effects.loss_after, known.loss_after, atol=5e-3)
    assert strongest(effects.loss_change, 1)[0][:2] == strongest(known.loss_change, 1)[0][:2]
