"""Titles and sentences against the numbers behind them: at their edges, and over all that is recorded."""

import dataclasses
import itertools

import numpy as np
import pytest

from core.tuning import (
    PARTS,
    SHIFTS,
    TUNED,
    WAYS,
    CostRecord,
    Example,
    LinearTheoryParams,
    MemoryRecord,
    OwnTable,
    PartsParams,
    PartsRecord,
    PartsRun,
    TheoryGrid,
    TuningParams,
    TuningRun,
    linear_theory,
    recorded_costs,
    recorded_memory,
    recorded_parts,
    recorded_theory,
)
from pages.adaptation.fine_tuning import words
from pages.adaptation.fine_tuning.topic import PRESETS


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
                f"each of {grid.seeds} worlds" if same == grid.seeds else f"{same} of {grid.seeds} worlds"
            )
            assert f"ε = {grid.feature_errors[row]:g}" in title


def test_a_theory_without_an_order_says_so() -> None:
    def flat(value: float) -> np.ndarray:
        return np.full((1, 4, 2, 1), value, np.float32)

    history = {"probe": flat(0.5), "full": flat(0.5), "lp_ft": flat(0.5)}
    title = words.theory_title(TheoryGrid(np.array([0.1]), np.array([0]), history), 0, 0)
    assert title.endswith("in this order on 0 of 4 worlds")
    nothing = {way: flat(1e-20) for way in WAYS}
    title = words.theory_title(TheoryGrid(np.array([0.0]), np.array([0]), nothing), 0, 0)
    assert title.endswith("probe 0, full 0, LP-FT 0; so on each of 4 worlds")


