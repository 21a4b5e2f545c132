"""Sentences on a poisoner and on raters of two tastes, made from recorded draws."""

from collections.abc import Sequence

import numpy as np

from components.phrases import listed, signed
from core.rlhf import Poison, difference

SHORT = 0.005
"""A share below what was planned that is told."""


def poison_claim(golds: np.ndarray, shares: Sequence[float], who: str) -> str:
    """The least recorded share of labels that clearly costs gold, paired by draw.

    Args:
        golds: [share draw], the first without poison.
        shares: of the labels, really given.
        who: what the poisoner does.
    """
    for share, gold in zip(shares[1:], golds[1:], strict=True):
        gap = difference(gold, golds[0])
        if gap.clear and gap.mean < 0:
            return (
                f"{share:.0%} of the labels {who} cost {-gap.mean:.2f} ± {gap.error:.2f} points of gold, over "
                f"{gap.seeds} draws: the least recorded share that clearly does"
            )
    return f"No recorded share of labels {who} clearly costs gold"


def distinct(golds: np.ndarray, given: Sequence[float]) -> tuple[np.ndarray, list[float]]:
    """Gold by the shares of labels that are really given, each share once: a poisoner may run out of pairs.

    Args:
        golds: [share draw], as planned. given: mean over draws, by the same shares.
    """
    kept = [place for place, share in enumerate(given) if place == 0 or share - given[place - 1] > 1e-3]
    return golds[kept], [given[place] for place in kept]


def share_reading(golds: np.ndarray, shares: Sequence[float], place: int, done: Sequence[Poison], who: str) -> str:
    """Gold at the chosen share, what it loses, and how many labels are really given and changed, in HTML."""
    gap = difference(golds[place], golds[0])
    told = "no clear loss" if not (gap.clear and gap.mean < 0) else f"<b>{gap.mean:+.2f} ± {gap.error:.2f}</b> points"
    one = done[place]
    short = f", since no more pairs differ in it than that, not {shares[place]:.0%}"
    given = f"{one.given:.0%} {who}{short if one.given < shares[place] - SHORT else ''}"
    changed = f", which changes <b>{one.changed:.0%}</b> of all labels," if one.changed < one.given - SHORT else ""
    return signed(f"with {given}{changed} gold is <b>{golds[place].mean():.2f}</b> ({told})")


def taste_claim(shared: np.ndarray, own: np.ndarray, counts: Sequence[int], distance: float) -> str:
    """Whether a model for each group beats one for both, by the number of labels, paired by draw.

    Args:
        shared, own: worth [count draw].
        counts: labels in all.
        distance: how far tastes differ.
    """
    told: dict[str, list[str]] = {}
    for count, one, two in zip(counts, own, shared, strict=True):
        gap = difference(one, two)
        verdict = "one each wins" if gap.mean > 0 else "one for both wins"
        told.setdefault(verdict if gap.clear else "no clear difference", []).append(str(count))
    verdicts = ", ".join(f"{verdict} with {listed(labels)} labels" for verdict, labels in told.items())
    return f"Tastes {distance:g} from gold: {verdicts}"
