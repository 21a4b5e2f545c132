"""What the numbers of the page on representations say, in words: every title is made here."""

from collections.abc import Mapping

import numpy as np

from components.phrases import listed
from core.convolution import COUNTS, Difference, Trials, difference


def points(value: float) -> str:
    """A share as percentage points with its sign, without a sign before a zero."""
    words = f"{100 * value:+.1f}".replace("-", "−")
    return "0.0" if words[1:] == "0.0" else words


def size(value: float) -> str:
    """The size of a difference in percentage points, without its sign."""
    return f"{abs(100 * value):.1f} points"


def interval(found: Difference) -> str:
    """The interval of a difference: "+10.2 to +16.1"."""
    return f"{points(found.low)} to {points(found.high)}"


def per_class(count: int) -> str:
    """How many labels, in words."""
    return f"{count} label{'s' if count > 1 else ''} per class"


def compared(arm: str, other: str, count: int, found: Difference) -> str:
    """Whether an arm is better than another at a number of labels, and by how much; within the noise it is not."""
    start = f"With {per_class(count)}, {arm}"
    if found.sign > 0:
        return f"{start} {does(arm, 'beats', 'beat')} {other} by {size(found.mean)} (95%: {interval(found)})"
    if found.sign < 0:
        return f"{start} {does(arm, 'falls', 'fall')} {size(found.mean)} behind {other} (95%: {interval(found)})"
    return f"{start} and {other} do not differ for sure (95%: {interval(found)} points)"


def does(arm: str, singular: str, plural: str) -> str:
    """The verb that goes with an arm."""
    return plural if arm == "raw pixels" else singular


def over_counts(trials: Trials, arm: str, other: str) -> str:
    """At which numbers of labels an arm lies above another, below it, or neither."""
    signs = [difference(trials.of(arm, count), trials.of(other, count)).sign for count in COUNTS]
    groups = {
        "above": [count for count, sign in zip(COUNTS, signs, strict=True) if sign > 0],
        "below": [count for count, sign in zip(COUNTS, signs, strict=True) if sign < 0],
        "no sure difference": [count for count, sign in zip(COUNTS, signs, strict=True) if sign == 0],
    }
    said = [
        f"{words} at {'every number of labels' if len(counts) == len(COUNTS) else listed(counts)}"
        for words, counts in groups.items()
        if counts
    ]
    return f"Against {other}: {'; '.join(said)}."


def of_pretext(pretext: str, score: np.ndarray, baseline: np.ndarray) -> str:
    """What a pretext has learned of its own task, over the seeds, against who learns nothing."""
    own, none = float(score.mean()), float(baseline.mean())
    if pretext in ("inpainting", "autoencoder"):
        what = "in the hole" if pretext == "inpainting" else "of the picture rebuilt"
        helps = float(score.max()) < float(baseline.min())
        than = f"{own / none:.0%} of the mean picture’s" if helps else f"no less than the mean picture’s {none:.3f}"
        return f"The squared error {what} is {own:.3f}, {than}"
    if pretext == "rotation":
        return f"{own:.0%} of the turns are named rightly, where guessing gets {none:.0%}"
    return f"{own:.0%} of the digits find their other view first among 597, by pixels {none:.0%} do"


def of_task_and_use(trials: Trials, pretext: str, count: int) -> str:
    """Whether who solves its own task also helps the probe: both numbers side by side, nothing more."""
    found = difference(trials.of(pretext, count), trials.of("raw pixels", count))
    verdicts = {1: "beat raw pixels", -1: "fall behind raw pixels", 0: "do not differ from raw pixels for sure"}
    return f"For a probe with {per_class(count)}, its features {verdicts[found.sign]} ({interval(found)} points)."


def of_views(trials: Trials, count: int) -> str:
    """Which ways to make views beat raw pixels for sure, and which fall behind."""
    ways = trials.arms[1:]
    signs = {way: difference(trials.of(way, count), trials.of("raw pixels", count)).sign for way in ways}
    above = [way for way in ways if signs[way] > 0]
    below = [way for way in ways if signs[way] < 0]
    start = f"With {per_class(count)}, "
    if not above and not below:
        return f"{start}no way to make views differs from raw pixels for sure"
    words = [
        f"{len(above) or 'none'} of {len(ways)} ways to make views {'beats' if len(above) == 1 else 'beat'} raw pixels"
    ]
    if below:
        words.append(f"“{'”, “'.join(below)}” falls behind" if len(below) == 1 else f"{len(below)} fall behind")
    return start + ", ".join(words)


def of_neighbors(trials: Trials, arm: str, other: str, k: int) -> str:
    """How often a neighbor shares the label, by two arms, over the seeds."""
    one, two = (trials.agreement[trials.arms.index(name), :, k - 1] for name in (arm, other))
    apart = one - two
    which = "nearest neighbor shares" if k == 1 else f"{k} nearest neighbors share"
    sure = bool((apart > 0).all() or (apart < 0).all())
    verdict = "" if sure else ": the seeds do not agree on which is more"
    return f"The {which} the label in {one.mean():.1%} by {arm} and in {two.mean():.1%} by {other}{verdict}"


def of_draw(arm: str, accuracy: float, count: int, *, shuffled: bool, low: float, high: float) -> str:
    """What one probe gets right; with shuffled labels, whether that is chance."""
    if shuffled:
        verdict = "chance" if low <= accuracy <= high else "not chance"
        return f"With shuffled labels the probe on {arm} gets {accuracy:.1%}: {verdict} ({low:.0%} to {high:.0%})"
    return f"A probe on {arm} with {per_class(count)} names {accuracy:.1%} of the other digits rightly"


def of_plane(arm: str, share: float, same: float) -> str:
    """How much of the variance the plane keeps, and how often the nearest point carries the same label."""
    return f"The plane keeps {share:.0%} of the variance of {arm}; the nearest point has the same label in {same:.0%}"


def of_map(arm: str, same: float) -> str:
    """How often the nearest point on a map of t-SNE carries the same label."""
    return f"On the map of {arm}, the nearest point has the same label in {same:.0%}"


def named(label: int) -> str:
    """A digit with its article: "an 8"."""
    return f"{'an' if label == 8 else 'a'} {label}"


def most_common(labels: np.ndarray) -> str:
    """The most frequent of some labels, and how often; a tie names all."""
    names, counts = np.unique(labels, return_counts=True)
    best = [str(name) for name in names[counts == counts.max()]]
    return f"{' or '.join(best)} ({counts.max()} of {len(labels)})"


def of_rows(labels: Mapping[str, np.ndarray], own: int | None) -> str:
    """What the rows of neighbors say: how many share the label, or which label is most frequent."""
    if own is None:
        said = [f"{most_common(values)} by {arm}" for arm, values in labels.items()]
        return f"Most frequent among the nearest: {', '.join(said)}"
    said = [f"{int((values == own).sum())} by {arm}" for arm, values in labels.items()]
    count = len(next(iter(labels.values())))
    return f"Of {count} nearest digits, so many are {named(own)} too: {', '.join(said)}"


def of_own(pretext: str, count: int, found: Difference) -> str:
    """What a training of the visitor's own brought, over draws of labels alone: it is one seed."""
    verdict = {1: "beats raw pixels", -1: "falls behind raw pixels", 0: "does not differ from raw pixels for sure"}
    by = f" by {size(found.mean)}" if found.sign else ""
    return f"Your {pretext}, one seed, {verdict[found.sign]}{by} with {per_class(count)} ({interval(found)} points)"
