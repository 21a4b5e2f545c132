"""Titles and sentences against the numbers behind them: at their edges, and over all that is recorded."""

import dataclasses
import itertools
import re

import numpy as np
import pytest

from core.tuning import (
    METHODS,
    PARTS,
    SHIFTS,
    TUNED,
    WAYS,
    CostRecord,
    LinearTheoryParams,
    PartsParams,
    PartsRecord,
    PartsRun,
    TheoryGrid,
    TuningParams,
    linear_theory,
    recorded_costs,
    recorded_parts,
    recorded_runs,
    recorded_theory,
)
from pages.adaptation.fine_tuning import words
from pages.adaptation.fine_tuning.topic import NAMES
from tests.pages.fine_tuning.made import made, made_run


def test_the_main_title_names_who_is_ahead_only_where_all_seeds_are() -> None:
    assert words.methods_title(made({"lora": (0.8, 0.81, 0.9)})).endswith("ahead on stories: LoRA 84%")
    assert words.methods_title(made({"lora": (0.71, 0.9, 0.9)})).endswith(
        "no method is clearly ahead of it or behind on stories"
    )
    both = words.methods_title(made({"lora": (0.8, 0.8, 0.8), "probe": (0.75, 0.75, 0.75)}))
    assert both.endswith("ahead on stories: Probe 75%, LoRA 80%")
    behind = words.methods_title(made({"probe": (0.5, 0.6, 0.67)}))
    assert behind == "Full tuning gets 90% of meals and 70% of stories right; clearly behind on stories: Probe 59%"
    low = dict.fromkeys(METHODS, (0.5, 0.5, 0.5)) | {"full": (0.6, 0.6, 0.6)}
    assert words.methods_title(made(low)).endswith("ahead of every other method")


def test_the_main_title_is_true_of_what_is_recorded() -> None:
    record = recorded_runs()
    title = words.methods_title(record)
    stories = {method: [run.ood_accuracy for run in record.chosen(method)] for method in METHODS}
    for method in METHODS:
        named = NAMES[method] in title.split(" right")[1]
        above = min(stories[method]) > max(stories["full"]) + words.NOISE
        below = min(stories["full"]) > max(stories[method]) + words.NOISE
        if "ahead on stories" in title:
            assert named == above
        elif "behind on stories:" in title:
            assert named == below
            assert not above
    assert f"{np.mean(stories['full']):.0%} of stories" in title


@pytest.mark.parametrize("method", METHODS)
def test_the_reading_belongs_to_the_method(method: str) -> None:
    record, costs = recorded_runs(), recorded_costs()
    said = re.sub("<[^>]+>", "", words.methods_reading(record, method, costs.of(method), costs.of("full").trainable))
    runs = record.chosen(method)
    assert said.startswith(f"{NAMES[method]} trains {runs[0].trainable:,} numbers (")
    assert f"stories {np.mean([run.ood_accuracy for run in runs]):.0%}" in said
    assert f"Learning rate {runs[0].params.rate:g}" in said
    assert f"{len(runs)} seeds" in said


def test_a_loss_or_a_gain_on_the_shift_is_called_what_it_is() -> None:
    cost = recorded_costs().of("full")
    assert "<b>20%</b> less" in words.methods_reading(made({}), "full", cost, cost.trainable)
    gain = made({"full": (1.0, 1.0, 1.0)})
    assert "<b>10%</b> more" in words.methods_reading(gain, "full", cost, cost.trainable)


def test_shares_keep_two_digits() -> None:
    assert [words.percent(share) for share in (1.0, 0.999, 0.105, 0.00172, 8.6e-6)] == [
        "100%",
        "100%",
        "10%",
        "0.17%",
        "0.00086%",
    ]


