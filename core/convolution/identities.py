"""Identities of a convolution, recomputed for the numbers on screen."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.convolution.digits_net import Activity, DigitsWeights
from core.convolution.layers import Conv, Dense, Layer, LayerShape, Pool
from core.convolution.matrix import im2col
from core.convolution.motion import Shift, squared
from core.convolution.operation import EPS, Cell, Kernel, Padding, Picture, convolve, padded, paddings, rounding


def im2col_of(
    picture: Picture, kernel: Kernel, *, stride: int, padding: Padding, dilation: int, flip: bool = False
) -> Float[np.ndarray, "weight cell"]:
    """`im2col` for the windows of a kernel, also with “same”; `flip` turns the kernel and leaves them as they are."""
    rows, columns = paddings(kernel, padding, stride=stride, dilation=dilation)
    return im2col(padded(picture, (rows, columns)), kernel.shape[2:], stride=stride, dilation=dilation)


def by_fourier(
    picture: Picture, kernel: Kernel, *, stride: int, padding: Padding, dilation: int, flip: bool = False
) -> Float[np.ndarray, "map_row map_column"]:
    """The map without its bias, from products of Fourier transforms: no window is laid anywhere.

    Y = Re F^-1( sum over c of F(X_c) conj F(W_c) ), cut to the windows that lie inside, of which every s-th is taken.
    """
    rows, columns = paddings(kernel, padding, stride=stride, dilation=dilation)
    image = padded(picture, (rows, columns))
    laid = kernel[0, :, ::-1, ::-1] if flip else kernel[0]
    spread = np.zeros((len(laid), *(dilation * (side - 1) + 1 for side in laid.shape[1:])))
    spread[:, ::dilation, ::dilation] = laid
    sides = image.shape[1:]
    product = (np.fft.rfft2(image) * np.conj(np.fft.rfft2(spread, s=sides))).sum(axis=0)
    whole = np.fft.irfft2(product, s=sides)
    kept = [side - extent + 1 for side, extent in zip(sides, spread.shape[1:], strict=True)]
    return np.asarray(whole[: kept[0] : stride, : kept[1] : stride])


def convolution_identities(
    picture: Picture,
    kernel: Kernel,
    found: Float[np.ndarray, "map_row map_column"],
    cell: Cell,
    place: tuple[int, int],
    *,
    bias: float = 0.0,
    stride: int = 1,
    padding: Padding = 0,
    dilation: int = 1,
    flip: bool = False,
) -> tuple[Check, ...]:
    """A map against two other ways to it, and one of its cells against its products.

    Args:
        found: the map that is checked. cell: the products of its cell at `place`. The others as for `convolve`.
    """
    options: dict[str, Any] = {"stride": stride, "padding": padding, "dilation": dilation, "flip": flip}
    laid = kernel[0, :, ::-1, ::-1] if flip else kernel[0]
    columns = laid.ravel() @ im2col_of(picture, kernel, **options) + bias
    waves = by_fourier(picture, kernel, **options) + bias
    sums, few = rounding(picture, kernel, bias), "the rounding of a cell's products and their sum in float64"
    norms = float(np.linalg.norm(picture) * np.linalg.norm(kernel))
    waved = 8 * EPS * max(1.0, math.log2(picture.size)) * norms + sums
    exact = math.fsum([*cell.products.ravel(), bias])
    return (
        Check("The map is the kernel times the columns of its windows", _apart(found.ravel(), columns), sums, few),
        Check(
            "The map is a product of Fourier transforms", _apart(found, waves), waved, "eps log N |X| |W|, eightfold"
        ),
        Check("The cell is the exact sum of its products and the bias", abs(float(found[place]) - exact), sums, few),
    )


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """The largest difference of two arrays; infinite where their shapes differ."""
    return float(np.abs(one - other).max(initial=0.0)) if one.shape == other.shape else math.inf


def turned_identity(
    picture: Picture, kernel: Kernel, found: float, place: tuple[int, int], *, bias: float = 0.0
) -> Check:
    """A cell of mathematics' convolution at stride 1 without padding, from a product of two polynomials.

    Rows laid end to end, with as many zeros between them as the kernel is wide, make a polynomial of each side; the
    coefficients of the product are the cells of the full convolution.
    """
    rows, columns = kernel.shape[2:]
    wide = picture.shape[2] + columns - 1
    total = np.zeros(0)
    for image, weights in zip(picture, kernel[0], strict=True):
        one = np.pad(image, ((0, 0), (0, wide - image.shape[1]))).ravel()
        other = np.pad(weights, ((0, 0), (0, wide - columns))).ravel()
        product = np.convolve(one, other)
        total = product if not total.size else total + product
    value = float(total[(place[0] + rows - 1) * wide + place[1] + columns - 1]) + bias
    bound = rounding(picture, kernel, bias)
    return Check("The turned cell is a coefficient of a product of polynomials", abs(float(found) - value), bound)


def matrix_identities(
    picture: Picture,
    kernel: Kernel,
    found: Float[np.ndarray, "map_row map_column"],
    matrix: Float[np.ndarray, "cell pixel"],
    *,
    bias: float = 0.0,
) -> tuple[Check, ...]:
    """The banded matrix times the pixels is the map, and its rows hold no more than the kernel's weights."""
    product = matrix @ picture.ravel() + bias
    bound = rounding(picture, kernel, bias) * max(1.0, picture.size / kernel[0].size)
    excess = int((np.count_nonzero(matrix, axis=1) - np.count_nonzero(kernel[0])).max())
    return (
        Check("The banded matrix times the pixels is the map", _apart(found.ravel(), product), bound, "n eps |W| |X|"),
        Check("No row of it has more weights than the kernel", float(max(excess, 0)), 0.0, "entries beside 0"),
    )


