"""Colors moved from one picture to another: a plan between samples of both, and the map that it gives every pixel."""

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import whole
from core.transport.library import ot
from core.transport.motion import barycentric_map
from core.transport.problem import ArrayLike, Points, as_number, cost_matrix
from core.transport.result import Transport
from core.transport.scenes import Colors
from core.transport.solution import solve

if TYPE_CHECKING:
    from PIL.Image import Image

COLOR_METHODS = ("exact", "sinkhorn")

LONGEST = 120
"""Pixels on the longer side of a picture whose colors are moved."""

_WAYS = np.array([way for way in product((-1, 0, 1), repeat=3) if way > (0, 0, 0)], dtype=np.float64)

LINES = _WAYS / np.linalg.norm(_WAYS, axis=1, keepdims=True)
"""[line 3], unit vectors along the edges, the diagonals of faces and the diagonals of the color cube: 13 lines."""

ROWS = 256
"""Pixels that are moved at a time."""

DRAWS = 10
"""Samples of the second picture that tell how far a sample is from the whole."""

Palette = Float[np.ndarray, "_ 3"]
Lines = Float[np.ndarray, "line _"]


@dataclass(frozen=True, eq=False)
class ColorTransfer:
    """A picture in the colors of another.

    Args:
        picture: [row column 3], the first picture, every pixel moved.
        run: the plan between the samples, its errors of the marginals with it.
        places: [sample], the pixels of the first picture that the plan moves, counted row by row.
        before, after: sliced W2^2 of `colors_apart` between all pixels of the second picture and of the first one, as
            it was and in its new colors.
        floor: [draw], the same between all pixels of the second picture and as many of them as the plan has, drawn
            again: the error of a sample.
        grain: how much neighbors differ, on average over pixels, as a multiple of what they did in the first picture.
    """

    picture: Colors
    run: Transport
    places: Int[np.ndarray, "sample"]
    before: float
    after: float
    floor: Float[np.ndarray, "draw"]
    grain: float


def colors_apart(one: Palette, other: Palette) -> float:
    """Sliced W2^2 between all colors of two pictures: 3 times the mean of W2^2 along LINES, where sorting solves it.

    Args:
        one, other: [pixel 3] and [pixel' 3].

    Invariant: |v|^2 for colors that are all moved by v; never above W2^2, since the lines split every squared distance
        in equal parts; no chance in it.
    Source: Bonneel et al. 2015, Sliced and Radon Wasserstein barycenters; Peyre and Cuturi 2019, remark 2.30.
    """
    return _lines_apart(along_lines(one), along_lines(other))


def along_lines(pixels: Palette) -> Lines:
    """Colors, [pixel 3], along LINES and sorted: [line pixel], of which the one sort serves many distances."""
    return np.asarray(np.sort(LINES @ pixels.T))


