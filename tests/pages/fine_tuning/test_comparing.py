"""What the page says of the recorded methods: at the edges, and of what is recorded."""

import dataclasses
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from core.tuning import TuningParams, TuningRecord, TuningRun, recorded_costs, recorded_runs
from pages.adaptation.fine_tuning import comparing as words
from pages.adaptation.fine_tuning.figures.methods import drawn_at
from pages.adaptation.fine_tuning.topic import NAMES

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
    assert clear == "Meals: Full gets 92% right; on stories no method is better than a guess"
    mixed = words.methods_title(made({"full": (0.9, 0.92, 0.94), "lora": (0.8, 0.91, 0.8)}))
    assert mixed.startswith("Meals: Full gets 92% right, LoRA no less on every seed;")


def test_better_than_a_guess_is_said_only_where_a_test_set_could_tell() -> None:
    near = made(stories={"lora": (0.55, 0.55, 0.55)})
    assert words.methods_title(near).endswith("on stories no method is better than a guess")
    far = made(stories={"lora": (0.6, 0.65, 0.7), "probe": (0.4, 0.4, 0.4)})
    assert words.methods_title(far).endswith("better than a guess on stories: LoRA 65%")


def test_the_title_is_true_of_what_is_recorded() -> None:
    record = recorded_runs()
    title = words.methods_title(record)
    meals = {method: [run.id_accuracy for run in record.chosen(method)] for method in record.methods}
    assert all(len(values) == 3 for values in meals.values())
    best = max(meals, key=lambda method: np.mean(meals[method]))
    said = title.split(";")[0]
    assert said.startswith(f"Meals: {NAMES[best]} gets {np.mean(meals[best]):.0%} right")
    for method, values in meals.items():
        if method != best:
            assert (NAMES[method] in said.split(" right")[1]) == (min(meals[best]) <= max(values))
    shifted = title.split(";")[1]
    for method in record.methods:
        mean = np.mean([run.ood_accuracy for run in record.chosen(method)])
        # Wilson's bound is above a half where the share is beyond about 1.96 standard errors.
        assert (NAMES[method] in shifted) == (mean > 0.5 + 1.96 * np.sqrt(0.25 / 154))


@pytest.mark.parametrize("method", recorded_runs().methods)
def test_the_reading_belongs_to_the_method(method: str) -> None:
    record = recorded_runs()
    said = re.sub("<[^>]+>", "", words.methods_reading(record, method, recorded_costs().of(method)))
    runs = record.chosen(method)
    assert said.startswith(f"{NAMES[method]} trains {runs[0].trainable:,} numbers (")
    assert f"stories {np.mean([run.ood_accuracy for run in runs]):.0%}" in said
    assert f"Learning rate {runs[0].params.rate:g}, chosen among" in said
    assert runs[0].params.rate == record.chosen_rate(method)
    assert f"{len(runs)} seeds" in said


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
        "At its chosen rate no method raises the perplexity of the prose"
    )
    raised = made(ratios={"full": (1.5, 2.0, 2.5), "lora": (1.0, 3.0, 3.0)})
    assert words.forgetting_title(raised, 1) == (
        "Full makes the question and answer 2.00 times as perplexing; not raised on every seed: Probe and LoRA"
    )
    every = made(ratios=dict.fromkeys(MADE, (1.2, 1.2, 1.2)))
    assert "not raised" not in words.forgetting_title(every, 0)


@pytest.mark.parametrize("text", [0, 1])
def test_the_forgetting_title_is_true_of_what_is_recorded(text: int) -> None:
    record = recorded_runs()
    title = words.forgetting_title(record, text)
    for method in record.methods:
        lowest = min(run.perplexity[text] / run.before[text] for run in record.chosen(method))
        if "no method" in title:
            assert lowest <= words.FORGETS
        elif lowest <= words.FORGETS:
            assert NAMES[method] in title.split("not raised on every seed: ")[1]
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
