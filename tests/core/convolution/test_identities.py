"""Checks that can fail: each is green on what is right, and red on what has been damaged."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.convolution import (
    NETWORKS,
    activity,
    banded,
    by_fourier,
    cell,
    convolution_identities,
    convolve,
    digits_data,
    matrix_identities,
    network_identities,
    recorded_run,
    shapes,
    shift_identity,
    shifted,
    stack_identities,
    turn_identity,
    turned,
    turned_identity,
)

OPTIONS: list[dict[str, Any]] = [
    {"stride": 1, "padding": 0, "dilation": 1, "flip": False},
    {"stride": 2, "padding": "same", "dilation": 1, "flip": False},
    {"stride": 3, "padding": 2, "dilation": 2, "flip": True},
]
RNG = np.random.default_rng(3)
PICTURE, KERNEL = RNG.random((3, 20, 17)), RNG.standard_normal((1, 3, 3, 3))


def names(checks: tuple[Any, ...]) -> list[bool]:
    return [check.passed for check in checks]


@pytest.mark.parametrize("options", [OPTIONS[0], OPTIONS[2]])
def test_a_map_passes_and_a_damaged_one_fails(options: dict[str, Any]) -> None:
    found = convolve(PICTURE, KERNEL, bias=0.3, **options)[0]
    one = cell(PICTURE, KERNEL, 1, 2, bias=0.3, **options)
    assert names(convolution_identities(PICTURE, KERNEL, found, one, (1, 2), bias=0.3, **options)) == [True] * 3
    damaged = found.copy()
    damaged[1, 2] += 1e-9
    assert names(convolution_identities(PICTURE, KERNEL, damaged, one, (1, 2), bias=0.3, **options)) == [False] * 3
    assert (
        names(convolution_identities(PICTURE, KERNEL, found[:-1], one, (1, 2), bias=0.3, **options))[:2] == [False] * 2
    )
    other = replace(one, window=one.window + 1e-9)
    assert names(convolution_identities(PICTURE, KERNEL, found, other, (1, 2), bias=0.3, **options))[2] is False


def test_fourier_gives_every_map() -> None:
    for options in (OPTIONS[0], OPTIONS[2]):
        np.testing.assert_allclose(
            by_fourier(PICTURE, KERNEL, **options), convolve(PICTURE, KERNEL, **options)[0], atol=1e-12
        )


def test_a_turned_cell_is_a_coefficient() -> None:
    value = float(convolve(PICTURE, KERNEL, bias=0.5, flip=True)[0, 4, 5])
    assert turned_identity(PICTURE, KERNEL, value, (4, 5), bias=0.5).passed
    assert not turned_identity(PICTURE, KERNEL, value + 1e-10, (4, 5), bias=0.5).passed
    assert not turned_identity(
        PICTURE, KERNEL, float(convolve(PICTURE, KERNEL, bias=0.5)[0, 4, 5]), (4, 5), bias=0.5
    ).passed


def test_a_matrix_passes_and_a_damaged_one_fails() -> None:
    found, matrix = convolve(PICTURE, KERNEL)[0], banded(KERNEL, PICTURE.shape)
    assert names(matrix_identities(PICTURE, KERNEL, found, matrix)) == [True, True]
    matrix[0, -1] = 1e-8
    assert names(matrix_identities(PICTURE, KERNEL, found, matrix)) == [False, False]


def test_a_shift_passes_and_a_damaged_one_fails() -> None:
    run = shifted(PICTURE, KERNEL, 3)
    assert shift_identity(PICTURE, KERNEL, run).passed
    after = run.after.copy()
    after[0, 2, -2] += 1e-10
    assert not shift_identity(PICTURE, KERNEL, replace(run, after=after)).passed
    assert not shift_identity(PICTURE, KERNEL, shifted(PICTURE, KERNEL, 3, stride=2)).passed


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (4, 4)])
def test_a_turn_passes_and_a_damaged_one_fails(shape: tuple[int, int]) -> None:
    kernel = np.random.default_rng(3).standard_normal((1, 3, *shape))
    back, plain, _ = turned(PICTURE, kernel)
    assert turn_identity(PICTURE, kernel, back).passed
    assert not turn_identity(PICTURE, kernel, plain).passed
    back[0, 1, 2] += 1e-10
    assert not turn_identity(PICTURE, kernel, back).passed


@pytest.mark.parametrize("name", list(NETWORKS))
def test_a_stack_passes_and_a_damaged_one_fails(name: str) -> None:
    network = NETWORKS[name]
    found = shapes(network.layers, input=network.input)
    assert names(stack_identities(network.layers, found, network.input)) == [True] * 3
    rows = replace(found[0], shape=(found[0].shape[0], found[0].shape[1] - 1, found[0].shape[2]))
    assert names(stack_identities(network.layers, (rows, *found[1:]), network.input))[0] is False
    more = replace(found[-1], parameters=found[-1].parameters + 1)
    assert names(stack_identities(network.layers, (*found[:-1], more), network.input))[1] is False
    field = replace(found[1], receptive_field=found[1].receptive_field - 1)
    assert names(stack_identities(network.layers, (found[0], field, *found[2:]), network.input))[2] is False


def test_a_network_passes_and_a_damaged_one_fails() -> None:
    run = recorded_run()
    seen = activity(run.weights[-1], digits_data(run.params).test[:1])
    good = {"recorded": 0.97, "again": 0.97, "count": 1197}
    assert names(network_identities(run.weights[-1], seen, **good)) == [True] * 4  # type: ignore[arg-type]
    first, second = seen.first + 1e-9, seen.second + 1e-8
    bad = network_identities(run.weights[-1], replace(seen, first=first, second=second), **good)  # type: ignore[arg-type]
    assert names(bad)[:2] == [False, False]
    lost = network_identities(run.weights[-1], replace(seen, logits=seen.logits * np.nan), **good)  # type: ignore[arg-type]
    assert names(lost)[2] is False
    wrong = network_identities(run.weights[-1], seen, recorded=0.97, again=0.96, count=1197)
    assert names(wrong)[3] is False