def _lines_apart(x: Lines, y: Lines) -> float:
    """`colors_apart` of colors `along_lines`."""
    n, m = x.shape[1], y.shape[1]
    if n == m:
        return 3 * float(((x - y) ** 2).mean())
    levels = np.union1d(np.arange(n + 1) * m, np.arange(m + 1) * n)
    first, widths = levels[:-1], np.diff(levels) / (n * m)
    return 3 * float(((x[:, first // m] - y[:, first // n]) ** 2 @ widths).mean())


def before_and_floor(
    source: ArrayLike,
    target: ArrayLike,
    *,
    sample: int = 300,
    before: float | None = None,
    lines: Lines | None = None,
) -> tuple[float, Float[np.ndarray, "draw"]]:
    """How far the colors of two pictures are apart, and those of samples of the second from all of its own.

    Args:
        source, target: [row column 3] and [row' column' 3], from 0 to 1.
        sample: pixels of the second that are drawn without replacement, DRAWS times; all where it has fewer.
        before: the first of both, where it is known from another sample.
        lines: the second picture `along_lines`, where it is known.

    Raises:
        ValueError: for an array that is no picture, or a picture of one color.

    Invariant: a sample of all pixels is 0 from them.
    Source: `colors_apart`.
    """
    pixels, wanted = _palette("first", source), _palette("second", target)
    lines = along_lines(wanted) if lines is None else lines
    before = _lines_apart(along_lines(pixels), lines) if before is None else before
    return before, _samples_apart(wanted, lines, sample)


def colors_of(picture: "Image") -> Colors:
    """A picture as numbers: [row column 3], red, green and blue from 0 to 1, at most 120 pixels on its longer side.

    What is transparent counts as white.
    """
    from core.pictures import on_white

    small = on_white(picture)
    small.thumbnail((LONGEST, LONGEST))
    return np.asarray(small, dtype=np.float64) / 255


def color_transfer(
    source: ArrayLike,
    target: ArrayLike,
    *,
    method: str = "exact",
    share: float = 0.03,
    sample: int = 300,
    seed: int = 0,
    apart: tuple[float, Float[np.ndarray, "draw"]] | None = None,
    lines: Lines | None = None,
) -> ColorTransfer:
    """Gives a picture the colors of another: a plan between samples of their pixels, as points of red, green and blue.

    A sampled color x_i goes to the mean of where the plan sends it, T(x_i). For any other color x an exact plan says
    nothing, so x moves as the sampled color nearest to it does: x + T(x_s) - x_s. Sinkhorn's prices v give every color
    its own place: sum_j y_j b_j e^((v_j - |x - y_j|^2) / reg), over the sum of the same without y_j.

    Args:
        source, target: [row column 3] and [row' column' 3], from 0 to 1.
        method: exact, or sinkhorn.
        share: the regularization of sinkhorn, as a share of the mean cost; above 0.
        sample: pixels of each picture, 2 to 1,000, drawn without replacement; all where a picture has fewer.
        seed: of the draws.
        apart: `before_and_floor` of both pictures at this sample, where it is known.
        lines: the second picture `along_lines`, where it is known.

    Raises:
        ValueError: for another method, an array that is no picture, a picture of one color, a number out of range, or
            samples of one color alone under sinkhorn.

    Invariant: with an exact plan the mean color of the moved sample is that of the second sample.
    Source: Ferradans et al. 2014 (1853-1882), section 5; Pooladian and Niles-Weed 2021 for the prices.
    """
    from scipy.spatial import KDTree  # type: ignore[import-untyped]

    if method not in COLOR_METHODS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(COLOR_METHODS)}")
    sample = whole("sample", sample, 2, 1000)
    if as_number("share", share) <= 0:
        raise ValueError(f"share is {share}; it must be above 0")
    pixels, wanted = _palette("first", source), _palette("second", target)
    rng = np.random.default_rng(whole("seed", seed, 0))
    places = _drawn(len(pixels), sample, rng)
    x, y = pixels[places], wanted[_drawn(len(wanted), sample, rng)]
    if method == "exact":
        run = solve(x, y)
        moved = pixels + (barycentric_map(run) - x)[KDTree(x).query(pixels)[1]]
    else:
        run = solve(x, y, method="sinkhorn", reg=share * _mean_cost(x, y))
        moved = entropic_map(run, pixels)
    moved = np.clip(moved, 0, 1)
    lines = along_lines(wanted) if lines is None else lines
    before, floor = before_and_floor(source, target, sample=sample, lines=lines) if apart is None else apart
    after = _lines_apart(along_lines(moved), lines)
    first = np.asarray(source)
    picture = moved.reshape(first.shape)
    grain = _steps(picture) / _steps(first)
    return ColorTransfer(picture, run, places, before, after, floor, grain)


def _mean_cost(x: Palette, y: Palette) -> float:
    """The mean squared distance of two samples. Raises ValueError where all of both have one color."""
    mean = float(cost_matrix(x, y).mean())
    if mean == 0:
        raise ValueError(
            f"the {len(x)} and {len(y)} sampled pixels all have one color, so there is nothing to move; "
            "take more pixels, another seed or another picture"
        )
    return mean


def entropic_map(run: Transport, points: Points) -> Points:
    """Where Sinkhorn's prices send any point: sum_j y_j b_j e^((v_j - |x - y_j|^2) / reg), over the sum without y_j.

    Args:
        run: a result of the method sinkhorn under the squared cost. points: x, [point d].

    Raises:
        ValueError: for a result without prices.

    Invariant: at the points of the source it is the barycentric map of the plan.
    Source: Pooladian and Niles-Weed 2021, "Entropic estimation of optimal transport maps", equation 4.
    """
    if run.potentials is None or run.reg is None:
        raise ValueError(f"method {run.method!r} has no prices that are regularized; sinkhorn has")
    # Part by part: of all pixels of a picture the table has millions of entries, more than a processor keeps at hand.
    parts = [_sent(run, points[start : start + ROWS]) for start in range(0, len(points), ROWS)]
    return np.concatenate(parts)


def _sent(run: Transport, points: Points) -> Points:
    """`entropic_map` of some points. |x|^2 is the same for all j, so it drops out of the fraction."""
    assert run.potentials is not None and run.reg is not None
    y, at_y = run.target, run.potentials[1] / run.reg + np.log(run.target_weights)
    share = points @ (y.T * (2 / run.reg))
    share += at_y - (y**2).sum(axis=1) / run.reg
    share -= share.max(axis=1, keepdims=True)
    np.exp(share, out=share)
    sums = share @ np.column_stack([y, np.ones(len(y))])
    return np.asarray(sums[:, :-1] / sums[:, -1:])


def before_and_floor_anew(
    source: ArrayLike,
    target: ArrayLike,
    *,
    sample: int = 300,
    before: float | None = None,
    lines: Lines | None = None,
) -> tuple[float, Float[np.ndarray, "draw"]]:
    """`before_and_floor` by POT and pixel by pixel, whatever the plan; takes and raises what that does."""
    pixels, wanted = _palette("first", source), _palette("second", target)
    lines = along_lines(wanted) if lines is None else lines
    return _apart_anew(pixels, lines) if before is None else before, _samples_anew(wanted, lines, sample)


def color_identities(
    found: ColorTransfer,
    source: ArrayLike,
    target: ArrayLike,
    *,
    apart: tuple[float, Float[np.ndarray, "draw"]] | None = None,
    lines: Lines | None = None,
) -> tuple[Check, ...]:
    """What a transfer must fulfil, found anew from its plan and from both pictures.

    The plan's own identities; the mean color of the moved sample is that of the second, up to what the columns miss;
    Sinkhorn's map at the sampled colors is the barycentric map of its plan; the sampled pixels of the new picture have
    the colors of that map; distances by POT's quantiles along the same lines; neighbors compared channel by channel.

    Args:
        found: a result of `color_transfer` for these two pictures, [row column 3] each.
        apart: `before_and_floor_anew` of both pictures at the sample of the plan, where it is known.
        lines: the second picture `along_lines`, where it is known.

    Invariant: a plan with an entry that was changed fails, and so does another picture, distance or grain.
    """
    run = found.run
    sent = barycentric_map(run)
    off = float(np.abs(run.source_weights @ sent - run.target_weights @ run.target).max())
    allowed = 1e-9 + run.row_error + run.column_error
    checks = [*run.checks, Check("Mean color moved, off the second's", off, allowed, "what the marginals miss")]
    if run.method == "sinkhorn":
        gap = float(np.abs(entropic_map(run, run.source) - sent).max())
        checks.append(Check("Map by prices, apart from the plan's", gap, 1e-9, "at the sampled colors"))
    one, other = _palette("first", source), _palette("second", target)
    lines = along_lines(other) if lines is None else lines
    told = before_and_floor_anew(source, target, sample=len(run.target), lines=lines) if apart is None else apart
    return (*checks, _placed(found, one, sent), *_distances_anew(found, lines, told), _grain_anew(found, source))


def _placed(found: ColorTransfer, pixels: Palette, sent: Palette) -> Check:
    """How far the sampled pixels of the new picture are from where the plan sends a sample of their color."""
    new, x = found.picture.reshape(-1, 3)[found.places], found.run.source
    goal, old = np.clip(sent, 0, 1), pixels[found.places]
    # Channel by channel: over a last axis of three numpy is ten times slower.
    off = np.maximum.reduce([np.abs(new[:, None, k] - goal[:, k]) for k in range(3)])
    same = np.logical_and.reduce([old[:, None, k] == x[:, k] for k in range(3)])
    error = float(np.where(same, off, np.inf).min(axis=1).max())
    return Check("Sampled pixels are where the plan sends them", error, 1e-9, f"{len(x)} pixels")


def _apart_anew(one: Palette, lines: Lines) -> float:
    """`colors_apart` by POT, line by line, which is three times as fast on points that come in their order."""
    return 3 * float(np.mean([ot.emd2_1d(x, y) for x, y in zip(along_lines(one), lines, strict=True)]))


def _distances_anew(
    found: ColorTransfer, lines: Lines, apart: tuple[float, Float[np.ndarray, "draw"]]
) -> tuple[Check, ...]:
    """The distances by another solver, of which `apart` has all but the one after."""
    after, (before, floor) = _apart_anew(found.picture.reshape(-1, 3), lines), apart
    errors = {"before": abs(before - found.before), "after": abs(after - found.after)}
    samples = float(np.abs(floor - found.floor).max())
    return (
        *(
            Check(f"Distance {name}, by another solver", error, 1e-9, f"{len(LINES)} lines, POT")
            for name, error in errors.items()
        ),
        Check("Distance of samples, pixel by pixel", samples, 1e-9, f"{len(floor)} draws"),
    )


def _grain_anew(found: ColorTransfer, source: ArrayLike) -> Check:
    """The grain from the roots of sums over channels, of pairs that are written out."""
    steps = []
    for picture in (found.picture, np.asarray(source, dtype=np.float64)):
        pairs = ((picture[:, 1:], picture[:, :-1]), (picture[1:], picture[:-1]))
        across, down = (
            np.hypot(np.hypot(*(a[..., k] - b[..., k] for k in (0, 1))), a[..., 2] - b[..., 2]) for a, b in pairs
        )
        steps.append(float(np.concatenate([across.ravel(), down.ravel()]).mean()))
    return Check("Grain, channel by channel", abs(steps[0] / steps[1] - found.grain), 1e-9, "neighbors across and down")


def _palette(which: str, picture: ArrayLike) -> Palette:
    """The pixels of a picture, [pixel 3]. Raises ValueError for what is no picture, or one of one color."""
    try:
        array = np.asarray(picture, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"the {which} picture must be numbers, [row column 3]: {error}") from error
    if array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise ValueError(f"the {which} picture has the shape {array.shape}; it must be [row column 3]")
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
        raise ValueError(f"the {which} picture has colors that are no numbers from 0 to 1")
    if (array == array[0, 0]).all():
        name = "black" if not array.any() else "of one color"
        raise ValueError(f"the {which} picture is {name} everywhere; two colors or more are needed to move between")
    return np.asarray(array.reshape(-1, 3))


def _samples_apart(wanted: Palette, y: Lines, sample: int) -> Float[np.ndarray, "draw"]:
    """`colors_apart` of DRAWS samples from the whole, y `along_lines`: mean x^2 + mean y^2 - 2 sum_i x_i Y_i.

    Y_i is the integral of the whole's quantile function over the i-th of as many parts as the sample has pixels.
    """
    count, many = min(sample, len(wanted)), len(wanted)
    sums = np.concatenate([np.zeros((len(LINES), 1)), y.cumsum(axis=1)], axis=1) / many
    ends = np.arange(count + 1) * many
    whole_steps, rest = ends // count, (ends % count) / count
    parts = np.diff(sums[:, whole_steps] + rest * y[:, np.minimum(whole_steps, many - 1)] / many, axis=1)
    found = []
    for drawn in _drawn_again(wanted, sample):
        x = along_lines(drawn)
        found.append(3 * float(((x**2).mean(axis=1) + (y**2).mean(axis=1) - 2 * (x * parts).sum(axis=1)).mean()))
    return np.maximum(found, 0.0)


def _samples_anew(wanted: Palette, y: Lines, sample: int) -> Float[np.ndarray, "draw"]:
    """`_samples_apart` as a sum over the pixels of the whole, each of which goes to one of the sample, or to two."""
    count, many = min(sample, len(wanted)), len(wanted)
    start = np.arange(many) * count
    one, two = start // many, (start + count - 1) // many
    second = np.where(two > one, (start + count - two * many) / count, 0.0)
    split, found = np.flatnonzero(second), []
    for drawn in _drawn_again(wanted, sample):
        x = along_lines(drawn)
        off = x[:, one] - y
        more = (x[:, two[split]] - y[:, split]) ** 2 - off[:, split] ** 2
        found.append(3 * float(np.vdot(off, off) + (more @ second[split]).sum()) / off.size)
    return np.array(found)


def _drawn_again(wanted: Palette, sample: int) -> list[Palette]:
    """DRAWS samples of the second picture that no plan saw."""
    return [wanted[_drawn(len(wanted), sample, np.random.default_rng([draw, 1]))] for draw in range(DRAWS)]


def _drawn(many: int, count: int, rng: np.random.Generator) -> Int[np.ndarray, "sample"]:
    return np.asarray(rng.choice(many, min(count, many), replace=False))


def _steps(picture: Colors) -> float:
    """The mean distance between the colors of neighbors, across and down."""
    across, down = (np.linalg.norm(np.diff(picture, axis=axis), axis=-1) for axis in (1, 0))
    return float((across.sum() + down.sum()) / (across.size + down.size))
