"""Titles and verdicts of the convolution page, each made from the numbers it speaks of."""

from collections.abc import Mapping, Sequence

import numpy as np

from core.convolution import Activity, Costs, Dense, DigitsCurves, DigitsSpread, LayerShape, Occlusion

TINY = 1e-9
"""Parts of the largest product sum below which a cell counts as 0: rounding is a thousand times smaller."""


def number(value: float) -> str:
    """A number with three digits, and 0 for what rounding has left of it."""
    return "0" if abs(value) < 5e-7 else f"{value:,.3g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.0f}"


def span(values: np.ndarray) -> str:
    """The least and the greatest value, both with the digits that their distance asks for."""
    low, high = float(values.min()), float(values.max())
    wide = max(high - low, abs(high), abs(low))
    digits = max(0, 2 - int(np.floor(np.log10(wide)))) if wide > 0 else 0
    ends = (f"{round(end, digits) + 0.0:.{digits}f}".replace("-", "−") for end in (low, high))
    return " to ".join(ends)


def of_the_map(image: np.ndarray, weights: np.ndarray, cells: np.ndarray, bias: float) -> str:
    """What a map shows: where it is silent, whether it copies or smooths, or how far it reaches.

    Args:
        image: [channel row column]. weights: [row column]. cells: the map.
    """
    scale = max(float(np.abs(weights).sum() * np.abs(image).max()), abs(bias), 1e-300)
    silent = float(np.mean(np.abs(cells) <= TINY * scale))
    spans = span(cells)
    if silent == 1:
        return "Every cell is 0: this kernel sees nothing in this picture"
    if np.ptp(cells) <= TINY * scale:
        return f"Every cell is {number(float(cells.mean()))}: the map tells no place from another"
    if silent >= 0.5 and abs(float(weights.sum())) <= TINY * float(np.abs(weights).sum()) and bias == 0:
        return f"{_most(silent)} of the cells are 0: this kernel answers only where the picture changes"
    taps = int(np.count_nonzero(weights))
    if bias == 0 and len(image) == 1 and taps == 1 and float(weights.max()) == 1:
        return f"Each cell is one pixel of its window: the map spans {spans}, the picture {span(image)}"
    if bias == 0 and len(image) == 1 and weights.min() >= 0 and abs(float(weights.sum()) - 1) < TINY:
        return f"Each cell is a mean of its window: the map spans {spans}, the picture {span(image)}"
    return f"The map spans {spans}, the picture {span(image)}"


def _most(share: float) -> str:
    """A share below 1 in percent, which rounding does not make a whole."""
    return "More than 99%" if share > 0.99 else f"{share:.0%}"


def of_one_cell(plain: float, turned: float, apart: float, scale: float) -> str:
    """What turning the kernel does to a cell, and to the map as a whole.

    Args:
        plain, turned: the cell's value. apart: the largest difference of any cell. scale: of a cell's products.
    """
    if apart <= TINY * scale:
        return f"The cell is {number(plain)} either way: here turning the kernel changes no cell of the map"
    if abs(plain - turned) <= TINY * scale:
        return f"This cell is {number(plain)} either way, though others differ by up to {number(apart)}"
    return f"The field’s convolution gives {number(plain)} here, the one of mathematics {number(turned)}"


def of_costs(costs: Costs) -> str:
    """How many times the parameters of a dense layer exceed those of the kernel."""
    return (
        f"The kernel has {costs.parameters:,} parameters; a dense layer between the same pixels and cells has "
        f"{costs.dense_parameters:,}, {_times(costs.dense_parameters / costs.parameters)}"
    )


def _times(ratio: float) -> str:
    return f"{ratio:,.0f} times as many" if ratio >= 10 else f"{ratio:.2g} times as many"


EQUAL, NEAR = 1e-9, 0.25
"""A relative error up to the first is rounding; up to the second a map is called nearly the same."""


def agreement(error: float) -> str:
    """How two maps agree, in words, by their relative error."""
    if np.isnan(error):
        return "there is nothing to compare"
    if error <= EQUAL:
        return "exactly, but for rounding"
    return f"nearly, with an error of {error:.2f}" if error <= NEAR else f"no longer, with an error of {error:.2f}"


def of_the_shift(by: int, plain: float, stride: int, strided: float) -> str:
    """Whether the map follows a picture that moves by `by`, at stride 1 and at `stride`."""
    pixels = f"{by} pixel{'s' if by != 1 else ''}"
    if np.isnan(plain) or np.isnan(strided):
        return f"Moved by {pixels}: inside the border the map is 0 or empty, so there is nothing to compare"
    if by == 0:
        return "Nothing has moved yet: move the picture"
    if plain > EQUAL:
        return f"Moved by {pixels}, the map follows with an error of {plain:.2g}"
    if strided <= EQUAL:
        return f"Moved by {pixels}, the map moves along, at a stride of 1 and of {stride} alike"
    return f"Moved by {pixels}, the map moves along; at a stride of {stride} it is off by {strided:.0%} of its size"


