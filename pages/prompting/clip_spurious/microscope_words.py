"""Words of the CLIP page on its microscope: the maps of a picture, its covers, and where a score comes from."""

from collections.abc import Mapping
from itertools import product

import numpy as np

from components.phrases import listed, signed
from core.clip import BACKGROUNDS, CLASSES, MAPS, Microscope, fade_shares

RELEVANCE = "gradient × attention relevance"
"""What the field calls the map by the rule of Chefer et al.; core calls it relevance for short."""


def cover_in_words(cover: str, alone: float, picture: float) -> str:
    """What the cover alone is read as, beside the picture."""
    return (
        f"Alone, {cover} is read as “waterbird” with probability <b>{alone:.2f}</b>, the picture with "
        f"<b>{picture:.2f}</b>."
    )


def map_in_words(name: str) -> str:
    """What a map of MAPS is called on screen."""
    return RELEVANCE if name == "relevance" else name


def maps_in_words(found: Microscope) -> str:
    """Which maps point at the bird more than those of random weights do, over all recorded pictures."""
    beyond = found.beyond_random()
    count, more = len(found.area), [map_in_words(name) for name, way in beyond.items() if way > 0]
    if not more:
        return f"On average over {count} pictures no map lies on the bird more than by random weights"
    if len(more) == len(beyond):
        return f"On average over {count} pictures every map lies on the bird more than by random weights"
    others = listed([map_in_words(name) for name, way in beyond.items() if way <= 0])
    return f"On average over {count} pictures beyond random weights: {listed(more)}; not {others}"


def nearest_in_words(percent: float) -> str:
    """Which recorded share the other parts of the microscope show while its maps are made between two; starts with a
    space.

    Args:
        percent: of water, as on screen.
    """
    shares = 100 * fade_shares()
    nearest = float(shares[np.abs(shares - percent).argmin()])
    if abs(nearest - percent) < 1e-6:
        return ""
    return (
        f" The maps are made at <b>{percent:g} %</b> water; random weights, the title of the split and the bars are "
        f"those at <b>{nearest:g} %</b>, the nearest recorded share."
    )


def here_in_words(trained: Mapping[str, float], random: Mapping[str, float]) -> str:
    """How many of the maps of the picture on screen lie on the bird more than by the random weights beside them.

    Args:
        trained, random: the overlap of each map with the bird, in the picture on screen.
    """
    more = sum(trained[name] > share for name, share in random.items())
    return f"In this picture <b>{more} of {len(random)}</b> maps lie on the bird more than by random weights."


def groups_in_words(found: Microscope, name: str) -> str:
    """How far a map lies on the bird more than that of random weights does, in each of the four groups.

    Args:
        name: of the map, one of MAPS.
    """
    told = []
    for bird, background in product(CLASSES, BACKGROUNDS):
        mean, low, high = found.beyond_random_in(bird, background, name)
        told.append(f"{bird} on {background} <b>{mean:+.2f}</b> ({low:+.2f} to {high:+.2f})")
    return signed(
        f"Overlap by {map_in_words(name)} less that of random weights, group by group, at 95 % for all four: "
        f"{', '.join(told)}."
    )


def alike_in_words(found: Microscope) -> str:
    """How much each map looks like that of random weights, which have learned nothing."""
    means = zip(MAPS, np.nanmean(found.alike, axis=0), strict=True)
    said = ", ".join(f"{map_in_words(name)} <b>{mean:.2f}</b>" for name, mean in means)
    return f"Rank correlation with the map of random weights, mean over {len(found.area)} pictures: {said}."


def split_in_words(whole: float, inside: float, rest: float) -> str:
    """Where a score comes from, at the picture on screen, judged by the hundredths that are printed.

    "≈" stands where the printed parts miss the printed score by a hundredth.
    """
    score, within, left = (round(100 * value) for value in (whole, inside, rest))
    if within == left == 0:
        return signed(f"The score of {score / 100:+.2f} has nothing to see in either part")
    sign = "=" if within + left == score else "≈"
    said = signed(
        f"Score {score / 100:+.2f} {sign} {within / 100:+.2f} along the harmful words {left / 100:+.2f} in the rest"
    )
    if within * left < 0:
        return f"{said}: they pull apart"
    if within == left:
        return f"{said}: as much from each"
    return f"{said}: most from {'the harmful words' if abs(within) > abs(left) else 'the rest'}"
