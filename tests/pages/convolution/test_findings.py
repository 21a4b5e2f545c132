"""Titles: the condition behind each wording, over edges and recorded runs."""

from dataclasses import replace

import numpy as np
import pytest

from core.convolution import (
    KERNELS,
    LABELS,
    NETWORKS,
    PICTURES,
    Conv,
    Costs,
    Dense,
    DigitsCurves,
    DigitsSpread,
    Occlusion,
    Pool,
    activity,
    channels_of,
    convolve,
    digits_data,
    named_kernel,
    occlusion,
    picture,
    recorded_run,
    recorded_spread,
    shapes,
)
from pages.foundations.convolution import findings


@pytest.mark.parametrize("kernel", list(KERNELS))
@pytest.mark.parametrize("name", PICTURES)
def test_the_title_of_every_map_holds(name: str, kernel: str) -> None:
    image, weights = channels_of(picture(name), "gray"), named_kernel(kernel)
    cells = convolve(image, weights[None, None])[0]
    said = findings.of_the_map(image, weights, cells, 0.0)
    zero = np.abs(cells) < 1e-9 * np.abs(weights).sum()
    if "sees nothing" in said:
        assert zero.all()
    elif "tells no place" in said:
        assert np.ptp(cells) < 1e-9
    elif "answers only" in said:
        assert zero.mean() >= 0.5
        assert ("More than 99%" if zero.mean() > 0.99 else f"{zero.mean():.0%}") in said
        assert not said.startswith("100%")
        assert abs(weights.sum()) < 1e-9
    elif "one pixel of its window" in said:
        assert kernel == "identity"
        assert np.array_equal(cells, image[0, 1:-1, 1:-1])
    elif "mean of its window" in said:
        assert weights.min() >= 0
        assert np.count_nonzero(weights) > 1
        assert image.min() - 1e-9 <= cells.min() <= cells.max() <= image.max() + 1e-9
    else:
        assert findings.span(cells) in said


def test_the_map_of_one_color_says_nothing() -> None:
    image = np.full((1, 9, 9), 0.5)
    edges, blur = named_kernel("vertical edges"), named_kernel("blur")
    assert "sees nothing" in findings.of_the_map(image, edges, convolve(image, edges[None, None])[0], 0.0)
    assert "tells no place" in findings.of_the_map(image, blur, convolve(image, blur[None, None])[0], 0.0)
    assert "Every cell is 1" in findings.of_the_map(image, edges, convolve(image, edges[None, None], bias=1)[0], 1.0)


@pytest.mark.parametrize(
    ("plain", "turned", "apart", "words"),
    [
        (1.0, 1.0, 0.0, "changes no cell"),
        (1.0, 1.0, 2.0, "others differ by up to 2"),
        (1.0, -1.0, 2.0, "the one of mathematics −1"),
    ],
)
def test_turning_a_kernel(plain: float, turned: float, apart: float, words: str) -> None:
    assert words in findings.of_one_cell(plain, turned, apart, 4.0)


def test_costs_are_a_ratio_of_what_is_said() -> None:
    assert (
        "The kernel has 10 parameters; a dense layer between the same pixels and cells has 922,500, 92,250 times"
        in findings.of_costs(Costs(1024, 900, 9))
    )
    assert "2 times as many" in findings.of_costs(Costs(9, 2, 9))


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((0, 0.0, 2, 0.0), "Nothing has moved"),
        ((1, 0.0, 2, 0.5), "off by 50%"),
        ((2, 0.0, 2, 0.0), "of 2 alike"),
        ((1, 0.1, 2, 0.5), "follows with an error of 0.1"),
        ((1, float("nan"), 2, 0.5), "nothing to compare"),
    ],
)
def test_a_shift(args: tuple[int, float, int, float], words: str) -> None:
    assert words in findings.of_the_shift(*args)


