"""Titles and sentences of the page about adapters: at their edges, and over all that is recorded."""

import dataclasses

import numpy as np
import pytest

from core.checks import Check
from core.tuning import (
    INTRUDES_BELOW,
    PLACES,
    ChangeRecord,
    DirectionsRecord,
    LoraParams,
    MergeParams,
    MergeRecord,
    MergeRun,
    SubspaceParams,
    SubspaceRecord,
    TransferParams,
    TransferRun,
    WeightChange,
    lora_pair,
    recorded_changes,
    recorded_directions,
    recorded_merging,
    recorded_runs,
    recorded_subspaces,
    train_in_subspace,
)
from pages.adaptation.adapters import words
from pages.adaptation.adapters.figures.layer import placed
from pages.adaptation.adapters.figures.merged import differences
from pages.adaptation.adapters.panels import scale, tasks
from pages.adaptation.adapters.panels.thin import Thin
from pages.adaptation.adapters.topic import METHODS


def change(by_rank: list[float], by_entry: list[float], seed: int = 0, **more: object) -> WeightChange:
    found = WeightChange(
        method="full", rate=1e-4, seed=seed, layer=3, module="o_proj", shape=(2, 3), size=0.01, moved=1.0,
        by_rank=np.array(by_rank, np.float32), by_entry=np.array(by_entry, np.float32),
        sizes=np.sqrt(np.diff(by_rank, prepend=0.0)).astype(np.float32), nearest=np.array([0.9, 0.3], np.float32),
    )  # fmt: skip
    return dataclasses.replace(found, **more)  # type: ignore[arg-type]


def test_the_title_says_low_rank_only_where_every_seed_does() -> None:
    low, sparse = change([0.8, 1.0], [0.2, 1.0]), change([0.3, 1.0], [0.6, 1.0], seed=1)
    assert words.energy_title([low, low], 1) == (
        "Rank 1 keeps 80% of the change of o_proj in layer 3, as many entries keep 20%: low-rank rather than sparse, "
        "on each of 2 seeds"
    )
    assert words.energy_title([sparse], 1).endswith(": the entries keep more, on each of 1 seeds")
    # As of random numbers, which are neither: no word about sparsity then.
    assert "sparse" not in words.energy_title([sparse], 1)
    assert words.energy_title([low, sparse], 1).endswith("; the rank keeps more on 1 of 2 seeds")
    assert words.energy_title([low], 2).endswith("; the rank keeps more on 0 of 1 seeds")


def test_the_title_is_true_of_what_is_recorded() -> None:
    record = recorded_changes()
    for layer in record.layers:
        for module in record.modules("full"):
            changes = record.of("full", layer, module)
            assert [one.seed for one in changes] == [0, 1, 2]
            for rank in (1, 4, 64):
                title = words.energy_title(changes, rank)
                pairs = [(one.by_rank[rank - 1], one.by_entry[rank - 1]) for one in changes]
                assert title.endswith("low-rank rather than sparse, on each of 3 seeds") == all(a > b for a, b in pairs)
                assert f"Rank {rank} keeps {np.mean([a for a, _ in pairs]):.0%}" in title


def test_recorded_changes_pass_their_checks_and_damaged_ones_fail() -> None:
    record = recorded_changes()
    assert all(check.passed for check in record.checks)
    damaged = dataclasses.replace(record.changes[0], by_rank=record.changes[0].by_rank * 0.999)
    assert not all(check.passed for check in ChangeRecord((damaged, *record.changes[1:])).checks)


def test_new_directions_are_counted_by_method() -> None:
    record = ChangeRecord((change([1.0], [1.0]), change([1.0], [1.0], seed=1)))
    assert words.intruders_title(record).endswith("2 of 4 by full tuning")
    assert [one.intruders for one in record.changes] == [1, 1]
    both = ChangeRecord((*record.changes, change([1.0], [1.0], method="lora", rate=2e-3)))
    assert words.intruders_title(both).endswith("2 of 4 by full tuning and 1 of 2 by LoRA")
    assert "LoRA at learning rate 0.002: <b>1</b> matrices, the least near direction at <b>0.300</b>" in (
        words.intruders_reading(both)
    )
    # Another rate, tried once, does not count.
    tried = ChangeRecord((*record.changes, change([1.0], [1.0], rate=1.0)))
    assert words.intruders_title(tried) == words.intruders_title(record)


