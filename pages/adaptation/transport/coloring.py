"""Pictures in each other's colors: what is computed of them, shared between visitors, and what the page says of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from components.results import shared
from core.checks import Check
from core.pictures import read_picture
from core.transport import (
    LINES,
    SCENES,
    Colors,
    ColorTransfer,
    along_lines,
    barycentric_map,
    before_and_floor,
    before_and_floor_anew,
    color_identities,
    color_transfer,
    colors_of,
    scene,
)

YOUR_PICTURE = "your picture"

PICTURES = (*SCENES, YOUR_PICTURE)

LEAST, MOST = 50, 400
"""Pixels of each picture in a plan: with more a slider would take longer than a tenth of a second."""

SHARPEST = -1.7
"""log10 of the least regularization, for the same reason: Sinkhorn takes the more rounds the less it is."""

METHODS = {"exact": "exact", "Sinkhorn": "sinkhorn"}

SMOOTH = 1.05
"""Pictures whose neighbors differ by at most five percent more than before are called as smooth."""


@dataclass(frozen=True)
class Pair:
    """A picture and the one whose colors it gets, by name or by bytes, and how the plan is found.

    Args:
        blur: log10 of Sinkhorn's regularization as a share of the mean cost.
    """

    first: str
    second: str
    method: str
    blur: float
    sample: int
    seed: int
    contents: tuple[bytes, bytes] = (b"", b"")

    def pictures(self) -> tuple[Colors, Colors]:
        """Both, [row column 3]. Raises ValueError for an upload that is no picture."""
        return _picture(self.first, self.contents[0]), _picture(self.second, self.contents[1])


@lru_cache(maxsize=8)
def _picture(name: str, content: bytes) -> Colors:
    """A picture by name or by bytes. Raises ValueError for an upload that is none."""
    picture = colors_of(read_picture(content)) if name == YOUR_PICTURE else scene(name)
    picture.flags.writeable = False
    return picture


@shared(megabytes=20, size=lambda found: found.picture.nbytes + 2 * found.run.source.nbytes + 2 * _plan(found).nbytes)
def recolored(pair: Pair) -> ColorTransfer:
    """The first picture in the colors of the second. Raises ValueError in words for what cannot be moved."""
    return color_transfer(
        *pair.pictures(),
        method=METHODS[pair.method],
        share=10**pair.blur,
        sample=pair.sample,
        seed=pair.seed,
        apart=_apart(_pictures_of(pair)),
        lines=_lines(pair.second, pair.contents[1]),
    )


def _pictures_of(pair: Pair) -> Pair:
    """The same for every plan between as many pixels of these pictures."""
    return replace(pair, method="exact", blur=0.0, seed=0)


@shared(megabytes=20, size=lambda lines: lines.nbytes)
def _lines(name: str, content: bytes) -> np.ndarray:
    """The colors of a picture along the lines of the distance, sorted: the same for every plan."""
    return along_lines(_picture(name, content).reshape(-1, 3))


@shared(megabytes=20, size=lambda lines: lines.nbytes)
def _lines_anew(name: str, content: bytes) -> np.ndarray:
    """The same for the identities, which take nothing from what they check."""
    return along_lines(_picture(name, content).reshape(-1, 3))


@shared(megabytes=1, size=lambda apart: 200)
def _apart(pair: Pair) -> tuple[float, np.ndarray]:
    """How far the colors of two pictures are apart, and samples of the second from it, whatever the plan."""
    lines = _lines(pair.second, pair.contents[1])
    return before_and_floor(*pair.pictures(), sample=pair.sample, before=_known(pair, _apart), lines=lines)


@shared(megabytes=1, size=lambda apart: 200)
def _apart_anew(pair: Pair) -> tuple[float, np.ndarray]:
    """The same by another solver."""
    lines = _lines_anew(pair.second, pair.contents[1])
    return before_and_floor_anew(*pair.pictures(), sample=pair.sample, before=_known(pair, _apart_anew), lines=lines)


def _known(pair: Pair, apart: Callable[[Pair], tuple[float, np.ndarray]]) -> float | None:
    """How far the pictures are apart, which no sample changes: from the one at the least sample, itself asked for."""
    return None if pair.sample == LEAST else apart(replace(pair, sample=LEAST))[0]


def _plan(found: ColorTransfer) -> np.ndarray:
    return found.run.plan if found.run.plan is not None else np.empty(0)


@shared(megabytes=1, size=lambda checks: 2000)
def checks_of(pair: Pair) -> tuple[Check, ...]:
    """The identities of the picture on screen."""
    apart, lines = _apart_anew(_pictures_of(pair)), _lines_anew(pair.second, pair.contents[1])
    return color_identities(recolored(pair), *pair.pictures(), apart=apart, lines=lines)


def of_the_colors(found: ColorTransfer) -> str:
    """How near the colors came, as a title: beside the error of a sample, since the plan knows no more than one."""
    before, after, most = found.before, found.after, float(found.floor.max())
    if before == 0:
        return "Both pictures have the same colors already"
    if after >= before:
        return f"The plan brings the colors no nearer: sliced W₂², their distance, is {after:.2g}, was {before:.2g}"
    told = f"The distance between the colors, sliced W₂², falls from {before:.2g} to {after:.2g}"
    sample = f"{len(found.run.target)} pixels drawn from the second picture"
    if after <= most:
        return f"{told}: as near as {sample} are to it"
    return f"{told}; {sample} are nearer to it"


def of_the_distances(found: ColorTransfer) -> str:
    """How far all colors are from the second picture's, beside samples of it, and what is measured."""
    before, after = (f"<b>{value:.2g}</b>" for value in (found.before, found.after))
    low, mean, high = (f"{value:.2g}" for value in (found.floor.min(), found.floor.mean(), found.floor.max()))
    return (
        f"Over all pixels, sliced W₂² from the second picture’s colors is {before} before and {after} after. As many "
        f"pixels of that picture as the plan has, drawn again {len(found.floor)} times, are <b>{mean}</b> ({low} to "
        f"{high}) from all of it. Sliced: 3 times the mean over {len(LINES)} lines, along which sorting solves it."
    )


def of_the_grain(grain: float) -> str:
    """What became of neighbors."""
    told = f"Neighboring pixels differ <b>{grain:.1f} times</b> as much as before"
    if grain > SMOOTH:
        return f"{told}: colors that were alike are moved apart, which shows as grain or as contrast."
    return f"{told}: it has no more grain than it had."


def of_the_goals(found: ColorTransfer) -> str:
    """What the points beside the pictures show where sampled pixels of one color part; ends with a space, or empty."""
    colors, goals = (len(np.unique(side.round(6), axis=0)) for side in (found.run.source, barycentric_map(found.run)))
    if goals <= colors:
        return ""
    return (
        f"The sampled pixels have {colors} colors and {goals} goals (●): each pixel has its own, and the picture takes "
        "one for each color. "
    )


def of_the_errors(found: ColorTransfer) -> str:
    """How much of the mass the plan leaves in the wrong place."""
    missed = max(found.run.row_error, found.run.column_error)
    if missed < 1e-12:
        return "Both marginals of the plan are right."
    return f"The plan leaves <b>{missed:.1e}</b> of the mass in the wrong place."
