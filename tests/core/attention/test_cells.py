"""One weight taken apart, against the model's own weights."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attention import RECORDED_TEXTS, ROPE_BASE, cell_checks, cell_sum, project, recorded, trace, wavelengths
from core.models import CausalLM, Encoder, load_causal_lm
from tests.core.attention.conftest import TEXT


@given(st.sampled_from(list(RECORDED_TEXTS)), st.data())
def test_the_pairs_sum_to_the_models_score(key: str, data: st.DataObject) -> None:
    record, (layer, parts) = recorded(key), next(iter(recorded(key).projections.items()))
    n_heads, n_tokens, width = parts.query.shape
    head, query, seen = (data.draw(st.integers(0, count - 1)) for count in (n_heads, n_tokens, n_tokens))
    found = cell_sum(parts, head, query, seen)
    weights = record.weights[layer, head, query]
    assert len(found.parts) == width // 2
    assert found.parts.sum() == pytest.approx(found.score, abs=1e-9)
    assert found.scaled == pytest.approx(found.score / np.sqrt(width))
    assert found.weight == pytest.approx(weights[seen], abs=1e-4)
    assert found.row.sum() == pytest.approx(1)
    assert found.hidden == (record.causal and seen > query)
    assert found.carried == pytest.approx(found.weight * parts.output_norms[head, seen])
    checks = cell_checks(found, parts, head, weights)
    assert all(check.passed for check in checks), checks


def test_a_changed_pair_and_another_heads_row_turn_the_check_red() -> None:
    record, parts = recorded("induction"), recorded("induction").projections[18]
    found = cell_sum(parts, 6, 36, 15)
    own = record.weights[18, 6, 36]
    assert len(cell_checks(found, parts, 6, own)) == 3
    assert all(check.passed for check in cell_checks(found, parts, 6, own))
    pairs = found.parts.copy()
    pairs[3] += 0.01
    changed = dataclasses.replace(found, parts=pairs)
    assert [check.passed for check in cell_checks(changed, parts, 6, own)] == [False, False, True]
    for other in ({"score": found.score + 1e-6}, {"scaled": found.scaled + 1e-6}):
        altered = dataclasses.replace(found, **other)
        assert [check.passed for check in cell_checks(altered, parts, 6, own)] == [False, True, True]
    assert not any(check.passed for check in cell_checks(found, parts, 6, record.weights[18, 2, 36])[1:])
    ahead = cell_sum(parts, 6, 5, 9)
    assert (ahead.weight, ahead.hidden) == (0, True)
    same, masked = cell_checks(ahead, parts, 6, record.weights[18, 6, 5])
    assert same.passed and masked.passed
    assert not cell_checks(ahead, parts, 6, own)[1].passed


@pytest.mark.parametrize("key", ["bank", "bidirectional"])
def test_where_no_pair_turns_each_dimension_is_a_part(key: str) -> None:
    record, (layer, parts) = recorded(key), next(iter(recorded(key).projections.items()))
    q, k = parts.query[3, 4].astype(float), parts.key[3, 7].astype(float)
    found = cell_sum(parts, 3, 4, 7, unit="dimension")
    np.testing.assert_allclose(found.parts, q * k)
    assert len(found.parts) == 32
    own = record.weights[layer, 3, 4]
    checks = cell_checks(found, parts, 3, own)
    assert all(check.passed for check in checks)
    assert checks[1].name == "The dimensions sum to the model's score"
    assert checks[1].bound == pytest.approx(1e-4, rel=0.5)
    lost = dataclasses.replace(found, parts=np.where(np.arange(32) == 5, found.parts + 0.01, found.parts))
    assert [check.passed for check in cell_checks(lost, parts, 3, own)] == [False, False, True]


def test_a_mask_of_its_own_takes_the_place_of_the_layers() -> None:
    parts = recorded("induction").projections[18]
    seen = (np.arange(44) <= 36) & (np.arange(44) >= 20)
    found = cell_sum(parts, 6, 36, 15, seen=seen)
    assert found.hidden
    assert np.isneginf(found.scores[:20]).all()
    assert found.row[20:37].sum() == pytest.approx(1)


def test_a_lone_key_has_all_the_weight(llama: CausalLM, bert: Encoder) -> None:
    for lm in (llama, bert):
        run = trace(lm, TEXT)
        parts = project(lm, run, 1)
        found = cell_sum(parts, 0, 0, 0)
        checks = cell_checks(found, parts, 0, run.weights[1, 0, 0].numpy())
        assert all(check.passed for check in checks)
        assert (len(checks) == 2) == run.causal


@pytest.mark.parametrize(
    ("place", "said"), [((6, 0, 0), "head = 6"), ((0, -1, 0), "query = -1"), ((0, 0, True), "key")]
)
def test_a_place_out_of_range_is_refused(llama: CausalLM, place: tuple[int, int, int], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        cell_sum(project(llama, trace(llama, TEXT), 0), *place)


def test_wavelengths_are_those_of_rope() -> None:
    waves = wavelengths(1e5, 64)
    assert len(waves) == 32
    assert waves[0] == pytest.approx(2 * np.pi)
    assert waves[-1] == pytest.approx(438_460, rel=1e-3)


@pytest.mark.models
def test_the_recorded_models_turn_by_this_base() -> None:
    lm = load_causal_lm()
    inv_freq = lm.model.model.rotary_emb.inv_freq.numpy()
    np.testing.assert_allclose(wavelengths(ROPE_BASE[lm.name], 64), 2 * np.pi / inv_freq, rtol=1e-5)
