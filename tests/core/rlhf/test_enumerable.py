"""The enumerable world: closed forms against each other, against sampling, and against autograd."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.rlhf import (
    best_of_n_distribution,
    best_of_n_divergence,
    best_of_n_kl,
    best_of_n_weights,
    divergence,
    divergence_from_uniform,
    enumerable,
    estimator_report,
    fit_dpo,
    fit_form,
    gibbs_optimum,
    kl_estimates,
    log_partition,
    new_bests,
)

REFERENCE, REWARDS = np.array([0.2, 0.5, 0.3]), np.array([1.0, 0.0, -1.0])
seeds = st.integers(0, 1000)


def world(seed: int, count: int = 12) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    return random.dirichlet(np.ones(count)) * 0.99 + 0.01 / count, random.integers(-3, 4, count).astype(float)


def test_the_optimum_by_hand() -> None:
    optimum = gibbs_optimum(REFERENCE, REWARDS, beta=0.5)
    assert optimum == pytest.approx([0.73217, 0.24772, 0.02012], abs=6e-6)
    log_z = log_partition(REFERENCE, REWARDS, beta=0.5)
    assert 0.5 * log_z == pytest.approx(0.35116, abs=6e-6)
    assert np.allclose(0.5 * np.log(optimum / REFERENCE) + 0.5 * log_z, REWARDS)


@given(seeds, st.floats(0.05, 20))
def test_no_policy_beats_the_optimum(seed: int, beta: float) -> None:
    reference, rewards = world(seed)
    value = beta * log_partition(reference, rewards, beta=beta)
    optimum = gibbs_optimum(reference, rewards, beta=beta)
    assert optimum @ rewards - beta * divergence(optimum, reference) == pytest.approx(value, abs=1e-6)
    other = np.random.default_rng(seed).dirichlet(np.ones(len(rewards)))
    assert other @ rewards - beta * divergence(other, reference) <= value + 1e-9


def test_beta_of_zero_and_of_a_hundred() -> None:
    assert gibbs_optimum(REFERENCE, REWARDS, beta=0).tolist() == [1, 0, 0]
    assert np.abs(gibbs_optimum(REFERENCE, REWARDS, beta=100) - REFERENCE).max() < 0.006


@pytest.mark.parametrize("beta", [0.1, 0.5, 5.0])
def test_dpo_recovers_the_optimum(beta: float) -> None:
    reference, rewards = world(3, 30)
    fit = fit_dpo(reference, rewards, beta=beta)
    assert all(check.passed for check in fit.checks)
    assert fit.distance[0] > 1e-3, "it had something to do"


def test_a_policy_that_dpo_missed_turns_its_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    reference, rewards = world(3, 30)
    monkeypatch.setattr(enumerable, "_tilt", lambda reference, exponent: reference)
    assert not any(check.passed for check in fit_dpo(reference, rewards, beta=0.5).checks)


@given(seeds, st.integers(1, 200))
def test_best_of_n_stays_under_the_bound(seed: int, n: int) -> None:
    reference, rewards = world(seed)
    best = best_of_n_distribution(reference, rewards, n)
    assert best.sum() == pytest.approx(1)
    assert -1e-12 <= divergence(best, reference) <= best_of_n_kl(n) + 1e-9
    if n == 1:
        assert np.allclose(best, reference)


def test_the_bound_is_loose_where_rewards_tie() -> None:
    best = best_of_n_distribution(np.array([0.5, 0.5]), np.array([0.0, 1.0]), 16)
    assert divergence(best, np.array([0.5, 0.5])) == pytest.approx(0.693, abs=1e-3)
    assert best_of_n_kl(16) == pytest.approx(1.835, abs=1e-3)


def test_best_of_n_against_drawing() -> None:
    reference, rewards = world(5)
    random = np.random.default_rng(0)
    draws = random.choice(len(rewards), size=(40_000, 4), p=reference)
    jitter = rewards[draws] + 1e-6 * random.random(draws.shape)
    won = draws[np.arange(len(draws)), jitter.argmax(1)]
    measured = np.bincount(won, minlength=len(rewards)) / len(draws)
    assert np.abs(measured - best_of_n_distribution(reference, rewards, 4)).max() < 0.012


@given(st.lists(st.integers(0, 3), min_size=2, max_size=7), st.data())
def test_weights_are_those_of_all_subsets(rewards: list[int], data: st.DataObject) -> None:
    from itertools import combinations

    n = data.draw(st.integers(1, len(rewards)))
    expected = np.zeros(len(rewards))
    subsets = list(combinations(range(len(rewards)), n))
    for subset in subsets:
        top = max(rewards[i] for i in subset)
        for i in range(len(rewards)):
            # Ties share within the whole group, which is the same on average.
            tied = [j for j in range(len(rewards)) if rewards[j] == top]
            expected[i] += (i in tied) / len(tied) / len(subsets)
    assert np.allclose(best_of_n_weights(np.array(rewards, dtype=float), n), expected)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=20), st.integers(1, 100))
def test_draws_from_recorded_samples_stay_under_the_bound(rewards: list[int], n: int) -> None:
    values = np.array(rewards, dtype=float)
    for atoms in (np.arange(len(values)), np.array(rewards)):
        assert -1e-12 <= best_of_n_divergence(values, atoms, n) <= best_of_n_kl(n) + 1e-9


@pytest.mark.parametrize(
    ("rewards", "places"), [([1.0], (0,)), ([1.0, 1.0, 0.0, 2.0, 2.0, 3.0], (0, 3, 5)), ([3.0, 2.0, 1.0], (0,))]
)
def test_new_bests_by_hand(rewards: list[float], places: tuple[int, ...]) -> None:
    assert new_bests(np.array(rewards)) == places


def test_divergence_takes_equal_samples_together() -> None:
    weights = np.array([0.5, 0.5, 0, 0])
    assert divergence_from_uniform(weights, np.array([0, 0, 1, 1])) == pytest.approx(np.log(2))
    assert divergence_from_uniform(weights, np.array([0, 1, 0, 1])) == pytest.approx(0)


def test_estimators_by_hand() -> None:
    report = estimator_report(np.array([0.6, 0.3, 0.1]), REFERENCE)
    assert report.kl == pytest.approx(0.39606, abs=6e-6)
    assert report.sd == pytest.approx([0.875, 0.217, 0.209], abs=6e-4)
    assert report.true_gradient == pytest.approx([0.4215, -0.2721, -0.1495], abs=6e-5)
    assert np.abs(report.gradients[0]).max() < 1e-12
    assert np.allclose(report.gradients[1], report.true_gradient)
    assert report.gradients[2] == pytest.approx([0.4, -0.2, -0.2])
    assert np.allclose(report.weighted_gradient, report.true_gradient)


@given(seeds)
def test_gradients_are_autograds(seed: int) -> None:
    policy, reference = world(seed)[0], world(seed + 1)[0]
    report = estimator_report(policy, reference)
    logits = torch.tensor(np.log(policy), requires_grad=True)
    log_q = torch.tensor(np.log(reference))

    def gradient(loss) -> np.ndarray:
        return torch.autograd.grad(loss(torch.log_softmax(logits, -1)), logits)[0].numpy()

    weights = torch.tensor(policy)
    exact = gradient(lambda logs: (logs.exp() * (logs - log_q)).sum())
    assert np.allclose(exact, report.true_gradient, atol=1e-9)
    for place in range(3):
        as_loss = gradient(lambda logs, place=place: weights @ kl_estimates(logs, log_q)[place])
        assert np.allclose(as_loss, report.gradients[place], atol=1e-9)
    weighted = gradient(lambda logs: (weights * (logs - logs.detach()).exp() * kl_estimates(logs, log_q)[2]).sum())
    assert np.allclose(weighted, report.weighted_gradient, atol=1e-9)


@pytest.mark.parametrize("form", ["best_of_n", "rl"])
def test_a_curve_of_the_form_is_found_again(form: str) -> None:
    kl = np.linspace(0, 30, 50)
    d = np.sqrt(kl)
    bend = d if form == "best_of_n" else np.log(np.maximum(d, 1e-9))
    fit = fit_form(kl, d * (1.5 - 0.4 * bend), form)
    assert (fit.a, fit.b) == pytest.approx((1.5, 0.4))
    assert fit.residual < 1e-9
    other = fit_form(kl, d * (1.5 - 0.4 * bend), "rl" if form == "best_of_n" else "best_of_n")
    assert other.residual > 0.01, "the two forms can be told apart"


@pytest.mark.parametrize(
    "call",
    [
        lambda: divergence(np.array([0.5, 0.6]), np.array([0.5, 0.5])),
        lambda: gibbs_optimum(REFERENCE, REWARDS, beta=-1.0),
        lambda: log_partition(REFERENCE, REWARDS, beta=0.0),
        lambda: best_of_n_distribution(REFERENCE, REWARDS, 0),
        lambda: best_of_n_weights(REWARDS, 4),
        lambda: estimator_report(np.array([1.0, 0.0]), np.array([0.5, 0.5])),
        lambda: fit_dpo(REFERENCE, REWARDS, beta=0.0),
        lambda: fit_form(np.zeros(3), np.zeros(3), "rl"),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(ValueError, match="must"):
        call()
