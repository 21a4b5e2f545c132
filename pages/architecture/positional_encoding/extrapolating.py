"""What the trainings on short texts show, in words that the numbers decide."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from core.numbers import mean_interval, side
from core.positional import FIXED, NOT_ASKED, STRETCHES, SYMBOLS, Extrapolation, unseen_texts

NAMES = {
    "none": "no positions",
    "sinusoidal": "sinusoidal",
    "learned": "learned",
    "rope": "RoPE",
    "alibi": "ALiBi",
    "t5": "T5",
}
"""Scheme -> what the figure calls it."""

STRETCHED = {"trained": "as trained", "linear": "linear", "ntk": "NTK-aware", "yarn": "YaRN"}
"""What is done to RoPE after training -> what the figure calls it."""

LEARNED_WELL = 0.95
"""Right answers at the trained length from which on a task counts as learned."""

WIDE = 0.05
"""A rise of a curve from one length to the next from which on it is named."""

TEXTBOOK = ("alibi", "t5", "rope", "sinusoidal")
"""From best to worst beyond the trained length, as Press et al. 2022 (figure 1) found it for language models."""


def apart(found: Extrapolation, first: str, second: str, length: int, *, among: int) -> int:
    """1 where more is right under the first scheme than the second, -1 where less, 0 within the noise of the seeds.

    Args:
        among: how many pairs one sentence compares; its intervals, paired by seed, together hold 95 times in 100.
    """
    if alone(found):
        return 0  # one seed decides nothing
    gaps = found.by_scheme[first][:, found.at(length)] - found.by_scheme[second][:, found.at(length)]
    return side(mean_interval(gaps, among=among))


def alone(found: Extrapolation) -> bool:
    """Whether there is one seed, which has no noise to compare with: its numbers are given plainly."""
    return len(found.params.seeds) < 2


def least_gap(seeds: int, *, among: int) -> float:
    """How large a mean difference of that many seeds must be to count, in standard deviations between them."""
    values = np.arange(float(seeds))
    low, high = mean_interval(values, among=among)
    return float((high - low) / 2 / values.std(ddof=1))


def seeds_sentence(found: Extrapolation) -> str:
    """What the seeds can decide when all schemes are put in order."""
    seeds = len(found.params.seeds)
    if alone(found):
        return "One seed: numbers as they came, and no difference is called one."
    gap = least_gap(seeds, among=max(1, len(found.params.schemes) - 1))
    return f"With {seeds} seeds a difference counts from {gap:.1f} of its standard deviations between seeds on."


def ranked(found: Extrapolation, length: int) -> list[str]:
    """The schemes by their mean accuracy at a length, the best first."""
    means = {scheme: float(runs[:, found.at(length)].mean()) for scheme, runs in found.by_scheme.items()}
    return sorted(means, key=lambda scheme: -means[scheme])


def length_title(found: Extrapolation) -> str:
    """Which scheme carries on to the longest text, where one is ahead of every other."""
    length = int(found.lengths[-1])
    first, *rest = ranked(found, length)
    share = f"{found.by_scheme[first][:, -1].mean():.0%}"
    times = length // found.trained_length
    if alone(found) and rest:
        after = f"{NAMES[rest[0]]} {found.by_scheme[rest[0]][:, -1].mean():.0%}"
        return f"One seed: at {times} times the length {NAMES[first]} has {share} right, {after}"
    if all(apart(found, first, other, length, among=len(rest)) > 0 for other in rest):
        after = f"{NAMES[rest[0]]}, next, {found.by_scheme[rest[0]][:, -1].mean():.0%}"
        return f"At {times} times the length {NAMES[first]} has {share}; {after}"
    return f"At {times} times the length no scheme is ahead beyond doubt; {NAMES[first]} has {share}"


def order_sentence(found: Extrapolation, length: int) -> str:
    """All schemes by their accuracy at a length, with those that the next one does not differ from."""
    order = ranked(found, length)
    if alone(found):
        return ", ".join(f"{NAMES[scheme]} {_share(found, scheme, length)}" for scheme in order)
    parts = [f"{NAMES[order[0]]} {_share(found, order[0], length)}"]
    for better, scheme in pairwise(order):
        sign = ">" if apart(found, better, scheme, length, among=len(order) - 1) > 0 else "≈"
        parts.append(f"{sign} {NAMES[scheme]} {_share(found, scheme, length)}")
    return " ".join(parts)


def textbook_sentence(found: Extrapolation, length: int) -> str:
    """Whether the order is the one of the paper on ALiBi, pair by pair; empty for one seed."""
    if alone(found):
        return ""
    pairs = [(a, b) for place, a in enumerate(TEXTBOOK) for b in TEXTBOOK[place + 1 :]]
    known = [(a, b) for a, b in pairs if a in found.by_scheme and b in found.by_scheme]
    sides = [apart(found, a, b, length, among=len(known)) for a, b in known]
    said = f"Of the {len(known)} pairs in the order of the ALiBi paper (ALiBi, T5, RoPE, sinusoidal)"
    turned = [f"{NAMES[b]} before {NAMES[a]}" for (a, b), sign in zip(known, sides, strict=True) if sign < 0]
    agree, open_ = sum(sign > 0 for sign in sides), sum(sign == 0 for sign in sides)
    against = f"; turned round: {', '.join(turned)}" if turned else ""
    noise = f"the noise of {len(found.params.seeds)} seeds"
    return f"{said}, {agree} hold here at length {length}, and {open_} are within {noise}{against}."


def untrained_sentence(found: Extrapolation) -> str:
    """Which schemes have not learned the task at the trained length; empty where all have."""
    at = found.at(found.trained_length)
    low = [scheme for scheme, runs in found.by_scheme.items() if runs[:, at].mean() < LEARNED_WELL]
    if not low:
        return ""
    named = ", ".join(f"{NAMES[scheme]} ({found.by_scheme[scheme][:, at].mean():.0%})" for scheme in low)
    return f"Not learned at length {found.trained_length} in {found.params.steps:,} steps: {named}."


def stretched_curves(found: Extrapolation, *, fixed: bool) -> Mapping[str, np.ndarray]:
    """RoPE as trained, and under each stretching: what is done -> [seed length]."""
    chosen = found.fixed if fixed else found.stretched
    return {"trained": found.by_scheme["rope"], **dict(zip(STRETCHES, chosen, strict=True))}


def gain(found: Extrapolation, stretch: str, length: int, *, fixed: bool) -> tuple[float, float]:
    """The interval of what a stretching adds to RoPE's right answers at a length, paired by seed; all for one seed."""
    curves, at = stretched_curves(found, fixed=fixed), found.at(length)
    if alone(found):
        return -1.0, 1.0
    return mean_interval(curves[stretch][:, at] - curves["trained"][:, at], among=len(STRETCHES))


