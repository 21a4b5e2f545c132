"""Records: what they hold, what of them is kept, and the recordings that come with the code."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.assets import asset, manifest
from core.assets.keeper import read, write
from core.attention import (
    COMPARED_TEXTS,
    RECORDED_TEXTS,
    AttentionRecord,
    CompactRecord,
    Recipe,
    compact,
    expand,
    partner_of,
    recorded,
    recorded_identities,
    to_record,
    trace,
)
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import TEXT

RECIPE = Recipe("python -m somewhere", seed=3, versions={"torch": "2"}, date="2026-01-31")


def make(lm: CausalLM | Encoder) -> AttentionRecord:
    return to_record(lm, trace(lm, TEXT), layers=[0, 1])


def test_losses_and_next_tokens(llama: CausalLM) -> None:
    traced = trace(llama, TEXT)
    record = to_record(llama, traced)
    logs = traced.logits.double().log_softmax(-1)
    expected = [-float(logs[t, traced.token_ids[t + 1]]) for t in range(len(traced.token_ids) - 1)]
    np.testing.assert_allclose(record.loss, expected, rtol=1e-5)
    shares = [share for _, share in record.top_next]
    assert len(shares) == 10
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(float(logs[-1].max().exp()), rel=1e-6)
    assert record.created == "live"
    assert record.weights.base is not None  # a view, not a copy


def test_an_encoder_predicts_no_next_token(bert: Encoder) -> None:
    record = make(bert)
    assert record.loss is None
    assert record.top_next == ()


def through_a_file(record: AttentionRecord, folder: Path) -> AttentionRecord:
    write(compact(record), folder / "a.npz")
    return expand(read(folder / "a.npz", CompactRecord), RECIPE)


def test_what_is_kept_comes_back_bit_for_bit(any_lm: CausalLM | Encoder, tmp_path: Path) -> None:
    record = make(any_lm)
    loaded = through_a_file(record, tmp_path)
    assert (loaded.created, loaded.recipe) == ("recorded", RECIPE)
    for name in ("model", "text", "causal", "tokens", "top_next", "checks"):
        assert getattr(loaded, name) == getattr(record, name), name
    for name in ("token_ids", "weights", "loss"):
        assert np.array_equal(getattr(loaded, name), getattr(record, name)), name
    assert loaded.weights.dtype == np.float32
    assert set(loaded.projections) == {0, 1}
    for layer, parts in record.projections.items():
        for field in dataclasses.fields(parts):
            assert np.array_equal(getattr(loaded.projections[layer], field.name), getattr(parts, field.name)), field


def test_what_follows_from_the_rest_is_not_kept(llama: CausalLM) -> None:
    record = make(llama)
    n_tokens, kept = len(record.tokens), compact(record)
    assert kept.weights.shape[2:] == (n_tokens * (n_tokens + 1) // 2,)
    assert len(kept.projections[0].key) == record.projections[0].n_kv_heads < len(record.projections[0].key)


def test_one_token_can_be_kept(llama: CausalLM, tmp_path: Path) -> None:
    assert through_a_file(to_record(llama, trace(llama, "a")), tmp_path).loss.shape == (0,)


def test_checks_are_computed_from_what_was_kept(llama: CausalLM, tmp_path: Path) -> None:
    record = make(llama)
    spoiled = record.weights.copy()
    spoiled[1, 2, 5, :2] += [0.01, -0.01]
    loaded = through_a_file(dataclasses.replace(record, weights=spoiled), tmp_path)
    failed = [check.name for check in loaded.checks if not check.passed]
    assert failed == ["The maps of layer 1, rebuilt by hand from q and k, are the model's"]


@pytest.mark.parametrize("name", ["tokens", "token_ids", "weights"])
def test_a_record_that_contradicts_itself_is_refused(any_lm: CausalLM | Encoder, name: str) -> None:
    kept = compact(make(any_lm))
    part = getattr(kept, name)
    object.__setattr__(kept, name, part[..., 1:] if name == "weights" else part[1:])
    with pytest.raises(ValueError, match=r"do not fit its \d+ tokens"):
        expand(kept, RECIPE)


@pytest.mark.parametrize("key", RECORDED_TEXTS)
def test_each_recording_holds_what_its_page_shows(key: str) -> None:
    text, record = RECORDED_TEXTS[key], recorded(key)
    assert (record.text, record.model, record.created) == (text.text, text.model, "recorded")
    assert all(check.passed for check in record.checks)
    assert any("rebuilt" in check.name for check in record.checks)
    assert set(record.projections) == {text.layer, *text.further}
    n_layers, n_heads, n_tokens, _ = record.weights.shape
    assert text.layer < n_layers
    assert text.head < n_heads
    assert text.query < n_tokens <= 50
    entry = manifest()[text.file]
    assert (entry["licence"], entry["recipe"]) == ("Apache-2.0", record.recipe.command)
    assert asset(text.file).stat().st_size == entry["bytes"]


def test_the_induction_text_repeats_exactly_and_is_learned_on_the_way() -> None:
    text, record = RECORDED_TEXTS["induction"], recorded("induction")
    half = len(record.token_ids) // 2
    assert (record.token_ids[:half] == record.token_ids[half:]).all()
    assert record.weights[text.layer, text.head, text.query].argmax() == text.query - half + 1
    assert record.loss[half:].mean() < 0.5 * record.loss[: half - 1].mean()


def test_the_other_recordings_show_their_point() -> None:
    def row(key: str, query: int | None = None) -> np.ndarray:
        text = RECORDED_TEXTS[key]
        return recorded(key).weights[text.layer, text.head, text.query if query is None else query]

    assert row("previous_token").argmax() == RECORDED_TEXTS["previous_token"].query - 1
    assert row("sink")[0] > 0.99
    assert row("bidirectional").argmax() == RECORDED_TEXTS["bidirectional"].query + 1
    assert row("causal").argmax() == RECORDED_TEXTS["causal"].query - 1
    tokens = recorded("bank").tokens
    loan_bank, river_bank = (n for n, token in enumerate(tokens) if token == "bank")
    river, loan = tokens.index("river"), tokens.index("loan")
    assert river_bank == RECORDED_TEXTS["bank"].query
    assert row("bank", river_bank)[river] > 2 * row("bank", loan_bank)[river]
    assert row("bank", loan_bank)[loan] > 2 * row("bank", river_bank)[loan]
    assert row("bank", loan_bank)[loan] > 2 * row("bank", loan_bank)[river]
    assert row("bank", river_bank)[river] > 2 * row("bank", river_bank)[loan]


@pytest.mark.parametrize("key", COMPARED_TEXTS)
def test_what_a_text_is_compared_with_is_recorded_as_well(key: str) -> None:
    text, record = COMPARED_TEXTS[key], recorded(key)
    assert (record.text, record.model, record.created) == (text.text, text.model, "recorded")
    assert all(check.passed for check in record.checks)
    assert set(record.projections) == {text.layer, *text.further}, "each cell of its map opens"
    own = next(name for name in RECORDED_TEXTS if RECORDED_TEXTS[name].causal and partner_of(name) is text)
    assert len(record.tokens) == len(recorded(own).tokens)


def test_the_texts_that_are_compared_show_their_point() -> None:
    here, there = recorded("induction"), recorded("other_words")
    text = COMPARED_TEXTS["other_words"]
    assert [place for place in range(44) if here.tokens[place] != there.tokens[place]] == [4]
    assert here.weights[text.layer, text.head, text.query].argmax() == 5
    assert there.weights[text.layer, text.head, text.query].argmax() == 0
    text, keeper = COMPARED_TEXTS["other_keeper"], recorded("other_keeper")
    assert keeper.tokens[2:4] == ("·lighthouse", "·keeper") == keeper.tokens[17:19]
    assert keeper.weights[text.layer, text.head, text.query].argmax() == 3


def test_recorded_identities_hold_for_every_causal_text() -> None:
    identities = recorded_identities()
    assert set(identities.by_text) == {text.text for text in RECORDED_TEXTS.values() if text.causal}
    for nothing, decomposition in identities.by_text.values():
        assert (nothing.error, nothing.bound) == (0, 0)
        assert 0 < decomposition.error < decomposition.bound
    assert identities.cache.passed


def test_an_unknown_recording_is_refused() -> None:
    with pytest.raises(ValueError, match="induction"):
        recorded("nothing")
    with pytest.raises(ValueError, match="No text is compared with 'bank'"):
        partner_of("bank")


def test_a_recording_is_shown_without_torch() -> None:
    code = (
        "import sys; from core.attention import *; from core import attention;"
        "from core.attention import recorded, head_scores, rollout, rebuild, query_steps, HeadTraining, HeadHistory;"
        "r = recorded('induction'); head_scores(r); rollout(r.weights); rebuild(r.projections[18]);"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    ).replace("from core.attention import *; ", "")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.models
@pytest.mark.parametrize("key", ["induction", "bank"])
def test_the_recordings_are_what_the_models_still_say(key: str, request: pytest.FixtureRequest) -> None:
    text = RECORDED_TEXTS[key]
    lm = request.getfixturevalue("minilm" if text.model == "minilm-l6" else "smollm2")
    record = to_record(lm, trace(lm, text.text), layers=[text.layer])
    assert np.array_equal(record.token_ids, recorded(key).token_ids)
    assert record.tokens == recorded(key).tokens
    np.testing.assert_allclose(record.weights, recorded(key).weights, atol=5e-4)
