"""The same map as one multiplication: by the columns of all windows, or by one large banded matrix."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.convolution.operation import Padding, checked, paddings, windows
from core.numbers import whole

MOST_ENTRIES = 20_000_000
"""Entries of a banded matrix that are written out: 160 MB in float64."""


def im2col(
    picture: ArrayLike, kernel: tuple[int, int], *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Float[np.ndarray, "weight cell"]:
    """Every window as a column: C[(c, u, v), (i, j)] = X[c, s i + d u - p, s j + d v - p].

    Args:
        picture: X, [channel row column].
        kernel: rows and columns of the kernel. stride, padding, dilation: as for `convolve`.

    Raises:
        ValueError: for a number out of its range, or a kernel that does not fit.

    Invariant: the kernel as a row times C is its map, row by row.
    Source: `torch.nn.functional.unfold`; Chellapilla et al. 2006.
    """
    image = checked(picture, np.ones((1, len(np.asarray(picture)), 1, 1)), 1)[0]
    zeros = whole("padding", padding, 0)
    seen = windows(
        image,
        kernel,
        stride=whole("stride", stride, 1),
        padding=(zeros, zeros),
        dilation=whole("dilation", dilation, 1),
    )
    taps = len(image) * kernel[0] * kernel[1]
    return seen.transpose(0, 3, 4, 1, 2).reshape(taps, -1)


def banded(
    kernel: ArrayLike, shape: tuple[int, int, int], *, stride: int = 1, padding: Padding = 0, dilation: int = 1
) -> Float[np.ndarray, "cell pixel"]:
    """The matrix B with vec(Y) = B vec(X) for the first kernel, where vec reads row by row.

    Every row holds the same weights, moved along: Toeplitz blocks in a Toeplitz pattern, as long as the stride is 1.

    Args:
        kernel: W, [out in k k]. shape: of the picture, [channel row column]. The others as for `convolve`.

    Raises:
        ValueError: as `convolve` does, and for a matrix of more than 20,000,000 entries.

    Invariant: no row has more entries beside 0 than the kernel has weights.
    """
    number = np.arange(1.0, np.prod(shape) + 1).reshape(shape)
    numbered, weights = checked(number, kernel, 1)
    zeros = paddings(weights, padding, stride=stride, dilation=dilation)
    seen = windows(numbered, weights.shape[2:], stride=stride, padding=zeros, dilation=dilation)
    places = seen.transpose(1, 2, 0, 3, 4).reshape(seen.shape[1] * seen.shape[2], -1).astype(int)
    if len(places) * number.size > MOST_ENTRIES:
        raise ValueError(
            f"the matrix would have {len(places):,} x {number.size:,} entries; at most {MOST_ENTRIES:,} are written out"
        )
    # Pixels are numbered from 1 on, so the zeros of the padding fall into a column of their own, which is dropped.
    matrix = np.zeros((len(places), number.size + 1))
    rows = np.arange(len(places))[:, None]
    matrix[rows, places] = weights[0].reshape(1, -1)
    return matrix[:, 1:]


@dataclass(frozen=True)
class Costs:
    """What a map costs as a convolution, and as a dense layer between the same pixels and cells.

    Args:
        pixels: of the picture, all channels. cells: of the map. weights: of the kernel, without the bias.
    """

    pixels: int
    cells: int
    weights: int

    @property
    def dense_parameters(self) -> int:
        """A weight for each pair of a pixel and a cell, and a bias for each cell."""
        return self.cells * (self.pixels + 1)

    @property
    def parameters(self) -> int:
        """The weights of the kernel and its one bias."""
        return self.weights + 1

    @property
    def dense_multiply_adds(self) -> int:
        """One for each pair of a pixel and a cell."""
        return self.cells * self.pixels

    @property
    def multiply_adds(self) -> int:
        """One for each weight of the kernel in each cell, those on padding included."""
        return self.cells * self.weights
