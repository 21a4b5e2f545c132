"""Colors moved from one picture to another: a plan between samples of both, and the map that it gives every pixel."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import whole
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

COMPARED = 300
"""Pixels of each picture in one comparison of colors."""

DRAWS = 3
"""Comparisons, each of pixels drawn anew."""

Palette = Float[np.ndarray, "pixel 3"]


@dataclass(frozen=True, eq=False)
class ColorTransfer:
    """A picture in the colors of another.

    Args:
        picture: [row column 3], the first picture, every pixel moved.
        run: the plan between the samples, its errors of the marginals with it.
        before, after: [draw], W2^2 between colors drawn anew from the second picture and from the first one, as it was
            and in its new colors.
        floor: [draw], W2^2 between two such draws of the second picture: less than it is not to be had.
        grain: how much neighbors differ, on average over pixels, as a multiple of what they did in the first picture.
    """

    picture: Colors
    run: Transport
    before: Float[np.ndarray, "draw"]
    after: Float[np.ndarray, "draw"]
    floor: Float[np.ndarray, "draw"]
    grain: float


def colors_of(picture: "Image") -> Colors:
    """A picture as numbers: [row column 3], red, green and blue from 0 to 1, at most 120 pixels on its longer side."""
    small = picture.convert("RGB")
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

    Raises:
        ValueError: for another method, an array that is no picture, a picture of one color, or a number out of range.

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
    x, y = _drawn(pixels, sample, rng), _drawn(wanted, sample, rng)
    if method == "exact":
        run = solve(x, y)
        moved = pixels + (barycentric_map(run) - x)[KDTree(x).query(pixels)[1]]
    else:
        run = solve(x, y, method="sinkhorn", reg=share * float(cost_matrix(x, y).mean()))
        moved = entropic_map(run, pixels)
    moved = np.clip(moved, 0, 1)
    apart = [tuple(_apart(one, wanted, rng) for one in (pixels, moved, wanted)) for _ in range(DRAWS)]
    before, after, floor = np.array(apart).T
    first = np.asarray(source)
    picture = moved.reshape(first.shape)
    return ColorTransfer(picture, run, before, after, floor, _steps(picture) / _steps(first))


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
    fall = (run.potentials[1] - cost_matrix(points, run.target)) / run.reg + np.log(run.target_weights)
    share = np.exp(fall - fall.max(axis=1, keepdims=True))
    return np.asarray(share @ run.target / share.sum(axis=1, keepdims=True))


def color_identities(found: ColorTransfer) -> tuple[Check, ...]:
    """What a transfer must fulfil, found anew from its plan.

    The plan's own identities; the mean color of the moved sample is that of the second, up to what the columns miss;
    Sinkhorn's map at the sampled colors is the barycentric map of its plan.

    Invariant: a plan with an entry that was changed fails.
    """
    run = found.run
    sent = barycentric_map(run)
    off = float(np.abs(run.source_weights @ sent - run.target_weights @ run.target).max())
    allowed = 1e-9 + run.row_error + run.column_error
    checks = [*run.checks, Check("Mean color moved, off the second's", off, allowed, "what the marginals miss")]
    if run.method == "sinkhorn":
        apart = float(np.abs(entropic_map(run, run.source) - sent).max())
        checks.append(Check("Map by prices, apart from the plan's", apart, 1e-9, "at the sampled colors"))
    return tuple(checks)


def _palette(which: str, picture: ArrayLike) -> Palette:
    """The pixels of a picture, [pixel 3]. Raises ValueError for what is no picture, or one of one color."""
    array = np.asarray(picture, dtype=np.float64)
    if array.ndim != 3 or array.shape[2] != 3 or not array.size:
        raise ValueError(f"the {which} picture has the shape {array.shape}; it must be [row column 3]")
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > 1:
        raise ValueError(f"the {which} picture has colors that are no numbers from 0 to 1")
    if (array == array[0, 0]).all():
        name = "black" if not array.any() else "of one color"
        raise ValueError(f"the {which} picture is {name} everywhere; two colors or more are needed to move between")
    return np.asarray(array.reshape(-1, 3))


def _drawn(pixels: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    return np.asarray(pixels[rng.choice(len(pixels), min(count, len(pixels)), replace=False)])


def _apart(one: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> float:
    """W2^2 between colors drawn from both."""
    return solve(_drawn(one, COMPARED, rng), _drawn(other, COMPARED, rng)).cost


def _steps(picture: Colors) -> float:
    """The mean distance between the colors of neighbors, across and down."""
    across, down = (np.linalg.norm(np.diff(picture, axis=axis), axis=-1) for axis in (1, 0))
    return float((across.sum() + down.sum()) / (across.size + down.size))