@pytest.mark.parametrize(
    ("plain", "strided", "words"),
    [
        ([0.0, 0.0, 0.0], [0.0, 0.5, 0.0], "0 only at every second pixel"),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "alike the error stays 0"),
        ([0.0, 0.0, 0.0], [0.0, 0.5, 0.4], "it comes to 0.50"),
        ([0.0, 0.1, 0.2], [0.0, 0.5, 0.4], "comes to 0.2 at stride 1"),
        ([np.nan] * 3, [np.nan] * 3, "no error can be told"),
    ],
)
def test_errors_at_every_distance(plain: list[float], strided: list[float], words: str) -> None:
    assert words in findings.of_errors(np.arange(3), np.array(plain), 2, np.array(strided))


@pytest.mark.parametrize(
    ("values", "words"),
    [([7.62e-5, 1.0], "0.00 to 1.00"), ([-0.823, 0.519], "−0.82 to 0.52"), ([0.0, 0.0], "0 to 0"),
     ([-1200.0, 5.0], "−1200 to 5"), ([-1e-9, 2.0], "0.00 to 2.00")],
)  # fmt: skip
def test_both_ends_have_the_digits_of_their_distance(values: list[float], words: str) -> None:
    assert findings.span(np.array(values)) == words


def test_pooling_and_turns_and_agreement() -> None:
    assert "does not help" in findings.of_pooling(0.5, 0.5)
    assert "not at all" in findings.of_pooling(0.5, 0.0)
    assert "by 0.50 of their size, its pools by 0.20" in findings.of_pooling(0.5, 0.2)
    assert "neither" in findings.of_pooling(0.0, 0.0)
    assert "too little" in findings.of_pooling(float("nan"), 0.1)
    edges = named_kernel("vertical edges")
    assert "since this kernel looks the same when turned" in findings.of_the_turn(1e-16, named_kernel("blur"))
    for kernel in (edges, np.ones((1, 3))):
        assert "though the kernel looks different when turned" in findings.of_the_turn(1e-16, kernel)
    assert "not followed" in findings.of_the_turn(0.3, edges)
    assert "cannot be judged" in findings.of_the_turn(float("nan"), edges)
    assert "turns along: this kernel looks the same" in findings.of_the_turned(1e-16, named_kernel("outline"))
    assert "though the kernel looks different" in findings.of_the_turned(1e-16, edges)
    assert "does not turn along: it is off by 30% of its size" in findings.of_the_turned(0.3, edges)
    assert "nothing to compare" in findings.of_the_turned(float("nan"), edges)
    assert findings.of_turns({"a": 0.0, "b": 0.2}) == "The map turns along with 1 of 2 kernels"
    assert findings.of_turns({"a": 0.1, "b": 0.2}) == "The map turns along with none of 2 kernels"
    assert findings.of_turns({"a": 0.0}) == "The map turns along with every kernel"
    assert findings.agreement(0.0).startswith("exactly")
    assert findings.agreement(0.2).startswith("nearly")
    assert findings.agreement(0.3).startswith("no longer")


@pytest.mark.parametrize("name", list(NETWORKS))
def test_the_shares_of_a_stack(name: str) -> None:
    found = shapes(NETWORKS[name].layers, input=NETWORKS[name].input)
    said = findings.of_a_stack(found)
    dense = sum(layer.parameters for layer in found if isinstance(layer.layer, Dense))
    work = sum(layer.multiply_adds for layer in found if isinstance(layer.layer, Conv))
    assert f"{dense / sum(layer.parameters for layer in found):.0%} of them in dense" in said
    assert f"{work / sum(layer.multiply_adds for layer in found):.0%} of the work" in said


def test_stacks_without_one_kind() -> None:
    assert "no parameters" in findings.of_a_stack(shapes([Pool(2)], input=(1, 8, 8)))
    assert "80 parameters and 1,728 multiply-adds" in findings.of_a_stack(shapes([Conv(8, 3)], input=(1, 8, 6)))
    assert "never reads the last row and column" in findings.of_unread(
        shapes([Conv(1, 11, stride=4)], input=(1, 224, 224))[0], "It"
    )
    assert "the last 2 rows of" in findings.of_unread(shapes([Conv(1, 3, stride=3)], input=(1, 8, 9))[0], "It")
    assert "to the last row" in findings.of_unread(shapes([Conv(1, 3)], input=(1, 8, 9))[0], "It")


