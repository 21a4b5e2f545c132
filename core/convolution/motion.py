"""What becomes of a map when the picture moves or turns."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.convolution.operation import Kernel, Picture, convolve, rounding
from core.numbers import whole

Map = Float[np.ndarray, "_ _ _"]
"""[out row column]"""

POOL = 4
"""The side of the windows over which maps are pooled."""


def moved(image: Picture, rows: int, columns: int) -> Picture:
    """The picture moved down by `rows` and right by `columns`, with zeros coming in; negative numbers move back."""
    result = np.zeros_like(image)
    height, width = image.shape[1:]
    if abs(rows) < height and abs(columns) < width:
        target = (_part(rows, height), _part(columns, width))
        source = (_part(-rows, height), _part(-columns, width))
        result[:, target[0], target[1]] = image[:, source[0], source[1]]
    return result


def _part(by: int, size: int) -> slice:
    return slice(max(by, 0), size + min(by, 0))


def pooled(maps: Map, side: int) -> Map:
    """The largest value of each window of `side` by `side`; what is left over at the end is dropped.

    Raises:
        ValueError: for a side below 1 or beyond the map.
    """
    side = whole("side", side, 1)
    out, rows, columns = maps.shape
    if side > min(rows, columns):
        raise ValueError(f"side is {side}; it must be 1 to {min(rows, columns)}")
    kept = maps[:, : rows // side * side, : columns // side * side]
    return np.asarray(kept.reshape(out, rows // side, side, columns // side, side).max(axis=(2, 4)))


@dataclass(frozen=True, eq=False)
class Shift:
    """A picture moved by `by` columns, its map, and what the map would be if it had moved along.

    Args:
        by: pixels to the right.
        stride: of the convolution.
        before, after: the map of the picture, and that of the moved one.
        inside: first and last column + 1 of `after` whose windows see only pixels that came along, no border.
        steps: columns by which the map is held to have moved: by / stride, to the nearest whole number that fits best.
        floor: the size up to which a cell is nothing but rounding.
    """

    by: int
    stride: int
    before: Map
    after: Map
    inside: tuple[int, int]
    steps: int
    floor: float

    @property
    def expected(self) -> Map:
        """The map before, moved by `steps`."""
        return moved(self.before, 0, self.steps)

    @property
    def differences(self) -> Map:
        """After minus expected, inside the border; nothing where no column lies inside."""
        first, last = self.inside
        return np.asarray((self.after - self.expected)[:, :, first:last])

    @property
    def error(self) -> float:
        """The mean size of the differences as a part of the mean size of the map there; NaN where both say nothing."""
        first, last = self.inside
        return relative(self.after[:, :, first:last], self.expected[:, :, first:last], floor=self.floor)


def relative(one: np.ndarray, other: np.ndarray, *, floor: float = 0.0) -> float:
    """sum |one - other| / sum |other|: 0 for equal maps; NaN where `other` is empty or nowhere larger than `floor`."""
    if np.abs(other).max(initial=0.0) <= floor:
        return float("nan")
    return float(np.abs(one - other).sum() / np.abs(other).sum())


def shifted(image: Picture, kernel: Kernel, by: int, *, stride: int = 1) -> Shift:
    """The map of a picture and of the same picture moved to the right, by a convolution without padding.

    With a stride s the map can follow only in steps of s pixels. Where `by` is no multiple of it, the two nearest
    steps are tried and the better one is taken.

    Args:
        image: [channel row column]. kernel: [out channel k k]. by: columns, 0 to less than the picture is wide.
        stride: 1 or more.

    Raises:
        ValueError: for a number out of its range, or a kernel that does not fit.

    Invariant: with stride 1 the differences are 0, within rounding.
    """
    by, stride = whole("by", by, 0), whole("stride", stride, 1)
    if by >= image.shape[2]:
        raise ValueError(f"by is {by}; it must be 0 to {image.shape[2] - 1}")
    before = convolve(image, kernel, stride=stride)
    after = convolve(moved(image, 0, by), kernel, stride=stride)
    tries = []
    for steps in sorted({by // stride, -(-by // stride)}):
        first = min(max(-(-by // stride), steps), after.shape[2])
        tries.append(Shift(by, stride, before, after, (first, after.shape[2]), steps, rounding(image, kernel)))
    return min(tries, key=lambda run: (np.nan_to_num(run.error, nan=np.inf), run.steps))


@dataclass(frozen=True)
class Unmoved:
    """How much the sizes of a map change where they stand when the picture moves by `by`: each a relative change.

    Args:
        by: pixels to the right. plain: cell by cell. pooled: over pools of POOL x POOL. whole: the largest size alone.
    """

    by: int
    plain: float
    pooled: float
    whole: float


def unmoved(image: Picture, kernel: Kernel, by: int) -> Unmoved:
    """The changes of |map| in its place, over the columns that see no border in both pictures.

    Raises:
        ValueError: as `shifted` does; where those columns are narrower than a pool.

    Invariant: all are 0 for a picture that does not move.
    """
    run = shifted(image, kernel, by)
    first = -(-by // POOL) * POOL
    after, before = np.abs(run.after[:, :, first:]), np.abs(run.before[:, :, first:])
    if min(after.shape[1:]) < POOL:
        raise ValueError(f"by is {by}; it must leave {POOL} rows and columns of a map of {run.after.shape[1:]}")
    largest = np.array([after.max()]), np.array([before.max()])
    pools = pooled(after, POOL), pooled(before, POOL)
    return Unmoved(by, *(relative(*both, floor=run.floor) for both in ((after, before), pools, largest)))


def turned(image: Picture, kernel: Kernel) -> tuple[Map, Map, float]:
    """The map of the picture turned by 90 degrees, turned back; the map itself; and how far they are apart.

    A kernel that is not as high as wide is filled up with zeros first, so that both maps have the same cells.

    Raises:
        ValueError: where the kernel does not fit.

    Invariant: the distance is 0, within rounding, for a kernel that looks the same when turned.
    """
    laid = squared(kernel)
    plain = convolve(image, laid)
    back = np.rot90(convolve(np.rot90(image, axes=(1, 2)), laid), k=-1, axes=(1, 2))
    return back, plain, relative(back, plain, floor=rounding(image, kernel))


def squared(kernel: Kernel) -> Kernel:
    """The kernel in the middle of a square of zeros; half a row off the middle where none is in the middle."""
    side = max(kernel.shape[2:])
    spare = [side - have for have in kernel.shape[2:]]
    return np.pad(kernel, ((0, 0), (0, 0), *((some // 2, some - some // 2) for some in spare)))
