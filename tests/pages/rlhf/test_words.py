"""The words of the RLHF page: each claim follows from its numbers, over all recorded runs and over the edges."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from components.phrases import between, signed
from components.theme import Look
from core.checks import Check
from core.rlhf import (
    BETAS,
    COUNTED,
    LABELERS,
    PAIRS,
    REWARD_METRICS,
    SEEDS,
    STEP,
    AbstainParams,
    Rater,
    RunHistory,
    RunParams,
    VerifierParams,
    best_gold,
    bradley_terry_loss,
    compare_aggregation,
    compare_idk,
    differences,
    end_gold,
    fall_steps,
    fit_form,
    fit_reward_network,
    fit_rewards,
    grpo_advantages,
    judged_by,
    kl_estimates,
    pool,
    ppo_objective,
    preference_loss,
    recorded_answers,
    recorded_arms,
    recorded_labels,
    recorded_run,
    recorded_runs,
    run_against,
    texts,
    train_abstention,
    train_with_checker,
    usual,
)
from core.rlhf.records import MORE_SEEDS
from pages.alignment.rlhf import main, results, scripts, tasks
from pages.alignment.rlhf.choices import LABELERS as OFFERED
from pages.alignment.rlhf.panels import (
    abstention,
    formulas,
    learning,
    overoptimization,
    preferences,
    series,
    sums,
    text,
)
from pages.alignment.rlhf.topic import DEFAULTS, PRESETS
from pages.alignment.rlhf.words.equations import EQUATIONS, GOLD
from pages.alignment.rlhf.words.learning import (
    LOSSES,
    averaging_claim,
    dpo_claim,
    first_pass_claim,
    hardness_claim,
    idk_claim,
    judged_claim,
    mass_claim,
)
from pages.alignment.rlhf.words.overoptimization import (
    beta_claim,
    beta_ends_claim,
    blindness_claim,
    fall_claim,
    fate_claim,
    forms_claim,
    length_claim,
    length_gold_claim,
    pairs_claim,
)
from pages.alignment.rlhf.words.seeds import ranking_claim, replaced
from tests.scripts import printed_by

ROOT = Path(__file__).parents[3]
ALL = (*SEEDS, *MORE_SEEDS)
"""The seeds of the arms that stories compare."""


def kept(**choices: object) -> RunHistory:
    run = recorded_run(usual(**choices))
    assert run is not None
    return run


def numbers(text: str) -> list[float]:
    return [float(found) for found in re.findall(r"-?\d+\.?\d*", text)]


def test_the_title_of_every_recorded_run_is_what_its_curves_do() -> None:
    seen = set()
    for run in recorded_runs().values():
        told, gold, proxy, peak = main.headline(run), run.gold, run.proxy, run.peak
        fall, rise = gold[peak] - gold[-1], gold[peak] - gold[0]
        kind = told.split()[0] + told.split()[1]
        seen.add(kind)
        if len(run.n):
            best = gold.max()
            assert f"to {best:.1f} at n = {run.n[gold.argmax()]}" in told
            assert ("down to" in told) == (best - gold[-1] > 0.1)
        elif told.startswith("Reward hacking"):
            assert fall > 0.3
            assert rise > 0.3
            assert proxy[-1] > proxy[peak] + 0.5
            assert f"from {gold[peak]:.1f} at step {peak} to {gold[-1]:.1f}" in told
        elif told.startswith("Gold peaks"):
            assert told == f"Gold peaks at {gold[peak]:.1f} at step {peak}, then falls to {gold[-1]:.1f}"
            assert fall > 0.3
            assert rise > 0.3
        elif told.startswith("Gold rises"):
            assert fall <= 0.3, "a curve that comes down again does not only rise"
            assert gold[-1] - gold[0] > 0.3
            assert ("with the proxy" in told) == (proxy[-1] - proxy[0] > 0.3)
        elif told.startswith("Gold falls"):
            assert rise <= 0.3
            assert gold[0] - gold[-1] > 0.3
        elif told.startswith("Little"):
            assert abs(gold[-1] - gold[0]) <= 0.3
        else:
            assert run.collapsed, told
    assert {"Rewardhacking:", "Goldpeaks", "Goldrises", "Goldfalls", "Littlehappens:"} <= seen


def test_a_late_fall_is_told() -> None:
    told = main.headline(kept(pairs=8000, seed=1))
    assert re.fullmatch(r"Gold peaks at 2\.6 at step 52, then falls to 1\.\d", told)


def test_the_step_of_gold_is_worked_by_hand() -> None:
    for step in (0, 40, 149):
        told = main.worked(main.Shown(None, kept(), step, "step", "nothing"))
        text = unescape(re.findall(r"“(.*)”: distinct", told)[0])
        spoken = [] if text == "(nothing)" else text.removesuffix(" —").split()
        useful = len(set(spoken) & {"sun", "light", "air", "scatters", "blue", "most"})
        gold = useful - 0.5 * (len(spoken) - len(set(spoken))) - 0.15 * max(0, len(spoken) - 6)
        assert told.endswith(signed(f"<b>{gold:.2f}</b>."))


def arms(numbers_of: dict[Any, list[tuple[float, float, float]]]) -> dict[Any, list[RunHistory]]:
    """Runs with a chosen peak, end and KL at the end: one for each triple."""
    made = {}
    for name, triples in numbers_of.items():
        made[name] = []
        for best, end, kl in triples:
            gold = np.concatenate([np.full(75, float(best)), np.full(75, float(end))])
            made[name].append(replace(kept(), gold=gold, kl=np.linspace(0, kl, 150)))
    return made


def test_a_penalty_is_compared_at_the_same_kl() -> None:
    clear = beta_claim(arms({0.0: [(2, 2, 5), (2, 2, 5), (2, 2, 5)], 0.3: [(1, 1, 4.5)] * 3}), 0.3)
    assert "at 4 nats (√KL 2) it has less gold, 1.0 instead of 2.0, in all 3 seeds" in clear
    assert clear.startswith("Mean of 3 seeds: β 0.3 ends at")
    more = beta_claim(arms({0.0: [(1, 1, 5)] * 3, 0.3: [(2, 2, 4.5)] * 3}), 0.3)
    assert "more gold" in more
    none = beta_claim(arms({0.0: [(2, 2, 5)] * 3, 0.3: [(2, 2, 5), (3, 3, 5), (1, 1, 5)]}), 0.3)
    assert "no clear difference" in none
    alike = beta_claim(arms({0.0: [(2, 2, 5)] * 3, 0.3: [(2, 2, 4.5)] * 3}), 0.3)
    assert "no clear difference of gold, 2.0 for both, over 3 seeds (p = 1.00)" in alike
    few = beta_claim(arms({0.0: [(2, 2, 5)] * 3, 0.3: [(1, 1, 5), (0, 0, 5), (1.8, 1.8, 5)]}), 0.3)
    assert "has less gold, 0.9 instead of 2.0, in all 3 seeds, too few to be sure (p = 0.18)" in few
    apart = beta_claim(arms({0.0: [(2, 2, 5)] * 3, 0.3: [(2, 2, 0.5)] * 3}), 0.3)
    assert "share no KL" in apart


def test_the_preset_on_beta_says_what_was_measured() -> None:
    preset = next(preset for preset in PRESETS if preset.name == "β stops a run")
    assert "less gold than β 0 there, in all five seeds" in preset.look_at
    golds = np.zeros((2, 5))
    for place, beta in enumerate((0.3, 0.0)):
        for seed in ALL:
            run = kept(beta=beta, seed=seed)
            golds[place, seed] = run.gold[np.abs(np.sqrt(np.maximum(run.kl, 0)) - 2) < 0.15].mean()
    assert (golds[0] < golds[1]).all()
    ends = [np.mean([kept(beta=beta, seed=seed).kl[-1] for seed in ALL]) for beta in (0.0, 0.1, 0.3, 1.0)]
    assert ends == sorted(ends, reverse=True)
    usual_end, slight, held, tight = (np.sqrt(end) for end in ends)
    assert "β 0.3 and 1 stop early on it, smaller ones hardly" in preset.look_at
    assert tight < held < usual_end / 2 < 0.9 * usual_end < slight
    chance = stats.ttest_rel(*golds).pvalue
    assert chance > 0.05
    assert preset.look_at.endswith("which are few.")
    means = "{:.1f} instead of {:.1f}".format(*golds.mean(1))
    told = main.compared(kept(beta=0.3), "beta", "√KL")
    assert f"(√KL 2) it has less gold, {means}, in all 5 seeds, too few to be sure (p = {chance:.2f})" in told


def test_over_the_steps_a_penalty_is_told_by_the_peaks_and_ends_that_its_curves_show() -> None:
    clear = arms({0.0: [(2, -3, 5), (2, -2, 5), (2, -4, 5)], 0.3: [(2, 1, 4), (2, 2, 4), (2, 0, 4)]})
    assert beta_ends_claim(clear, 0.3) == (
        "Mean of 3 seeds, β 0.3 against β 0: gold ends at 1.0 instead of −3.0, in all 3 seeds; its peak is 2.0 for "
        "both, no clear difference over 3 seeds (p = 1.00)"
    )
    assert "gold ends at −3.0 instead of 1.0, in all 3 seeds" in beta_ends_claim(
        {0.0: clear[0.3], 0.3: clear[0.0]}, 0.3
    )
    few = arms({0.0: [(2, 2, 5)] * 3, 0.3: [(2, 1, 5), (2, 0, 5), (2, 1.8, 5)]})
    assert "gold ends at 0.9 instead of 2.0, in all 3 seeds, too few to be sure (p = 0.18)" in beta_ends_claim(few, 0.3)
    for pairs, beta in product(PAIRS, BETAS):
        told = main.compared(kept(pairs=pairs, beta=beta), "beta")
        assert "nats" not in told, "the axis has steps"
        assert "KL" not in told
        other = beta or 0.3
        for found, word in ((end_gold, "ends at"), (best_gold, "peak is")):
            with_it, without = ([kept(pairs=pairs, beta=b, seed=s) for s in SEEDS] for b in (other, 0.0))
            runs = recorded_arms({b: usual(beta=b, pairs=pairs) for b in BETAS})
            assert set(with_it) <= set(runs[other])
            assert set(without) <= set(runs[0.0])
            one, base = found(runs[other]), found(runs[0.0])
            sentence = told[told.index(f"{word} ") :].split(";")[0]
            assert any(f"{word} {one.mean():.{digits}f} ".replace("-", "−") in sentence for digits in (1, 2, 3))
            twice = re.search(r"([−\d.]+) instead of ([−\d.]+)", sentence)
            assert twice is None or twice[1] != twice[2], "two numbers that are written alike"
            assert (twice is None) == (" for both" in sentence)
            if (one == base).all():
                continue
            clear_or_alike = stats.ttest_rel(one, base).pvalue < 0.05 or len(set(np.sign(one - base))) == 1
            assert ("no clear difference" in sentence) == (not clear_or_alike)
    assert "nats" in main.compared(kept(beta=0.3), "beta", "√KL")


def test_two_means_that_are_written_alike_stand_once_or_get_more_digits() -> None:
    one, other = np.array([2.54, 2.46]), np.array([2.49, 2.47])
    assert replaced(one, other, apart=False) == "2.5 for both"
    assert replaced(one, other, apart=True) == "2.50 instead of 2.48"
    assert replaced(one, one + 1e-3, apart=True) == "2.500 instead of 2.501"
    assert replaced(one, one, apart=True) == "2.5 for both"
    assert replaced(one, other - 1, apart=False) == "2.5 instead of 1.5"
    assert between(-0.04, 0.01) == "stays at 0.0"
    assert between(0.6, 0.81) == "goes from 0.6 to 0.8"


def test_the_preset_on_pairs_says_what_was_measured() -> None:
    arms_of = {n: [kept(pairs=n, seed=s) for s in ALL] for n in PAIRS}
    best, end = ([f(arm).mean() for arm in arms_of.values()] for f in (best_gold, end_gold))
    assert max(end[:2]) < 0 < min(end[2:])
    told = main.compared(kept(pairs=2000), "pairs")
    assert f"{best[1] - best[0]:+.1f} from 125 to 500 pairs, no clear change otherwise" in told
    lost = {n: int(np.median(fall_steps(arm))) for n, arm in arms_of.items()}
    preset = next(preset for preset in PRESETS if preset.name == "More data")
    assert (
        f"With 125 pairs it has lost half a point by step {lost[125]}, with 8000 by step {lost[8000]}" in preset.look_at
    )
    assert stats.ttest_rel(fall_steps(arms_of[125]), fall_steps(arms_of[8000])).pvalue < 0.05, "its name"
    steps = ", ".join(str(lost[n]) for n in PAIRS[:3])
    assert (
        f"by step {steps} and {lost[8000]} for 125, 500, 2000 and 8000 pairs (medians): later with 8000"
        in fall_claim(arms_of)
    )
    level = dict.fromkeys(PAIRS, arms_of[125])
    assert "no clear difference between 8000 pairs and 125" in fall_claim(level)
    assert "sooner with 8000" in fall_claim(dict(zip(PAIRS, reversed(arms_of.values()), strict=True)))
    ends = ", ".join(f"{value:.1f}" for value in end).replace("-", "−")
    assert told.endswith(f"at the end {ends} for 125 to 8000 pairs")
    flat = pairs_claim(arms({n: [(2, 1, 5), (3, 1, 5), (1, 1, 5)] for n in PAIRS}))
    assert "no clear change with the pairs" in flat


@pytest.mark.parametrize("beta", BETAS)
def test_every_comparison_of_the_grid_has_its_title(beta: float) -> None:
    for pairs in PAIRS:
        for compare in ("beta", "pairs"):
            told = main.compared(kept(beta=beta, pairs=pairs), compare)
            assert told
            assert "nan" not in told
    assert main.compared(kept(algorithm="grpo", beta=beta), "beta") == ""


@pytest.mark.parametrize("seed", [0, 2])
def test_where_a_title_tells_means_the_sentence_names_the_seed_of_the_curves(seed: int) -> None:
    page = FakePage()
    page.look = Look()
    for compare in ("nothing", "pairs", "beta"):
        told = main.reading(main.Shown(page, kept(pairs=2000, seed=seed), 149, "step", compare))
        assert (f"The curves are those of seed {seed} alone." in told) == (compare != "nothing")


def test_length_is_told_of_four_arms_over_five_seeds() -> None:
    runs = overoptimization.length_runs()
    assert {name: len(arm) for name, arm in runs.items()} == dict.fromkeys(
        ("fair", "fair, blind", "liked", "liked, blind"), 5
    )
    ends = {name: [float(run.length[-10:].mean()) for run in arm] for name, arm in runs.items()}
    assert min(ends["fair, blind"]) > 13.5
    assert f"“fair” {min(ends['fair']):.0f} to {max(ends['fair']):.0f}" in length_claim(runs)
    assert min(ends["fair, blind"]) > max(ends["fair"]), "the story"
    assert min(ends["liked"]) > max(ends["fair"]), "the story"
    chance = [stats.ttest_rel(ends[name], ends["fair"]).pvalue for name in ("liked", "fair, blind")]
    assert max(chance) < 0.05, "so the story does not say that its seeds are few"
    assert "in all five seeds. So does" in next(one for one in PRESETS if one.name == "Length bias").look_at
    assert "longer answers, in all 5 seeds: 14 words, against 4 to 11" in blindness_claim(runs)
    few = {name: arm[:3] for name, arm in runs.items()}
    told = blindness_claim(few)
    assert "longer answers, in all 3 seeds, too few to be sure (p = 0.07): 14 words, against 4 to 11" in told
    same = {**runs, "fair, blind": runs["fair"]}
    assert "no longer answers that are clear" in blindness_claim(same)
    golds = end_gold(runs["liked"])
    assert signed(f"“liked” {golds.min():.1f} to {golds.max():.1f}") in length_gold_claim(runs)


def test_the_best_labeler_is_named_with_those_that_are_not_behind() -> None:
    final = {name: end_gold(runs) for name, runs in learning._labeled().items()}
    told = ranking_claim(final, "final gold")
    assert f"“{max(final, key=lambda name: final[name].mean())}”" in told
    assert "over 3 seeds" in told
    assert "AI long" not in told
    assert "clearly ahead" in ranking_claim({"a": np.array([2.0, 2.1]), "b": np.array([1.0, 1.1])}, "gold")
    assert "“b” not clearly behind" in ranking_claim({"a": np.ones(3), "b": np.ones(3)}, "gold")


def test_a_bias_is_said_to_average_away_only_where_it_does() -> None:
    accuracy = dict(zip(LABELERS, recorded_labels().gold_accuracy, strict=True))
    assert "does not average away" in averaging_claim(accuracy["AI long"], accuracy["AI"], PAIRS, "length")
    assert averaging_claim(accuracy["AI first"], accuracy["AI"], PAIRS, "place").startswith(
        "Whether the bias for place averages away, 3 seeds do not settle: with 125 labels it costs 5.3 points"
    )
    plain = np.full((2, 3), 0.9)
    gone = np.array([[0.70, 0.71, 0.69], [0.90, 0.91, 0.89]])
    assert "place averages away" in averaging_claim(gone, plain, (1, 2), "place")
    rest = np.array([[0.70, 0.71, 0.69], [0.70, 0.98, 0.72]])
    assert "do not settle" in averaging_claim(rest, plain, (1, 2), "place"), "the rest is noisy, not gone"


def test_rank_correlations_are_told_with_their_count() -> None:
    accuracy, one = np.arange(10.0), np.ones(10)
    told = fate_claim(accuracy, accuracy**3, one)
    assert told.count("rise together (ρ = 1.00, 10 reward models)") == 2
    random = np.random.default_rng(0)
    assert fate_claim(random.normal(size=24), random.normal(size=24), np.ones(24)).count("no clear relation") == 2
    # Both grow with the pairs, and have nothing to do with each other otherwise.
    pairs = np.repeat(np.arange(4), 6)
    made = fate_claim(10 * pairs + random.normal(size=24), 10 * pairs + random.normal(size=24), pairs)
    assert re.search(r"gold rise together .*; at one number of pairs they show no clear relation", made)


def test_a_form_is_told_with_its_seeds_and_with_where_its_peak_lies() -> None:
    d = np.arange(0.1, 6, 0.25)
    linear, log = d * (2 - 0.4 * d), d * (2 - 1.2 * np.log(d))
    fits = [tuple(fit_form(d**2, gain, form) for form in ("rl", "best_of_n")) for gain in (linear, log, linear)]
    told = forms_claim("x", d, linear, fits)
    assert told.startswith(
        "x: d (a − b d) fits better, as in 2 of 3 seeds; the fitted peak is 2.5 at d = 2.6, the measured"
    )
    assert forms_claim("x", d, log, fits[1:]).startswith("x: d (a − b log d) fits better, as in 1 of 2 seeds")
    assert "seeds" not in forms_claim("x", d, linear, fits[:1])
    rare = forms_claim("x", d, log, [fits[1], *fits[:1], *fits[:1]])
    assert rare.startswith("x: d (a − b log d) fits better here; in 2 of 3 seeds the other does; the fitted peak")
    spiked = linear + np.where(np.arange(len(d)) == 20, 4.0, 0)
    assert "at d = 2.6, the measured one 3.8 at d = 5.1" in forms_claim("x", d, spiked, fits[:1])


def test_the_run_of_the_first_story_is_an_exception_among_its_seeds() -> None:
    log = {
        run.params.seed: rl.residual < linear.residual
        for run in recorded_arms({"": usual()})[""]
        for rl, linear in [overoptimization.both_forms(run)]
    }
    assert log[0]
    assert sum(log.values()) < len(log) / 2, "so its title has to count them"


def test_both_log_probabilities_are_told_over_seeds() -> None:
    chosen, rejected = learning.moves(kept(algorithm="dpo", beta=0.1))
    assert len(chosen) == 3
    assert max(chosen) < 0, "the story's name"
    assert "falls in all 3 seeds" in dpo_claim(chosen, rejected)
    assert "Both fall on average" in mass_claim(chosen, rejected)
    assert "rises and the rejected falls" in mass_claim([0.2], [-1.0])
    assert "not move alike" in mass_claim([0.2, -0.2], [-1.0, -1.0])
    assert "moves either way" in dpo_claim([-1.0, 1.0], [-2.0, -3.0])
    assert "rises, by 1.0" in dpo_claim([1.0], [-2.0])
    assert dpo_claim([-1.0, -3.0], [-9.0, -5.0]).endswith("by 1.0 to 3.0 nats; the rejected falls, by 5.0 to 9.0")
    assert dpo_claim([1.0], [-0.25, 0.25]).endswith("the rejected moves either way, by −0.25 to 0.25")


@pytest.mark.parametrize("pairs", PAIRS)
def test_a_small_move_of_dpo_is_not_that_of_its_minibatches(pairs: int) -> None:
    run = kept(algorithm="dpo", beta=1.0, pairs=pairs)
    (chosen,), (rejected,) = learning.moves(run)
    margin = float(np.mean(run.metrics["rewards/margins"][-15:]))
    assert chosen - rejected == pytest.approx(margin, abs=1e-4), "β is 1, so the margin is the difference of the moves"
    assert rejected < chosen < 0
    assert "falls, by 0." in dpo_claim([chosen], [rejected])


@pytest.mark.parametrize("count", [1, 2, 4, 16])
def test_what_raters_choose_on_text_is_told_with_the_spread_of_the_prompts(count: int) -> None:
    for place, unit, digits in ((0, "tokens", 0), (1, "of relevance", 2)):
        liked, fair = (results.best_of_n_table(judge)[place][:, count - 1] for judge in text.JUDGES)
        told = judged_claim(liked, fair, unit, digits)
        gap = liked - fair
        error = gap.std(ddof=1) / np.sqrt(len(gap))
        assert (signed(f"12 prompts, difference {gap.mean():+.{digits + 1}f} ± {error:.{digits + 1}f}") in told) == (
            count > 1
        )
        assert told.startswith("both take the same") == (count == 1)
        assert ("no clear difference" in told) == (count > 1 and 2 * stats.t.sf(abs(gap.mean()) / error, 11) >= 0.05)
    noisy = judged_claim(np.array([5.0, 1.0, 3.0]), np.array([2.0, 4.0, 2.0]), "tokens", 0)
    assert noisy.startswith("no clear difference, 3 tokens if raters like length or are fair")


def test_the_diet_and_not_the_amount_makes_it_refuse() -> None:
    refused = {
        (hard, steps): [
            train_abstention(AbstainParams(abstain=0.3, hard=hard, steps=steps, seed=s)).over_refusal[-1]
            for s in range(3)
        ]
        for hard, steps in ((0.5, 50), (0.95, 50), (0.5, 400), (0.95, 400), (0.95, 1200))
    }
    assert min(refused[0.95, 400]) > 2 * max(refused[0.5, 400])
    assert np.mean(refused[0.95, 1200]) <= np.mean(refused[0.95, 400])
    assert "refuses no more after 50 updates" in abstention.DIET
    assert np.mean(refused[0.95, 50]) < np.mean(refused[0.5, 50]) + 0.01
    assert "three times as much after 400" in abstention.DIET
    assert round(np.mean(refused[0.95, 400]) / np.mean(refused[0.5, 400])) == 3
    shares = np.array([0.0, 1.0])
    assert "rises: 10% with 0% hard questions" in hardness_claim(np.array([[0.1, 0.5]] * 3), shares)
    assert "does not clearly change" in hardness_claim(np.array([[0.1, 0.1]] * 3), shares)


def test_examples_and_rewards_are_compared_over_draws() -> None:
    draws = [compare_idk(overlap=0.0, seed=seed) for seed in range(5)]
    assert "rewards beat examples" in idk_claim(*np.array([draw.unseen for draw in draws]).T)
    assert "examples beat rewards by 1.00" in idk_claim([1.0] * 3, [0.0] * 3)
    assert "no clear difference" in idk_claim([1.0] * 3, [1.0] * 3)


@pytest.mark.parametrize(("overlap", "guesses"), [(0.0, True), (0.3, True), (1.0, False)])
def test_examples_are_said_to_teach_guessing_only_where_they_do(overlap: float, guesses: bool) -> None:
    wrong = np.array([compare_idk(overlap=overlap, seed=seed).hallucination for seed in range(5)])
    assert ("teaches the model to guess" in abstention.guesses_claim(*wrong.T)) == guesses


def test_scores_against_pairs_are_as_the_answer_says() -> None:
    found = np.array([compare_aggregation(strict=0.02, generous=0.3, seed=s).agreement for s in range(12)]).T
    told = ranking_claim(dict(zip(("raw", "centered", "pairs"), found, strict=True)), "share")
    assert "“centered”" in told
    assert "“pairs”" not in told, "the answer says that scores win once they are centered"


def test_sums_do_not_say_that_all_is_learned_where_nothing_is_paid() -> None:
    history = train_with_checker(VerifierParams(steps=30))
    none = replace(history, reward=0 * history.reward, exact=0 * history.exact, silent=0 * history.silent + 1)
    assert "too few are paid" in sums.headline(none)
    silent = np.where(np.arange(len(none.silent)) == len(none.silent) - 1, 0.96, 1.0)
    assert "over 99% of groups teach nothing" in sums.headline(replace(none, silent=silent)), "all but one is not all"
    assert "<b>over 99%</b> of groups were silent" in sums._reading(replace(none, silent=silent))
    assert sums.told(0.001) == "under 1%"
    nearly = replace(none, reward=none.reward + 0.996)
    assert sums.headline(nearly).startswith("Over 99% of answers are paid, 0% are right")
    all_right = replace(none, reward=none.reward + 1, exact=none.exact + 1)
    assert "nothing is left to learn" in sums.headline(all_right)


@pytest.mark.parametrize(("group", "right"), [(2, 0.6), (8, 0.9)])
def test_sums_that_settled_half_right_are_not_said_to_be_learned_or_unpaid(group: int, right: float) -> None:
    history = train_with_checker(VerifierParams(steps=50, learning_rate=10, group=group))
    assert history.exact[-20:].mean() == pytest.approx(right, abs=0.02)
    assert history.silent[-20:].mean() > 0.9
    assert sums.headline(history).endswith("most are all right or all wrong")


@pytest.mark.parametrize("checker", ["contains", "format"])
def test_the_script_of_a_checker_prints_the_shares_of_the_title(
    checker: str, capsys: pytest.CaptureFixture[str]
) -> None:
    params = VerifierParams(checker=checker, steps=60)
    history = train_with_checker(params)
    exec(sums._script(params), {})
    printed = dict(line.split() for line in capsys.readouterr().out.splitlines()[:3])
    paid, right, silent = (sums.told(float(printed[name])) for name in ("reward", "exact", "silent"))
    told = f"{paid} of answers are paid, {right} are right, and {silent} of groups teach nothing"
    assert sums.headline(history).lower() == told
    assert float(printed["exact"]) != history.exact[-1], "the last update alone"


def test_all_checkers_are_told_over_seeds() -> None:
    runs = {
        name: [train_with_checker(VerifierParams(checker=name, seed=seed)) for seed in range(sums.SEEDS)]
        for name in ("exact", "format")
    }
    told = sums.checkers_claim(runs)
    low, high = (f([100 * np.mean(run.exact[-20:]) for run in runs["format"]]) for f in (min, max))
    assert told == f"Right at the end: “exact” 100%, “format” {low:.0f} to {high:.0f}%"
    assert sums.fooled_claim(runs).startswith("Under “format” all seeds end with")
    young = [train_with_checker(VerifierParams(checker="contains", learning_rate=0.1, steps=50))]
    for unfooled in (runs["exact"], young):
        assert sums.fooled_claim({"one": unfooled}).startswith("Under no checker")


def test_no_question_is_over_refused_where_none_is_worth_an_answer() -> None:
    told = {paid: abstention._reading(train_abstention(AbstainParams(abstain=paid))) for paid in (3.0, 0.3, -2.0)}
    assert "which no question reaches" in told[3.0]
    assert "no question is worth an answer" in told[3.0]
    assert "Answering pays above a confidence of" in told[0.3]
    assert "refused though worth an answer from" in told[0.3]
    assert "pays at any confidence" in told[-2.0]


def test_the_loss_is_told_of_the_algorithm_on_screen() -> None:
    run = kept(algorithm="dpo", beta=0.1)
    assert run.metrics["loss/policy_avg"][0] == pytest.approx(np.log(2), abs=0.01)
    assert "starts at log 2 = 0.69" in series.about(run)
    assert "hovers around 0" in series.about(kept())
    assert np.abs(kept().metrics["loss/policy_avg"]).max() < 0.05
    assert "loss" not in series.about(kept(algorithm="reinforce"))
    assert "lengths enter the loss, and the penalty is added" in series.about(kept(algorithm="dr_grpo", beta=1.0))
    assert "lengths enter the loss." in series.about(kept(algorithm="dr_grpo"))
    assert "No policy is trained" in series.about(kept(algorithm="best_of_n"))


def test_the_loss_of_the_first_pass_is_called_zero_only_where_it_is() -> None:
    for params, run in recorded_runs().items():
        if "loss/first_epoch" not in run.metrics:
            assert first_pass_claim(run) == ""
            continue
        largest = float(np.abs(run.metrics["loss/first_epoch"]).max())
        zero = params.algorithm == "ppo" or (params.algorithm == "grpo" and params.beta == 0)
        assert (largest < 1e-3) == zero
        assert zero or largest > 0.04
        told = first_pass_claim(run)
        assert ("to the loss" in told) == (params.algorithm == "grpo" and not zero)
        assert ("lengths enter the loss" in told) == (params.algorithm == "dr_grpo")
        assert ("hovers around 0" in series.about(run)) == zero
        assert not zero or np.abs(run.metrics["loss/policy_avg"]).mean() < 0.01, params


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *product(["noise", "length_bias", "careless", "poison"], [-1000.0, float("inf"), float("nan")]),
        ("fit_pairs", -1000),
    ],
)
def test_a_link_with_values_that_no_rater_has_is_no_recorded_fit(name: str, value: float) -> None:
    shown = main.Shown(FakePage(**{name: value}), kept(), 0, "step", "nothing")
    assert not preferences.fit_recorded(shown)
    assert preferences.fit_recorded(main.Shown(FakePage(), kept(), 0, "step", "nothing"))


# Checks that can fail.


@given(
    st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=16),
)
def test_the_checks_of_a_group_hold_for_any_rewards(rewards: list[float]) -> None:
    values = np.array(rewards)
    both = {"GRPO": grpo_advantages(values), "Dr. GRPO": grpo_advantages(values, scale="none")}
    assert all(check.passed for check in formulas.advantage_checks(values, both)), rewards


@pytest.mark.parametrize("rewards", [[1, 1, 1, 1], [0.0, 1e-4], [1e6, 1e6 + 1e-4], [1, 0, 0, 0]], ids=str)
def test_a_wrong_advantage_turns_its_check_red(rewards: list[float]) -> None:
    values = np.array(rewards, dtype=float)
    right = {"GRPO": grpo_advantages(values), "Dr. GRPO": grpo_advantages(values, scale="none")}
    assert all(check.passed for check in formulas.advantage_checks(values, right))
    for name, factor in (("GRPO", 1.01), ("Dr. GRPO", 1.01)):
        bad = {**right, name: factor * right[name] + 1e-3}
        assert any(not check.passed and check.name.startswith(name) for check in formulas.advantage_checks(values, bad))


def test_advantages_that_are_not_those_of_the_shifted_group_turn_their_check_red(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.array([1.0, 0, 0, 0])
    both = {"GRPO": grpo_advantages(values), "Dr. GRPO": grpo_advantages(values, scale="none")}
    monkeypatch.setattr(formulas, "grpo_advantages", lambda rewards: 1.01 * grpo_advantages(rewards))
    assert red(formulas.advantage_checks(values, both)) == {"3 r + 7 has those of 3 (r − mean) / (3 s + 1e-4)"}


def test_the_weight_of_the_epsilon_is_told() -> None:
    assert "takes <b>59%</b> of each advantage" in formulas.spread_told(np.array([0.0, 1e-4]))
    assert "less than 1%" in formulas.spread_told(np.array([1.0, 0, 0, 0]))
    assert "The spread is 0" in formulas.spread_told(np.ones(4))


@pytest.mark.parametrize("typed", ["1", "", "1, x", "nan, 1", "1e9, 0", ", ".join("1" * 17)])
def test_what_is_no_group_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"must be 2 to 16"):
        formulas._both_advantages(typed)


class Controls:
    """The values of the page's controls, as a panel asks for them."""

    def __init__(self, **values: Any) -> None:
        self.all = {**DEFAULTS, **values}

    def value(self, name: str) -> Any:
        return self.all[name]

    def values(self) -> dict[str, Any]:
        return self.all


