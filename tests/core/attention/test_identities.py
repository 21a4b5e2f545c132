"""Checks that stand beside figures of a text: each holds for what is computed, and fails where it is corrupted."""

import numpy as np

from core.attention import gram_check, recorded, recorded_meanings, rollout, rollout_check


def test_recorded_cosines_are_those_of_vectors_and_a_wrong_one_is_seen() -> None:
    cosine = recorded_meanings().cosine
    assert gram_check(cosine).passed
    wrong = cosine.copy()
    wrong[2, 0, 1] = wrong[2, 1, 0] = -0.5
    assert not gram_check(wrong).passed


def test_random_vectors_pass() -> None:
    rows = np.random.default_rng(0).normal(size=(4, 5, 7))
    rows /= np.linalg.norm(rows, axis=-1, keepdims=True)
    assert gram_check((rows @ rows.transpose(0, 2, 1)).astype(np.float32)).passed


def test_a_rollout_is_found_from_its_end_and_a_wrong_layer_is_seen() -> None:
    weights = recorded("bidirectional").weights
    assert rollout_check(weights, rollout(weights)).passed
    swapped = weights[[1, 0, *range(2, len(weights))]]
    assert not rollout_check(weights, rollout(swapped)).passed