def of_errors(by: np.ndarray, plain: np.ndarray, stride: int, strided: np.ndarray) -> str:
    """At which distances the map follows, at stride 1 and at `stride`."""
    if np.isnan(plain).all():
        return "Inside the border the map is 0, so no error can be told"
    follows = np.nan_to_num(plain) <= EQUAL
    coarse = np.nan_to_num(strided) <= EQUAL
    fits = by % stride == 0
    if follows.all() and np.array_equal(coarse, fits):
        return f"At stride 1 the error stays 0; at stride {stride} it is 0 only at every {_th(stride)} pixel"
    if follows.all() and coarse.all():
        return f"At strides 1 and {stride} alike the error stays 0"
    if follows.all():
        return f"At stride 1 the error stays 0; at stride {stride} it comes to {np.nanmax(strided):.2f}"
    return f"The error comes to {np.nanmax(plain):.2g} at stride 1 and to {np.nanmax(strided):.2f} at stride {stride}"


def _th(stride: int) -> str:
    return {2: "second", 3: "third", 4: "fourth"}.get(stride, f"{stride}th")


def of_pooling(cells: float, pools: float) -> str:
    """How much less a map changes in its place once it is pooled."""
    if np.isnan(cells) or np.isnan(pools):
        return "too little of the map lies inside the border to pool it"
    if cells <= EQUAL and pools <= EQUAL:
        return "neither the cells nor their pools change"
    if pools <= EQUAL:
        return f"its cells change by {cells:.2f} of their size, its pools not at all"
    if pools >= cells:
        return f"its cells change by {cells:.2f} of their size, its pools by {pools:.2f}: pooling does not help here"
    return f"its cells change by {cells:.2f} of their size, its pools by {pools:.2f}"


def of_the_turn(error: float, weights: np.ndarray) -> str:
    """Whether the map of a turned picture is the turned map, and whether that is the kernel's doing."""
    if np.isnan(error):
        return "A turn cannot be judged: the map is 0."
    if error <= EQUAL:
        if looks_the_same(weights):
            return "A turn by 90° turns the map, since this kernel looks the same when turned."
        return "A turn by 90° turns the map of this picture, though the kernel looks different when turned."
    return f"A turn by 90° is not followed: the error is <b>{error:.2f}</b> of the map."


def looks_the_same(weights: np.ndarray) -> bool:
    """Whether a kernel, [row column], is itself again after a turn by 90 degrees."""
    quarter = np.rot90(weights)
    return quarter.shape == weights.shape and bool(np.allclose(quarter, weights, rtol=TINY, atol=0))


def of_the_turned(error: float, weights: np.ndarray) -> str:
    """The title of the turned picture: whether its map is the turned map."""
    if np.isnan(error):
        return "Turned by 90°: the map is 0, so there is nothing to compare"
    if error <= EQUAL:
        if looks_the_same(weights):
            return "Turned by 90°, the map turns along: this kernel looks the same when turned"
        return "Turned by 90°, the map of this picture turns along, though the kernel looks different when turned"
    return f"Turned by 90°, the map does not turn along: it is off by {error:.0%} of its size"


def of_turns(errors: Mapping[str, float]) -> str:
    """How many kernels follow a turn, by their relative errors; not-a-number counts as nothing to follow."""
    follow = [name for name, error in errors.items() if error <= EQUAL]
    if len(follow) == len(errors):
        return "The map turns along with every kernel"
    return f"The map turns along with {len(follow) or 'none'} of {len(errors)} kernels"


def of_a_stack(found: Sequence[LayerShape]) -> str:
    """Where the parameters and the work of a stack lie."""
    parameters, work = np.array([[layer.parameters, layer.multiply_adds] for layer in found], dtype=float).T
    if parameters.sum() == 0:
        return "This stack has no parameters: pooling learns nothing"
    dense = np.array([_is_dense(layer) for layer in found])
    shares = float(parameters[dense].sum() / parameters.sum()), float(work[~dense].sum() / work.sum())
    total = f"{int(parameters.sum()):,} parameters"
    if not dense.any() or dense.all():
        return f"{total} and {int(work.sum()):,} multiply-adds for one picture"
    return f"{total}, {shares[0]:.0%} of them in dense layers; {shares[1]:.0%} of the work is in convolutions"


