"""Readers of the Markov language, against the best loss that is possible."""

import math

import numpy as np
import pytest

from core.transformer import Chain, ReaderParams, train_reader
from core.transformer.with_torch.training.reader import asked, best_losses, bound_check


def test_the_best_decoder_pays_the_entropy_given_the_past() -> None:
    params, chain = ReaderParams(states=6), Chain.random(6, seed=0)
    best = best_losses(params, chain, asked(params, chain, np.random.default_rng(0), 4_000))
    assert abs(best.mean() - chain.entropy_past) < 4 * best.std() / math.sqrt(len(best))


def test_the_best_encoder_is_the_posterior_of_the_chain() -> None:
    params, chain = ReaderParams(reader="encoder", states=6, share=0.05), Chain.random(6, seed=0)
    test = asked(params, chain, np.random.default_rng(0), 50)
    ids, right, where = test
    best = best_losses(params, chain, test)
    rows = chain.posterior(ids[3], ids[3] == 6, share=0.05, random=0.1)
    mean = np.mean([-math.log(rows[place, right[3, place]]) for place in np.flatnonzero(where[3])])
    assert math.isclose(best[3], float(mean))


@pytest.mark.parametrize("reader", ["decoder", "encoder"])
def test_a_short_run_falls_and_stays_above_its_bound(reader: str) -> None:
    run = train_reader(ReaderParams(reader=reader, states=4, steps=120))  # type: ignore[arg-type]
    assert run.loss[-1] < run.loss[0]
    assert math.isclose(run.loss[-1] - run.bound, run.excess.mean(), abs_tol=1e-6)
    assert run.standard_error > 0 and all(check.passed for check in run.checks)
    assert (np.diff(run.guesses) > 0).all()
    alone, past, both = run.entropies
    assert alone >= past >= both


def test_a_reader_better_than_possible_turns_the_check_red() -> None:
    assert not bound_check(np.full(50, -0.1) + np.linspace(-0.01, 0.01, 50)).passed
    assert bound_check(np.linspace(-0.5, 0.6, 50)).passed


@pytest.mark.parametrize("bad", [{"states": 1}, {"share": 0.0}, {"steps": 0}])
def test_params_out_of_range_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        ReaderParams(**bad)  # type: ignore[arg-type]
