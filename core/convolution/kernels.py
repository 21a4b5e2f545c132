"""Kernels by name, in several sizes, and kernels that a visitor writes."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from core.numbers import read_number

Weights = Float[np.ndarray, "_ _"]
"""[row column]"""

MOST_SIDE = 7
"""The longest side of a kernel that a visitor may write."""

LARGEST = 1000.0
"""The largest weight, without its sign."""


def _smooth(side: int) -> Float[np.ndarray, "tap"]:
    """A row of Pascal's triangle: 1 2 1, 1 4 6 4 1."""
    row = np.ones(1)
    for _ in range(side - 1):
        row = np.convolve(row, [1.0, 1.0])
    return row


def _slope(side: int) -> Float[np.ndarray, "tap"]:
    """The difference of the right from the left, smoothed: -1 0 1, -1 -2 0 2 1."""
    return np.convolve(_smooth(side - 2), [-1.0, 0.0, 1.0])


def _identity(side: int) -> Weights:
    kernel = np.zeros((side, side))
    kernel[side // 2, side // 2] = 1.0
    return kernel


def _emboss(side: int) -> Weights:
    place = np.arange(side) - side // 2
    return np.asarray(np.add.outer(place, place) + _identity(side))


KERNELS: dict[str, Callable[[int], Weights]] = {
    "vertical edges": lambda side: np.outer(_smooth(side), _slope(side)),
    "horizontal edges": lambda side: np.outer(_slope(side), _smooth(side)),
    "outline": lambda side: side * side * _identity(side) - np.ones((side, side)),
    "blur": lambda side: np.full((side, side), 1.0 / side**2),
    "sharpen": lambda side: (side * side + 1) * _identity(side) - np.ones((side, side)),
    "emboss": _emboss,
    "corner": lambda side: np.outer(_slope(side), _slope(side)),
    "identity": _identity,
}
"""Name -> kernel of a side. At 3 the edges are Sobel's, and the outline is a Laplacian of eight neighbors."""

SIDES = (3, 5, 7)


def named_kernel(name: str, side: int = 3) -> Weights:
    """A kernel by its name.

    Args:
        name: a key of KERNELS. side: 3, 5 or 7.

    Raises:
        ValueError: for another name or side.

    Invariant: edges, outline and corner sum to 0, so they give 0 where a picture has one color; blur, sharpen, emboss
    and identity sum to 1.
    Source: Sobel and Feldman 1968 for the edges; the rest as in any picture editor.
    """
    if name not in KERNELS:
        raise ValueError(f"kernel is {name!r}; it must be one of {', '.join(KERNELS)}")
    if side not in SIDES:
        raise ValueError(f"side is {side!r}; it must be one of {', '.join(map(str, SIDES))}")
    return KERNELS[name](side)


def read_kernel(written: str) -> Weights:
    """A kernel as it is written: rows divided by “/” or lines, weights by spaces or commas.

    Raises:
        ValueError: for a word that is no number, rows of different lengths, a side above 7, or a weight beyond 1,000;
            the message says which.

    Invariant: `read_kernel(written_kernel(kernel))` is the kernel, to six digits.
    """
    rows = [row.replace(",", " ").split() for row in written.replace("\n", "/").split("/") if row.strip()]
    if not rows:
        raise ValueError("the kernel is empty; write rows divided by “/”, such as 0 1 0 / 1 -4 1 / 0 1 0")
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"the rows have {', '.join(str(len(row)) for row in rows)} weights; all need the same number")
    if max(len(rows), len(rows[0])) > MOST_SIDE:
        raise ValueError(f"the kernel has {len(rows)} rows of {len(rows[0])}; at most {MOST_SIDE} by {MOST_SIDE}")
    return np.array([[_weight(word) for word in row] for row in rows])


def _weight(word: str) -> float:
    try:
        # A minus sign as books print it is one, too.
        number = read_number(word.replace("−", "-"))
    except ValueError as error:
        raise ValueError(f"{word[:20]!r} is no number; weights are written like -1, 0.5 or 2") from error
    if not abs(number) <= LARGEST:
        raise ValueError(f"a weight is {number}; it must lie in -{LARGEST:g} to {LARGEST:g}")
    return number


def written_kernel(kernel: Weights) -> str:
    """A kernel as `read_kernel` takes it, to six digits; a zero has no sign."""
    return " / ".join(" ".join(f"{weight + 0.0:.6g}" for weight in row) for row in kernel)
