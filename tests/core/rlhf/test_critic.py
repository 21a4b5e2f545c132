"""Explained variance of the value head: the formula against scikit-learn, and the recorded table."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import r2_score

from core.rlhf import (
    BETAS,
    SEEDS,
    VAR_EXPLAINED,
    RunParams,
    explained_variance,
    recorded_critic,
    recorded_run,
    train,
    usual,
)
from core.rlhf.with_torch.training import updates


@pytest.mark.parametrize("seed", range(4))
def test_it_is_the_share_of_variance_that_a_second_implementation_gives(seed: int) -> None:
    random = np.random.default_rng(seed)
    returns = random.normal(size=50)
    guesses = returns + random.normal(scale=seed, size=50) + 0.3
    expected = r2_score(returns, guesses)
    assert explained_variance(guesses, returns) == pytest.approx(expected, abs=1e-12)
    again = explained_variance(torch.from_numpy(3 * guesses - 1), torch.from_numpy(3 * returns - 1))
    assert float(again) == pytest.approx(expected, abs=1e-12)


def test_its_ends() -> None:
    returns = np.array([1.0, 2.0, 4.0])
    assert explained_variance(returns, returns) == 1
    assert explained_variance(np.full(3, returns.mean()), returns) == pytest.approx(0, abs=1e-15)
    assert explained_variance(-returns, returns) < 0
    assert np.isnan(explained_variance(returns, np.ones(3)))


def test_a_run_has_it_under_trls_name() -> None:
    run = train(RunParams(pairs=50, steps=3, batch=16))
    assert VAR_EXPLAINED == "ppo/val/var_explained"
    assert run.metrics[VAR_EXPLAINED].shape == (3,)
    assert (run.metrics[VAR_EXPLAINED] <= 1).all()
    assert VAR_EXPLAINED not in train(RunParams(algorithm="grpo", pairs=50, steps=2, batch=16)).metrics


def test_returns_that_are_all_alike_are_no_divergence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "explained_variance", lambda guesses, returns: float("nan"))
    run = train(RunParams(pairs=50, steps=3, batch=16))
    assert run.diverged_at is None
    assert np.isnan(run.metrics[VAR_EXPLAINED]).all()


def test_the_recorded_series_belong_to_the_recorded_runs() -> None:
    table = recorded_critic()
    for beta in BETAS:
        for seed in SEEDS:
            run = recorded_run(usual(beta=beta, seed=seed))
            assert run is not None
            assert table.off(run) == pytest.approx(0, abs=1e-4)
            mine, seeds = table.of(run.params), table.over_seeds(run.params)
            assert mine is not None
            assert seeds is not None
            assert np.array_equal(seeds[seed], mine)
    assert table.of(usual(pairs=8000)) is None
    assert table.over_seeds(replace(usual(), epochs=1)) is None
    other = recorded_run(usual(pairs=8000))
    assert other is not None
    assert table.off(other) is None
    one = recorded_run(usual(beta=0.3))
    assert one is not None
    damaged = table.off(replace(one, gold=one.gold + 1))
    assert damaged is not None
    assert damaged > 0.5
