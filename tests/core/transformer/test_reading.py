"""Readers of the Markov language, against the best loss that is possible."""

import math
from itertools import pairwise, product

import numpy as np
import pytest

from core.transformer import READERS, SEEDS, Chain, ReaderParams, recorded_readers, train_reader
from core.transformer.with_torch.training.reader import asked, asked_posterior, best_losses, bound_check


def test_the_best_decoder_pays_the_entropy_given_the_past() -> None:
    params, chain = ReaderParams(states=6), Chain.random(6, seed=0)
    best = best_losses(params, chain, asked(params, chain, np.random.default_rng(0), 4_000))
    assert abs(best.mean() - chain.entropy_past) < 4 * best.std() / math.sqrt(len(best))


def test_what_an_asked_reader_can_know_is_what_counting_all_texts_gives() -> None:
    chain, share = Chain.random(3, seed=1), 0.3
    seen = np.array([3, 1, 0, 2])
    known = asked_posterior(chain, seen, share=share)
    for asked_place in range(len(seen)):
        weights = np.zeros(3)
        for text in product(range(3), repeat=len(seen)):
            p = chain.stationary[text[0]]
            for before, after in pairwise(text):
                p *= chain.matrix[before, after]
            for place, (true, shown) in enumerate(zip(text, seen, strict=True)):
                changed = 0.8 if shown == 3 else 0.1 / 3 + 0.1 * (true == shown)
                p *= share * changed + (0 if place == asked_place else (1 - share) * (true == shown))
            weights[text[asked_place]] += p
        assert np.allclose(known[asked_place], weights / weights.sum())


def test_being_asked_helps_the_best_encoder() -> None:
    params, chain = ReaderParams(reader="encoder", states=6), Chain.random(6, seed=0)
    test = asked(params, chain, np.random.default_rng(0), 400)
    ids, right, where = test
    unaware = [
        -np.log(chain.posterior(seen, seen == 6, share=0.15, random=0.1)[chosen, true[chosen]]).mean()
        for seen, true, chosen in zip(ids, right, where, strict=True)
    ]
    gain = np.array(unaware) - best_losses(params, chain, test)
    assert gain.mean() > 3 * gain.std() / math.sqrt(len(gain))


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


@pytest.mark.parametrize("name", READERS)
def test_no_recorded_reader_is_better_than_possible(name: str) -> None:
    runs = recorded_readers().by_name[name]
    assert len(runs) == len(SEEDS)
    for run in runs:
        assert all(check.passed for check in run.checks)
        assert run.excess.mean() > -3 * run.standard_error
        assert math.isclose(run.loss[-1] - run.bound, run.excess.mean(), abs_tol=1e-6)
