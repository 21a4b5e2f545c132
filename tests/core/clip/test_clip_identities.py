"""Each identity holds for what it is about, and turns red where that is damaged."""

from dataclasses import replace

import numpy as np
import pytest

import core.clip.edits as edits
import core.clip.projections as projections
from core.clip import (
    edit_checks,
    embedding_map,
    group_accuracy,
    history_checks,
    map_check,
    means_check,
    norm_check,
    predict,
    projection_checks,
    prompt_means,
    recorded_clip,
    recorded_history,
    recount_check,
    unit,
)

D = 16


def vectors(count: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, D))).astype(np.float32)


def test_norms_are_seen_to_be_one_and_not_to_be() -> None:
    x = vectors(9)
    assert norm_check(x).passed
    assert norm_check(x[:0]).passed
    x[3] *= 1.001
    assert not norm_check(x).passed


def test_means_of_prompts_and_of_their_cosines_agree_and_a_wrong_grouping_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, texts = vectors(50), vectors(7, seed=1)
    assert means_check(x, texts, [3, 4]).passed
    monkeypatch.setattr("core.clip.identities.prompt_means", lambda texts, sizes: prompt_means(texts, [4, 3]))
    assert not means_check(x, texts, [3, 4]).passed


def test_a_map_that_is_stretched_or_belongs_to_other_pictures_is_seen() -> None:
    x = recorded_clip("birds-100").images[::2]
    found = embedding_map(x)
    assert map_check(found, x).passed
    assert not map_check(replace(found, axes=1.01 * found.axes), x).passed
    assert not map_check(found, recorded_clip("birds-50").images[::2]).passed


def test_a_group_table_with_one_picture_too_many_is_seen() -> None:
    x, words = vectors(40), vectors(2, seed=1)
    label, background = np.arange(40) % 2, np.arange(40) // 20
    found = group_accuracy(predict(x, words), label, background)
    assert recount_check(x, words, found, label, background).passed
    more = replace(found, table=found.table + np.array([[0.1, 0], [0, 0]]))
    assert not recount_check(x, words, more, label, background).passed
    # With words that are no unit vectors the nearest one is not the one with the largest product.
    longer = words * np.array([[1], [3]])
    wrong = group_accuracy(predict(x, longer), label, background)
    assert not recount_check(x, longer, wrong, label, background).passed


def pairs(count: int, seed: int) -> np.ndarray:
    return vectors(2 * count, seed).reshape(count, 2, D)


def failed_edits() -> list[str]:
    return [check.name for check in edit_checks(vectors(9), pairs(3, 4), pairs(2, 5)) if not check.passed]


def test_each_identity_of_the_edits_sees_its_own_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failed_edits() == []
    loop, remove, reject = edits.one_by_one, edits.remove, edits.reject
    with monkeypatch.context() as patch:
        patch.setattr(edits, "one_by_one", lambda x, q, u: loop(x, q[:, 1:], u))
        assert failed_edits() == ["The closed form equals the published loop"]
    with monkeypatch.context() as patch:
        patch.setattr(edits, "remove", lambda x, q, strength=1.0: remove(x, q, strength=0.9))
        assert "After reject nothing is left in the span" in failed_edits()
    with monkeypatch.context() as patch:
        patch.setattr(edits, "reject", lambda x, given, **more: reject(x, given[1:], **more))
        assert "Sign and order of the insights do not matter" in failed_edits()


def failed_projections() -> list[str]:
    return [check.name for check in projection_checks(vectors(2), vectors(4, 6), pairs(2, 7)) if not check.passed]


def test_each_identity_of_the_projections_sees_its_own_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    assert failed_projections() == []
    flat, calibrated = projections.orthogonal_projection, projections.calibrated_projection
    with monkeypatch.context() as patch:
        patch.setattr(projections, "orthogonal_projection", lambda prompts: 0.99 * flat(prompts))
        assert "Projecting twice is projecting once" in failed_projections()
    with monkeypatch.context() as patch:
        patch.setattr(projections, "orthogonal_projection", lambda prompts: flat(prompts[1:]))
        assert failed_projections() == ["After projecting, the words have no part in the prompts' span"]
    with monkeypatch.context() as patch:
        patch.setattr(projections, "calibrated_projection", lambda p, pair, weight: calibrated(p, pair, weight=1.0))
        assert failed_projections() == ["Without calibration the two projections are one"]


def test_a_history_with_a_cosine_above_one_or_a_scale_above_its_limit_is_seen() -> None:
    history = recorded_history("birds-100")
    assert len(history.checks) == 2
    assert all(check.passed for check in history.checks)
    for damaged in (
        replace(history, similarity=1.5 * history.similarity),
        replace(history, scale=history.scale + 100),
    ):
        assert [check.passed for check in history_checks(damaged)].count(False) == 1
