"""A poisoner and two groups of raters, other rewards and losses: what was recorded, and the claims made of it."""

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import ttest_rel
from streamlit.testing.v1 import AppTest

from components.phrases import listed, signed
from core.rlhf import (
    LOSS_NAMES,
    PENALTIES,
    SEEDS,
    USEFUL,
    WIDTHS,
    WORDS,
    Poison,
    Variant,
    best_gold,
    compare_tastes,
    difference,
    end_gold,
    features,
    gold_at,
    gold_reward,
    grid,
    poison,
    poisoned_gold,
    poisons,
    policy_at,
    preference_loss,
    recorded_run,
    recorded_runs,
    recorded_tastes,
    recorded_variants,
    shared_level,
    tilted,
    usual,
)
from core.rlhf.tastes import DISTANCES, LABELS_IN_ALL, NATS, PAIRS_POISONED, SHARES, TASTE_SEEDS, _pairs, worth
from core.rlhf.world import counts
from pages.alignment.rlhf.choices import APART, apart, params_of
from pages.alignment.rlhf.panels import tastes as panel
from pages.alignment.rlhf.panels.learning import losses_table
from pages.alignment.rlhf.panels.overoptimization import OPENED
from pages.alignment.rlhf.topic import DEFAULTS, PRESETS, SIZES, SPREADS
from pages.alignment.rlhf.words.learning import ipo_claim, losses_claim
from pages.alignment.rlhf.words.overoptimization import (
    MEETING,
    cure_claim,
    opened_claim,
    penalties_claim,
    penalty_ends_claim,
    recorded_sizes_claim,
    sizes_claim,
    stopping_claim,
)
from pages.alignment.rlhf.words.seeds import drawn_from, gained
from pages.alignment.rlhf.words.tastes import distinct, poison_claim, share_reading, taste_claim
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/alignment/rlhf/page.py"


def test_a_policy_is_found_at_its_divergence() -> None:
    weights = np.random.default_rng(1).normal(size=12)
    for kl in (0.01, 1.0, NATS, 8.0):
        assert policy_at(weights, kl).kl == pytest.approx(kl, abs=1e-6)
    assert policy_at(np.zeros(12), 1.0).kl == 0
    with pytest.raises(ValueError, match="above 0"):
        policy_at(weights, 0.0)


def test_worth_is_gold_and_taste_of_what_a_policy_says() -> None:
    policy, taste = tilted(np.random.default_rng(2).normal(size=12), 1.0), np.random.default_rng(3).normal(size=11)
    drawn = policy.drawn(20_000, seed=1)
    values = gold_reward(drawn) + counts(drawn) @ taste
    assert worth(policy, taste) == pytest.approx(values.mean(), abs=4 * values.std() / np.sqrt(len(values)))


def test_all_labels_turned_around_turn_the_reward_around() -> None:
    whole, turned = (poisoned_gold(share, pairs=200, target=None, seed=2) for share in (0.0, 1.0))
    assert turned < 0 < whole


def test_labels_for_a_word_make_the_policy_say_it() -> None:
    table = recorded_tastes()
    assert table.targeted.shape == (len(WORDS) - 1, len(SHARES), TASTE_SEEDS)
    for golds in table.targeted:
        gap = difference(golds[-1], golds[0])
        assert gap.clear
        assert gap.mean < 0


@pytest.mark.parametrize("target", [None, *range(1, len(WORDS))])
def test_a_poisoner_is_told_by_the_labels_that_it_gives_and_changes(target: int | None) -> None:
    done = poisons(pairs=PAIRS_POISONED, target=target)
    for share, one in zip(SHARES, done, strict=True):
        assert one.changed <= one.given + 1e-9
        assert one.given <= share + 1e-9
        if target is None:
            assert one.changed == pytest.approx(one.given)
            assert one.given == pytest.approx(share)
    if target is not None:
        if target <= len(USEFUL):
            assert done[-1].given < 0.42, "too few pairs differ in one word that is rare"
        assert done[-1].changed < 0.75 * done[-1].given, "a fair rater often says the same"
        one = poison(0.5, pairs=PAIRS_POISONED, target=target, seed=3)
        first, second = _pairs(PAIRS_POISONED, 3)
        differ = counts(first)[:, target - 1] != counts(second)[:, target - 1]
        assert one.given == pytest.approx(min(0.5, differ.mean()))


