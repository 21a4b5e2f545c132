"""Speculative sampling follows the target's law, and the test would notice if it did not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import chisquare

from core.decoding import overlap, residual, speculative_sample
from core.decoding.sampling import draw

P = np.array([0.5, 0.3, 0.15, 0.05])
Q = np.full(4, 0.25)
SAMPLES = 6_000

laws = hnp.arrays(np.float64, 5, elements=st.floats(0.01, 1.0)).map(lambda row: row / row.sum())


def counts_of(rule) -> tuple[np.ndarray, float]:
    rng = np.random.default_rng(0)
    counts, accepted = np.zeros(4), 0
    for _ in range(SAMPLES):
        token, stands = rule(rng)
        counts[token] += 1
        accepted += stands
    return counts, accepted / SAMPLES


def test_tokens_follow_the_target_and_acceptance_is_the_overlap() -> None:
    counts, rate = counts_of(lambda rng: speculative_sample(P, Q, draw(Q, rng), rng))
    assert chisquare(counts, P * SAMPLES).pvalue > 0.01
    assert abs(rate - 0.7) < 4 * np.sqrt(0.7 * 0.3 / SAMPLES)


def test_resampling_from_the_target_itself_is_noticed() -> None:
    def wrong(rng: np.random.Generator) -> tuple[int, bool]:
        token, stands = speculative_sample(P, Q, draw(Q, rng), rng)
        return (token, True) if stands else (draw(P, rng), False)

    counts, _ = counts_of(wrong)
    assert chisquare(counts, P * SAMPLES).pvalue < 1e-6
    np.testing.assert_allclose(counts / SAMPLES, [0.4, 0.34, 0.195, 0.065], atol=0.025)


def test_a_draft_that_is_sure_of_one_token_is_followed_with_the_targets_probability() -> None:
    sure = np.array([0.0, 1.0, 0.0, 0.0])
    counts, rate = counts_of(lambda rng: speculative_sample(P, sure, 1, rng))
    assert chisquare(counts, P * SAMPLES).pvalue > 0.01
    assert abs(rate - 0.3) < 4 * np.sqrt(0.3 * 0.7 / SAMPLES)


@given(laws, laws)
def test_overlap_and_residual_rebuild_the_target(p: np.ndarray, q: np.ndarray) -> None:
    share = overlap(p, q)
    np.testing.assert_allclose(share, 1 - 0.5 * np.abs(p - q).sum(), atol=1e-12)
    np.testing.assert_allclose(np.minimum(p, q) + (1 - share) * residual(p, q), p, atol=1e-12)


@pytest.mark.parametrize(
    ("p", "q", "token"),
    [
        ([0.5, 0.6], [0.5, 0.5], 0),
        ([0.5, 0.5], [0.4, 0.4, 0.2], 0),
        ([1.5, -0.5], [0.5, 0.5], 0),
        ([0.5, 0.5], [1.0, 0.0], 1),
        ([0.5, 0.5], [0.5, 0.5], 2),
        ([[0.5, 0.5]], [[0.5, 0.5]], 0),
        ([], [], 0),
        ([np.nan, 1.0], [0.5, 0.5], 0),
    ],
)
def test_what_is_no_distribution_is_refused(p: list[float], q: list[float], token: int) -> None:
    with pytest.raises(ValueError, match="must"):
        speculative_sample(p, q, token, np.random.default_rng(0))
