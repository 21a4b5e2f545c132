"""Each lead sentence of a story, held to the numbers of that story."""

from typing import Any

import numpy as np

from core.convolution import (
    Conv,
    activity,
    banded,
    channels_of,
    convolve,
    digits_data,
    named_kernel,
    occlusion,
    output_size,
    picture,
    read_shape,
    read_stack,
    recorded_run,
    shifted,
)
from pages.foundations.convolution.topic import DEFAULTS, PRESETS


def told(name: str) -> tuple[dict[str, Any], str]:
    """The values of a story, and its lead sentence."""
    preset = next(preset for preset in PRESETS if preset.name == name)
    return {**DEFAULTS, **preset.values}, preset.look_at


def gray(value: dict[str, Any]) -> np.ndarray:
    return channels_of(picture(value["picture"]), value["channels"])


def test_the_two_sides_of_the_door_differ_in_sign() -> None:
    value, lead = told("Find the edges")
    assert "which sign has it left and right of the door" in lead
    row = convolve(gray(value), named_kernel(value["kernel"])[None, None])[0, value["row"]]
    assert row[value["column"]] < -1
    assert row[14] > 1
    assert abs(row[12]) < 1e-12


def test_a_cell_is_nine_products() -> None:
    value, lead = told("One cell")
    assert "Nine products" in lead
    assert named_kernel(value["kernel"], value["side"]).size == 9


def test_every_row_of_the_matrix_holds_the_same_weights() -> None:
    value, lead = told("One matrix")
    assert "the same nine weights" in lead
    kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3)
    rows = banded(kernel, gray(value).shape)
    assert all(np.array_equal(row[row != 0], np.arange(1.0, 10)) for row in rows)


def test_the_map_moves_with_the_picture_and_a_stride_of_2_only_sometimes() -> None:
    value, lead = told("Shift it")
    assert "the map with it" in lead
    kernel = named_kernel(value["kernel"])[None, None]
    assert all(shifted(gray(value), kernel, by).error < 1e-12 for by in range(7))
    follows = [by for by in range(7) if shifted(gray(value), kernel, by, stride=value["coarse"]).error < 1e-12]
    assert follows == [0, 2, 4, 6]


def test_224_does_not_come_out_even() -> None:
    value, lead = told("224 or 227?")
    assert "do not come out even" in lead
    layer, size = read_stack(value["stack"])[0], read_shape(value["input"])[1]
    assert isinstance(layer, Conv)
    assert (size - layer.kernel) % layer.stride
    assert output_size(227, layer.kernel, stride=layer.stride, exact=True) == 55


def test_covering_a_part_lowers_the_answer() -> None:
    value, lead = told("Where it looks")
    assert "where does the answer fall" in lead
    run = recorded_run()
    digit = digits_data(run.params).test[value["digit"]]
    said = int(activity(run.weights[-1], digit[None]).said[0])
    assert occlusion(run.weights[-1], digit, said, side=value["cover"]).fall.max() > 0.5


def test_shuffled_labels_are_learned_all_the_same() -> None:
    value, lead = told("By heart")
    assert "learns them all" in lead
    assert recorded_run(value["labels"]).curves.train[-1] == 1