def best_stretch(found: Extrapolation, length: int, *, fixed: bool) -> str:
    """The stretching under which most is right at a length, noise or not."""
    curves, at = stretched_curves(found, fixed=fixed), found.at(length)
    return max(STRETCHES, key=lambda kind: float(curves[kind][:, at].mean()))


def rises(found: Extrapolation, *, fixed: bool) -> list[tuple[str, int, int]]:
    """Each stretching's largest rise from one length to the next, where it is beyond the noise and WIDE or more."""
    if alone(found):
        return []
    curves, lengths = stretched_curves(found, fixed=fixed), [int(n) for n in found.lengths]
    among = len(STRETCHES) * (len(lengths) - 1)
    largest = []
    for kind in STRETCHES:
        steps = np.diff(curves[kind], axis=1)
        at = int(steps.mean(axis=0).argmax())
        if steps[:, at].mean() >= WIDE and side(mean_interval(steps[:, at], among=among)) > 0:
            largest.append((kind, lengths[at], lengths[at + 1]))
    return largest


def curves_sentence(found: Extrapolation, other: Extrapolation, length: int, *, fixed: bool) -> str:
    """Where a stretched curve rises again, and whether the other task has the same stretching on top."""
    curves, here = stretched_curves(found, fixed=fixed), rises(found, fixed=fixed)
    parts = [
        f"{STRETCHED[kind]} {curves[kind][:, found.at(before)].mean():.0%} at {before}, "
        f"{curves[kind][:, found.at(after)].mean():.0%} at {after}"
        for kind, before, after in here
    ]
    said = f"A stretched curve need not fall steadily: {'; '.join(parts)}. " if parts else ""
    first, second = (best_stretch(one, length, fixed=fixed) for one in (found, other))
    if first == second:
        return f"{said}{STRETCHED[first]} has most right at {length} in both tasks."
    leads = ((found, first, second), (other, second, first))
    clear = all(_ahead(one, best, next_, length, fixed=fixed) for one, best, next_ in leads)
    verdict = "the best depends on the task" if clear else "the noise leaves open whether the best differs"
    named = f"{STRETCHED[first]} here, {STRETCHED[second]} in the other task"
    return f"{said}Most right at {length}: {named}; {verdict}."


