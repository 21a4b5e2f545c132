"""Sentences on a poisoner and on raters of two tastes, made from recorded draws."""

from collections.abc import Sequence

import numpy as np

from components.phrases import listed
from core.rlhf import difference


def poison_claim(golds: np.ndarray, shares: Sequence[float], who: str) -> str:
    """The least recorded share of labels that clearly costs gold, paired by draw.

    Args:
        golds: [share draw], the first without poison.
        shares: of the labels.
        who: what the poisoner does.
    """
    for share, gold in zip(shares[1:], golds[1:], strict=True):
        gap = difference(gold, golds[0])
        if gap.clear and gap.mean < 0:
            return (
                f"{share:.0%} of the labels {who} cost {-gap.mean:.2f} ± {gap.error:.2f} points of gold, over "
                f"{gap.seeds} draws"
            )
    return f"No recorded share of labels {who} clearly costs gold"


def share_reading(golds: np.ndarray, shares: Sequence[float], chosen: float, who: str) -> str:
    """Gold at the chosen share, and what it loses, in HTML."""
    place = list(shares).index(chosen)
    gap = difference(golds[place], golds[0])
    told = "no clear loss" if not (gap.clear and gap.mean < 0) else f"<b>{gap.mean:+.2f} ± {gap.error:.2f}</b> points"
    return f"with {chosen:.0%} {who} gold is <b>{golds[place].mean():.2f}</b> ({told})"


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
