"""What runs say together: their identities, comparisons over seeds, the nearest run, and the fit on bins."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from scipy.stats import spearmanr, ttest_1samp

from core.rlhf import (
    BETAS,
    LABELERS,
    PAIRS,
    SEEDS,
    RunHistory,
    RunParams,
    at_the_same_kl,
    best_gold,
    binned,
    difference,
    differing,
    end_gold,
    fall_steps,
    fit_form,
    gold_parts,
    gold_reward,
    grid,
    labeler_arms,
    length_arms,
    nearest_run,
    recorded_arms,
    recorded_labels,
    recorded_run,
    recorded_runs,
    seconds_of,
    texts,
    usual,
)
from core.rlhf.records import curves_of, more_seeds, story_runs
from core.rlhf.seeds import gold_at
from core.rlhf.world import END, PLACES, WORDS


def kept(**choices: object) -> RunHistory:
    run = recorded_run(usual(**choices))
    assert run is not None
    return run


def failed(run: RunHistory) -> set[str]:
    return {check.name for check in run.checks if not check.passed}


def test_the_identities_hold_in_every_recorded_run() -> None:
    assert not [(run.params, failed(run)) for run in recorded_runs().values() if failed(run)]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("KL is 0 at the start", lambda run: {"kl": run.kl + 0.01}),
        (
            "k1 averages to the exact KL",
            lambda run: {"metrics": {**run.metrics, "objective/kl": -run.metrics["objective/kl"]}},
        ),
        ("Kept responses have the gold of the curve", lambda run: {"gold": run.gold + 0.2}),
        ("Kept responses have the gold of the curve", lambda run: {"samples": run.samples[:1].repeat(150, axis=0)}),
        ("Kept responses have the proxy of the curve", lambda run: {"proxy": 1.1 * run.proxy}),
        ("Kept responses have the length of the curve", lambda run: {"length": run.length + 1}),
    ],
)
def test_a_corrupted_run_fails_its_check(name: str, change: object) -> None:
    run = kept(seed=1)
    bad = replace(run, **change(run))
    assert name in failed(bad)
    assert not failed(run)


def test_a_best_of_n_beyond_its_bound_fails() -> None:
    run = kept(algorithm="best_of_n")
    assert "KL stays under log n − (n − 1)/n" in failed(replace(run, kl=run.kl + 0.5))


@given(st.lists(st.integers(0, len(WORDS) - 1), min_size=PLACES, max_size=PLACES))
def test_gold_is_counted_as_by_hand(row: list[int]) -> None:
    words = row[: row.index(END)] if END in row else row
    useful = len({WORDS[word] for word in words} & {"sun", "light", "air", "scatters", "blue", "most"})
    repeats, beyond = len(words) - len(set(words)), max(0, len(words) - 6)
    assert gold_parts(np.array([row]))[0].tolist() == [useful, repeats, beyond]
    assert gold_reward(np.array([row]))[0] == pytest.approx(useful - 0.5 * repeats - 0.15 * beyond)
    assert texts(np.array([row]))[0].removesuffix(" —").split() == [WORDS[word] for word in words]


def test_a_difference_is_clear_only_beyond_the_spread() -> None:
    assert difference([2.0, 2.1, 2.2], [1.0, 1.1, 1.0]).clear
    assert not difference([2.0, 0.9, 1.2], [1.0, 1.0, 1.0]).clear, "one seed goes the other way"
    assert not difference([1.0, 1.0, 4.0], [0.9, 0.9, 0.9]).clear, "one seed makes the mean"
    assert not difference([1.0, 1.0], [1.0, 1.0]).clear, "a tie"
    assert difference([1.0] * 11 + [0.0], [0.5] * 12).clear, "of many seeds one may stray"
    assert not difference([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]).clear, "three seeds of one sign, 3.5 standard errors"
    with pytest.raises(ValueError, match="too few"):
        difference([1.0], [2.0])


@pytest.mark.parametrize("seeds", [2, 3, 5, 12])
def test_noise_is_called_clear_in_one_case_of_twenty(seeds: int) -> None:
    noise = np.random.default_rng(0).normal(size=(2000, seeds))
    found = [difference(row, np.zeros(seeds)) for row in noise]
    assert np.mean([gap.clear for gap in found]) == pytest.approx(0.05, abs=0.02)
    by_scipy = ttest_1samp(noise[:50], 0, axis=1).pvalue
    assert [gap.chance for gap in found[:50]] == pytest.approx(by_scipy.tolist())


def test_runs_are_compared_at_a_divergence_that_all_have() -> None:
    one, other = ([kept(beta=beta, seed=seed) for seed in SEEDS] for beta in (0.3, 0.0))
    met = at_the_same_kl(one, other)
    assert met is not None
    level, golds, others = met
    for run, gold in zip([*one, *other], [*golds, *others], strict=True):
        near = [g for g, kl in zip(run.gold, run.kl, strict=True) if abs(kl**0.5 - level**0.5) < 0.15]
        assert run.kl.max() >= level
        assert gold == pytest.approx(np.mean(near), abs=1e-5)
    assert at_the_same_kl([kept(beta=1.0)] * 2, other) is None, "it stays below one nat"
    assert np.isnan(gold_at(one[0], 1000.0))


def test_best_and_end_are_those_of_the_curves() -> None:
    runs = [kept(seed=seed) for seed in SEEDS]
    by_hand = [max(np.convolve(run.gold, [0.2] * 5, "valid")) for run in runs]
    assert best_gold(runs).tolist() == pytest.approx(by_hand, abs=1e-5), "no single step's gold"
    assert end_gold(runs).tolist() == pytest.approx([np.mean(run.gold[140:150]) for run in runs], abs=1e-5)


def test_a_fall_is_the_first_step_half_a_point_below_the_peak() -> None:
    falling = replace(kept(), gold=np.concatenate([np.linspace(0, 2, 50), np.full(50, 2.0), np.linspace(2, 0, 50)]))
    flat = replace(kept(), gold=np.full(150, 2.0))
    # The fall has slope 2 / 49: 12 of its steps are 0.49 points, 13 are 0.53.
    assert fall_steps([falling, flat]).tolist() == [113, 150]
    assert fall_steps([falling], by=1.5).tolist() == [137]


def test_arms_are_paired_by_the_seeds_that_all_of_them_have() -> None:
    for arms, seeds in (
        ({beta: usual(beta=beta) for beta in BETAS}, (0, 1, 2, 3, 4)),
        (length_arms(2), (0, 1, 2, 3, 4)),
        ({"one": usual(), "worst of 4": replace(usual(), ensemble=4, rule="worst")}, (0, 1, 2)),
        ({"one": usual(), "group": replace(usual("grpo"), group=16)}, ()),
    ):
        found = recorded_arms(arms)
        assert {name: tuple(run.params.seed for run in arm) for name, arm in found.items()} == dict.fromkeys(
            arms, seeds
        )
        assert all(
            replace(run.params, seed=arms[name].seed) == arms[name] for name, arm in found.items() for run in arm
        )


def test_a_run_of_a_story_holds_its_curves_and_one_response_a_step() -> None:
    run = kept(beta=0.3)
    brief = curves_of(run)
    for name in ("kl", "proxy", "gold", "length", "entropy"):
        assert np.array_equal(getattr(brief, name), getattr(run, name))
    assert brief.samples.shape == (150, 1, run.samples.shape[2])
    assert not failed(brief)
    assert all(kept(beta=params.beta, pairs=500, seed=3).samples.shape[1] == 1 for params in grid()[:5])


def test_bins_count_each_stretch_of_the_curve_alike() -> None:
    kl = np.concatenate([np.linspace(0.1, 2, 20) ** 2, np.full(1000, 36.0)])
    d = np.sqrt(kl)
    truth = d * (2.0 - 0.4 * d)
    places, means = binned(kl, truth)
    assert (np.diff(places) > 0).all()
    assert np.sum(places > 30) == 1
    for place, mean in zip(places, means, strict=True):
        inside = np.floor(d / 0.25) == np.floor(np.sqrt(place) / 0.25)
        assert mean == pytest.approx(truth[inside].mean())


def test_most_steps_lie_far_out_and_would_hide_the_peak() -> None:
    run = kept()
    gain = (run.gold - run.gold[0]).astype(float)
    assert np.mean(np.sqrt(np.maximum(run.kl, 0)) > 6) > 0.5
    by_steps = fit_form(run.kl.astype(float), gain, "rl")
    by_bins = fit_form(*binned(run.kl, gain), "rl")
    assert by_steps.explained > 0.99, "which says nothing of the peak"
    best = binned(run.kl, gain)[1].max()
    assert abs(by_bins.peak - best) < 0.1 < abs(by_steps.peak - best)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fit_to_bins_solves_its_normal_equations(seed: int) -> None:
    run = kept(seed=seed)
    kl, gain = binned(run.kl, run.gold - run.gold[0])
    fits = [fit_form(kl, gain, form) for form in ("rl", "best_of_n")]
    better = min(fits, key=lambda fit: fit.residual)
    d = np.sqrt(kl)
    bend = d * np.log(np.maximum(d, 1e-9)) if better.form == "rl" else d**2
    solved = np.linalg.solve([[d @ d, -d @ bend], [-d @ bend, bend @ bend]], [d @ gain, -bend @ gain])
    assert solved.tolist() == pytest.approx([better.a, better.b], rel=1e-6)


def test_the_nearest_run_differs_least() -> None:
    for params in (*grid()[:5], *more_seeds(), *story_runs()):
        assert nearest_run(params).params == params
    for seed in SEEDS:
        near = nearest_run(replace(usual(beta=0.3, seed=seed), epochs=1))
        assert near.params.seed == seed, "further seeds keep too little to stand on the page"
    wide = replace(usual("grpo", beta=0.1), group=16)
    assert nearest_run(wide).params == usual("grpo", beta=0.1)
    assert differing(wide, nearest_run(wide).params) == ("group",)
    many = replace(RunParams(beta=0.3), ensemble=4, rule="worst")
    assert len(differing(many, nearest_run(many).params)) == 1
    assert nearest_run(replace(usual("reinforce"), seed=2)).params.algorithm == "reinforce"


def test_three_seeds_of_every_arm_were_recorded() -> None:
    for arms in (length_arms, labeler_arms):
        for seed in SEEDS:
            assert all(recorded_run(params) is not None for params in arms(seed).values())
    assert all(recorded_run(usual("dpo", beta=0.1, seed=seed)) is not None for seed in SEEDS)


def test_the_table_of_labels_agrees_with_the_runs() -> None:
    table = recorded_labels()
    assert table.gold_accuracy.shape == (len(LABELERS), len(PAIRS), len(SEEDS))
    for place, seed in enumerate(SEEDS):
        for labeler, arm in enumerate(("8000", "AI", "AI long", "AI first")):
            run = recorded_run(labeler_arms(seed)[arm])
            assert run is not None
            assert table.gold_accuracy[labeler, -1, place] == pytest.approx(run.reward_fit.gold_accuracy, abs=0.01)


def test_the_first_bias_is_noise_and_the_bias_for_length_is_not() -> None:
    accuracy = dict(zip(LABELERS, recorded_labels().gold_accuracy, strict=True))
    assert difference(accuracy["AI long"][-1], accuracy["AI"][-1]).clear
    assert not difference(accuracy["AI first"][-1], accuracy["AI"][-1]).clear
    assert (accuracy["AI first"][0] < accuracy["AI"][0]).all()
    # A share f of labels that go to the first turns P into (1 - f) P + f, whatever is said in which place: averaged
    # over both orders the preference shrinks and keeps its sign.
    chance = expit(np.linspace(-3, 3, 7))
    both = ((0.7 * chance + 0.3) + (1 - (0.7 * (1 - chance) + 0.3))) / 2
    assert (np.sign(both - 0.5) == np.sign(chance - 0.5)).all()


def test_accuracy_and_fate_are_ranked_by_hand() -> None:
    runs = [recorded_runs()[params] for params in grid() if params.beta in (0.0, 0.1)]
    accuracy, gold = (
        np.array(values) for values in zip(*((r.reward_fit.accuracy[-1], r.gold[-1]) for r in runs), strict=True)
    )
    ranks = [np.array([np.mean(np.flatnonzero(np.sort(v) == x)) for x in v]) for v in (accuracy, gold)]
    assert len(runs) == 24
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(spearmanr(accuracy, gold).statistic)
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0.711, abs=0.002)


def test_more_work_is_promised_longer() -> None:
    base = seconds_of(usual(beta=BETAS[1]))
    for name in ("batch", "steps", "epochs"):
        assert seconds_of(replace(usual(), **{name: 2 * getattr(usual(), name)})) > base
    assert seconds_of(usual("best_of_n")) < seconds_of(usual("dpo", beta=0.1)) < base
