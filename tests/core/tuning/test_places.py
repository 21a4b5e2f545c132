"""LoRA by rank and place, and rehearsal: what tells runs apart, what they hold, and checks that fail."""

import dataclasses

from core.tuning import (
    PLACES,
    VARIANT_NAMES,
    LoraRecord,
    Shape,
    recorded_places,
    recorded_runs,
    trainable_parameters,
)
from core.tuning.places import SCALE, VARIANTS, name_of, variant


def test_each_variant_has_a_name_of_its_own() -> None:
    assert [name_of(variant(rank, place, 1e-3, 0, 4)) for rank, place in VARIANTS] == list(VARIANT_NAMES)
    assert len(set(VARIANT_NAMES)) == len(VARIANT_NAMES)
    assert set(PLACES["all"]) == set(PLACES["attention"]) | set(PLACES["MLP"])


def test_recorded_variants_have_three_seeds_at_one_rate_and_are_counted_from_the_shapes() -> None:
    record = recorded_places()
    assert record.methods == VARIANT_NAMES
    assert set(record.costs) == set(VARIANT_NAMES)
    for name in record.methods:
        runs = record.chosen(name)
        assert [run.params.seed for run in runs] == [0, 1, 2]
        params = runs[0].params
        assert params.rate == recorded_runs().chosen_rate("lora")
        assert params.alpha == SCALE * params.rank
        options = {"rank": params.rank, "modules": params.modules}
        assert {run.trainable for run in runs} == {trainable_parameters(Shape(), "lora", classes=2, **options)}
    assert all(check.passed for check in record.checks)


def test_damaged_variants_fail_their_checks() -> None:
    record = recorded_places()
    run = record.runs[1]
    for name, value in (("trainable", run.trainable + 1), ("merge_gap", 1e-2), ("frozen_change", float("nan"))):
        damaged = (*record.runs[2:], record.runs[0], dataclasses.replace(run, **{name: value}))
        assert sum(not check.passed for check in LoraRecord(damaged, record.costs).checks) == 1
    name = VARIANT_NAMES[0]
    cost = dataclasses.replace(record.costs[name], trainable=1)
    assert not all(check.passed for check in LoraRecord(record.runs, {name: cost}).checks)