def test_the_theorys_title_counts_the_seeds_of_its_order() -> None:
    grid = recorded_theory()
    for row in range(len(grid.feature_errors)):
        for mark in (0, 5, len(grid.steps) - 1):
            title = words.theory_title(grid, row, mark)
            errors = {way: grid.errors(way, shifted=True, mark=mark)[row].astype(float) for way in WAYS}
            order = sorted(WAYS, key=lambda way: -errors[way].mean())
            same = sum(
                all(errors[a][s] > errors[b][s] or errors[a][s] < 1e-12 for a, b in itertools.pairwise(order))
                for s in range(grid.seeds)
            )
            assert title.endswith(
                f"each of {grid.seeds} seeds" if same == grid.seeds else f"{same} of {grid.seeds} seeds"
            )
            assert f"ε = {grid.feature_errors[row]:g}" in title


def test_a_theory_without_an_order_says_so() -> None:
    def flat(value: float) -> np.ndarray:
        return np.full((1, 4, 2, 1), value, np.float32)

    history = {"probe": flat(0.5), "full": flat(0.5), "lp_ft": flat(0.5)}
    title = words.theory_title(TheoryGrid(np.array([0.1]), np.array([0]), history), 0, 0)
    assert title.endswith("in this order on 0 of 4 seeds")
    nothing = {way: flat(1e-20) for way in WAYS}
    assert "probe 0, full 0, LP-FT 0" in words.theory_title(TheoryGrid(np.array([0.0]), np.array([0]), nothing), 0, 0)


def test_what_has_moved_is_said_as_it_is() -> None:
    found = linear_theory(LinearTheoryParams())
    assert "unseen ones not at all" in words.moves_title(found)
    moved = dataclasses.replace(found, unseen_change=found.unseen_change + 0.1)
    assert "unseen ones by up to 0.1" in words.moves_title(moved)
    assert words.moves_title(linear_theory(LinearTheoryParams(steps=0))) == "Before the first step nothing has moved"
    assert "not at all (0e+00)" in words.moves_title(linear_theory(LinearTheoryParams(seen=50)))
    assert "diverges" not in words.theory_reading(found)
    assert "full diverges: it was stopped after <b>2</b>" in words.theory_reading(
        linear_theory(LinearTheoryParams(rate=1.0))
    )


def parts_record(shift: str, **accuracy: list[float]) -> PartsRecord:
    """Runs with these accuracies by part, over seeds; parts are named with an underscore."""
    named = {part: accuracy.get(part.replace(" ", "_"), [0.2] * len(accuracy["head"])) for part in TUNED}
    return PartsRecord(
        tuple(
            PartsRun(
                PartsParams(shift, seed), 0.97, 0.1, {p: named[p][seed] for p in TUNED}, dict.fromkeys(TUNED, 1), 0.0
            )
            for seed in range(len(accuracy["head"]))
        )
    )


def test_the_best_part_is_named_with_the_seeds_on_which_it_leads() -> None:
    clear = parts_record("noise", head=[0.3, 0.3], block_1=[0.6, 0.7])
    assert words.parts_title(clear, "noise") == (
        "Block 1 does best alone: 65% of the digits right, ahead of the next, head 30%, on each of 2 seeds"
    )
    assert "the textbook tunes the block 1, and so it is here" in words.parts_reading(clear, "noise")
    close = parts_record("negative", head=[0.6, 0.5], block_3=[0.4, 0.65])
    assert words.parts_title(close, "negative").endswith("block 3 52%; ahead on 1 of 2 seeds")
    assert "but here it is head" in words.parts_reading(close, "negative")


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_part_that_is_recorded_as_best(shift: str) -> None:
    record = recorded_parts()
    found = record.accuracies(shift)
    best = max(PARTS, key=lambda part: found[part].mean())
    title = words.parts_title(record, shift)
    assert title.startswith(f"{best.capitalize()} does best alone: {found[best].mean():.0%}")
    second = max((part for part in PARTS if part != best), key=lambda part: found[part].mean())
    seeds, wins = len(found[best]), int((found[best] > found[second]).sum())
    assert title.endswith(f"on each of {wins} seeds" if wins == seeds else f"ahead on {wins} of {seeds} seeds")
    assert f"<b>{found['nothing'].mean():.0%}</b> of these" in words.parts_reading(record, shift)