class FakePage:
    def __init__(self, **values: Any) -> None:
        self.controls = Controls(**values)


def red(checks: list[Check]) -> set[str]:
    return {check.name for check in checks if not check.passed}


@pytest.mark.parametrize("sign", ["+1", "−1"])
def test_an_unclipped_objective_turns_red(sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage(sign=sign)
    assert not red(formulas.clip_checks(page))
    monkeypatch.setattr(formulas, "ppo_objective", lambda ratio, advantage, clip: ratio * advantage)
    assert red(formulas.clip_checks(page))


@pytest.mark.parametrize("rater", [*OFFERED.values(), Rater(noise=0.0), Rater(poison=1.0), Rater(careless=1.0)])
def test_labels_follow_the_formula_of_the_rater(rater: Rater, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = replace(rater, first=0.0)
    assert preferences.labels_follow_the_formula(plain).passed
    monkeypatch.setattr(preferences, "choose", lambda first, second, rater, seed: np.zeros(len(first), bool))
    assert not preferences.labels_follow_the_formula(plain).passed


def test_a_wrong_reward_of_silence_turns_red() -> None:
    draws = [compare_idk(overlap=0.3, seed=seed) for seed in range(2)]
    assert not red(abstention.idk_checks(draws))
    bad = replace(draws[0], unseen=(draws[0].unseen[0] + 0.01, draws[0].unseen[1]))
    assert red(abstention.idk_checks([bad, draws[1]]))


def test_wrong_estimates_turn_red(monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage()
    assert not red(formulas.estimator_checks(page))
    real = formulas.estimator_report

    def off(policy: np.ndarray, reference: np.ndarray) -> Any:
        report = real(policy, reference)
        return replace(report, mean=report.mean + 0.01, gradients=report.gradients[::-1])

    monkeypatch.setattr(formulas, "estimator_report", off)
    assert {"k1 and k3 are unbiased", "E[grad k1] = 0"} <= red(formulas.estimator_checks(page))


@pytest.mark.parametrize(
    ("what", "wrong", "name"),
    [
        ("divergence", lambda *_: 9.0, "Best-of-n stays under log n − (n − 1)/n"),
        ("log_partition", lambda *_, beta: 9.0, "E[r] − β KL = β log Z"),
    ],
)
def test_a_wrong_optimum_turns_red(
    what: str, wrong: Callable[..., float], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not red(formulas._optimum_checks(0.5, 16))
    monkeypatch.setattr(formulas, what, wrong)
    assert name in red(formulas._optimum_checks(0.5, 16))


def test_wrong_weights_of_the_best_of_n_turn_red(monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage(n=16, prompt=recorded_answers().prompts[0])
    assert not red(text.text_checks(page))
    monkeypatch.setattr(text, "best_of_n_weights", lambda rewards, n: np.ones(len(rewards)))
    monkeypatch.setattr(text, "best_of_n_divergence", lambda rewards, atoms, n: 9.0)
    assert len(red(text.text_checks(page))) == 2


def test_a_wrong_loss_turns_red(monkeypatch: pytest.MonkeyPatch) -> None:
    page = FakePage()
    assert not red(preferences.likelihood_checks(page))
    monkeypatch.setattr(preferences, "bradley_terry_loss", lambda a, b: 1.1 * bradley_terry_loss(a, b))
    assert len(red(preferences.likelihood_checks(page))) == 2


# The mathematics names what the page shows.


def test_every_quantity_of_the_figures_has_its_equation() -> None:
    latex = " ".join(equation.latex for equation in EQUATIONS)
    for part in ("g(y) = D(y) - 0.5", "k_1 =", "k_2 =", "k_3 =", "DPO", "H =", "mathrm{KL} =", r"\phi(y)"):
        assert part in latex
    logp, logq = np.log([0.6, 0.3]), np.log([0.2, 0.5])
    rho = np.exp(logq - logp)
    for ours, formula in zip(
        kl_estimates(logp, logq), (-np.log(rho), np.log(rho) ** 2 / 2, rho - 1 - np.log(rho)), strict=True
    ):
        assert np.allclose(ours, formula)
    assert "0.15 for each word beyond 6" in GOLD
    longest = int(max(run.length.max() for arm in overoptimization.length_runs().values() for run in arm))
    assert f"cut after {longest} words" in GOLD, "where the arms of the panel on length end"
    assert texts(np.ones((1, longest), int))[0].endswith("—")


def test_the_phrases_on_losses_are_what_the_losses_do() -> None:
    """Slopes over the margin, by the losses that were trained; the equations of the page against them."""
    beta, zero = 0.1, np.zeros(401)
    h = np.linspace(-20, 20, 401)
    loss = {kind: np.asarray(preference_loss(kind, h, zero, zero, zero, beta=beta)) for kind in ("dpo", "ipo", "hinge")}
    slope = {kind: np.diff(values) for kind, values in loss.items()}
    assert (slope["dpo"] < 0).all()
    assert (np.diff(np.abs(slope["dpo"])) < 0).all(), "ever less"
    beyond = beta * h[:-1] >= 1
    assert (slope["hinge"][~beyond] < 0).all()
    assert np.allclose(slope["hinge"][beyond], 0)
    assert beta * h[loss["ipo"].argmin()] == pytest.approx(0.5)
    assert np.allclose(loss["ipo"], (h - 1 / (2 * beta)) ** 2)
    assert np.allclose(loss["hinge"], np.maximum(0, 1 - beta * h))
    up, down = np.array([1.0, 3.0]), np.array([-2.0, 1.0])
    z = [max(0.0, half.mean()) for half in (up, down)]
    wanted = 1 / (1 + np.exp(-beta * np.concatenate([z[1] - up, down - z[0]])))
    assert np.allclose(preference_loss("kto_pair", up, down, zero[:2], zero[:2], beta=beta), wanted)
    latex = " ".join(equation.latex for equation in EQUATIONS)
    for part in ("hinge", "IPO", "KTO", r"\hat w", "s_j", r"\pi_{k+1}", "I(d)"):
        assert part in latex
    for name in (*REWARD_METRICS, "h is", "TRL is"):
        assert name in LOSSES


def test_the_mathematics_of_ones_own_reward_is_what_is_computed() -> None:
    labels = judged_by(Rater(), pool()[:12])
    rows = differences(labels)
    fit = fit_rewards(rows)
    chance = 1 / (1 + np.exp(-rows @ fit.weights))
    hessian = (rows.T * (chance * (1 - chance))) @ rows + np.eye(rows.shape[1])
    assert np.allclose(fit.spread, np.sqrt(np.diag(np.linalg.inv(hessian))))
    assert np.allclose(fit.weights, rows.T @ (1 - chance), atol=1e-8), "the slope of the sum and of half |w|² is 0"
    run = run_against(fit.weights, steps=3)
    for before, after in zip(run.policies, run.policies[1:], strict=False):
        step = np.log(after.words / before.words) - STEP * (fit.weights[:-1] + fit.weights[-1]) / COUNTED
        assert np.allclose(step, step[0])


def test_a_series_of_one_number_is_not_drawn() -> None:
    assert not series.moves(kept(), "objective/beta")
    adaptive = recorded_run(RunParams(beta=0.1, target_kl=4.0))
    assert adaptive is not None
    assert series.moves(adaptive, "objective/beta")


# Scripts reproduce what is on screen.


def test_the_scripts_without_torch_print_the_numbers_on_screen(tmp_path: Path) -> None:
    answers = recorded_answers()
    lines: dict[str, Callable[[], str]] = {
        "clip": lambda: f"objective {ppo_objective(1.5, 1.0)}",
        "advantages": lambda: "1.4997",
        "preferences": lambda: f"loss {bradley_terry_loss(0.7, 0.0)}",
        "estimators": lambda: "0.39",
        "idk": lambda: f"{np.mean([compare_idk(overlap=0.3, seed=s).unseen[1] for s in range(5)])}",
        "text": lambda: answers.model and "tokens",
    }
    for name, number in lines.items():
        out = printed_by(getattr(scripts, name)(dict(DEFAULTS)), "rlhf.py", tmp_path, HOME=str(tmp_path))
        assert number() in out, name
    length = printed_by(scripts.length(), "rlhf.py", tmp_path, HOME=str(tmp_path))
    for arm in overoptimization.length_runs().values():
        assert str(np.round(end_gold(arm), 1)) in length
    labels = printed_by(scripts.labels(), "rlhf.py", tmp_path, HOME=str(tmp_path))
    for name, arm in learning._labeled().items():
        assert f"{name} final gold {end_gold(arm).mean()}" in labels


def test_every_panel_that_stands_alone_has_a_script_and_checks_of_its_own() -> None:
    shown = main.Shown(FakePage(), kept(), 0, "step", "nothing")
    alone = [panel for panel in tasks.sky_panels(shown) if panel.stands == "instead"]
    assert len(alone) >= 8
    written = {panel.name: panel.script() for panel in alone}
    assert len(set(written.values())) == len(alone)
    assert main.script(shown) not in written.values()
    for panel in alone:
        compile(written[panel.name], panel.name, "exec")
        assert panel.checks(), panel.name


def test_the_script_of_a_reward_model_prints_its_accuracy(tmp_path: Path) -> None:
    params = RunParams(rater=Rater(length_bias=0.5), pairs=200)
    fit = fit_reward_network(params)
    out = numbers(printed_by(scripts.reward_model(params), "rlhf.py", tmp_path, HOME=str(tmp_path)))
    assert out[0] == pytest.approx(fit.accuracy[-1], abs=1e-6)
    assert out[1] == pytest.approx(fit.gold_accuracy, abs=1e-6)


@pytest.mark.slow
def test_the_scripts_that_train_print_the_run_on_screen(tmp_path: Path) -> None:
    run = kept(algorithm="dpo", beta=0.1)
    for program in (
        scripts.dpo({**DEFAULTS, "beta": "0.1"}),
        main.script(main.Shown(None, run, 60, "step", "nothing")),
    ):
        out = printed_by(program, "rlhf.py", tmp_path, HOME=str(tmp_path))
        before, after = re.findall(r"gold (-?[\d.]+) -> (-?[\d.]+)", out)[0]
        assert float(before) == pytest.approx(run.gold[0], abs=1e-3)
        assert float(after) == pytest.approx(run.gold[-1], abs=0.3)
