"""Titles and sentences of the page about adapters: at their edges, and over all that is recorded."""

import dataclasses

import numpy as np
import pytest

from core.checks import Check
from core.tuning import (
    SubspaceParams,
    SubspaceRecord,
    recorded_subspaces,
    train_in_subspace,
)
from pages.adaptation.adapters import words
from pages.adaptation.adapters.figures.layer import placed
from pages.adaptation.adapters.panels import scale, tasks
from pages.adaptation.adapters.panels.thin import Thin
from pages.adaptation.adapters.topic import METHODS


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


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("size", [1, 64])
def test_what_is_drawn_is_what_is_counted(name: str, size: int) -> None:
    drawn = sum(part.numbers for part in placed(METHODS[name], size) if part.trained)
    assert drawn * (1 if name == "Prompt" else 30) == scale.count(name, size)
    assert f"{scale.count(name, size):,} numbers" in words.scale_title(name, size, scale.count(name, size), 134_515_008)


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