@pytest.mark.parametrize("labels", LABELS)
def test_what_is_said_of_recorded_digits(labels: str) -> None:
    run = recorded_run(labels)
    data = digits_data(run.params)
    for digit, label in zip(data.test[:40], data.test_labels[:40], strict=True):
        seen = activity(run.weights[-1], digit[None])
        said = findings.of_a_digit(seen, int(label))
        assert ("rightly" in said) == (int(seen.said[0]) == label)
        assert ("guess" in said) == (seen.probs.max() < 0.5)
        found = occlusion(run.weights[-1], digit, int(seen.said[0]))
        assert ("takes more than" in findings.of_occlusion(found)) == (found.fall.max() < 0.05)
    empty = activity(run.weights[-1], np.zeros((1, 8, 8)))
    assert "An empty picture" in findings.of_a_digit(empty, None)


def test_occlusion_edges() -> None:
    still = Occlusion(3, 1, 0.9, np.full((8, 8), 0.95))
    assert "takes more than 0.00" in findings.of_occlusion(still)
    covered = still.covered.copy()
    covered[2, 5] = 0.1
    assert "row 2, column 5, the probability of 3 falls from 0.90 to 0.10" in findings.of_occlusion(
        replace(still, covered=covered)
    )


def test_patches() -> None:
    assert "died" in findings.of_patches(0.0, 0.0)
    assert "made for this filter 3.00" in findings.of_patches(2.0, 3.0)
    assert "no more: 1.00" in findings.of_patches(2.0, 1.0)
    assert findings.of_patches(2.0, None).endswith("2.00")


def test_what_excites_a_filter_is_counted() -> None:
    assert "answers 0 everywhere in all 50" in findings.of_excited(np.zeros(6), 1, 50)
    assert "One picture of the 50" in findings.of_excited(np.array([0.5, 0.0]), 1, 50)
    said = findings.of_excited(np.array([0.75, 0.5, 0.0]), 4, 50)
    assert "The 2 pictures" in said and "<b>0.75</b> and at least <b>0.50</b>" in said


@pytest.mark.parametrize(
    ("train", "test", "words"),
    [
        (1.0, 0.1, "knows all of its shuffled labels, and 10.0% of the test: no better than a guess"),
        (1.0, 0.05, "worse than a guess"),
        (0.5, 0.9, "knows 50.0%"),
        (1.0, 0.1225, "12.2% of the test"),
    ],
)
def test_what_a_run_has_learned(train: float, test: float, words: str) -> None:
    curves = DigitsCurves(np.array([0]), np.array([1.0]), np.array([train]), np.array([test]), np.zeros((8, 1, 3, 3)))
    assert words in findings.of_training(curves, "shuffled", findings.band(1197))


def test_the_band_is_that_of_a_binomial() -> None:
    from scipy.stats import binom

    inside = binom.cdf(np.floor(1197 * (0.1 + findings.band(1197))), 1197, 0.1) - binom.cdf(
        np.ceil(1197 * (0.1 - findings.band(1197))) - 1, 1197, 0.1
    )
    assert inside == pytest.approx(0.99, abs=0.004)


def test_what_is_said_of_the_recorded_seeds() -> None:
    spread = recorded_spread()
    said = findings.of_seeds(spread)
    assert f"{spread.test[0].min():.3f} to {spread.test[0].max():.3f}" in said
    assert f"{spread.test[1].min():.3f} to {spread.test[1].max():.3f}" in said
    assert ("of which all are" in said) == (spread.train[1].min() == 1)
    fewer = DigitsSpread(spread.seeds, spread.train * 0.9, spread.test)
    assert "of which 9" in findings.of_seeds(fewer) or "of which 8" in findings.of_seeds(fewer)
