"""What makes a policy refuse everything: the new knobs of the answering policy, and the recorded table."""

from dataclasses import replace

import numpy as np
import pytest

from core.rlhf import (
    ALL,
    KNOBS,
    REFUSING,
    USUAL_ABSTAIN,
    AbstainParams,
    abstention_ends,
    break_even,
    knob_runs,
    recorded_refusals,
    refusals_after,
    refusals_of,
    refused_at_best,
    refusing_run,
)
from core.rlhf.abstention import BATCH, START, Batches


def test_a_turned_verdict_pays_the_other_answer() -> None:
    """With one half of the verdicts turned around, answering earns the middle of both rewards, whatever is known."""
    weights = np.array([[0.4, -0.3]])
    half = [AbstainParams(correct=1.0, abstain=0.0, wrong=-1.0, misjudged=0.5, hard=hard) for hard in (0.0, 1.0)]
    runs = [
        np.mean([Batches([one]).policy_gradient(weights, np.random.default_rng(seed)) for seed in range(300)], axis=0)
        for one in half
    ]
    assert np.abs(runs[0]).max() < 0.01
    assert np.abs(runs[1]).max() < 0.01
    fair = np.mean(
        [
            Batches([replace(half[0], misjudged=0.0)]).policy_gradient(weights, np.random.default_rng(seed))
            for seed in range(300)
        ],
        axis=0,
    )
    assert fair.min() > 0.05


def test_no_noise_and_no_penalty_are_the_run_without_them() -> None:
    plain, other = AbstainParams(steps=30), AbstainParams(steps=30, misjudged=0.0, beta=0.0)
    assert np.array_equal(abstention_ends([plain]), abstention_ends([other]))
    beside = abstention_ends([plain, replace(plain, beta=1.0)])
    assert beside[0] == pytest.approx(abstention_ends([plain])[0], abs=1e-12)


def test_the_penalty_is_the_divergence_from_the_start() -> None:
    """With equal rewards the penalty alone is left: its gradient is that of minus the KL, by differences."""
    params = AbstainParams(correct=1e-9, abstain=0.0, wrong=-1e-9, beta=10.0)
    weights = np.array([[0.5, 0.5]])
    found = np.mean(
        [Batches([params]).policy_gradient(weights, np.random.default_rng(seed)) for seed in range(400)], axis=0
    )
    random = np.random.default_rng(0)
    hard, noise, blurred = random.random(100_000) < 0.5, random.normal(size=100_000), random.normal(size=100_000)
    felt = np.where(hard, -1.5, 1.5) + noise + 0.7 * blurred

    def divergence(w: float, v: float) -> float:
        now, before = (1 / (1 + np.exp(-(a * felt + b))) for a, b in ((w, v), START))
        return float((now * np.log(now / before) + (1 - now) * np.log((1 - now) / (1 - before))).mean())

    step = 1e-4
    slope = np.array(
        [
            divergence(0.5 + step, 0.5) - divergence(0.5 - step, 0.5),
            divergence(0.5, 0.5 + step) - divergence(0.5, 0.5 - step),
        ]
    ) / (2 * step)
    scale = 10.0 / 1e-9
    assert found[0] / scale == pytest.approx(-slope, abs=0.02)


@pytest.mark.parametrize("name", ["misjudged", "beta"])
def test_impossible_knobs_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        replace(USUAL_ABSTAIN, **{name: 11})


def test_the_recorded_ends_are_those_of_the_runs() -> None:
    table = recorded_refusals()
    for knob in KNOBS:
        place = 1 if knob == "steps" else -1
        silent, sure = refusals_of(knob_runs(knob)[place])
        assert silent == pytest.approx(table.silent[knob][place, 0], abs=1e-9)
        assert sure == pytest.approx(table.sure[knob][place, 0], abs=1e-9)
    ((_, _, abstained, _),) = abstention_ends([USUAL_ABSTAIN])
    assert refusals_of(USUAL_ABSTAIN)[0] == pytest.approx(abstained, abs=1e-12)
    assert BATCH == 256


def test_everything_begins_where_no_seed_falls_short_any_more() -> None:
    usual = recorded_refusals()
    values = len(KNOBS["wrong"])

    def begins(*short: int) -> float | None:
        sure = np.ones((values, 2))
        sure[list(short), 1] = ALL - 0.01
        return replace(usual, sure={**usual.sure, "wrong": sure}).everything_from("wrong")

    assert begins() == KNOBS["wrong"][0]
    assert begins(0, 2) == KNOBS["wrong"][3]
    assert begins(values - 1) is None


def test_the_break_even_is_where_both_earn_alike() -> None:
    for run in (USUAL_ABSTAIN, replace(USUAL_ABSTAIN, wrong=-10), replace(USUAL_ABSTAIN, misjudged=0.25)):
        known = break_even(run)
        seen = run.misjudged + (1 - 2 * run.misjudged) * known
        assert seen * run.correct + (1 - seen) * run.wrong == pytest.approx(run.abstain)
    assert break_even(replace(USUAL_ABSTAIN, misjudged=0.5)) == np.inf
    assert break_even(replace(USUAL_ABSTAIN, abstain=-0.5, misjudged=0.5)) == -np.inf
    assert refused_at_best(USUAL_ABSTAIN) == 0
    assert refused_at_best(replace(USUAL_ABSTAIN, misjudged=0.5)) == 1


def test_fewer_updates_are_on_the_way() -> None:
    run = replace(refusing_run("wrong"), steps=60)
    early, end = refusals_after(run, (20, 60))
    assert early == pytest.approx(refusals_of(replace(run, steps=20))[1], abs=1e-12)
    assert end == pytest.approx(refusals_of(run)[1], abs=1e-12)
    for wrong in (0, 61):
        with pytest.raises(ValueError, match="Updates"):
            refusals_after(run, (wrong,))
    table = recorded_refusals()
    for knob in REFUSING:
        assert table.late[knob][KNOBS["steps"].index(400)] == pytest.approx(table.leashed[knob][0], abs=1e-9)
