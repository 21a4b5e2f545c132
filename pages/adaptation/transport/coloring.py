"""Pictures in each other's colors: what is computed of them, shared between visitors, and what the page says of it."""

from dataclasses import dataclass

import numpy as np

from components.results import shared
from core.checks import Check
from core.pictures import read_picture
from core.transport import SCENES, Colors, ColorTransfer, color_identities, color_transfer, colors_of, scene

YOUR_PICTURE = "your picture"

PICTURES = (*SCENES, YOUR_PICTURE)

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
        one, other = (
            colors_of(read_picture(content)) if name == YOUR_PICTURE else scene(name)
            for name, content in zip((self.first, self.second), self.contents, strict=True)
        )
        return one, other


@shared(megabytes=20, size=lambda found: found.picture.nbytes + 2 * found.run.source.nbytes + 2 * _plan(found).nbytes)
def recolored(pair: Pair) -> ColorTransfer:
    """The first picture in the colors of the second. Raises ValueError in words for what cannot be moved."""
    return color_transfer(
        *pair.pictures(), method=METHODS[pair.method], share=10**pair.blur, sample=pair.sample, seed=pair.seed
    )


def _plan(found: ColorTransfer) -> np.ndarray:
    return found.run.plan if found.run.plan is not None else np.empty(0)


@shared(megabytes=1, size=lambda checks: 2000)
def checks_of(pair: Pair) -> tuple[Check, ...]:
    """The identities of the picture on screen."""
    return color_identities(recolored(pair))


def of_the_colors(found: ColorTransfer) -> str:
    """How near the colors came, as a title."""
    before, after, floor = float(found.before.mean()), float(found.after.mean()), float(found.floor.max())
    if before <= floor:
        return "Both pictures have the same colors already"
    if after <= floor:
        return "The new colors are as near to the second picture’s as two draws of these are to each other"
    if after >= before:
        return "The plan brings the colors no nearer"
    return f"The new colors are {before / after:.1f} times nearer to the second picture’s, in W₂²"


def of_the_distances(found: ColorTransfer) -> str:
    """How far the colors are from the second picture's, before and after, beside what two draws of it differ by."""
    before, after, floor = (f"<b>{draws.mean():.2g}</b>" for draws in (found.before, found.after, found.floor))
    return (
        f"W₂² from the second picture’s colors is {before} before and {after} after; two draws of that picture "
        f"are {floor} apart."
    )


def of_the_grain(grain: float) -> str:
    """What became of neighbors."""
    told = f"Neighboring pixels differ <b>{grain:.1f} times</b> as much as before"
    if grain > SMOOTH:
        return f"{told}: colors that were alike are moved apart, which shows as grain or as contrast."
    return f"{told}: it has no more grain than it had."


def of_the_errors(found: ColorTransfer) -> str:
    """How much of the mass the plan leaves in the wrong place."""
    missed = max(found.run.row_error, found.run.column_error)
    if missed < 1e-12:
        return "Both marginals of the plan are right."
    return f"The plan leaves <b>{missed:.1e}</b> of the mass in the wrong place."
