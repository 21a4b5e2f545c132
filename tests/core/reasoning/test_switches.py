"""Switches that decide whether to think, and calibration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasoning import Mixture, all_knowing, calibrated, switched, thinking, trained

SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=30).map(lambda some: np.array(some, float))


@given(SCORES, st.floats(0, 1))
def test_it_thinks_as_often_as_asked_and_about_the_largest(scores: np.ndarray, share: float) -> None:
    found = thinking(scores, share)
    assert found.mean() == pytest.approx(share, abs=1e-12) and (found >= 0).all() and (found <= 1).all()
    order = np.argsort(scores)
    assert (np.diff(found[order]) >= -1e-12).all()
    for value in np.unique(scores):
        assert np.ptp(found[scores == value]) < 1e-12


def made(count: int = 60, seed: int = 0) -> Mixture:
    rng = np.random.default_rng(seed)
    direct, chain = ((rng.random(count) < share) * 1.0 for share in (0.4, 0.6))
    return Mixture(
        direct, chain, np.full(count, 7.0), np.full(count, 29.0), {"entropy": chain - direct}, ("a",) * count
    )


def test_a_switch_ends_in_both_ways_and_the_best_score_is_ahead_of_chance() -> None:
    some = made()
    never, half, always = (switched(some, "entropy", share) for share in (0, 0.5, 1))
    assert (never.accuracy, never.tokens) == (some.direct.mean(), 7)
    assert (always.accuracy, always.tokens) == (some.chain.mean(), 29)
    assert half.tokens == pytest.approx(18) and half.ahead.side == 1
    assert half.ahead.mean == pytest.approx(half.accuracy - (never.accuracy + always.accuracy) / 2)
    best = all_knowing(some)
    assert best.accuracy == np.maximum(some.direct, some.chain).mean()
    assert best.accuracy == switched(some, "entropy", best.share).accuracy >= half.accuracy


def test_a_score_without_meaning_is_chance() -> None:
    some = made()
    some.scores["entropy"][:] = 1
    for share in (0.2, 0.5):
        one = switched(some, "entropy", share)
        assert one.ahead.mean == pytest.approx(0, abs=1e-12) and one.ahead.side == 0


def test_a_switch_refuses() -> None:
    for call in (
        lambda: switched(made(), "length", 0.5), lambda: switched(made(), "entropy", 1.1),
        lambda: thinking(np.array([1.0]), -0.1), lambda: thinking(np.array([np.nan]), 0.5),
        lambda: thinking(np.array([1.0]), float("nan")),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="must be"):
            call()


def test_what_is_trained_never_sees_the_set_that_it_scores() -> None:
    rng = np.random.default_rng(1)
    features = rng.normal(size=(2, 3, 20, 3))
    weights = np.array([0.5, -0.2, 0.1])
    gains = features @ weights
    assert trained(features, gains) == pytest.approx(gains, abs=1e-9)
    other = gains.copy()
    other[:, 1] = rng.normal(size=(2, 20))
    assert trained(features, other)[:, 1] == pytest.approx(gains[:, 1], abs=1e-9)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20))
def test_calibration_takes_the_mean_away_and_keeps_the_order(values: list[float]) -> None:
    log_odds = np.array([values])
    found = calibrated(log_odds)
    assert abs(found.mean()) < 1e-10 and (np.argsort(found, kind="stable") >= 0).all()
    assert found == pytest.approx(log_odds - np.mean(values), abs=1e-9)