@pytest.mark.parametrize(
    "call",
    [
        lambda: poisoned_gold(1.5, pairs=10, target=None, seed=0),
        lambda: poisoned_gold(0.5, pairs=0, target=None, seed=0),
        lambda: poisoned_gold(0.5, pairs=10, target=12, seed=0),
        lambda: compare_tastes(-1.0, pairs=10),
        lambda: compare_tastes(1.0, pairs=11),
        lambda: Variant(width=0),
        lambda: Variant(penalty=-1.0),
        lambda: Variant(loss="sppo"),
        lambda: recorded_variants().place("width 3"),
    ],
)
def test_what_cannot_be_compared_is_refused(call: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must|none of"):
        call()


def test_recorded_draws_are_what_is_computed() -> None:
    table = recorded_tastes()
    again = compare_tastes(DISTANCES[0], pairs=LABELS_IN_ALL[1])
    assert np.allclose(again.own, table.own[0, 1])
    assert table.start == pytest.approx(tilted(np.zeros(len(WORDS)), 0.0).gold)
    assert features(np.zeros((1, 14), dtype=int)).shape[1] == len(WORDS)


def test_two_models_cost_where_tastes_are_alike_and_pay_where_they_are_far() -> None:
    """What the answer to the notes' question says, asserted from the numbers."""
    table = recorded_tastes()
    for count in range(len(LABELS_IN_ALL)):
        alike, far = (difference(table.own[place, count], table.shared[place, count]) for place in (0, -1))
        assert alike.clear
        assert alike.mean < 0
        assert far.clear
        assert far.mean > 0
    needed = [
        next(
            (
                place
                for place in range(len(LABELS_IN_ALL))
                if (gap := difference(table.own[row, place], table.shared[row, place])).clear and gap.mean > 0
            ),
            len(LABELS_IN_ALL),
        )
        for row in range(len(DISTANCES))
    ]
    assert needed == sorted(needed, reverse=True)


def test_claims_on_labels_follow_from_their_numbers() -> None:
    flat = np.ones((3, 6)) + np.random.default_rng(0).normal(size=(1, 6))
    assert "No recorded share" in poison_claim(flat, (0.0, 0.1, 0.2), "turned around")
    falling = flat - np.array([[0.0], [1.0], [2.0]])
    least = "over 6 draws: the least recorded share that clearly does"
    told = poison_claim(falling, (0.0, 0.1, 0.2), "turned around")
    assert told == f"10% of the labels turned around cost 1.00 ± 0.00 points of gold, {least}"
    late = flat - np.array([[0.0], [0.0], [2.0]])
    assert poison_claim(late, (0.0, 0.1, 0.2), "turned around").startswith("20% of the labels")
    shares, whole = (0.0, 0.1, 0.2), [Poison(share, share) for share in (0.0, 0.1, 0.2)]
    assert "no clear loss" in share_reading(flat, shares, 1, whole, "turned around")
    assert "with 20% turned around gold is" in share_reading(falling, shares, 2, whole, "turned around")
    assert "−2.00" in share_reading(falling, shares, 2, whole, "turned around")
    short = [*whole[:2], Poison(0.15, 0.08)]
    told = share_reading(falling, shares, 2, short, "for “um”")
    assert "with 15% for “um”, since no more pairs differ in it than that, not 20%, which changes <b>8%</b>" in told
    assert distinct(falling, [0.0, 0.1, 0.1])[1] == [0.0, 0.1]
    own = flat + np.array([[-1.0], [0.0], [1.0]])
    title = taste_claim(flat, own, (20, 100, 500), 0.3)
    assert "one for both wins with 20 labels" in title
    assert "no clear difference with 100 labels" in title
    assert "one each wins with 500 labels" in title


def test_recorded_variants_meet_the_runs_that_both_hold() -> None:
    table = recorded_variants()
    for name, params in (("width 32", usual()), ("loss dpo", usual("dpo", beta=0.1))):
        for seed in SEEDS:
            run = recorded_run(usual(params.algorithm, beta=params.beta, seed=seed))
            assert run is not None
            assert np.allclose(table.gold[table.place(name), seed], run.gold, atol=1e-4)
            assert table.end_gold(name)[seed] == pytest.approx(end_gold([run])[0], abs=1e-4)
            assert table.best_gold(name)[seed] == pytest.approx(best_gold([run])[0], abs=1e-4)
            if params.algorithm == "dpo":
                ends = [run.metrics[f"rewards/{side}"][-10:].mean() for side in ("chosen", "accuracies")]
                assert np.allclose(table.end_rewards(name)[[0, 2], seed], ends, atol=1e-4)


def means_of_five(gold: np.ndarray) -> float:
    """The largest mean of five neighboring steps."""
    return max(float(np.mean(gold[place : place + 5])) for place in range(len(gold) - 4))


def last_ten(gold: np.ndarray) -> float:
    return float(np.mean(gold[-10:]))


def test_the_size_of_a_reward_model_is_told_by_its_seeds() -> None:
    table = recorded_variants()
    arms = [{width: found(f"width {width}") for width in WIDTHS} for found in (table.best_gold, table.end_gold)]
    title, many = sizes_claim(*arms), 8
    assert title.endswith(", in 8 tests"), "four sizes, each at its best and at the end"
    for word, golds, told in zip(("at its best", "at the end"), (means_of_five, last_ten), arms, strict=True):
        found = {width: [golds(seed) for seed in table.gold[table.place(f"width {width}")]] for width in WIDTHS}
        for width in WIDTHS:
            assert told[width].tolist() == pytest.approx(found[width], abs=1e-4)
        chances = {width: many * ttest_rel(found[width], found[32]).pvalue for width in WIDTHS if width != 32}
        clear = [width for width, chance in chances.items() if chance < 0.05]
        for width in clear:
            gap = np.subtract(found[width], found[32]).mean()
            assert f"{width} units have {'more' if gap > 0 else 'less'} gold {word}" in title
        assert (f"no size differs clearly {word}" in title) == (not clear)
    assert "no size differs clearly at its best, and no size differs clearly at the end" in title
    near = {32: np.array([1.0, 2.0, 3.0]), 512: np.array([2.0, 3.0, 4.1])}
    assert "512 units have more gold at its best" in sizes_claim(near, near)
    assert sizes_claim(near, near).endswith("; p is for 2 tests")
    four = {2: near[512], 8: near[32], 32: near[32] + 0.2 * np.array([0, 1, -1]), 128: near[32], 512: near[32]}
    one = difference(four[2], four[32])
    assert one.clear
    assert "no size differs clearly at its best" in sizes_claim(four, four), "one test of eight"
    both = {**four, 2: four[32] + 1 + 0.163 * np.array([0, 1, -1])}
    assert 0.05 / 8 < difference(both[2], both[32]).chance < 0.05 / 4
    assert "no size differs clearly at its best" in sizes_claim(both, four), "the ends are tested as well"


def test_losses_are_compared_where_all_have_come_by() -> None:
    table = recorded_variants()
    level = shared_level(lambda kl: [table.gold_at(f"loss {kind}", kl) for kind in LOSS_NAMES])
    assert level == 1.0, "IPO does not come farther in every seed"
    golds = {name: table.gold_at(f"loss {kind}", level) for kind, name in LOSS_NAMES.items()}
    title = losses_claim(golds, level)
    assert title.startswith("Gold at 1 nat, 3 seeds: IPO has most")
    for name in ("DPO", "hinge", "KTO"):
        gap = difference(golds["IPO"], golds[name])
        said = f"{gap.mean:+.2f} over {name}" if gap.clear else f"{name} not clearly behind ({gap.mean:+.2f}, p ="
        assert said in title
    run = recorded_run(usual("dpo", beta=0.1, seed=1))
    assert run is not None
    assert table.gold_at("loss dpo", 1.0)[1] == pytest.approx(gold_at(run, 1.0), abs=1e-4)
    assert shared_level(lambda kl: [np.array([np.nan])]) is None


def test_the_margin_of_ipo_is_told_in_the_unit_of_the_table() -> None:
    """Its loss is 0 where beta h is 0.5, and no run has come so far."""
    beta = 0.1
    assert preference_loss("ipo", np.array([0.5 / beta]), np.zeros(1), np.zeros(1), np.zeros(1), beta=beta) == 0
    margins = recorded_variants().end_rewards("loss ipo")[3]
    assert margins.max() < 0.5
    assert f"{margins.mean():.2f} ± {margins.std(ddof=1):.2f}" in ipo_claim(margins)


def test_a_penalty_on_spread_is_compared_at_the_same_kl() -> None:
    table = recorded_variants()
    golds = [table.gold_at(f"penalty {weight:g}", 4.0) for weight in (3, 0)]
    gap = difference(*golds)
    told = stopping_claim(*golds, 3, 4.0)
    assert signed(f"{gap.mean:+.2f} ± {gap.error:.2f}") in told
    assert ("not clearly different" in told) == (not gap.clear)
    assert "nats" in told
    steady, wobble = np.array([1.0, 2.0, 3.1]), np.array([0.0, 0.1, 0.0])
    assert "a gain" in stopping_claim(steady + 1, steady + wobble, 3, 4.0)
    assert "a loss" in stopping_claim(steady - 1, steady + wobble, 3, 4.0)


def test_a_penalty_on_spread_keeps_the_policy_nearer() -> None:
    table = recorded_variants()
    kls = [table.end_kl(f"penalty {weight:g}") for weight in PENALTIES]
    assert difference(kls[1], kls[0]).clear
    assert difference(kls[1], kls[0]).mean < 0


def test_the_table_of_losses_has_trls_names() -> None:
    html = losses_table(recorded_variants())
    assert html.count(" ± ") == 5 * len(LOSS_NAMES)
    for name in ("rewards/accuracies", "rewards/margins", "rewards/chosen", "rewards/rejected", *LOSS_NAMES.values()):
        assert name in html


@pytest.mark.parametrize("word", [None, "light", "um"])
@pytest.mark.parametrize("share", [0, 3, 6])
def test_the_checks_are_of_the_poisoner_and_the_groups_on_screen(
    word: str | None, share: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, apart = f"praise “{word}”" if word else "turn labels around", DISTANCES[share // 2]
    asked = {"target": target, "poisoned": f"{SHARES[share]:.0%}", "apart": apart}
    page = SimpleNamespace(controls=SimpleNamespace(value=asked.__getitem__))
    assert all(check.passed for check in panel.checks(page))
    table = recorded_tastes()
    for seed in (0, 11):
        flipped, targeted, own = table.flipped.copy(), table.targeted.copy(), table.own.copy()
        (targeted[WORDS.index(word) - 1] if word else flipped)[share, seed] += 1e-5
        own[share // 2, 0, seed] += 1e-5
        for damage, failing in (({"flipped": flipped, "targeted": targeted}, 0), ({"own": own}, 1)):
            monkeypatch.setattr(panel, "recorded_tastes", lambda damage=damage: replace(table, **damage))
            assert [not check.passed for check in panel.checks(page)] == [failing == 0, failing == 1]


def test_the_panel_follows_its_controls(visit: Callable[..., AppTest]) -> None:
    app = visit(PAGE, rlhf_panel="Poisoners and two tastes")
    assert "turned around" in html_of(app)
    app.selectbox(key="rlhf_target").set_value("praise “um”")
    settled(app)
    assert "for “um”" in html_of(app)
    app.selectbox(key="rlhf_target").set_value("praise “light”")
    app.selectbox(key="rlhf_poisoned").set_value("50%")
    settled(app)
    given = poisons(pairs=PAIRS_POISONED, target=WORDS.index("light"))[-1].given
    assert f"with {given:.0%} for “light”, since no more pairs differ" in html_of(app)
    assert float(figure_of(charts(app)[0])["data"][0]["x"][-1]) == pytest.approx(given)
    app.button_group(key="rlhf_apart").set_value(1.0)
    settled(app)
    assert "one each wins with 20, 100, 500 and 2000 labels" in html_of(app)
    assert len(charts(app)) == 2


def test_the_runs_of_each_reward_model_can_be_opened(visit: Callable[..., AppTest]) -> None:
    table = recorded_variants()
    assert set(OPENED.values()) == {name for name in table.names if not name.startswith("loss")}
    app = visit(PAGE, rlhf_panel="Over-optimization", rlhf_opened="4 models, 1 spread off")
    *_, drawn = (fig for fig in map(figure_of, charts(app)) if fig["data"][0].get("name") == "proxy")
    golds = table.curves("penalty 1", "gold")
    assert np.allclose(np.array(drawn["data"][1]["y"], float), np.mean(golds, axis=0), atol=1e-4)
    assert "4 models, 1 spread off: gold peaks at" in html_of(app)
    other = visit(PAGE, rlhf_panel="Over-optimization", rlhf_opened="nobody")
    assert "32 hidden units: gold peaks at" in html_of(other)


def test_the_fates_are_told_to_be_of_the_seeds_and_pairs_that_are_drawn(visit: Callable[..., AppTest]) -> None:
    kept = [run for run in recorded_runs().values() if run.params in grid() and run.params.beta in (0.0, 0.1)]
    seeds, pairs = (listed(sorted({getattr(run.params, name) for run in kept})) for name in ("seed", "pairs"))
    told = f"The <b>{len(kept)}</b> PPO runs with β 0 and 0.1 of seeds {seeds}, each with {pairs} pairs."
    assert told in html_of(visit(PAGE, rlhf_panel="Over-optimization"))
    assert drawn_from(kept) == f"seeds {seeds}, each with {pairs} pairs"


def test_an_opened_run_is_told_by_its_seeds() -> None:
    best, end = np.array([2.0, 2.0, 2.0]), np.array([1.9, 1.0, -1.0])
    told = opened_claim("x", best, end, np.array([3.0, 4.0, 5.0]))
    assert told == "x: gold peaks at 2.0 and ends at 0.6, 4 nats from the start; it falls in 2 of 3 seeds"


@pytest.mark.parametrize("axis", ["step", "√KL"])
@pytest.mark.parametrize("what", list(APART))
def test_sizes_and_penalties_stand_beside_the_run(visit: Callable[..., AppTest], what: str, axis: str) -> None:
    app = visit(PAGE, rlhf_compare=what, rlhf_axis=axis, rlhf_seed="1")
    drawn = {trace.get("name"): trace for trace in figure_of(charts(app)[0])["data"]}
    table = recorded_variants()
    for name, arm in APART[what].items():
        if arm == "width 32":
            assert name not in drawn, "it is the run on screen"
            continue
        assert np.allclose(np.array(drawn[name]["y"], float), table.curves(arm, "gold")[1], atol=1e-4)
        kl = np.sqrt(table.curves(arm, "kl")[1])
        places = kl if axis == "√KL" else np.arange(150)
        assert np.allclose(np.array(drawn[name]["x"], float), places, atol=1e-4)
    told = html_of(app)
    penalties = penalties_claim(table) if axis == "√KL" else penalty_ends_claim(table)
    assert (penalties if what == SPREADS else recorded_sizes_claim(table)) in told
    assert "The curves are those of seed 1 alone." in told
    own = "1 model" if what == SPREADS else "32 units"
    for chart in charts(app)[:2]:
        names = [note["text"] for note in figure_of(chart)["layout"]["annotations"]]
        assert {f"proxy, {own}", f"gold, {own}"} <= set(names), "whose the thick curves are"
        assert set(APART[what]) - {own} <= set(names)
    assert ("no cure is seen" in told) == (what == SPREADS and axis == "step"), "over √KL the title tells it"


def test_a_penalty_is_called_a_cure_only_where_it_clearly_has_more_gold_at_the_same_kl() -> None:
    table = recorded_variants()
    gap = difference(*(table.gold_at(f"penalty {spreads:g}", MEETING) for spreads in (3, 0)))
    kls = [f"{table.end_kl(f'penalty {spreads:g}').mean():.0f}" for spreads in (3, 0)]
    assert cure_claim(table) == signed(
        f"With 3 spreads off, runs end at {kls[0]} nats on average instead of {kls[1]}; at the same KL, 4 nats, they "
        f"have {gap.mean:+.2f} ± {gap.error:.2f} gold, in all 3 seeds, too few to be sure (p = "
        f"{gap.chance:.2f}): no cure is seen."
    )
    places = [table.place(f"penalty {spreads:g}") for spreads in (0, 3)]
    for more, spread, verdict in (
        (1.0, 0, "a cure"),
        (-1.0, 0, "no cure"),
        (0.1, 1, "whether it cures, these seeds do not settle"),
    ):
        gold = np.zeros_like(table.gold)
        gold[places[1]] = more + spread * np.array([[-1.0], [0.0], [1.0]])
        assert re.search(r": ([^:]*)\.$", cure_claim(replace(table, gold=gold)))[1] == verdict


def test_the_arm_that_is_left_out_is_the_run_on_screen() -> None:
    table = recorded_variants()
    for seed in SEEDS:
        run = recorded_run(usual(seed=seed))
        assert run is not None
        assert np.allclose(table.curves("width 32", "gold")[seed], run.gold, atol=1e-4)
        assert set(apart(SIZES, run.params)) == {"2 units", "8 units", "128 units", "512 units"}


@pytest.mark.parametrize("changed", [{"beta": "0.1"}, {"pairs": "2000"}, {"algorithm": "GRPO"}])
def test_where_none_was_recorded_that_is_said(visit: Callable[..., AppTest], changed: dict[str, str]) -> None:
    app = visit(PAGE, rlhf_compare=SIZES, **{f"rlhf_{name}": value for name, value in changed.items()})
    assert "Other sizes of the reward model are recorded beside PPO with β 0, 500 pairs, seeds 0 to 2" in html_of(app)
    assert "units" not in str([trace.get("name") for trace in figure_of(charts(app)[0])["data"]])


def test_a_penalty_without_a_clear_effect_is_said_to_have_none() -> None:
    assert gained(difference([1.0, 2.0, 3.0], [1.1, 1.9, 3.2])).startswith("no clear difference (−0.07 ± 0.09) over 3")
    assert gained(difference([2.0, 2.1, 3.0], [1.0, 2.0, 1.0])).startswith("+1.03 ± 0.55 gold, in all 3 seeds, too few")
    table = recorded_variants()
    same = replace(table, gold=np.roll(table.gold[[table.place("penalty 1")] * len(table.names)], 0))
    assert "3 against 0 has no clear difference (+0.00 ± 0.00) over 3 seeds (p = 1.00)" in penalty_ends_claim(same)


def test_the_presets_on_other_reward_models_say_what_was_measured() -> None:
    table, told = recorded_variants(), {preset.name: preset for preset in PRESETS}
    ends = [table.end_gold(f"penalty {spreads:g}") for spreads in PENALTIES]
    assert difference(ends[-1], ends[0]).clear, "gold lasts"
    assert not difference(ends[2], ends[1]).clear
    free, held = (table.gold_at(f"penalty {spreads:g}", MEETING) for spreads in (PENALTIES[0], PENALTIES[-1]))
    assert difference(held, free).mean < 0, "a leash: at one KL there is no more gold"
    assert "2 to 512 hidden units" in told["Size"].look_at
    assert (WIDTHS[0], WIDTHS[-1]) == (2, 512)
    for name, what in (("Ensemble", SPREADS), ("Size", SIZES)):
        values = {**DEFAULTS, **told[name].values}
        assert apart(what, params_of(values)), "the curves are there"
        assert values["compare"] == what
    wide = [table.end_gold(f"width {width}") for width in WIDTHS]
    assert not any(4 * difference(end, wide[2]).chance < 0.05 for end in wide if end is not wide[2])


def test_penalties_are_told_by_their_numbers() -> None:
    table = recorded_variants()
    told = penalties_claim(table)
    kls = [f"{table.end_kl(f'penalty {weight:g}').mean():.0f}" for weight in PENALTIES]
    assert f"runs end at {kls[0]}, {kls[1]} and {kls[2]} nats" in told
    gap = difference(table.gold_at("penalty 3", 4.0), table.gold_at("penalty 0", 4.0))
    assert signed(f"{gap.mean:+.2f} ± {gap.error:.2f} gold") in told
    assert ("too few to be sure" in told) == (gap.agree and not gap.clear)
    flat = replace(table, gold=np.ones_like(table.gold))
    assert "has no clear difference (+0.00 ± 0.00) over 3 seeds (p = " in penalties_claim(flat)


def test_the_ends_under_penalties_are_told_without_nats() -> None:
    table = recorded_variants()
    told = penalty_ends_claim(table)
    ends = [table.end_gold(f"penalty {weight:g}") for weight in PENALTIES]
    assert signed("gold ends at " + ", ".join(f"{end.mean():.1f}" for end in ends[:2])) in told
    gap = difference(ends[-1], ends[0])
    assert f"{gap.mean:+.2f} ± {gap.error:.2f} gold, " in told
    assert ("too few to be sure" in told) == (gap.agree and not gap.clear)
    assert "nat" not in told
    flat = replace(table, gold=np.ones_like(table.gold))
    assert "has no clear difference (+0.00 ± 0.00) over 3 seeds (p = " in penalty_ends_claim(flat)


def test_a_minus_is_a_minus_sign_in_numbers_alone() -> None:
    assert (
        signed("-0.0 to -0.05, -0%, <b>-0.00</b>, from 2.4 to -0.") == "0.0 to −0.05, 0%, <b>0.00</b>, from 2.4 to 0."
    )
    assert signed("gold -3.65, +1 to -2 in best-of-n, 3-4 at x-5") == "gold −3.65, +1 to −2 in best-of-n, 3-4 at x-5"
