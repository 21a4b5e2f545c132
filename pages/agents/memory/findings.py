"""What the page's figures show, in words: every title and reading is a function of the numbers."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.phrases import listed, span
from core.agents import (
    NEWEST,
    RELEVANT,
    SUMMARIZED,
    ListAttention,
    RetrievalCurve,
    drawn_trials,
    found_against_missed,
    gap,
)
from core.numbers import mean_interval, side, sign_test, wilson


def of_the_curve(curve: RetrievalCurve) -> str:
    """The main figure's title: how the ends of a list fare against its middle."""
    first, last = side(curve.gap(0, curve.middle)), side(curve.gap(len(curve.positions) - 1, curve.middle))
    found = f"{curve.hits[0]}, {curve.hits[curve.middle]} and {curve.hits[-1]} of {curve.trials} found"
    told = {
        (1, 1): "Lost in the middle",
        (1, 0): "Only the beginning stands out",
        (0, 1): "Only the end stands out",
        (0, 0): "No end stands out from the middle",
        (1, -1): "The later, the harder to find",
        (-1, 1): "The later, the easier to find",
        (-1, 0): "Only the beginning falls behind",
        (0, -1): "Only the end falls behind",
        (-1, -1): "The middle is found best",
    }[first, last]
    return f"{told}: {found} at the first, the middle and the last place"


def against_nothing(curve: RetrievalCurve) -> str:
    """Whether a fact in the middle of the list is worth more than no list at all."""
    found = side(gap(curve.nothing, curve.found[curve.middle]))
    return {
        1: "A fact in the middle still helps",
        0: "A fact in the middle helps no more than no list, beyond noise",
        -1: "A fact in the middle is worse than no list",
    }[found]


def of_the_reading(curve: RetrievalCurve, stop: int, answer: str, needed: str, right: float) -> str:
    """The live sentence: one place, its interval, the two levels to compare with, and the list that is shown.

    Args:
        curve: the chosen one. stop: the place along it. answer: to the list shown, "" where the needed thing ties.
        needed: the right answer. right: its probability.
    """
    place, hits = int(curve.positions[stop]) + 1, int(curve.hits[stop])
    wrong = f"<b>{answer}</b> instead of <b>{needed}</b>" if answer else f"<b>{needed}</b> ties with another"
    says = f"<b>{needed}</b>, right" if answer == needed else wrong
    return (
        f"At place <b>{place}</b> of {curve.pairs}: <b>{hits}</b> of {curve.trials} found "
        f"({span(curve.intervals[stop])}); the needed pair alone {int(curve.alone.sum())}, no list "
        f"{int(curve.nothing.sum())}. {against_nothing(curve)}. This list: {says} "
        f"(probability of {needed}: {right:.2f})."
    )


def of_the_attention(one: ListAttention) -> str:
    """Whether the head that looks most looks at a fact in the middle, and whether that fact is found."""
    middle = one.curve.middle
    looks = side(mean_interval(one.strongest[middle] - one.even[middle])) > 0
    low, high = one.curve.intervals[middle]
    told = {
        (True, -1): "Looked at and still lost",
        (True, 0): "Looked at, found now and then",
        (True, 1): "Looked at and found",
        (False, -1): "Neither looked at nor found",
        (False, 0): "Not looked at, found now and then",
        (False, 1): "Found without a look",
    }[looks, 1 if low > 0.5 else -1 if high < 0.5 else 0]
    return (
        f"{told}: in the middle head {one.name} gives the needed pair {one.strongest[middle].mean():.0%}, "
        f"and {one.curve.hits[middle]} of {one.curve.trials} are found"
    )


