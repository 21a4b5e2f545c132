"""One part tuned at a time: what moves, what the shifts are, and damaged records."""

import dataclasses

import numpy as np
import pytest
import torch

from core.tuning import PARTS, SHIFTS, TUNED, PartsParams, PartsRecord, PartsRun, recorded_parts, tune_parts
from core.tuning.parts import RENAMED
from core.tuning.with_torch.training.parts import network
from core.tuning.with_torch.training.parts import shifted as shifted_by


@pytest.fixture(scope="module")
def run() -> PartsRun:
    return tune_parts(PartsParams("other names", seed=1, labels=20, steps=20))


def test_a_run_knows_its_digits_and_tunes_its_parts(run: PartsRun) -> None:
    assert run.pretrained > 0.9
    # No digit keeps its name, so what the network knew is now wrong.
    assert run.before < 0.1
    assert set(run.accuracy) == set(run.trainable) == set(TUNED)
    assert run.accuracy["head"] > run.before + 0.2
    counted = [sum(weight.numel() for weight in part.parameters()) for part in network()]
    assert [run.trainable[part] for part in PARTS] == counted
    assert run.trainable["all"] == sum(counted)
    assert all(check.passed for check in PartsRecord((run,)).checks)


def test_shifts_change_what_they_say() -> None:
    images, labels = torch.rand(50, 1, 8, 8), torch.arange(50) % 10
    negative, same = shifted_by(images, labels, "negative")
    torch.testing.assert_close(negative + images, torch.ones_like(images))
    assert torch.equal(same, labels)
    noisy, same = shifted_by(images, labels, "noise")
    assert float((noisy - images).std()) == pytest.approx(0.5, rel=0.05)
    assert torch.equal(same, labels)
    pictures, names = shifted_by(images, labels, "other names")
    assert torch.equal(pictures, images)
    assert names.tolist() == [RENAMED[label] for label in labels.tolist()]
    assert sorted(RENAMED) == list(range(10))
    assert not any(name == place for place, name in enumerate(RENAMED))


def test_damaged_records_fail_their_checks(run: PartsRun) -> None:
    for damaged in (
        dataclasses.replace(run, frozen_change=1e-6),
        dataclasses.replace(run, frozen_change=float("nan")),
        dataclasses.replace(run, trainable={**run.trainable, "head": 1}),
    ):
        assert sum(not check.passed for check in PartsRecord((run, damaged)).checks) == 1


def test_every_shift_is_recorded_over_the_same_seeds() -> None:
    record = recorded_parts()
    seeds = {shift: [found.params.seed for found in record.of(shift)] for shift in SHIFTS}
    assert len({tuple(found) for found in seeds.values()}) == 1
    assert len(seeds["noise"]) >= 5
    for shift in SHIFTS:
        accuracies = record.accuracies(shift)
        assert list(accuracies) == ["nothing", *TUNED]
        assert all(np.all((values >= 0) & (values <= 1)) for values in accuracies.values())


@pytest.mark.parametrize(("name", "value"), [("shift", "rain"), ("seed", -1), ("labels", 5), ("steps", 0)])
def test_bad_params_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        PartsParams(**{name: value})  # type: ignore[arg-type]