def shift_identity(picture: Picture, kernel: Kernel, run: Shift) -> Check:
    """Inside the border a map at stride 1 moves along with the picture."""
    error = float(np.abs(run.differences).max(initial=0.0))
    return Check(
        f"Moved by {run.by}, the map at stride {run.stride} is the moved map inside the border",
        error,
        rounding(picture, kernel),
        "the same products, perhaps added in another order",
    )


def turn_identity(picture: Picture, kernel: Kernel, back: Float[np.ndarray, "_ _ _"]) -> Check:
    """The map of a picture turned by 90 degrees is, turned back, that of the picture with the kernel turned back.

    Args:
        back: the map of the turned picture, turned back, as `turned` gives it.
    """
    expected = convolve(picture, np.rot90(squared(kernel), k=-1, axes=(2, 3)))
    return Check(
        "The map of the turned picture is that of a kernel turned back",
        _apart(back, expected),
        rounding(picture, kernel),
        "the same products, perhaps added in another order",
    )


def stack_identities(
    layers: Sequence[Layer], found: Sequence[LayerShape], picture: tuple[int, int, int]
) -> tuple[Check, ...]:
    """Every shape counted window by window, every parameter as an entry of an array, every field walked backward."""
    before = [picture, *(layer.shape for layer in found)]
    rows = sum(
        abs(_counted(layer, shape[side], side) - after.shape[side])
        for layer, shape, after in zip(layers, before, found, strict=False)
        for side in (1, 2)
    )
    entries = sum(
        abs(_entries(layer, shape) - after.parameters)
        for layer, shape, after in zip(layers, before, found, strict=False)
    )
    fields = sum(
        abs(_backward(layers[: place + 1], before) - after.receptive_field) for place, after in enumerate(found)
    )
    return (
        Check("Rows and columns are the windows that fit, counted one by one", float(rows), 0.0, "sum over all layers"),
        Check("Parameters are the entries of the layers' arrays", float(entries), 0.0, "sum over all layers"),
        Check("Receptive fields come out again from the last cell backward", float(fields), 0.0, "sum over all layers"),
    )


def _counted(layer: Layer, size: int, side: int) -> int:
    match layer:
        case Conv():
            extent, stride, padding = layer.dilation * (layer.kernel - 1) + 1, layer.stride, layer.padding
        case Pool():
            extent, stride, padding = layer.kernel, layer.stride or layer.kernel, layer.padding
        case Dense():
            return 1
    return sum(1 for start in range(0, size + 2 * padding, stride) if start + extent <= size + 2 * padding)


def _entries(layer: Layer, shape: tuple[int, int, int]) -> int:
    match layer:
        case Conv():
            parts = [(layer.channels, shape[0] // layer.groups, layer.kernel, layer.kernel), (layer.channels,)]
        case Dense():
            parts = [(layer.units, *shape), (layer.units,)]
        case Pool():
            parts = []
    return sum(math.prod(part) for part in parts)


def _backward(layers: Sequence[Layer], before: Sequence[tuple[int, int, int]]) -> int:
    """The first and the last pixel that one cell of the last layer sees, found from the last layer to the first."""
    first, last = 0, 0
    for place in reversed(range(len(layers))):
        match layers[place]:
            case Conv(kernel=kernel, stride=stride, dilation=dilation):
                first, last = first * stride, last * stride + dilation * (kernel - 1)
            case Pool(kernel=side, stride=step):
                first, last = first * (step or side), last * (step or side) + side - 1
            case Dense():
                first, last = 0, max(before[place][1:]) - 1
    return last - first + 1


def network_identities(
    weights: DigitsWeights, seen: Activity, *, recorded: float, again: float, count: int
) -> tuple[Check, ...]:
    """The maps of one picture by `convolve`, its probabilities, and the accuracy of a run without torch.

    Args:
        seen: of one picture. recorded: the accuracy that torch measured. again: the same without torch.
        count: pictures behind both.
    """
    images = (seen.pictures, seen.pools[0][0])
    kernels = ((weights.first, weights.first_bias, seen.first), (weights.second, weights.second_bias, seen.second))
    checks = []
    for name, image, (kernel, bias, maps) in zip(("first", "second"), images, kernels, strict=True):
        expected = np.maximum(convolve(image, kernel, bias=bias, padding=1), 0)
        bound = max(rounding(image, part[None].astype(float), float(b)) for part, b in zip(kernel, bias, strict=True))
        checks.append(
            Check(f"The maps of the {name} convolution are those of convolve", _apart(maps[0], expected), bound)
        )
    total = abs(float(seen.probs[0].sum()) - 1)
    return (
        *checks,
        Check("The ten probabilities sum to 1", total, 20 * EPS, "ten roundings"),
        Check(
            "The accuracy on the test is torch's, computed anew",
            abs(recorded - again),
            1.5 / count,
            "one picture may lie within float32's rounding of a tie",
        ),
    )