def _ahead(found: Extrapolation, first: str, second: str, length: int, *, fixed: bool) -> bool:
    """Whether more is right under one stretching than under another, beyond the noise."""
    if alone(found):
        return False
    curves, at = stretched_curves(found, fixed=fixed), found.at(length)
    return side(mean_interval(curves[first][:, at] - curves[second][:, at], among=2)) > 0


def stretching_title(found: Extrapolation, length: int, *, fixed: bool) -> str:
    """What stretching does for RoPE at a length."""
    curves, at = stretched_curves(found, fixed=fixed), found.at(length)
    before = f"{curves['trained'][:, at].mean():.0%}"
    best = best_stretch(found, length, fixed=fixed)
    low = [kind for kind in STRETCHES if side(gain(found, kind, length, fixed=fixed)) < 0]
    falls = ", ".join(f"{STRETCHED[kind]} lowers it to {curves[kind][:, at].mean():.0%}" for kind in low)
    after = f"; {falls}" if falls else ""
    if side(gain(found, best, length, fixed=fixed)) > 0:
        return f"RoPE at {length}: {STRETCHED[best]} lifts {before} to {curves[best][:, at].mean():.0%}{after}"
    if low:
        return f"RoPE at {length}, {before}: no gain beyond the noise{after}"
    reached = f"{STRETCHED[best]} has {curves[best][:, at].mean():.0%}, RoPE alone {before}"
    if alone(found):
        return f"RoPE at {length}, one seed: {reached}"
    return f"RoPE at {length}: no gain beyond the noise of {len(found.params.seeds)} seeds ({reached})"


def price_sentence(found: Extrapolation) -> str:
    """What stretching by 4 costs at the trained length, scheme by scheme."""
    at = found.at(found.trained_length)
    before = found.by_scheme["rope"][:, at].mean()
    parts = []
    for kind, runs in zip(STRETCHES, found.fixed, strict=True):
        cost = side(gain(found, kind, found.trained_length, fixed=True))
        unclear = not cost and not alone(found)
        parts.append(f"{STRETCHED[kind]} {runs[:, at].mean():.0%}" + (" (no clear change)" if unclear else ""))
    return f"Stretched by 4, at length {found.trained_length}, where RoPE alone has {before:.0%}: {', '.join(parts)}."


def benefit_sentence(found: Extrapolation) -> str:
    """What stretching by FIXED brought to a small model on texts as much longer, for the page of its price."""
    length = int(FIXED) * found.trained_length
    title = stretching_title(found, length, fixed=True)
    return (
        f"a small model trained to {found.trained_length} symbols, stretched by {FIXED:g} and tested at {FIXED:g} "
        f"times that length. {title} of the answers right"
    )


def sample_line(task: str, length: int, seed: int) -> str:
    """What is asked, with a test text and its answers, in HTML; in the task "mark" the first text with two marks.

    Args:
        task: of the trainings.
        length: of the text, one that is tested.
        seed: of the recorded runs.
    """
    ids, answers = unseen_texts(task, length, seed)
    place = int(np.argmax((ids >= SYMBOLS).sum(axis=1) >= 2)) if task == "mark" else 0
    text = " ".join(_symbol(task, int(one)) for one in ids[place])
    if task == "mark":
        given = " ".join("–" if one == NOT_ASKED else _symbol(task, int(one)) for one in answers[place])
        asked = "Which symbol had the last mark, *?"
    else:
        given = " ".join(_symbol(task, int(one)) for one in answers[place] if one != NOT_ASKED)
        asked = "From “|” on: the first half again."
    return f"{asked} Text: <b>{text}</b>. Answers: <b>{given}</b>."


def _symbol(task: str, one: int) -> str:
    """A symbol by a letter, with its mark."""
    if task == "copy" and one == SYMBOLS:
        return "|"
    return chr(ord("a") + one % SYMBOLS) + ("*" if one >= SYMBOLS else "")


def _share(found: Extrapolation, scheme: str, length: int) -> str:
    return f"{found.by_scheme[scheme][:, found.at(length)].mean():.0%}"
