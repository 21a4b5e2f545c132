"""The convolution of a picture: its output's size, all its cells, and the products behind one of them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.numbers import whole

Picture = Float[np.ndarray, "_ _ _"]
"""[channel row column]"""

Kernel = Float[np.ndarray, "_ _ _ _"]
"""[out in/groups row column]"""

Padding = int | Literal["same"]

EPS = float(np.finfo(np.float64).eps)


def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1, exact: bool = False
) -> int:
    """How many windows fit into a side: floor((size + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.

    Args:
        size: pixels of the side, 1 or more.
        kernel: pixels of the kernel's side, 1 or more.
        stride: pixels from one window to the next, 1 or more.
        padding: zeros added at each end, 0 or more.
        dilation: pixels from one tap of the kernel to the next, 1 or more.
        exact: refuse a size at which the last window leaves pixels over, instead of taking the floor.

    Raises:
        ValueError: for a number out of its range; where not a single window fits; with `exact`, where the formula gives
            a fraction, which the message names.

    Invariant: the last window ends within the padded side, and one more would not.
    Source: `torch.nn.Conv2d`, which takes the floor; Dumoulin and Visin 2016, relationship 6.
    """
    size, kernel = whole("size", size, 1), whole("kernel", kernel, 1)
    stride, padding, dilation = whole("stride", stride, 1), whole("padding", padding, 0), whole("dilation", dilation, 1)
    extent = dilation * (kernel - 1) + 1
    room = size + 2 * padding - extent
    if room < 0:
        raise ValueError(
            f"a kernel that spans {extent} pixels does not fit into {size + 2 * padding}, padding included; "
            f"it must span 1 to {size + 2 * padding}"
        )
    if yes_or_no("exact", exact) and room % stride:
        share = Fraction(room, stride) + 1
        written = Decimal(share.numerator) / Decimal(share.denominator)
        raise ValueError(
            f"({size} + 2·{padding} - {extent}) / {stride} + 1 = {written:.10g} ({share}), which is no whole "
            f"number; {room % stride} of {size + 2 * padding} pixels would never be read"
        )
    return room // stride + 1


def same_padding(kernel: int, dilation: int = 1) -> int:
    """The padding at which a stride of 1 keeps the size: dilation (kernel - 1) / 2.

    Raises:
        ValueError: where that is no whole number, as for an even kernel without dilation.
    """
    spare = whole("dilation", dilation, 1) * (whole("kernel", kernel, 1) - 1)
    if spare % 2:
        raise ValueError(
            f"a kernel of {kernel} would need a padding of {spare / 2} at each end to keep the size; "
            "“same” takes kernels with an odd side"
        )
    return spare // 2


MOST_PADDED = 100_000_000
"""Numbers that a picture may have with its padding: 800 MB."""


def padded(picture: Picture, padding: tuple[int, int]) -> Picture:
    """The picture with zeros around it: `padding` rows above and below, and columns at both sides.

    Raises:
        ValueError: for a padding with which the picture would have more than 100,000,000 numbers.
    """
    rows, columns = padding
    channels, high, wide = picture.shape
    size = channels * (high + 2 * rows) * (wide + 2 * columns)
    if max(padding) and size > MOST_PADDED:
        raise ValueError(
            f"padding is {max(padding):,}; with it the picture would have {size:,} numbers, of {MOST_PADDED:,} at most"
        )
    return np.pad(picture, ((0, 0), (rows, rows), (columns, columns)))


def yes_or_no(name: str, value: object) -> bool:
    """A switch. Raises ValueError for anything but True and False, since a text such as “no” would count as True."""
    if not isinstance(value, bool | np.bool_):
        raise ValueError(f"{name} is {value!r}; it must be True or False")  # noqa: TRY004 - a bad value
    return bool(value)


def paddings(kernel: Kernel, padding: object, *, stride: int, dilation: int) -> tuple[int, int]:
    """The zeros at each end of rows and of columns. Raises ValueError as `convolve` does."""
    if not (isinstance(padding, str) and padding == "same"):
        number = whole("padding", padding, 0)
        return number, number
    if stride != 1:
        raise ValueError(f"padding is “same” and stride is {stride}; “same” keeps the size only at a stride of 1")
    rows, columns = kernel.shape[2:]
    return same_padding(rows, dilation), same_padding(columns, dilation)


def windows(
    picture: Picture, kernel: tuple[int, int], *, stride: int, padding: tuple[int, int], dilation: int
) -> Float[np.ndarray, "channel map_row map_column high wide"]:
    """Every window that the kernel lies on, without a copy of the picture but that with its zeros."""
    sizes = [
        output_size(side, taps, stride=stride, padding=zeros, dilation=dilation)
        for side, taps, zeros in zip(picture.shape[1:], kernel, padding, strict=True)
    ]
    base = padded(picture, padding)
    channel, *steps = base.strides
    # A single window or tap takes no step, so a stride or dilation beyond what memory counts never enters.
    apart = [step * stride if count > 1 else 0 for step, count in zip(steps, sizes, strict=True)]
    apart += [step * dilation if count > 1 else 0 for step, count in zip(steps, kernel, strict=True)]
    return np.lib.stride_tricks.as_strided(base, (len(base), *sizes, *kernel), (channel, *apart), writeable=False)


def real(name: str, values: object) -> Float[np.ndarray, "*any"]:
    """Numbers as float64. Raises ValueError for None, text and complex numbers, which numpy would make NaN or cut."""
    try:
        given = np.asarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        # Rows of different lengths, or a tensor that still takes part in a gradient.
        raise ValueError(f"{name} is no array of numbers: {error}") from error
    if given.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds {given.dtype.name}; it must hold real numbers")
    return given.astype(np.float64)


def checked(picture: ArrayLike, kernel: ArrayLike, groups: int) -> tuple[Picture, Kernel]:
    """Picture and kernel as float64 arrays. Raises ValueError where their shapes do not go together."""
    image, weights = real("picture", picture), real("kernel", kernel)
    if image.ndim != 3 or image.size == 0:
        raise ValueError(f"picture has the shape {image.shape}; it must be [channel row column], each 1 or more")
    if weights.ndim != 4 or weights.size == 0:
        raise ValueError(f"kernel has the shape {weights.shape}; it must be [out in/groups k k], each 1 or more")
    groups = whole("groups", groups, 1)
    if len(image) % groups or len(weights) % groups:
        raise ValueError(
            f"groups is {groups}; it must divide the {len(image)} channels and the {len(weights)} kernels alike"
        )
    if weights.shape[1] != len(image) // groups:
        raise ValueError(
            f"kernel takes {weights.shape[1]} channels; with {groups} groups and {len(image)} channels it must take "
            f"{len(image) // groups}"
        )
    return image, weights


def offsets(bias: object, out: int) -> Float[np.ndarray, "_"]:
    """The bias of each kernel. Raises ValueError for a number of biases that is neither 1 nor that of the kernels."""
    values = real("bias", bias)
    if values.ndim > 1 or (values.ndim == 1 and len(values) != out):
        raise ValueError(f"bias has the shape {values.shape}; it must be one number, or one for each of {out} kernels")
    return np.broadcast_to(values, (out,))


def convolve(
    picture: ArrayLike,
    kernel: ArrayLike,
    *,
    bias: ArrayLike = 0.0,
    stride: int = 1,
    padding: Padding = 0,
    dilation: int = 1,
    groups: int = 1,
    flip: bool = False,
) -> Float[np.ndarray, "out map_row map_column"]:
    """Y[o, i, j] = b_o + sum over c, u, v of W[o, c, u, v] X[c, s i + d u - p, s j + d v - p], in float64.

    This is cross-correlation, which the field calls convolution; with `flip` the kernel is turned by 180 degrees
    first, which is the convolution of mathematics.

    Args:
        picture: X, [channel row column].
        kernel: W, [out in/groups row column]; usually as high as wide.
        bias: b, one number or one for each kernel.
        stride: s, pixels from one window to the next.
        padding: p, zeros at each end; “same” keeps the size of the picture.
        dilation: d, pixels from one tap to the next.
        groups: parts into which the channels are split; each part of the kernels sees its own part of the channels.
        flip: turn the kernel first.

    Returns:
        Y, the map of each kernel.

    Raises:
        ValueError: for shapes that do not go together, a number out of its range, a kernel that does not fit, or “same”
            with an even kernel or a stride above 1.

    Invariant: linear in the picture, and the map of a moved picture is the moved map wherever no border is seen.
    Source: `torch.nn.functional.conv2d`; `scipy.signal.correlate2d` and `convolve2d` for one channel.
    """
    image, weights = checked(picture, kernel, groups)
    stride, dilation = whole("stride", stride, 1), whole("dilation", dilation, 1)
    out, each, *taps = weights.shape
    zeros = paddings(weights, padding, stride=stride, dilation=dilation)
    seen = windows(image, (taps[0], taps[1]), stride=stride, padding=zeros, dilation=dilation)
    turned = weights[:, :, ::-1, ::-1] if yes_or_no("flip", flip) else weights
    share = out // groups
    maps = [
        np.tensordot(
            turned[part * share : (part + 1) * share], seen[part * each : (part + 1) * each], ((1, 2, 3), (0, 3, 4))
        )
        for part in range(groups)
    ]
    return np.asarray(np.concatenate(maps) + offsets(bias, out)[:, None, None])


def rounding(picture: Picture, kernel: Kernel, bias: float = 0.0) -> float:
    """The most by which two float64 sums of a cell's n products may differ: 2 n eps (|W|_1 max|X| + |b|).

    Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, section 3.1.
    """
    terms = kernel[0].size + 1
    return float(2 * terms * EPS * (float(np.abs(kernel).sum() * np.abs(picture).max()) + abs(bias)))


@dataclass(frozen=True, eq=False)
class Cell:
    """One cell of a map, with all that went into it.

    Args:
        window: the pixels under the kernel, zeros of the padding among them.
        kernel: the weights as they were laid on it.
        bias: what is added.
        top, left: the pixel under the kernel's first tap; below 0 in the padding.
    """

    window: Float[np.ndarray, "channel row column"]
    kernel: Float[np.ndarray, "channel row column"]
    bias: float
    top: int
    left: int

    @property
    def products(self) -> Float[np.ndarray, "channel row column"]:
        """Each pixel times its weight."""
        return np.asarray(self.window * self.kernel)

    @property
    def value(self) -> float:
        """The sum of the products and the bias: the cell."""
        return float(self.products.sum()) + self.bias


def cell(
    picture: ArrayLike,
    kernel: ArrayLike,
    row: int,
    column: int,
    *,
    bias: float = 0.0,
    stride: int = 1,
    padding: Padding = 0,
    dilation: int = 1,
    flip: bool = False,
) -> Cell:
    """The products behind cell [row, column] of the first map; arguments as for `convolve`, without groups.

    Raises:
        ValueError: as `convolve` does, and for a cell outside the map.

    Invariant: `.value` is that cell of `convolve`, within rounding.
    """
    image, weights = checked(picture, kernel, 1)
    stride, dilation = whole("stride", stride, 1), whole("dilation", dilation, 1)
    zeros = paddings(weights, padding, stride=stride, dilation=dilation)
    seen = windows(image, weights.shape[2:], stride=stride, padding=zeros, dilation=dilation)
    for name, place, count in (("row", row, seen.shape[1]), ("column", column, seen.shape[2])):
        whole(name, place, 0, count - 1)
    laid = weights[0, :, ::-1, ::-1] if yes_or_no("flip", flip) else weights[0]
    return Cell(seen[:, row, column].copy(), laid, float(bias), row * stride - zeros[0], column * stride - zeros[1])