def of_the_looking(one: ListAttention, stop: int, number: int, answer: str) -> str:
    """The live sentence over attention: one place, what found and missed lists have apart, and the list shown.

    Args:
        one: what was recorded. stop: the place along the curve. number: of the list.
        answer: to that list, "" where the needed thing ties.
    """
    curve, needed = one.curve, drawn_trials(one.curve.pairs, one.curve.trials, seed=one.curve.seed)[number].pairs[0][1]
    wrong = f"<b>{answer}</b> instead of <b>{needed}</b>" if answer else f"<b>{needed}</b> ties with another"
    return (
        f"At place <b>{int(curve.positions[stop]) + 1}</b>: {one.name} gives the needed pair "
        f"<b>{one.strongest[stop].mean():.0%}</b>, all heads <b>{one.mean[stop].mean():.1%}</b> on average (even: "
        f"{one.even[stop].mean():.1%}); <b>{int(curve.hits[stop])}</b> of {curve.trials} found in {curve.dtype}. "
        f"{apart(one)} This list: {one.strongest[stop, number]:.0%}, "
        f"{f'<b>{needed}</b>, right' if answer == needed else wrong}."
    )


def apart(one: ListAttention) -> str:
    """Whether lists that are found are looked at more than those that are missed at the same place."""
    more, low, high = found_against_missed(one.strongest, one.curve.found)
    told = {1: "more", 0: "no more, beyond noise,", -1: "less"}[side((low, high))]
    return (
        f"Found lists are looked at {told} than missed ones at the same place ({more:+.0%}; {low:+.0%} to {high:+.0%})."
    ).replace("-", "−")


def by_list(curve: RetrievalCurve) -> np.ndarray:
    """The share of places at which each drawn list is answered right."""
    return np.asarray(curve.found.mean(axis=0))


def gain(base: RetrievalCurve, other: RetrievalCurve) -> tuple[float, float, float]:
    """The mean difference of two curves over the same lists, and its 95 % interval over lists."""
    differences = by_list(other) - by_list(base)
    low, high = mean_interval(differences)
    return float(differences.mean()), low, high


def of_the_formats(gains: Mapping[str, tuple[float, float, float]]) -> str:
    """Which ways of writing help beyond noise over all places, each against its own base."""
    told = {
        verdict: [name for name, (_, low, high) in gains.items() if side((low, high)) == sign]
        for verdict, sign in (("helps", 1), ("hurts", -1), ("no change beyond noise", 0))
    }
    text = "; ".join(f"{verdict}: {' / '.join(names)}" for verdict, names in told.items() if names)
    return f"{text[:1].upper()}{text[1:]}" if text else "Nothing to compare"


def places_apart(base: RetrievalCurve, other: RetrievalCurve) -> list[int]:
    """The indices of places at which two ways differ beyond noise on the same lists.

    By the exact sign test at 5 %, each P times the number of places (Bonferroni): of seven one may differ by chance.
    """
    tests = [
        sign_test(int((new & ~old).sum()), int((old & ~new).sum()))
        for old, new in zip(base.found.astype(bool), other.found.astype(bool), strict=True)
    ]
    return [place for place, chance in enumerate(tests) if chance * len(tests) <= 0.05]


def of_places(pairs: Sequence[tuple[RetrievalCurve, RetrievalCurve]]) -> str:
    """Where ways of writing change what is found, and what is left of a gain without the places that bring it.

    Args:
        pairs: each way of writing behind the one that it is built on.
    """
    at: dict[int, list[str]] = {}
    without = []
    for base, other in pairs:
        apart = places_apart(base, other)
        for place in apart:
            counts = f"<b>{int(base.hits[place])}</b> to <b>{int(other.hits[place])}</b>"
            at.setdefault(int(base.positions[place]) + 1, []).append(f"{other.format} {counts}")
        if 0 < len(apart) < len(base.positions) and side(gain(base, other)[1:]) > 0:
            rest = np.delete(other.found, apart, axis=0).mean(axis=0) - np.delete(base.found, apart, axis=0).mean(
                axis=0
            )
            low, high = mean_interval(rest)
            left = f"{other.format} gain {rest.mean():+.0%} ({low:+.0%} to {high:+.0%}) elsewhere"
            without.append(left.replace("-", "−"))
    places = len(pairs[0][0].positions)
    if not at:
        return f"At none of {places} places does a way differ from its base beyond noise."
    said = [f"at place {place} {listed(names)}" for place, names in sorted(at.items())]
    return f"Beyond noise of {places} tests: {'; '.join(said)}{''.join(f'; {left}' for left in without)}."