def test_the_backward_titles_hold_for_what_was_measured() -> None:
    record = recorded_costs()
    full, lora = record.of("full"), record.of("lora")
    assert f"{full.memory / 1e9:.2g} GB" in words.memory_title(record)
    assert f"{lora.backward / full.backward:.0%} of that" in words.seconds_title(record) or (
        "as long as" in words.seconds_title(record) and lora.backward / full.backward > 0.95
    )
    slow = dataclasses.replace(lora, backward=full.backward)
    others = tuple(cost for cost in record.costs if cost.method != "lora")
    assert "takes as long as" in words.seconds_title(CostRecord((*others, slow), 1, 1, {}))
    assert f"<b>{40 * record.texts * record.tokens:,}</b> tokens" in words.costs_reading(record, 40)


def test_forgetting_is_claimed_only_where_every_seed_shows_it() -> None:
    clear = {"full": (1.2, 1.4, 1.3), "lora": (1.06, 1.5, 1.5), "lp_ft": (1.0, 1.5, 1.5)}
    title = words.forgetting_title(made({}, clear), 0)
    assert title == "Most is forgotten by LoRA: perplexity times 1.4; nothing by Probe and Last 4 layers"
    mixed = dict.fromkeys(METHODS, (1.0, 1.5, 1.5))
    assert words.forgetting_title(made({}, mixed), 0) == "At the chosen learning rates no method forgets on every seed"
    every = dict.fromkeys(METHODS, (1.2, 1.5, 1.5))
    assert words.forgetting_title(made({}, every), 1).endswith("all forget something")


@pytest.mark.parametrize("text", [0, 1])
def test_the_forgetting_that_is_recorded(text: int) -> None:
    record = recorded_runs()
    title = words.forgetting_title(record, text)
    ratios = {m: [run.perplexity[text] / run.before[text] for run in record.chosen(m)] for m in METHODS}
    for method in METHODS:
        if "nothing by" in title and NAMES[method] in title.split("nothing by")[1]:
            assert max(ratios[method]) <= words.FORGETS
    if "Most is forgotten" in title:
        worst = max(METHODS, key=lambda m: np.mean(ratios[m]) if min(ratios[m]) > words.FORGETS else 0)
        assert f"by {NAMES[worst]}: perplexity times {np.mean(ratios[worst]):.2g}" in title
    assert f"<b>{record.chosen('full')[0].before[text]:.1f}</b> before" in words.forgetting_reading(record, text)


def test_texts_of_a_visitor_are_escaped_and_judged() -> None:
    run = made_run("probe", 3, 0.9, 0.79)
    own = dataclasses.replace(run, params=TuningParams("probe", own=("<b>x</b>", "Good")), own=np.array([0.25, 0.9]))
    said = words.own_reading(own)
    assert "“&lt;b&gt;x&lt;/b&gt;” <b>blames</b> (75%)" in said
    assert "“Good” <b>praises</b> (90%)" in said
    assert "does the main clause praise?" in words.own_reading(None) == words.own_reading(run)


def test_a_run_of_now_is_set_beside_the_seeds() -> None:
    record = made({"lora": (0.7, 0.8, 0.75)})
    assert words.live_title(None, "lora", record) == "LoRA, 3 recorded seeds: 90% of meals, 75% of stories"
    like = made_run("lora", 3, 0.9, 0.79)
    assert words.live_title(like, "lora", record).endswith("like the recorded seeds (70% to 80%)")
    assert "unlike" in words.live_title(made_run("lora", 3, 0.9, 0.5), "lora", record)
    stopped = dataclasses.replace(like, stopped=True)
    assert (
        words.live_title(stopped, "lora", record) == "Stopped after 2 updates: the loss diverges at this learning rate"
    )