def _is_dense(layer: LayerShape) -> bool:
    return isinstance(layer.layer, Dense)


def of_unread(found: LayerShape, name: str) -> str:
    """Which rows and columns a layer never reads."""
    rows, columns = found.unread
    if not rows and not columns:
        return f"{name} reads its input to the last row and column."
    counted = ((rows, "row"), (columns, "column"))
    parts = [word if count == 1 else f"{count} {word}s" for count, word in counted if count]
    return f"{name} never reads the last {' and '.join(parts)} of its input."


SURE = 0.5


def of_a_digit(seen: Activity, label: int | None) -> str:
    """What the network says of one digit, and whether it is right where that is known."""
    said, share = int(seen.said[0]), float(seen.probs[0].max())
    if seen.pictures[0].max() == 0:
        return f"An empty picture: the network says {said} all the same, with {share:.0%}"
    doubt = "" if share >= SURE else ", which is a guess"
    if label is None:
        return f"The network says {said} with {share:.0%}{doubt}"
    verdict = "rightly" if said == label else f"but it is a {label}"
    return f"The network says {said} with {share:.0%}{doubt}, {verdict}"


def of_occlusion(found: Occlusion) -> str:
    """Whether covering a part of a digit takes the answer away."""
    deepest = float(found.fall.max())
    place = np.unravel_index(int(found.fall.argmax()), found.fall.shape)
    if deepest < 0.05:
        return f"No square of {found.side} × {found.side} takes more than {max(deepest, 0):.2f} from the {found.label}"
    return (
        f"Covered at row {place[0]}, column {place[1]}, the probability of {found.label} falls from {found.whole:.2f} "
        f"to {found.whole - deepest:.2f}"
    )


def of_patches(best: float, ascended: float | None) -> str:
    """How a made picture compares with the best patch of the training pictures."""
    if best <= 0:
        return "No patch excites this filter: it has died"
    if ascended is None:
        return f"The patch that excites this filter most gives {best:.2f}"
    if ascended > best:
        return f"The best patch gives {best:.2f}; a picture made for this filter {ascended:.2f}"
    return f"The best patch gives {best:.2f}, and the made picture no more: {ascended:.2f}"


def of_excited(values: np.ndarray, number: int, train: int) -> str:
    """Which pictures excite a filter, by its answers to the best of them; an answer of 0 is none.

    Args:
        values: the answers, the largest first. number: of the filter. train: pictures that were looked through.
    """
    excited = values[values > 0]
    if not len(excited):
        return f"Filter {number} answers 0 everywhere in all {train} pictures that the network learned from."
    if len(excited) == 1:
        return f"One picture of the {train} it learned from excites filter {number}, by <b>{excited[0]:.2f}</b>."
    return (
        f"The {len(excited)} pictures of the {train} it learned from that excite filter {number} most, by at most "
        f"<b>{excited[0]:.2f}</b> and at least <b>{excited[-1]:.2f}</b>."
    )


def of_training(curves: DigitsCurves, labels: str, chance: float) -> str:
    """What a run has learned: its labels, and whether that helps with pictures it has not seen.

    Args:
        chance: half the width of the band around 1/10 within which a guesser's accuracy lies in 99 of 100 cases.
    """
    train, test = float(curves.train[-1]), float(curves.test[-1])
    what = "its shuffled labels" if labels == "shuffled" else "its training digits"
    learned = f"The network knows {_share(train)} of {what}"
    if abs(test - 0.1) <= chance:
        return f"{learned}, and {_share(test)} of the test: no better than a guess"
    if test < 0.1:
        return f"{learned}, and {_share(test)} of the test: worse than a guess"
    return f"{learned}, and {_share(test)} of the test"


def _share(value: float) -> str:
    return "all" if value == 1 else f"{value:.1%}"


def band(count: int) -> float:
    """Half the width of the band around 1/10 in which a guesser among ten lies in 99 of 100 cases, over `count`."""
    return float(2.576 * np.sqrt(0.1 * 0.9 / count))


def of_seeds(spread: DigitsSpread) -> str:
    """The last accuracies over all seeds, true beside shuffled labels."""
    (true_low, true_high), (false_low, false_high) = ((row.min(), row.max()) for row in spread.test)
    train = spread.train[1]
    known = "all" if train.min() == 1 else f"{train.min():.1%} to {train.max():.1%}"
    return (
        f"Over {len(spread.seeds)} recorded seeds the test accuracy is <b>{true_low:.3f} to {true_high:.3f}</b> with "
        f"true labels and <b>{false_low:.3f} to {false_high:.3f}</b> with shuffled ones, of which {known} are known "
        "by heart."
    )
