"""What follows a rejection: the right rule keeps the target's law, the almost right one has a law of its own."""

import numpy as np
import pytest

from core.decoding import FOUR_TOKENS, goodness, overlap, residual, two_rules

TARGET, DRAFT = FOUR_TOKENS.target, FOUR_TOKENS.draft
P, Q = np.array(TARGET), np.array(DRAFT)
SAMPLES = 20_000


@pytest.mark.parametrize("seed", range(3))
def test_the_residual_keeps_the_law_and_drawing_anew_does_not(seed: int) -> None:
    counts = two_rules(TARGET, DRAFT, SAMPLES, seed)
    assert counts.residual.sum() == counts.redrawn.sum() == SAMPLES
    assert goodness(counts.residual, P).statistic < goodness(counts.residual, P).critical
    assert goodness(counts.redrawn, P).statistic > 10 * goodness(counts.redrawn, P).critical


def test_drawing_anew_has_the_law_that_its_docstring_names() -> None:
    counts, accepted = two_rules(TARGET, DRAFT, SAMPLES, 0), overlap(P, Q)
    law = np.minimum(P, Q) + (1 - accepted) * P
    assert law.sum() == pytest.approx(1)
    assert goodness(counts.redrawn, law).statistic < goodness(counts.redrawn, law).critical
    assert abs(counts.accepted - accepted) < 4 * np.sqrt(accepted * (1 - accepted) / SAMPLES)


def test_laws_are_scaled_to_one_and_a_seed_gives_the_same_counts() -> None:
    once, scaled = two_rules(TARGET, DRAFT, 500, 4), two_rules(tuple(2 * p for p in TARGET), DRAFT, 500, 4)
    assert np.array_equal(once.residual, scaled.residual)
    assert np.array_equal(once.redrawn, scaled.redrawn)
    assert not np.array_equal(once.redrawn, two_rules(TARGET, DRAFT, 500, 5).redrawn)


def test_the_four_tokens_are_consistent() -> None:
    assert P.sum() == Q.sum() == pytest.approx(1)
    assert FOUR_TOKENS.overlap == pytest.approx(overlap(P, Q))
    assert FOUR_TOKENS.residual == pytest.approx(residual(P, Q))
