"""What the page says of the recorded methods: at the edges, and of what is recorded."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from components.phrases import listed
from components.theme import Look
from core.tuning import (
    CANDIDATES,
    VARIANT_NAMES,
    WAYS,
    LoraRecord,
    RehearsalRecord,
    Rehearsed,
    StepCost,
    TuningParams,
    TuningRecord,
    TuningRun,
    recorded_costs,
    recorded_places,
    recorded_rehearsal,
    recorded_runs,
)
from core.tuning.places import VARIANTS, variant
from pages.adaptation.fine_tuning import comparing as words
from pages.adaptation.fine_tuning.figures.bars import MEMORY_PARTS, costs
from pages.adaptation.fine_tuning.figures.forgetting import _ticks, forgetting
from pages.adaptation.fine_tuning.figures.methods import drawn_at
from pages.adaptation.fine_tuning.panels import live
from pages.adaptation.fine_tuning.topic import NAMES, PACES, QUESTIONS

MADE = ("probe", "lora", "full")


def made_run(method: str, seed: int, inside: float, outside: float, ratio: float) -> TuningRun:
    """A run of these accuracies, after which the perplexity of both texts is so many times the old one."""
    before = np.array([20.0, 8.0])
    return TuningRun(
        params=TuningParams(method, 1e-3, seed), id_accuracy=inside, ood_accuracy=outside, validation_accuracy=inside,
        trainable=1000, loss=np.array([0.7, 0.5]), perplexity=ratio * before, before=before, frozen_change=0.0,
        start_change=0.0, merge_gap=0.0, stopped=False, seconds=1.0, own=np.zeros(0),
    )  # fmt: skip


def made(
    meals: Mapping[str, Sequence[float]] | None = None,
    stories: Mapping[str, Sequence[float]] | None = None,
    ratios: Mapping[str, Sequence[float]] | None = None,
) -> TuningRecord:
    """Three methods over three seeds: 0.8 of meals and 0.5 of stories right, nothing forgotten, unless it is said."""

    def of(table: Mapping[str, Sequence[float]] | None, method: str, usual: float) -> Sequence[float]:
        return (table or {}).get(method, (usual,) * 3)

    return TuningRecord(
        tuple(
            made_run(method, seed, *values)
            for method in MADE
            for seed, values in enumerate(
                zip(of(meals, method, 0.8), of(stories, method, 0.5), of(ratios, method, 1.0), strict=True)
            )
        )
    )


def test_a_lead_is_claimed_only_where_every_seed_leads() -> None:
    clear = words.methods_title(made({"full": (0.9, 0.92, 0.94)}))
    assert clear == (
        "Meals: Full 92%, beyond noise above 2 of 2; stories: Probe 50%, within noise of all; 0 of 3 beat a guess there"
    )
    mixed = words.methods_title(made({"full": (0.9, 0.92, 0.94), "lora": (0.8, 0.91, 0.8)}))
    assert mixed.startswith("Meals: Full 92%, beyond noise above 1 of 2;")
    # Every seed leads, but 150 texts cannot tell so little.
    slight = words.methods_title(made({"full": (0.82, 0.83, 0.84)}))
    assert slight.startswith("Meals: Full 83%, within noise of all;")


def test_better_than_a_guess_is_said_only_where_a_test_set_could_tell() -> None:
    near = made(stories={"lora": (0.55, 0.55, 0.55)})
    assert words.methods_title(near).endswith("0 of 3 beat a guess there")
    far = made(stories={"lora": (0.6, 0.65, 0.7), "probe": (0.4, 0.4, 0.4)})
    assert words.methods_title(far).endswith("stories: LoRA 65%, beyond noise above 2 of 2; 1 of 3 beat a guess there")


def test_the_title_is_true_of_what_is_recorded() -> None:
    record = recorded_runs()
    title = words.methods_title(record)
    for domain, part in zip(("id", "ood"), title.split("; "), strict=False):
        found = {
            method: [getattr(run, f"{domain}_accuracy") for run in record.chosen(method) if not run.stopped]
            for method in record.methods
        }
        best = max(found, key=lambda method: np.mean(found[method]))
        mean = np.mean(found[best])
        behind = 0
        for method, values in found.items():
            other = np.mean(values)
            error = np.sqrt((mean * (1 - mean) + other * (1 - other)) / 150)
            seeds = min(len(found[best]), len(values)) > 1
            behind += bool(method != best and seeds and min(found[best]) > max(values) and mean - other > 1.96 * error)
        assert f"{NAMES[best]} {mean:.0%}" in part
        assert (f"above {behind} of {len(found) - 1}" if behind else "within noise of all") in part
    beating = 0
    for method in record.methods:
        shares = [run.ood_accuracy for run in record.chosen(method) if not run.stopped]
        # Wilson's bound is above a half where the share is beyond about 1.96 standard errors.
        beating += bool(len(shares) > 1 and np.mean(shares) > 0.5 + 1.96 * np.sqrt(0.25 / 154))
    assert title.endswith(f"{beating} of {len(record.methods)} beat a guess there")


def test_three_ways_are_parted_only_beyond_noise() -> None:
    assert words.ways_title(made(), MADE) == (
        "SmolLM2, stories: Probe 50%, LoRA 50%, Full 50%; no difference beyond noise"
    )
    parted = words.ways_title(made(stories={"full": (0.9, 0.92, 0.94), "lora": (0.6, 0.5, 0.9)}), MADE)
    assert parted == "SmolLM2, stories: Full 92%, LoRA 67%, Probe 50%; beyond noise Full above Probe"
    record = recorded_runs()
    said = words.ways_title(record, WAYS)
    recorded = [way for way in WAYS if way in record.methods]
    for first in recorded:
        for second in recorded:
            assert (f"{NAMES[first]} above {NAMES[second]}" in said) == record.leads(first, second, "ood_accuracy")


def test_the_rates_of_ways_are_those_of_their_runs() -> None:
    record = recorded_runs()
    said = words.ways_rates(record, WAYS)
    for way in WAYS:
        assert f"{NAMES[way]} <b>{record.chosen(way)[0].params.rate:g}</b>" in said
    assert "LP-FT" not in words.ways_rates(made(), WAYS)


def test_seeds_that_were_stopped_are_counted_in_the_reading() -> None:
    record, cost = recorded_runs(), recorded_costs()
    for method in record.methods:
        stopped = sum(run.stopped for run in record.chosen(method))
        said = words.methods_reading(record, method, cost.of(method))
        assert (f"<b>{stopped}</b> of 3 seeds diverged: left out" in said) == bool(stopped)
    # Without a run that was stopped the test above says nothing.
    assert any(run.stopped for method in record.methods for run in record.chosen(method))


@pytest.mark.parametrize(("pace", "times"), PACES.items())
def test_a_visitor_trains_at_so_many_times_the_rate_that_validation_chose(pace: str, times: int) -> None:
    values = {"own": "Fine.", "seed": 3, "rank": 4, "alpha": 8, "pace": pace}
    for method in recorded_runs().methods:
        controls = SimpleNamespace(value=lambda name, m=method: {**values, "method": NAMES[m]}[name])
        rate = live._params(SimpleNamespace(controls=controls)).rate  # type: ignore[arg-type]
        assert rate == min(1.0, times * recorded_runs().chosen_rate(method))


@pytest.mark.parametrize("method", recorded_runs().methods)
def test_the_reading_belongs_to_the_method(method: str) -> None:
    record = recorded_runs()
    said = re.sub("<[^>]+>", "", words.methods_reading(record, method, recorded_costs().of(method)))
    runs = [run for run in record.chosen(method) if not run.stopped]
    assert said.startswith(f"{NAMES[method]} trains {runs[0].trainable:,} numbers (")
    assert f"stories {np.mean([run.ood_accuracy for run in runs]):.0%}" in said
    assert f"Validation chose the rate {runs[0].params.rate:g}" in said
    assert runs[0].params.rate == record.chosen_rate(method)
    assert f"over {len(runs)} seed{'s' if len(runs) > 1 else ''}. " in said
    assert (" stopped runs left out." in said) == (len(runs) == len(record.chosen(method)))


def test_the_rate_with_the_best_validation_is_chosen_and_of_equal_ones_the_smaller() -> None:
    def run(rate: float, validation: float, **more: object) -> TuningRun:
        found = made_run("lora", 0, 0.5, 0.5, 1.0)
        params = dataclasses.replace(found.params, rate=rate)
        return dataclasses.replace(found, params=params, validation_accuracy=validation, **more)  # type: ignore[arg-type]

    assert TuningRecord((run(1e-3, 0.7), run(1e-2, 0.8))).chosen_rate("lora") == 1e-2
    assert TuningRecord((run(1e-3, 0.8), run(1e-2, 0.8))).chosen_rate("lora") == 1e-3
    assert TuningRecord((run(1e-3, 0.7), run(1e-2, 0.8, stopped=True))).chosen_rate("lora") == 1e-3
    with pytest.raises(KeyError):
        TuningRecord((run(1e-3, 0.7, stopped=True),)).chosen_rate("lora")


def test_forgetting_is_said_only_where_every_seed_forgets() -> None:
    assert words.forgetting_title(made(), 0).startswith(
        "At its chosen rate no method raises the perplexity of the prose by more than 5% on every seed"
    )
    raised = made(ratios={"full": (1.5, 2.0, 2.5), "lora": (1.0, 3.0, 3.0)})
    assert words.forgetting_title(raised, 1) == (
        "Full makes the question and answer 2.00 times as perplexing; not raised by more than 5% on every seed: "
        "Probe and LoRA"
    )
    every = made(ratios=dict.fromkeys(MADE, (1.2, 1.2, 1.2)))
    assert "not raised" not in words.forgetting_title(every, 0)


@pytest.mark.parametrize("text", [0, 1])
def test_the_forgetting_title_is_true_of_what_is_recorded(text: int) -> None:
    record = recorded_runs()
    title = words.forgetting_title(record, text)
    for method in record.methods:
        ended = [run for run in record.chosen(method) if not run.stopped]
        lowest = min(run.perplexity[text] / run.before[text] for run in ended)
        if "no method" in title:
            assert lowest <= 1.05
        else:
            assert (NAMES[method] in title.split("not raised by more than 5% on every seed: ")[1]) == (lowest <= 1.05)
    assert f"perplexity <b>{record.runs[0].before[text]:.1f}</b>" in words.forgetting_reading(record, text)


def test_the_recorded_runs_pass_their_checks_and_a_damaged_one_fails() -> None:
    record = recorded_runs()
    assert all(check.passed for check in record.checks)
    damaged = dataclasses.replace(record.chosen("full")[1], frozen_change=1e-9)
    others = tuple(run for run in record.runs if run is not record.chosen("full")[1])
    assert not all(check.passed for check in TuningRecord((*others, damaged)).checks)


def test_methods_of_one_cost_are_drawn_beside_each_other() -> None:
    found = drawn_at({"full": 100.0, "lp_ft": 100.0, "probe": 1.0})
    assert found["probe"] == 1.0
    assert found["full"] < 100 < found["lp_ft"]


def rehearsal(*ratios: float) -> RehearsalRecord:
    """A rehearsed run of full tuning for each ratio of perplexities."""
    return RehearsalRecord(
        tuple(Rehearsed(1, made_run("full", seed, 0.8, 0.5, ratio)) for seed, ratio in enumerate(ratios))
    )


def test_rehearsal_helps_only_where_every_run_with_it_lies_below_every_one_without() -> None:
    bare = made(ratios={"full": (1.5, 2.0, 2.5)})
    assert words.rehearsal_title(bare, rehearsal(1.0, 1.1, 1.4), 0) == (
        "The prose, Full tuned: 2.00 times as perplexing as before, with 6% rehearsed 1.17 times, less beyond noise"
    )
    assert words.rehearsal_title(bare, rehearsal(1.0, 1.1, 1.6), 1).endswith(", no difference beyond noise")
    assert words.rehearsal_title(bare, rehearsal(2.6, 2.7, 3.0), 1).endswith(", more beyond noise")


@pytest.mark.parametrize("text", [0, 1])
def test_the_rehearsal_title_is_true_of_what_is_recorded(text: int) -> None:
    record, rehearsed = recorded_runs(), recorded_rehearsal()
    title = words.rehearsal_title(record, rehearsed, text)
    for method, part in zip(rehearsed.methods, title.split("; "), strict=True):
        bare = [run.perplexity[text] / run.before[text] for run in record.chosen(method)]
        helped = [one.run.perplexity[text] / one.run.before[text] for one in rehearsed.runs
                  if one.run.params.method == method]  # fmt: skip
        assert len(helped) == 3
        assert f"{NAMES[method]} tuned: {np.mean(bare):.2f} times" in part
        assert f"with 6% rehearsed {np.mean(helped):.2f} times" in part
        assert ("less beyond noise" in part) == all(after < before for after in helped for before in bare)
        assert ("more beyond noise" in part) == all(after > before for after in helped for before in bare)
    said = words.rehearsal_reading(record, rehearsed)
    assert "of <b>3</b>, with the same reviews" in said
    first = rehearsed.methods[0]
    mean = np.mean([one.run.id_accuracy for one in rehearsed.runs if one.run.params.method == first])
    assert f"<b>{mean:.0%}</b>" in said


def made_places(meals: Mapping[str, Sequence[float]]) -> LoraRecord:
    """All variants over three seeds: 0.8 of meals and 0.5 of stories right, unless it is said."""
    runs = []
    for (rank, place), name in zip(VARIANTS, VARIANT_NAMES, strict=True):
        for seed, inside in enumerate(meals.get(name, (0.8,) * 3)):
            run = made_run("lora", seed, inside, 0.5, 1.0)
            runs.append(dataclasses.replace(run, params=variant(rank, place, 1e-3, seed, 4)))
    cost = StepCost("lora", 1000, 100, 10, 20, 30, 1.0, 1.0, 0.5)
    return LoraRecord(tuple(runs), dict.fromkeys(VARIANT_NAMES, cost))


def test_ranks_and_places_are_parted_only_beyond_noise() -> None:
    said = words.places_reading(made_places({}), "r 4 on q v")
    assert "Beyond noise, ranks on q and v: none; places at r 4: none." in said
    high, low = (0.96, 0.97, 0.98), (0.6, 0.61, 0.62)
    said = words.places_reading(made_places({"r 16 on q v": high, "r 4 on MLP": low}), "r 16 on q v")
    assert "ranks on q and v: r 16 above r 1 on meals and r 16 above r 4 on meals;" in said
    assert "places at r 4: q v above MLP on meals, attention above MLP on meals and all above MLP on meals." in said
    assert said.startswith("<b>r 16 on q v</b>: <b>1,000</b> numbers,")


@pytest.mark.parametrize("name", VARIANT_NAMES)
def test_the_reading_of_a_variant_is_that_of_what_is_recorded(name: str) -> None:
    record = recorded_places()
    said = words.places_reading(record, name)
    runs = record.chosen(name)
    assert f"<b>{name}</b>: <b>{runs[0].trainable:,}</b> numbers" in said
    assert f"stories <b>{np.mean([run.ood_accuracy for run in runs]):.0%}</b>" in said
    assert f"<b>{record.costs[name].memory / 1e6:,.0f} MB</b>" in said
    ranks = [other for other in VARIANT_NAMES if other.endswith("q v")]
    parted = any(record.leads(a, b, q) for a in ranks for b in ranks for q in words.QUANTITIES.values())
    assert ("ranks on q and v: none" in said) != parted


def test_the_title_of_places_names_variants() -> None:
    title = words.methods_title(recorded_places(), dict(zip(VARIANT_NAMES, VARIANT_NAMES, strict=True)))
    means = {name: recorded_places().over_seeds(name, "id_accuracy").mean for name in VARIANT_NAMES}
    best = max(means, key=lambda name: means[name])
    assert title.startswith(f"Meals: {best} {means[best]:.0%}, ")


def test_rates_that_were_tried_are_named_beside_the_chosen_one() -> None:
    record = recorded_runs()
    for method in record.methods:
        said = words.methods_reading(record, method, recorded_costs().of(method))
        tried = {run.params.rate for run in record.tried(method)} - {record.chosen_rate(method)}
        assert all(f"{rate:g}" in said.split("Validation chose")[1] for rate in tried)
        assert set(CANDIDATES[method]) == tried | {record.chosen_rate(method)}
    told = next(question.answer for question in QUESTIONS if "always better" in question.asked)
    assert f"LP-FT was tried at the rates {listed([f'{rate:g}' for rate in CANDIDATES['lp_ft']])};" in told
    assert record.leads("full", "lp_ft", "ood_accuracy")
    assert "at the last it diverges" in told
    assert all(run.stopped for run in record.runs if (run.params.method, run.params.rate) == ("lp_ft", 1e-4))
    assert min(CANDIDATES["lp_ft"]) < record.chosen_rate("lp_ft") < max(CANDIDATES["lp_ft"])
    assert all(len([run for run in record.runs if (run.params.method, run.params.rate) == ("lp_ft", rate)]) == 3
               for rate in CANDIDATES["lp_ft"])  # fmt: skip


def test_a_rate_at_the_edge_of_what_was_tried_is_said() -> None:
    def run(rate: float, validation: float) -> TuningRun:
        found = made_run("lora", 0, 0.5, 0.5, 1.0)
        params = dataclasses.replace(found.params, rate=rate)
        return dataclasses.replace(found, params=params, validation_accuracy=validation)

    def said(*validations: float) -> str:
        rates = (1e-4, 1e-3, 1e-2)
        return words._chosen(TuningRecord(tuple(map(run, rates, validations))), "lora")

    assert said(0.9, 0.8, 0.7) == "Validation chose the rate <b>0.0001</b>, the smallest tried, not 0.001 or 0.01."
    assert said(0.8, 0.9, 0.7) == "Validation chose the rate <b>0.001</b>, not 0.0001 or 0.01."
    assert said(0.7, 0.8, 0.9) == "Validation chose the rate <b>0.01</b>, the largest tried, not 0.0001 or 0.001."
    assert said(0.7) == "Validation chose the rate <b>0.0001</b>."
    runs = run(1e-4, 0.8), dataclasses.replace(run(1e-3, 0.5), stopped=True)
    assert words._chosen(TuningRecord(runs), "lora").endswith("the smallest tried, not 0.001 (diverged).")


def test_a_run_that_was_stopped_stands_in_no_mean() -> None:
    """One that diverged answers by a coin and has forgotten little: no result of its method, at the chosen rate too."""
    ended, other = made_run("lora", 0, 0.8, 0.7, 1.5), made_run("lora", 1, 0.9, 0.8, 1.7)
    stopped = dataclasses.replace(made_run("lora", 2, 0.5, 0.5, 1.0), stopped=True)
    record = TuningRecord((ended, other, stopped))
    found = record.over_seeds("lora", "ood_accuracy")
    assert (found.mean, found.low, found.high, found.seeds) == (pytest.approx(0.75), 0.7, 0.8, 2)
    assert words.ratios(record, "lora", 0) == pytest.approx([1.5, 1.7])
    assert words.forgetting_title(record, 0) == "LoRA makes the prose 1.60 times as perplexing (2 of 3 seeds)"
    # A single seed that ended tells nothing apart.
    assert record.beats_a_guess("lora", "ood_accuracy")
    alone = TuningRecord((ended, dataclasses.replace(other, stopped=True), *made().runs[:3]))
    assert not alone.beats_a_guess("lora", "ood_accuracy")
    assert not alone.leads("lora", "probe", "ood_accuracy")


def test_a_run_that_was_stopped_is_no_mark_of_what_a_rate_forgets() -> None:
    """A few updates forget little: such a run is a cross, and stands in no comparison of rates."""
    slow, fast = made_run("lora", 0, 0.8, 0.5, 1.2), made_run("lora", 0, 0.5, 0.5, 1.0)
    fast = dataclasses.replace(fast, params=dataclasses.replace(fast.params, rate=1e-2), stopped=True)
    record = TuningRecord((slow, fast))
    told = words.forgetting_reading(record, 0)
    assert "the largest rate" not in told
    assert "a cross where it diverged and was stopped, <b>1</b> of 2" in told
    assert "a cross" not in words.forgetting_reading(TuningRecord((slow,)), 0)
    fig = forgetting(record, NAMES, 0, look=Look(), title="", height=300)
    marks = {trace.name: len(trace.x) for trace in fig.data}
    assert [trace.name for trace in fig.data if trace.showlegend] == ["chosen learning rate", "stopped: it diverged"]
    assert marks == {"chosen learning rate": 1, "tried beside it": 0, "stopped: it diverged": 1}


def test_what_lp_ft_reaches_is_said_rate_by_rate() -> None:
    record = recorded_runs()
    told = words.ways_rates(record, WAYS)
    for rate in set(CANDIDATES["lp_ft"]) - {record.chosen_rate("lp_ft")}:
        runs = [run for run in record.runs if (run.params.method, run.params.rate) == ("lp_ft", rate)]
        stopped, mean = sum(run.stopped for run in runs), np.mean([run.ood_accuracy for run in runs])
        said = f"at {rate:g} {stopped} of {len(runs)} seeds diverge" if stopped else f"{mean:.0%} at {rate:g}"
        assert said in told
    assert words.ways_rates(TuningRecord((made_run("lp_ft", 0, 0.9, 0.5, 1.0),)), WAYS).endswith("LP-FT <b>0.001</b>.")


@pytest.mark.parametrize(("low", "top"), [(0.85, 1.3), (0.85, 4.5), (0.2, 2000.0), (0.85, 60.0)])
def test_no_two_labels_of_perplexity_lie_on_each_other(low: float, top: float) -> None:
    ticks = _ticks(low, top)
    assert 1 in ticks
    assert len(ticks) >= 3
    assert (np.diff(np.log(ticks)) >= 0.08 * np.log(top / low)).all()


def test_every_recorded_kind_of_run_has_its_line_in_the_legend() -> None:
    fig = forgetting(recorded_runs(), NAMES, 0, look=Look(), title="", height=300)
    shown = [trace for trace in fig.data if trace.showlegend]
    assert sorted(trace.name for trace in shown) == sorted({trace.name for trace in fig.data if len(trace.x)})
    assert all(len(trace.x) for trace in shown)


def test_each_method_is_named_beside_its_bar_in_a_projectors_type() -> None:
    names = {method: method for method in ("probe", "lora", "full")}
    fig = costs(recorded_costs(), names, MEMORY_PARTS, look=Look(presenter=True), title="", label="MB", scale=1e6,
                height=330)  # fmt: skip
    assert fig.layout.yaxis.dtick == 1