def of_first(curves: Sequence[RetrievalCurve]) -> str:
    """What it brings to put the needed pair first instead of in the middle, by format, on the same lists."""
    told = {1: "", 0: " (within noise)", -1: " (worse)"}
    said = [
        f"{one.format} <b>{one.hits[0]}</b> and {one.hits[one.middle]}{told[side(one.gap(0, one.middle))]}"
        for one in curves
    ]
    return f"Found of {curves[0].trials} with the needed pair first, and in the middle: {'; '.join(said)}."


def of_the_ranking(rank: int | None, text: str) -> str:
    """The notebook's title: where the note that answers stands; None where the question is a visitor's own."""
    if rank is None:
        return f"First comes: {text}"
    if rank == 1:
        return "The note that answers comes to mind first"
    return f"The note that answers comes {ordinal(rank)}, behind: {text}"


def ordinal(number: int) -> str:
    """A place in a row: 2nd, 11th."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"


def hits_of(ranks: Sequence[int] | np.ndarray, most: int) -> tuple[int, int, tuple[float, float]]:
    """How many of some ranks are at most `most`, of how many, with Wilson's interval of the share."""
    hits = int((np.asarray(ranks) <= most).sum())
    return hits, len(ranks), wilson(hits, len(ranks))


def of_the_price(changed: Sequence[np.ndarray], lasting: Sequence[np.ndarray], weights: Sequence[float]) -> str:
    """What weight on recency does to questions whose answer has changed, and to the others.

    Args:
        changed, lasting: by weight, whether each question is hit; the first weight is 0.
        weights: of recency.
    """
    best = int(np.argmax([(new.sum() + old.sum()) for new, old in zip(changed, lasting, strict=True)]))
    last = f"; at {weights[-1]:g}: {int(changed[-1].sum())} and {int(lasting[-1].sum())}"
    if best == 0:
        return f"No weight on recency finds more of the thirty than none{last}"
    said = [
        f"{name} {int(rows[0].sum())} → {int(rows[best].sum())} of {len(rows[0])}{noise(rows[0], rows[best])}"
        for name, rows in (("where something changed", changed), ("elsewhere", lasting))
    ]
    return f"Recency at {weights[best]:g}: {said[0]}, {said[1]}{last if best + 1 < len(weights) else ''}"


def noise(before: np.ndarray, after: np.ndarray) -> str:
    """A word where a difference on the same questions is within noise, by the exact sign test at 5 %.

    Of fifteen questions only a few change, too few for an interval that takes them as many.
    """
    return " (within noise)" if sign_test(int((after & ~before).sum()), int((before & ~after).sum())) > 0.05 else ""


def of_the_room(found: Mapping[str, np.ndarray], budget: int) -> str:
    """What to keep in a context of a budget: which way holds most answers, and whether beyond noise."""
    counts = {name: int(hits.sum()) for name, hits in found.items()}
    best = max(counts, key=lambda name: counts[name])
    behind = [name for name in counts if name != best and not noise(found[name], found[best])]
    many = len(found[best])
    said = f"{best[:1].upper()}{best[1:]} hold {counts[best]} of {many} answers in {budget} tokens"
    if not behind:
        return f"No way of keeping is ahead beyond noise with {budget} tokens: the best holds {counts[best]} of {many}"
    return f"{said}, {listed([f'{name} {counts[name]}' for name in behind])}"


ROOM_NAMES = {NEWEST: "newest", RELEVANT: "most relevant", SUMMARIZED: "summaries"}
"""Short names of what is kept."""


def of_own(right: np.ndarray, positions: np.ndarray, hits: np.ndarray) -> str:
    """The title over a visitor's own list: at how many places it is found, and where it is most and least sure."""
    (high, best), (low, worst) = (
        (f"{right[place]:.2f}", int(positions[place]) + 1) for place in (np.argmax(right), np.argmin(right))
    )
    sure = f"surest at place {best} ({high}), least at place {worst} ({low})"
    alike = f"equally sure everywhere ({high})"
    return f"Found at {int(hits.sum())} of {len(hits)} places: {alike if high == low else sure}"