def test_recorded_directions_are_counted_as_they_are() -> None:
    record = recorded_changes()
    for method, name in words.TUNERS.items():
        nearest = np.concatenate([change.nearest for change in record.chosen(method)])
        assert f"{int((nearest < INTRUDES_BELOW).sum())} of {nearest.size} by {name}" in words.intruders_title(record)


def test_the_reading_gives_ranges_over_seeds() -> None:
    pair = [change([0.8, 1.0], [0.2, 1.0]), change([0.95, 1.0], [0.2, 1.0], seed=1, size=0.02)]
    said = words.energy_reading(pair, 1)
    assert "o_proj is 2 × 3; rank <b>1</b> is <b>5</b> numbers of 6." in said
    assert "Tuning SmolLM2 moved <b>100.0%</b> of its entries, by <b>1.00% to 2.00%</b> of its length" in said
    assert "90% of that takes rank <b>1 to 2</b>, over 2 seeds" in said
    assert pair[0].rank_for(1.0) == 2


def test_two_adapters_are_said_to_learn_only_where_both_do() -> None:
    assert words.pair_title(lora_pair(LoraParams())).startswith("Each adapter learns its task: it errs by ")
    assert words.pair_title(lora_pair(LoraParams(rank=1))).startswith("Neither adapter learns its task")
    found = lora_pair(LoraParams())
    half = dataclasses.replace(found, up=np.stack([found.up[0], 0 * found.up[1]]))
    assert words.pair_title(half).startswith("One adapter alone learns its task: it errs by 1 at most")
    stopped = lora_pair(LoraParams(rank=1, alpha=64, rate=1.0))
    assert words.pair_title(stopped) == (
        f"Stopped after {stopped.loss.shape[1] - 1} steps: with α/r = 64 the descent diverges"
    )
    runs = recorded_runs().chosen("lora")
    said = words.pair_reading(found, recorded_runs())
    assert f"<b>{max(run.merge_gap for run in runs):.0e}</b> of their largest entry, over {len(runs)} seeds" in said
    assert "Each adapter has <b>192</b> numbers, W 576; added is <b>2</b> times B A" in said


def test_two_thin_matrices_say_what_they_keep() -> None:
    assert words.thin_title(2, 1.0, 6, 6) == "Rank 2 says all of it: 24 numbers instead of 36"
    assert words.thin_title(1, 0.5, 6, 6) == "Rank 1 keeps 50.0% of the energy: 12 numbers instead of 36"
    eye = np.eye(4)
    said = words.thin_reading(eye, 2, 4, np.sqrt(2))
    assert "<b>12</b> entries of 0 among 16, and rank <b>4</b>" in said
    assert "a length of <b>1.41</b> is left of <b>2</b>; its 16 largest entries alone keep <b>100.0%</b>" in said


def test_the_checks_of_two_thin_matrices_can_fail() -> None:
    from core.tuning import low_rank

    matrix = np.arange(12.0).reshape(3, 4) ** 2
    column, row, residual = low_rank(matrix, 1)
    thin = Thin(matrix, column, row, residual, 3)
    assert all(check.passed for check in thin.checks)
    assert not dataclasses.replace(thin, residual=residual * (1 + 1e-9)).checks[0].passed
    assert not dataclasses.replace(thin, residual=float("nan")).checks[0].passed
    assert not dataclasses.replace(thin, row=row * float("nan")).checks[1].passed


@pytest.mark.parametrize(
    ("name", "place"), [*((name, "q v") for name in METHODS), *(("LoRA", place) for place in PLACES)]
)
@pytest.mark.parametrize("size", [1, 64])
def test_what_is_drawn_is_what_is_counted(name: str, size: int, place: str) -> None:
    drawn = sum(part.numbers for part in placed(METHODS[name], size, PLACES[place]) if part.trained)
    found = scale.count(name, size, place)
    assert drawn * (1 if name == "Prompt" else 30) == found
    assert f"{found:,} numbers" in words.scale_title(name, size, found, 134_515_008)


def test_where_lora_stands_is_said() -> None:
    assert set(words.BESIDE) == set(PLACES)
    assert "B beside all of them;" in words.sits("lora", "all")
    assert words.sits("prompt", "all") == words.sits("prompt", "q v") == words.SITS["prompt"]


