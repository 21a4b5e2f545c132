"""Rewards fitted to a handful of labels against scikit-learn, the policy that follows them, and labels as a file."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import check_grad
from sklearn.linear_model import LogisticRegression

from core.rlhf import (
    PLACES,
    WORDS,
    Judgment,
    Rater,
    differences,
    divergence,
    features,
    fit_rewards,
    gibbs_optimum,
    gold_agreement,
    gold_reward,
    information,
    judged_by,
    judgments_from_json,
    judgments_to_json,
    most_informative,
    pool,
    random_responses,
    run_against,
    tilt_checks,
    tilted,
    unasked,
)
from core.rlhf.judging import _derivatives, _loss
from core.rlhf.judgments import MOST_BYTES, MOST_JUDGMENTS
from core.rlhf.tilting import STEP


def by_scikit_learn(pairs: np.ndarray, prior: float) -> np.ndarray:
    """The same minimum: both ways round, the likelihood doubles, and so must the prior."""
    both, labels = np.concatenate([pairs, -pairs]), np.repeat([1, 0], len(pairs))
    model = LogisticRegression(C=1 / (2 * prior), fit_intercept=False, tol=1e-12, solver="newton-cholesky")
    return np.asarray(model.fit(both, labels).coef_[0])


@pytest.mark.parametrize("prior", [0.1, 1.0, 7.5])
@pytest.mark.parametrize(("count", "width", "scale"), [(1, 3, 1.0), (20, 12, 1.0), (300, 12, 5.0), (3, 20, 0.2)])
def test_a_fit_is_scikit_learns(count: int, width: int, scale: float, prior: float) -> None:
    pairs = scale * np.random.default_rng(count).normal(size=(count, width))
    fit = fit_rewards(pairs, prior=prior)
    assert np.allclose(fit.weights, by_scikit_learn(pairs, prior), atol=1e-7)
    chances = 1 / (1 + np.exp(-pairs @ fit.weights))
    assert fit.log_likelihood == pytest.approx(np.log(chances).sum())
    hessian = (pairs.T * chances * (1 - chances)) @ pairs + prior * np.eye(width)
    assert np.allclose(fit.spread, np.sqrt(np.diag(np.linalg.inv(hessian))))


def test_labels_that_can_be_told_apart_leave_the_weights_finite() -> None:
    fit = fit_rewards(np.tile([[1.0, 0.0]], (30, 1)), prior=1e-6)
    assert 10 < fit.weights[0] < 30
    assert fit.weights[1] == 0
    assert fit.spread[1] == pytest.approx(1e3)


@pytest.mark.parametrize("scale", [1e-200, 1e-20, 1e20, 1e90])
def test_rewards_of_any_size_can_be_fitted(scale: float) -> None:
    pairs = scale * np.random.default_rng(5).normal(size=(20, 4))
    fit = fit_rewards(pairs)
    assert np.isfinite([*fit.weights, *fit.spread, fit.log_likelihood]).all()
    slope = _derivatives(pairs, fit.weights, 1.0)[0]
    assert np.abs(slope).max() <= 1e-6 * max(1.0, np.abs(pairs).max())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 6))
def test_a_fit_turns_around_with_its_pairs(seed: int, count: int, width: int) -> None:
    pairs = np.random.default_rng(seed).normal(size=(count, width))
    fit, turned = fit_rewards(pairs), fit_rewards(-pairs)
    assert np.allclose(fit.weights, -turned.weights)
    assert np.allclose(fit.spread, turned.spread)
    assert (fit.spread <= 1 + 1e-12).all()
    assert check_grad(lambda w: _loss(pairs, w, 1.0), lambda w: _derivatives(pairs, w, 1.0)[0], fit.weights) < 1e-5


@pytest.mark.parametrize(
    ("pairs", "prior"),
    [
        (np.zeros((0, 3)), 1.0),
        (np.zeros((3, 0)), 1.0),
        (np.zeros(3), 1.0),
        (np.zeros((2, 2, 2)), 1.0),
        (np.array([[1.0, np.nan]]), 1.0),
        (np.array([[np.inf, 1.0]]), 1.0),
        (np.array([[1e200, 1.0]]), 1.0),
        (np.ones((2, 2)), 0.0),
        (np.ones((2, 2)), -1.0),
        (np.ones((2, 2)), float("nan")),
        (np.ones((2, 2)), float("inf")),
        (np.ones((2, 2)), 1e-17),
        (np.ones((2, 2)), 1e-20),
        (np.ones((2, 2)), 1e-300),
        (1e20 * np.ones((2, 2)), 1.0),
        ([[-1e99, 1e99]], 1.0),
        ([[10**400, 1]], 1.0),
        ([[1 + 1j, 2]], 1.0),
        ([["a", "b"]], 1.0),
        ([["1", "2"]], 1.0),
        ([[1.0, None]], 1.0),
        ([[1.0, 2.0], [3.0]], 1.0),
        (None, 1.0),
        (np.ones((2, 2)), "1"),
        (np.ones((2, 2)), None),
        (np.ones((2, 2)), 1 + 1j),
        (np.ones((2, 2)), 10**400),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(pairs: Any, prior: Any) -> None:
    with pytest.raises(ValueError, match="must"):
        fit_rewards(pairs, prior=prior)


def test_a_fit_takes_lists_and_whole_numbers() -> None:
    assert np.allclose(fit_rewards([[1, 0], [0, 2]]).weights, fit_rewards(np.array([[1.0, 0], [0, 2]])).weights)


def test_the_spread_of_a_reward_is_that_of_its_weights() -> None:
    fit = fit_rewards(np.random.default_rng(2).normal(size=(20, 4)))
    assert np.allclose(fit.spread_of(np.eye(4)), fit.spread)
    assert fit.spread_of(np.zeros((1, 4))) == 0


def test_the_information_of_a_pair_is_what_the_determinant_gains() -> None:
    random = np.random.default_rng(3)
    pairs, asked = random.normal(size=(20, 4)), random.normal(size=(5, 4))
    fit = fit_rewards(pairs)
    for row, told in zip(asked, information(fit, asked), strict=True):
        chance = 1 / (1 + np.exp(-row @ fit.weights))
        after = np.linalg.inv(fit.covariance) + chance * (1 - chance) * np.outer(row, row)
        gain = (np.linalg.slogdet(after)[1] + np.linalg.slogdet(fit.covariance)[1]) / 2
        assert told == pytest.approx(gain)
    assert np.allclose(information(fit, asked), information(fit, -asked))


def test_the_tilted_policy_is_the_gibbs_optimum_over_all_short_responses() -> None:
    """Words are few enough to list all responses of up to four; the longer ones are left out on both sides."""
    weights = np.random.default_rng(4).normal(size=len(WORDS))
    policy, start = tilted(weights, 1.5), tilted(weights, 0.0)
    grids = [np.stack(np.meshgrid(*[np.arange(1, len(WORDS))] * n, indexing="ij"), -1).reshape(-1, n) for n in (1, 2)]
    rows = np.concatenate([np.pad(grid, ((0, 0), (0, PLACES - grid.shape[1]))) for grid in grids])
    sizes = (rows > 0).sum(1)

    def chances(law: object) -> np.ndarray:
        spoken = np.where(rows > 0, np.append(1.0, law.words)[rows], 1.0).prod(1)
        found = law.lengths[sizes - 1] * spoken
        return found / found.sum()

    optimum = gibbs_optimum(chances(start), features(rows) @ weights, beta=1 / 1.5)
    assert np.allclose(chances(policy), optimum)
    assert divergence(chances(policy), optimum) < 1e-12


@pytest.mark.parametrize("strength", [0.0, 1.0, 4.0])
def test_closed_forms_of_the_tilted_policy_agree_with_what_it_says(strength: float) -> None:
    weights = np.random.default_rng(6).normal(size=len(WORDS))
    policy = tilted(weights, strength)
    assert policy.words.sum() == pytest.approx(1)
    assert policy.lengths.sum() == pytest.approx(1)
    assert all(check.passed for check in tilt_checks(policy, weights, seed=1))
    assert not all(check.passed for check in tilt_checks(tilted(weights, strength + 2), -weights, seed=1))


def test_the_start_of_a_run_is_the_texts_of_the_start() -> None:
    run = run_against(np.zeros(len(WORDS)), steps=2)
    drawn = random_responses(20_000, seed=3)
    assert np.allclose(run.kl, 0)
    assert run.gold[0] == pytest.approx(gold_reward(drawn).mean(), abs=0.05)
    assert run.length[0] == pytest.approx((drawn > 0).sum(1).mean(), abs=0.1)


def test_a_run_against_a_reward_climbs_it_and_its_kl_is_the_exact_one() -> None:
    weights = np.random.default_rng(7).normal(size=len(WORDS))
    run = run_against(weights)
    assert (np.diff(run.proxy) >= -1e-12).all()
    assert (np.diff(run.kl) >= -1e-12).all()
    # Along the path, d KL / d strength = strength * d proxy / d strength.
    strength = STEP * np.arange(101)
    slope = np.diff(run.kl) - (strength[1:] + strength[:-1]) / 2 * np.diff(run.proxy)
    assert np.abs(slope).max() < 0.05


@pytest.mark.parametrize("strength", [1e3, 1e200])
def test_a_strong_pull_ends_at_one_word(strength: float) -> None:
    weights = np.zeros(len(WORDS))
    weights[1] = 1.0
    policy = tilted(weights, strength)
    assert policy.words[1] == pytest.approx(1)
    assert policy.length == pytest.approx(PLACES)


@pytest.mark.parametrize(
    ("weights", "strength"), [(np.zeros(3), 1.0), (np.full(12, np.nan), 1.0), (np.zeros(12), -1.0)]
)
def test_what_cannot_be_tilted_is_refused(weights: np.ndarray, strength: float) -> None:
    with pytest.raises(ValueError, match="must"):
        tilted(weights, strength)


def test_a_rater_without_noise_teaches_more_of_the_gold_order() -> None:
    asked = pool()[:120]
    honest, liar = (
        gold_agreement(fit_rewards(differences(judged_by(rater, asked))))
        for rater in (Rater(noise=0), Rater(noise=0, poison=1.0))
    )
    assert honest > 0.7
    assert liar == pytest.approx(1 - honest, abs=1e-9)


def test_a_partner_judges_a_pair_alike_whatever_else_is_judged() -> None:
    rater = Rater(careless=0.5)
    assert judged_by(rater, pool()[:9])[4] == judged_by(rater, pool()[4:5])[0]


def test_no_pair_is_asked_twice_and_the_most_informative_is_the_largest() -> None:
    judged = judged_by(Rater(), pool()[:20])
    left = unasked(judged)
    assert len(left) == len(pool()) - 20
    fit = fit_rewards(differences(judged))
    told = information(fit, differences(left))
    assert most_informative(fit, left) == left[int(told.argmax())]
    with pytest.raises(ValueError, match="no pairs left"):
        most_informative(fit, ())


def test_judgments_come_back_from_their_file() -> None:
    judged = judged_by(Rater(), pool()[:20])
    assert judgments_from_json(judgments_to_json(judged)) == judged
    assert judgments_from_json(judgments_to_json(()).encode()) == ()


LABEL = {"first": "sun light", "second": "um", "chosen": "first"}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        b"\xff\xfe",
        json.dumps({"kind": "other", "labels": []}),
        json.dumps({"kind": "reward model labels", "labels": {}}),
        json.dumps({"kind": "reward model labels", "labels": [LABEL] * (MOST_JUDGMENTS + 1)}),
        *(
            json.dumps({"kind": "reward model labels", "labels": [{**LABEL, **change}]})
            for change in (
                {"chosen": "neither"},
                {"chosen": ["first"]},
                {"first": "<b>sun</b>"},
                {"first": ""},
                {"first": "sun " * (PLACES + 1)},
                {"second": 3},
                {"second": None},
            )
        ),
        " " * (MOST_BYTES + 1),
    ],
)
def test_what_is_no_file_of_judgments_is_refused_in_words(written: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"must|not JSON|at most"):
        judgments_from_json(written)


def test_a_label_by_hand_is_read() -> None:
    written = json.dumps({"kind": "reward model labels", "labels": [LABEL]})
    assert judgments_from_json(written) == (Judgment((1, 2), (7,), True),)