def test_what_has_moved_is_said_as_it_is() -> None:
    found = linear_theory(LinearTheoryParams())
    assert "unseen not at all" in words.moves_title(found)
    moved = dataclasses.replace(found, unseen_change=found.unseen_change + 0.1)
    assert "unseen up to 0.1" in words.moves_title(moved)
    assert words.moves_title(linear_theory(LinearTheoryParams(steps=0))) == "Before the first step nothing has moved"
    assert "not at all (0e+00)" in words.moves_title(linear_theory(LinearTheoryParams(seen=50)))
    assert "diverges" not in words.theory_reading(found)
    assert "At rate <b>1</b> full diverges: it was stopped after <b>2</b>" in words.theory_reading(
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
    assert "the textbook tunes block 1, and here it leads on 2 of 2 seeds" in words.parts_reading(clear, "noise")
    close = parts_record("negative", head=[0.6, 0.5], block_3=[0.4, 0.65])
    assert words.parts_title(close, "negative").endswith("block 3 52%; ahead on 1 of 2 seeds")
    assert "but here head leads on 1 of 2 seeds" in words.parts_reading(close, "negative")
    useless = parts_record("noise", head=[0.05, 0.65], block_1=[0.0, 0.1], block_2=[0.0, 0.1], block_3=[0.0, 0.1])
    assert words.parts_title(useless, "noise") == (
        "No part gains on every seed: head reaches 35%, with nothing tuned it is 10%"
    )


@pytest.mark.parametrize("shift", SHIFTS)
def test_a_story_says_nothing_that_its_reading_says_again(shift: str) -> None:
    told = [preset.look_at for preset in PRESETS if preset.values.get("panel") == "Which part"]
    first = words.parts_reading(recorded_parts(), shift).split(".")[0]
    assert len(told) == 3
    assert not [look_at for look_at in told if first in look_at]


@pytest.mark.parametrize("shift", SHIFTS)
def test_the_part_that_is_recorded_as_best(shift: str) -> None:
    record = recorded_parts()
    found = record.accuracies(shift)
    best = max(PARTS, key=lambda part: found[part].mean())
    title = words.parts_title(record, shift)
    assert f"<b>{found['nothing'].mean():.0%}</b> of these" in words.parts_reading(record, shift)
    if not (found[best] > found["nothing"]).all():
        assert title.startswith(f"No part gains on every seed: {best} reaches {found[best].mean():.0%}")
        return
    assert title.startswith(f"{best.capitalize()} does best alone: {found[best].mean():.0%}")
    second = max((part for part in PARTS if part != best), key=lambda part: found[part].mean())
    seeds, wins = len(found[best]), int((found[best] > found[second]).sum())
    assert title.endswith(f"on each of {wins} seeds" if wins == seeds else f"ahead on {wins} of {seeds} seeds")


def test_the_answer_about_the_top_layers_holds_for_what_is_recorded() -> None:
    record = recorded_parts()
    best = {"other names": "head", "negative": "block 3"}
    for shift, part in best.items():
        found = record.accuracies(shift)
        assert all((found[part] > found[other]).all() for other in PARTS if other != part)
    assert words.parts_title(record, "noise").startswith("No part gains on every seed")


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
    memory = recorded_memory()
    said = words.costs_reading(record, memory, 40)
    assert f"<b>{40 * record.texts * record.tokens:,}</b> tokens" in said
    assert words.asked(memory) in said
    for method, name in (("full", "full tuning"), ("lora", "LoRA")):
        held = np.median([found.memory for found in memory.memories if found.method == method])
        assert f"<b>{held / 1e6:,.0f} MB</b> in {name}" in said
    assert memory.checks[0].passed


def test_the_system_is_asked_for_what_was_counted() -> None:
    """The record of memory belongs to the same updates as the count, two processes for each of its methods."""
    record, memory = recorded_costs(), recorded_memory()
    assert memory.costs.costs == record.costs
    assert {method.method for method in record.costs} == {found.method for found in memory.memories}
    assert all(len(memory.totals(cost.method)) == 2 for cost in record.costs)
    less = tuple(dataclasses.replace(found, most=0) for found in memory.memories)
    assert not MemoryRecord(less, record).checks[0].passed
    assert "% less (Full)" in words.asked(MemoryRecord(less, record))


def made_run(**changes: object) -> TuningRun:
    run = TuningRun(
        params=TuningParams("lora", 1e-3, 4),
        id_accuracy=0.9,
        ood_accuracy=0.75,
        validation_accuracy=0.9,
        trainable=231_554,
        loss=np.array([0.7, 0.5]),
        perplexity=np.array([30.0, 8.0]),
        before=np.array([20.0, 8.0]),
        frozen_change=0.0,
        start_change=0.0,
        merge_gap=0.0,
        stopped=False,
        seconds=12.0,
        own=np.zeros(0),
    )
    return dataclasses.replace(run, **changes)  # type: ignore[arg-type]


def test_a_run_of_now_says_what_it_reached_and_forgot() -> None:
    assert words.live_title(made_run()) == "LoRA: 90% of meals, 75% of stories, 15% less"
    assert words.live_title(made_run(ood_accuracy=1.0)).endswith("100% of stories, 10% more")
    stopped = "Stopped after 2 updates: the loss diverges at this learning rate"
    assert words.live_title(made_run(stopped=True)) == stopped
    once = words.live_title(made_run(stopped=True, loss=np.ones(1)))
    assert once == stopped.replace("2 updates", "1 update")
    said = words.own_reading(made_run())
    assert "<b>231,554</b> trained numbers, <b>12</b> s of one core, seed <b>4</b>, learning rate <b>" in said
    assert (
        "prose <b>20.0</b> before, <b>30.0</b> after, question and answer <b>8.0</b> before, <b>8.0</b> after" in said
    )
    assert "Your own" not in said


def test_texts_of_a_visitor_are_escaped_and_judged() -> None:
    params = TuningParams("probe", own=("<b>x</b>", "Good"))
    said = words.own_reading(made_run(params=params, own=np.array([0.25, 0.9])))
    assert "“&lt;b&gt;x&lt;/b&gt;” <b>blames</b> (75%)" in said
    assert "“Good” <b>praises</b> (90%)" in said
    assert "does the main clause praise?" in words.own_reading(None)


def test_a_table_of_ones_own_has_its_own_labels() -> None:
    rows = tuple(Example(f"text {n}", n % 2) for n in range(24))
    table = OwnTable(rows, ("<i>", "odd"))
    assert words.live_title(made_run(), table) == "LoRA: 90% of your held-out texts"
    assert "<b>24</b> texts, labeled “&lt;i&gt;” and “odd”" in words.own_reading(None, table)
    params = TuningParams("probe", own=("x",))
    assert "“x” <b>&lt;i&gt;</b> (80%)" in words.own_reading(made_run(params=params, own=np.array([0.2])), table)


def test_the_counts_title_gives_the_share_of_all() -> None:
    numbers = {"LoRA": 231_554, "Full": 134_516_162, "LP-FT": 134_516_162}
    assert words.counts_title(numbers, "LoRA") == "LoRA trains 231,554 numbers, 0.17% of all"
    assert words.counts_title(numbers, "Full") == "Full trains all 134,516,162 numbers of SmolLM2 and its head"
    assert words.counts_title(numbers, "LP-FT").startswith("LP-FT trains all")