def test_a_hundred_tasks_are_a_hundred_models_only_for_full_tuning() -> None:
    found = tasks.gigabytes()
    assert found["Full"] == pytest.approx(100 * 4 * (134_515_008 + 1154) / 1e9)
    assert found["LoRA, rank 4"] == pytest.approx(4 * (134_515_008 + 100 * (230_400 + 1154)) / 1e9)
    assert words.tasks_title(found, 100) == "100 tasks take 53.8 GB by Full, 0.539 GB by Probe"
    assert all(check.passed for check in tasks.checks())


def test_the_dimension_is_claimed_only_where_every_seed_reaches_it() -> None:
    record = recorded_subspaces()
    low, high = min(record.d90), max(record.d90)  # type: ignore[type-var]
    assert words.subspace_title(record).startswith(f"{low} to {high} random directions of 1,810 reach nine tenths")
    checks: tuple[Check, ...] = ()
    short = SubspaceRecord(np.array([1]), np.array([[0.95, 0.2]]), np.ones(2), np.zeros(2), checks, record.opening)
    assert words.subspace_title(short) == "Nine tenths of the full accuracy are reached on 1 of 2 seeds only"
    run = train_in_subspace(SubspaceParams(20, seed=3, steps=10))
    said = words.subspace_reading(run, record)
    assert "<b>20</b> directions, seed <b>3</b>" in said
    assert f"<b>{run.accuracy:.0%}</b> of 500 new digits" in said


def made_directions(**right: tuple[int, int]) -> DirectionsRecord:
    """Right answers of 24 on two seeds: `none`, `all`, and `d` with its number."""
    runs = []
    for name, row in right.items():
        tasks, d = ((), 0) if name == "none" else (("meals",), 0 if name == "all" else int(name[1:]))
        for seed, hits in enumerate(row):
            params = TransferParams(tasks, seed, dimension=d, asked=("meals",))
            runs.append(TransferRun(params, {"meals": hits}, np.ones(2), d or 230_400, 0.0, 0.0))
    return DirectionsRecord(tuple(runs))


def test_few_directions_are_said_to_gain_only_where_every_seed_does() -> None:
    gains = made_directions(none=(12, 12), all=(24, 24), d1=(12, 18), d10=(13, 14), d100=(15, 15))
    assert words.directions_title(gains) == (
        "100 random directions of LoRA's 230,400 numbers: 62% right, untrained 50%, all 100%; no number of them is "
        "above untrained beyond noise"
    )
    clear = made_directions(none=(8, 8), all=(24, 24), d1=(8, 24), d10=(20, 18), d100=(18, 20), d200=(1, 2))
    assert words.directions_title(clear).endswith(
        "200 random directions of LoRA's 230,400 numbers: 6% right, untrained 33%, all 100%; 10 and 100 above "
        "untrained beyond noise"
    )
    assert "Nine tenths of LoRA's gain on every seed: none of these." in words.directions_reading(gains)
    nothing = made_directions(none=(12, 12), all=(24, 24), d100=(12, 18))
    assert words.directions_title(nothing).endswith("; no number of them is above untrained beyond noise")
    enough = made_directions(none=(12, 12), all=(24, 22), d10=(24, 23), d100=(22, 23))
    assert "on every seed: <b>10</b> directions." in words.directions_reading(enough)


def test_the_title_of_directions_is_true_of_what_is_recorded() -> None:
    record = recorded_directions()
    title = words.directions_title(record)

    def shares(dimension: int, tasks: tuple[str, ...]) -> list[float]:
        found = {run.params.seed: run for run in record.runs
                 if run.params.dimension == dimension and run.params.tasks == tasks}  # fmt: skip
        return [found[seed].right["meals"] / 96 for seed in (0, 1, 2)]

    before, whole = shares(0, ()), shares(0, ("meals",))
    assert f"untrained {np.mean(before):.0%}, all {np.mean(whole):.0%}" in title
    assert f"100 random directions of LoRA's 230,400 numbers: {np.mean(shares(100, ('meals',))):.0%} right" in title
    gaining = []
    for d in (1, 3, 10, 30, 100):
        found = shares(d, ("meals",))
        p, q = np.mean(before), np.mean(found)
        apart = q - p > 1.96 * np.sqrt((p * (1 - p) + q * (1 - q)) / 288)
        if apart and all(after > old for after, old in zip(found, before, strict=True)):
            gaining.append(d)
    said = title.split("; ")[1]
    named = (
        []
        if said.startswith("no number")
        else [int(d) for d in said.split(" above")[0].replace(" and", ",").split(", ")]
    )
    assert named == gaining
    goals = [old + 0.9 * (new - old) for old, new in zip(before, whole, strict=True)]
    enough = [d for d in (1, 3, 10, 30, 100)
              if all(after >= goal for after, goal in zip(shares(d, ("meals",)), goals, strict=True))]  # fmt: skip
    said = words.directions_reading(record)
    assert f"on every seed: {f'<b>{enough[0]}</b> directions' if enough else 'none of these'}." in said


