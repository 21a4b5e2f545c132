"""Cross entropy and its parts, against torch, scipy and closed forms."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from core.transformer import (
    BITS_PER_NAT,
    cross_entropy,
    distribution,
    divergence,
    entropy,
    expected_cross_entropy,
    perplexity,
)

weights = arrays(np.float64, 4, elements=st.floats(0.0, 100.0)).filter(lambda w: w.sum() > 1e-3)


def test_the_loss_of_a_token_is_torchs() -> None:
    logits = np.random.default_rng(0).normal(size=(7, 5))
    targets = np.array([0, 4, 2, 2, 1, 3, 0])
    ours = cross_entropy(torch.tensor(logits).log_softmax(-1).numpy(), targets)
    theirs = torch.nn.functional.cross_entropy(torch.tensor(logits), torch.tensor(targets), reduction="none")
    assert np.allclose(ours, theirs.numpy(), rtol=0, atol=1e-12)


def test_a_certainty_costs_nothing_and_an_impossible_token_everything() -> None:
    rows = np.log(np.array([[1.0, 1e-300], [0.5, 0.5]]))
    rows[0, 1] = -np.inf
    assert cross_entropy(rows, np.array([0, 1])).tolist() == [0.0, math.log(2)]
    assert cross_entropy(rows, np.array([1, 0]))[0] == math.inf
    assert math.copysign(1, cross_entropy(rows, np.array([0, 1]))[0]) == 1


@pytest.mark.parametrize(
    ("rows", "targets", "says"),
    [
        ([[0.0, -1.0]], [2], "targets lie in 2 to 2"),
        ([[0.0, -1.0]], [-1], "0 to 1"),
        ([[0.0, math.nan]], [0], "no NaN"),
        ([[0.3, -1.0]], [0], "at most 0"),
    ],
)
def test_what_is_no_logarithm_or_no_target_is_refused(rows: list[object], targets: list[object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        cross_entropy(np.array(rows), np.array(targets))


@given(weights, weights)
def test_cross_entropy_is_entropy_and_divergence(first: np.ndarray, second: np.ndarray) -> None:
    p, q = distribution(first), distribution(second)
    whole, parts = expected_cross_entropy(p, q), float(entropy(p)) + divergence(p, q)
    assert whole == parts == math.inf or math.isclose(whole, parts, rel_tol=1e-9, abs_tol=1e-12)
    assert divergence(p, q) >= -1e-12
    assert divergence(p, p) == 0


def test_entropy_and_divergence_are_scipys() -> None:
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.6, 0.3])
    assert math.isclose(float(entropy(p)), stats.entropy(p))
    assert math.isclose(divergence(p, q), stats.entropy(p, q))
    assert math.isclose(float(entropy(np.full(8, 1 / 8))) * BITS_PER_NAT, 3)


def test_a_model_that_excludes_what_comes_pays_without_limit() -> None:
    p, q = np.array([0.5, 0.5, 0.0]), np.array([1.0, 0.0, 0.0])
    assert expected_cross_entropy(p, q) == divergence(p, q) == math.inf
    assert math.isfinite(expected_cross_entropy(q, p))


@pytest.mark.parametrize("bad", [[0.0, 0.0], [-1.0, 2.0], [math.nan, 1.0], [math.inf, 1.0], []])
def test_weights_that_make_no_distribution_are_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        distribution(np.array(bad))


def test_tiny_and_huge_weights_are_shares_all_the_same() -> None:
    assert np.allclose(distribution(np.array([1e-300, 1e-300])), 0.5)
    assert np.allclose(distribution(np.array([1e308, 1e308])), 0.5)


def test_perplexity_of_a_fair_choice_is_its_number() -> None:
    assert math.isclose(perplexity(math.log(50)), 50)
    assert perplexity(1e4) == math.inf
