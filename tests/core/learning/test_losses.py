"""Losses: what each wants, against scipy's search; what a check sees; values that are refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from core.learning import OUTPUTS

EVERY = [(name, loss.name) for name, output in OUTPUTS.items() for loss in output.losses]


def of(output: str, name: str):  # type: ignore[no-untyped-def]
    return next(loss for loss in OUTPUTS[output].losses if loss.name == name)


def example(output: str) -> np.ndarray:
    return OUTPUTS[output].read([float(word) for word in OUTPUTS[output].values.split()])


@pytest.mark.parametrize(("output", "name"), EVERY, ids=str)
def test_the_closed_form_is_the_least(output: str, name: str) -> None:
    loss, values = of(output, name), example(output)
    assert loss.check(OUTPUTS[output].candidates(values), values).passed
    best = loss.best(values)
    least = loss.risk(np.array([best]), values)[0]
    low, high = OUTPUTS[output].ends(values)
    found = minimize_scalar(lambda p: loss.risk(np.array([p]), values)[0], bounds=(low, high), method="bounded")
    assert least <= found.fun + 1e-9


@pytest.mark.parametrize(("output", "name"), EVERY, ids=str)
def test_another_answer_is_seen(output: str, name: str) -> None:
    loss, values = of(output, name), example(output)
    if name == "0-1 loss":
        wrong = replace(loss, best=lambda y: 1 - loss.best(y))
    else:
        wrong = replace(loss, best=lambda y: loss.best(y) + 0.31 * (np.ptp(y) or 1))
    assert not wrong.check(OUTPUTS[output].candidates(values), values).passed


@given(values=st.lists(st.integers(0, 1), min_size=1, max_size=30))
def test_classes_and_rankings_of_any_kind(values: list[int]) -> None:
    for output in ("a class", "a ranking"):
        y = OUTPUTS[output].read([float(value) for value in values])
        for loss in OUTPUTS[output].losses:
            assert loss.check(OUTPUTS[output].candidates(y), y).passed, loss.name


@given(values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_numbers_of_any_kind(values: list[float]) -> None:
    y = OUTPUTS["a number"].read(values)
    for loss in OUTPUTS["a number"].losses:
        assert loss.check(OUTPUTS["a number"].candidates(y), y).passed, loss.name


@given(values=st.lists(st.integers(0, 1000), min_size=1, max_size=20))
def test_counts_of_any_kind(values: list[int]) -> None:
    y = OUTPUTS["a count"].read([float(value) for value in values])
    for loss in OUTPUTS["a count"].losses:
        assert loss.check(OUTPUTS["a count"].candidates(y), y).passed, loss.name


def test_a_mean_of_angles_goes_around() -> None:
    values = example("a direction")
    assert of("a direction", "cosine distance").best(values) == pytest.approx(4.0, abs=0.2)
    assert of("a direction", "squared error").best(values) == 148


@pytest.mark.parametrize(
    ("output", "values", "words"),
    [
        ("a class", [0.0, 0.5], "0.5 is not allowed for a class"),
        ("a class", [2.0], "from 0 to 1"),
        ("a count", [-1.0], "whole number from 0"),
        ("a direction", [361.0], "from 0 to 360"),
        ("a number", [], "1 or more"),
        ("a number", [np.nan], "nan"),
        ("a number", [1e7], "from -1e\\+06"),
        ("a number", [0.0] * 201, "at most 200"),
    ],
    ids=str,
)
def test_values_that_are_not_allowed_are_refused(output: str, values: list[float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        OUTPUTS[output].read(values)