def merged_run(first: tuple[int, int], second: tuple[int, int], both: tuple[int, int]) -> MergeRun:
    """A run that answers so many of 24 questions of each task rightly; untrained half of them."""
    states = ("first", "second", "both")
    return MergeRun(
        params=MergeParams(), start=0.0, moved={"first": 19.1, "second": 3.0, "both": 20.2},
        gap=dict.fromkeys(states, 5e-5), exact_gap=dict.fromkeys(states, 4e-6), back=0.0, largest=32.0,
        right={"none": (12, 12), "first": first, "second": second, "both": both}, questions=24,
        operations={"bare": 1000, "beside": 1002, "merged": 1000}, loss=np.ones((2, 3)), frozen_change=0.0, width=576,
    )  # fmt: skip


def test_what_merging_and_adding_do_is_said_as_measured() -> None:
    record = MergeRecord((merged_run((24, 12), (12, 24), (12, 23)),) * 3)
    assert words.merging_title(record) == (
        "On the tokens of 12 questions merging moves no logit of SmolLM2 by more than 5e-05, the adapters by up to 21"
    )
    said = words.merging_reading(record, recorded=False)
    assert said.startswith("Now, seed 0: rank <b>4</b>, α <b>8</b>, beside q and v, 24 updates of 8 questions each.")
    assert (
        "meals <b>50%</b> without, <b>100%</b> with its adapter, <b>50%</b> with the other, <b>50%</b> with "
        "both, fewer;" in said
    )
    assert "other, <b>96%</b> with both (intervals overlap)." in said
    equal = MergeRecord((merged_run((24, 12), (24, 24), (24, 24)),) * 3)
    assert "<b>100%</b> with the other (already answered), <b>100%</b> with both, as many;" in words.merging_reading(
        equal, recorded=True
    )
    assert "adds <b>0.20%</b> of operations; merged it adds <b>0%</b>" in said
    assert "In float64 merging moves a logit by at most <b>4e-06</b>" in said
    worse = MergeRecord((dataclasses.replace(equal.runs[0], exact_gap={"first": 6e-5}),))
    assert "hides nothing" in words.merging_reading(worse, recorded=True)
    better = MergeRecord((merged_run((12, 12), (12, 24), (24, 23)),) * 3)
    assert "<b>100%</b> with both, more;" in words.merging_reading(better, recorded=True)


def test_the_sentence_of_two_adapters_is_true_of_what_is_recorded() -> None:
    record = recorded_merging()
    said = words.merging_reading(record, recorded=True)
    for task, own in enumerate(("first", "second")):
        alone, both = record.share(own, task), record.share("both", task)
        verdict = ", fewer" if both.high < alone.low else ", more" if both.low > alone.high else " (intervals overlap)"
        verdict = ", as many" if both.share == alone.share else verdict
        other = record.share({"first": "second", "second": "first"}[own], task)
        known = " (already answered)" if other.low > record.share("none", task).high else ""
        assert (
            f"<b>{alone.share:.0%}</b> with its adapter, <b>{other.share:.0%}</b> with the other{known}, "
            f"<b>{both.share:.0%}</b> with both{verdict}" in said
        )
    said = words.merging_title(record)
    gap = float(said.split("more than ")[1].split(",")[0])
    assert max(max(run.gap.values()) for run in record.runs) <= gap
    assert max(max(run.moved.values()) for run in record.runs) <= float(said.split("up to ")[1])
    rows = differences(record)
    assert rows["B = 0, and bare"] == rows["first, and first again"] == 0
    assert 0 < rows["the same in float64"] <= 5e-5
    assert 0 < rows["merged, and beside"] < 1e-3 < rows["first added, and bare"]
