"""The edits against a second implementation, and their invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clip import (
    calibrated_projection,
    debias_text,
    differences,
    edit_checks,
    increase,
    one_by_one,
    orthogonal_projection,
    projection_checks,
    prompt_span,
    random_span,
    reject,
    residual,
    roboshot,
    signal_kept,
    span,
    unit,
)

D = 16


def vectors(count: int, seed: int) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, D)))


def pairs(count: int, seed: int) -> np.ndarray:
    return vectors(2 * count, seed).reshape(count, 2, D)


def published(x: np.ndarray, harmful: np.ndarray, helpful: np.ndarray) -> np.ndarray:
    """The authors' loop over the columns of QR decompositions, with cosines, written from the paper's algorithm."""
    for sign, insights in ((-1, harmful), (1, helpful)):
        columns = np.linalg.qr((insights[:, 0] - insights[:, 1]).T)[0]
        for v in columns.T:
            x = x + sign * (x @ v / (v @ v))[:, None] * v
            x = x / np.linalg.norm(x, axis=1, keepdims=True)
    return x


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), harmful=st.integers(0, 5), helpful=st.integers(0, 5))
def test_closed_form_equals_the_published_loop(seed: int, harmful: int, helpful: int) -> None:
    x, v, u = vectors(7, seed), pairs(harmful, seed + 1), pairs(helpful, seed + 2)
    closed = roboshot(x, v, u)
    assert np.allclose(closed, published(x, v, u), atol=1e-10)
    assert np.allclose(closed, one_by_one(x, span(differences(v)), span(differences(u))), atol=1e-10)
    assert np.allclose(np.linalg.norm(closed, axis=1), 1)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 6))
def test_reject_leaves_nothing_in_the_span_whatever_the_order_and_signs(seed: int, count: int) -> None:
    x, v = vectors(5, seed), pairs(count, seed + 1)
    rejected = reject(x, v)
    assert residual(rejected, span(differences(v))) < 1e-6
    shuffled = np.random.default_rng(seed).permutation(count)
    assert np.allclose(reject(x, v[shuffled][:, ::-1]), rejected, atol=1e-9)
    assert np.allclose(reject(rejected, v), rejected, atol=1e-9)


def test_both_is_not_orthogonal_to_the_span_but_reject_is() -> None:
    x, v, u = vectors(50, 0), pairs(2, 1), pairs(2, 2)
    basis = span(differences(v))
    assert residual(reject(x, v), basis) < 1e-9 < 0.01 < residual(roboshot(x, v, u), basis)


def test_repeated_and_empty_insights_add_no_directions() -> None:
    x, v = vectors(6, 3), pairs(2, 4)
    repeated = np.concatenate([v, v, v[:, ::-1], np.repeat(v[:1, :1], 2, axis=1)])
    assert span(differences(repeated)).shape == (D, 2)
    assert np.allclose(reject(x, repeated), reject(x, v), atol=1e-9)
    nothing = np.zeros((0, 2, D))
    assert np.allclose(roboshot(x, nothing, nothing), x)
    assert np.allclose(reject(x, np.repeat(v[:1, :1], 2, axis=1)), x)


def test_paraphrases_that_differ_by_rounding_count_once() -> None:
    v = pairs(1, 5)
    noisy = np.concatenate([v, v + 1e-7 * pairs(1, 6)])
    assert span(differences(noisy)).shape[1] == 1
    assert np.linalg.qr(differences(noisy).T)[0].shape[1] == 2


def test_strength_and_rank_interpolate_between_nothing_and_everything() -> None:
    x, v = vectors(9, 7), pairs(3, 8)
    basis = span(differences(v))
    left = [residual(reject(x, v, strength=s), basis) for s in (0.0, 0.5, 1.0)]
    assert left[0] > left[1] > left[2]
    assert np.allclose(reject(x, v, strength=0.0), x)
    assert np.allclose(reject(x, v, rank=0), x)
    assert np.allclose(reject(x, v, rank=99), reject(x, v))
    assert np.allclose(increase(x, v, strength=0.0), x)


def test_the_singular_vectors_come_strongest_first() -> None:
    strong, weak = np.eye(D)[0], np.eye(D)[1]
    directions = np.stack([strong, strong, 0.5 * weak])
    assert abs(span(directions, rank=1)[:, 0] @ strong) > 0.99


def test_signal_kept_is_the_sine_of_the_angle_to_the_span() -> None:
    basis = np.eye(D)[:, :1]
    angle = 0.3
    direction = np.cos(angle) * np.eye(D)[0] + np.sin(angle) * np.eye(D)[1]
    assert signal_kept(direction, basis) == pytest.approx(np.sin(angle))
    assert np.isnan(signal_kept(np.zeros(D), basis))


def test_rejecting_images_decides_like_rejecting_words() -> None:
    x, v, c = vectors(30, 1), pairs(2, 2), vectors(2, 3)
    basis = span(differences(v))
    words = c - c @ basis @ basis.T
    assert np.array_equal((reject(x, v) @ c.T).argmax(1), (x @ words.T).argmax(1))


def test_projections_of_words() -> None:
    prompts, classes, same = vectors(3, 1), vectors(4, 2), pairs(4, 3)
    p0 = orthogonal_projection(prompts)
    assert np.allclose(p0 @ p0, p0)
    assert np.allclose(prompts @ p0, 0, atol=1e-9)
    v = prompts.T
    assert np.allclose(p0, np.eye(D) - v @ np.linalg.inv(v.T @ v) @ v.T)
    assert np.allclose(calibrated_projection(p0, same, weight=0.0), p0)
    calibrated = calibrated_projection(p0, same)
    apart = np.linalg.norm((same[:, 0] - same[:, 1]) @ calibrated.T, axis=1)
    assert apart.max() < 0.05 * np.linalg.norm((same[:, 0] - same[:, 1]) @ p0.T, axis=1).min()
    assert np.allclose(np.linalg.norm(debias_text(classes, p0), axis=1), 1)
    assert np.allclose(debias_text(prompts, p0), 0, atol=1e-6) or residual(debias_text(prompts, p0), v) < 1e-6


@pytest.mark.parametrize("rank", [0, 1, 2, None])
@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
def test_projecting_words_is_what_rejecting_does_with_the_prompts_as_directions(
    rank: int | None, strength: float
) -> None:
    prompts, z = vectors(3, 1), vectors(4, 2)
    p0 = orthogonal_projection(prompts, rank=rank)
    basis = np.linalg.svd(prompts)[2][: 3 if rank is None else rank].T
    expected = z - strength * z @ basis @ basis.T
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(debias_text(z, p0, strength=strength), expected)
    calibrated = calibrated_projection(p0, pairs(4, 3), weight=10.0)
    between = (1 - strength) * z + strength * z @ calibrated.T
    assert np.allclose(debias_text(z, calibrated, strength=strength), unit(between))


def test_repeated_prompts_add_nothing_and_no_prompts_take_nothing() -> None:
    prompts, z = vectors(3, 1), vectors(4, 2)
    assert prompt_span(np.concatenate([prompts, prompts])).shape == (D, 3)
    assert np.allclose(orthogonal_projection(np.concatenate([prompts, prompts])), orthogonal_projection(prompts))
    assert np.allclose(debias_text(z, orthogonal_projection(np.zeros((0, D)))), z)


def test_the_larger_the_weight_the_closer_the_pairs_of_a_class() -> None:
    same, p0 = pairs(4, 3), orthogonal_projection(vectors(3, 1))
    apart = [
        np.linalg.norm((same[:, 0] - same[:, 1]) @ calibrated_projection(p0, same, weight=weight).T, axis=1).max()
        for weight in (0.0, 1.0, 10.0, 100.0)
    ]
    assert apart == sorted(apart, reverse=True)
    with pytest.raises(ValueError, match="weight"):
        calibrated_projection(p0, same, weight=-1.0)


def test_the_checks_of_the_projections_hold() -> None:
    for prompts in (vectors(3, 1), vectors(1, 1), np.zeros((0, D))):
        assert all(check.passed for check in projection_checks(vectors(2, 2), prompts, pairs(2, 3)))


def test_the_checks_pass_here_and_fail_on_vectors_that_are_not_unit() -> None:
    x, v, u = vectors(9, 1), pairs(2, 2), pairs(2, 3)
    assert all(check.passed for check in edit_checks(x, v, u))
    assert not all(check.passed for check in edit_checks(2 * x, v, u))


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_a_strength_outside_is_refused(strength: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        reject(vectors(2, 0), pairs(1, 1), strength=strength)
    with pytest.raises(ValueError, match="0 to 1"):
        debias_text(vectors(2, 0), np.eye(D), strength=strength)


def test_wrong_shapes_and_ranks_are_refused() -> None:
    with pytest.raises(ValueError, match="rank"):
        span(vectors(2, 0), rank=-1)
    with pytest.raises(ValueError, match="rank"):
        random_span(D + 1, D, seed=0)
    with pytest.raises(ValueError, match="tolerance"):
        span(vectors(2, 0), tolerance=1.0)


def test_a_random_span_is_orthonormal_and_follows_its_seed() -> None:
    basis = random_span(3, D, seed=1)
    assert np.allclose(basis.T @ basis, np.eye(3))
    assert np.array_equal(basis, random_span(3, D, seed=1))
    assert not np.allclose(basis, random_span(3, D, seed=2))
