"""Rehearsal: which texts, beside which runs, how large a share, and checks that fail."""

import dataclasses

import pytest

from core.tuning import (
    NAMES_OF_OTHERS,
    OTHER_TEXTS,
    RehearsalRecord,
    Rehearsed,
    grown,
    recorded_rehearsal,
    recorded_runs,
)
from core.tuning.texts import REHEARSED


def test_rehearsed_texts_are_not_those_that_are_measured() -> None:
    assert not set(REHEARSED) & set(OTHER_TEXTS)
    assert len(set(REHEARSED)) == len(REHEARSED)
    # No sentence of a measured text stands in a rehearsed one.
    sentences = {part.strip() for text in OTHER_TEXTS for part in text.split(".") if part.strip()}
    assert not any(sentence in text for sentence in sentences for text in REHEARSED)


def test_rehearsal_is_recorded_beside_the_same_runs_without_it() -> None:
    record = recorded_rehearsal()
    for method in record.methods:
        bare = recorded_runs().chosen(method)
        for one in record.shares(method):
            runs = record.of(method, one.every)
            assert [run.params for run in runs] == [run.params for run in bare]
            assert all(grown(run).shape == (len(NAMES_OF_OTHERS),) for run in runs)
    assert all(check.passed for check in record.checks)
    damaged = dataclasses.replace(record.runs[0], run=dataclasses.replace(record.runs[0].run, frozen_change=1e-9))
    assert not all(check.passed for check in RehearsalRecord((damaged,)).checks)


def test_the_share_is_that_of_texts() -> None:
    run = recorded_rehearsal().runs[0].run
    assert Rehearsed(1, run).share == pytest.approx(1 / 17)
    assert Rehearsed(4, run).share == pytest.approx(1 / 65)
