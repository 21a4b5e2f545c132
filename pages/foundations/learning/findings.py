"""What the page says of its numbers: titles and sentences as functions of results, to stand while they hold."""

import numpy as np

from core.learning import (
    COUNTS,
    Decomposition,
    DigitRuns,
    DoubleDescent,
    Guessing,
    Loss,
    Selection,
    Ways,
)
from pages.foundations.learning.results import Comparison
from pages.foundations.learning.words import counted, number

CLEAR = 1.25
"""An error beyond the noise but within this factor of the least is nearly as good."""

POINTS = 100
"""Training points of the double descent."""


def apart(first: np.ndarray, second: np.ndarray, *, errors: float = 2) -> int:
    """Which of two paired samples is larger on average: 1, -1, or 0 where the difference lies within the noise.

    It is beyond the noise where the mean difference exceeds two standard errors, or where so many pairs differ in its
    direction that a fair coin would not do it within two standard errors: a few huge errors have a large standard
    error, and are no noise.

    Args:
        errors: another number of standard errors than two, where many comparisons stand in one sentence.
    """
    difference = np.asarray(first, dtype=np.float64) - second
    if len(difference) < 2:
        return 0
    error = float(difference.std(ddof=1) / np.sqrt(len(difference)))
    mean, votes = float(difference.mean()), np.sign(difference)
    agree = float(votes.sum() * np.sign(mean)) > errors * float(np.sqrt(np.abs(votes).sum()))
    return int(np.sign(mean)) if abs(mean) > errors * error or agree else 0


def of_the_fit(found: Comparison, degree: int) -> str:
    """What the main figure finds at a degree."""
    best = found.best
    training, test, least = found.errors["training"][degree], found.errors["test"][degree], found.errors["test"][best]
    both = f"error {number(training)} on its own points, {number(test)} on new ones"
    if found.fits[degree].interpolates:
        x = found.data.sets[0][:, 0]
        through = "every training point" if len(np.unique(x)) == len(x) else "the mean of the points at each x"
        return f"Degree {degree} can go through {through}: {both}"
    if degree == best:
        return f"No degree does better on the new points than {degree}: error {number(test)}"
    if apart(found.squares[degree], found.squares[best]) <= 0:
        return f"Degree {degree} does as well on new points as any, within the noise: error {number(test)}"
    if test <= CLEAR * least:
        return f"Degree {degree} does nearly as well on new points as the best, degree {best}: {number(test)}"
    if degree < best:
        return f"Degree {degree} is too simple: {both}"
    return f"Degree {degree} fits too well: {both}"


def of_the_choice(found: Comparison) -> str:
    """What validation chose, and what that is worth on new points."""
    chosen, best = found.chosen, found.best
    words = (
        f"Validation chooses degree <b>{chosen}</b>, with <b>{number(found.errors['test'][chosen])}</b> on new points"
    )
    if chosen == best:
        return f"{words}, the least."
    clear = apart(found.squares[chosen], found.squares[best]) > 0
    least = f"the least is <b>{number(found.errors['test'][best])}</b>, of degree {best}"
    return f"{words}; {least}{'' if clear else ', within the noise'}."


def of_the_selection(found: Selection) -> str:
    """How much the choices agree, and how often they meet the best degree."""
    counts = found.counts(found.chosen)
    first, draws = int(counts.argmax()), len(found.chosen)
    right = float((found.chosen == found.best).mean())
    different = int((counts > 0).sum())
    if different == 1:
        return f"All {draws} data sets choose degree {first}"
    return (
        f"{draws} data sets choose {different} different degrees; {counts[first] / draws:.0%} choose {first}, "
        f"{right:.0%} the best one"
    )


def of_its_price(found: Selection) -> str:
    """What the choice costs, by validation and by cross-validation."""
    (right, cost), (right_folded, cost_folded) = (
        (f"<b>{(chosen == found.best).mean():.0%}</b>", f"<b>{percent(found, chosen)}</b>")
        for chosen in (found.chosen, found.folded)
    )
    wins = apart(np.log1p(found.excess(found.folded)), np.log1p(found.excess(found.chosen)))
    against = {1: "it costs more", -1: "it costs less", 0: "neither clearly costs more"}[wins]
    return (
        f"{counted(found.params.validation, 'validation point')} choose the best degree in {right}, and one in ten "
        f"pays over {cost} more error; 5-fold cross-validation, without further points, in {right_folded} and over "
        f"{cost_folded}: {against}."
    )


def percent(found: Selection, chosen: np.ndarray) -> str:
    """The excess that nine of ten choices stay below."""
    most = float(np.quantile(found.excess(chosen), 0.9))
    return f"{most:.1%}" if most < 0.1 else f"{most:.0%}" if most < 10 else f"{number(most)} times"


def of_optimism(found: Selection) -> str:
    """Whether the chosen degree's validation error is too low."""
    rows = np.arange(len(found.chosen))
    seen, true = found.seen[rows, found.chosen], found.risk[rows, found.chosen]
    if apart(np.log(true), np.log(np.maximum(seen, 1e-300))) > 0 and found.optimism > 0:
        return f"What was chosen looks <b>{found.optimism:.0%}</b> better in validation than it is (median)."
    return "What was chosen looks as good in validation as it is, within the noise."


def of_the_guessers(found: Guessing) -> str:
    """What the best of the guessers shows, and what it is worth."""
    m, n = found.params.guessers, found.params.points
    seen, fresh = f"{found.expected:.0%}", f"{found.test.mean():.0%}"
    if m == 1:
        return f"One guesser is right on {seen} of {counted(n, 'validation point')}, and on {fresh} of the new ones"
    return f"The best of {m:,} guessers is right on {seen} of {counted(n, 'validation point')}, on {fresh} of new ones"


def of_bias_and_variance(found: Decomposition) -> str:
    """Which part of the error is the largest at the degree."""
    k = found.params.degree
    parts = {"bias²": found.bias[k], "variance": found.variance[k], "noise": found.floor}
    order = sorted(parts, key=lambda name: -parts[name])
    first, second = order[:2]
    shown = f"bias² {number(parts['bias²'])}, variance {number(parts['variance'])}, noise {number(parts['noise'])}"
    if parts[first] < 1.25 * parts[second]:
        return f"At degree {k} no part leads: {shown}"
    return f"At degree {k} {'the ' if first == 'noise' else ''}{first} is the largest part: {shown}"


def of_the_decomposition(found: Decomposition) -> str:
    """The sum of the parts beside what new points show, and where it is least."""
    k = found.params.degree
    total = found.bias + found.variance + found.floor
    return (
        f"Together <b>{number(total[k])}</b>; {len(found.curves) * 200:,} new points show "
        f"<b>{number(found.fresh[k])}</b> ± {number(2 * found.spread[k])}. "
        f"The sum is least at degree <b>{int(total.argmin())}</b>, with "
        f"<b>{number(total.min())}</b>.{_of_chance(found)}"
    )


def _of_chance(found: Decomposition) -> str:
    """Where most of bias² is the chance of a mean over so many fits: a word on it."""
    k, fits = found.params.degree, len(found.curves)
    chance = found.variance[k] / fits
    if found.bias[k] > 3 * chance:
        return ""
    return f" A mean of {fits} fits is off by chance: that alone is worth about <b>{number(chance)}</b> of bias²."


def _curve(runs: tuple[DoubleDescent, ...]) -> np.ndarray:
    return np.array([run.test_error for run in runs])


def peak_of(runs: tuple[DoubleDescent, ...]) -> int | None:
    """The number of features at which the median error has a peak: above both ends of the curve, in most of the runs.

    None where there is no peak: the curve's top is at an end, or not clear of the least error before and after it.
    """
    errors = _curve(runs)
    top = int(np.median(errors, axis=0).argmax())
    if top in (0, len(COUNTS) - 1):
        return None
    sides = errors[:, :top].min(axis=1), errors[:, top + 1 :].min(axis=1)
    clear = all(apart(np.log(errors[:, top]), np.log(side)) > 0 for side in sides)
    return COUNTS[top] if clear else None


def second_valley(runs: tuple[DoubleDescent, ...]) -> int:
    """Whether the least error beyond POINTS features lies below the least before it (-1), above it (1), or neither."""
    errors, over = _curve(runs), np.array(COUNTS) > POINTS
    medians = np.median(errors, axis=0)
    # The places are fixed by the medians of all runs, so that no run may choose its own luckiest one.
    before = int(np.where(~over, medians, np.inf).argmin())
    after = int(np.where(over, medians, np.inf).argmin())
    return apart(np.log(errors[:, after]), np.log(errors[:, before]))


def of_the_descent(runs: tuple[DoubleDescent, ...]) -> str:
    """Whether there is a peak, where, and whether what follows is better than what came before."""
    peak, medians = peak_of(runs), np.median(_curve(runs), axis=0)
    if peak is None:
        best = COUNTS[int(medians.argmin())]
        return f"No peak: the error is least with {best:,} features, {number(medians.min())}"
    top = f"The error peaks at {peak} features for {POINTS} points"
    return (
        top
        + {
            -1: ", and falls below its first valley beyond",
            1: ", and does not come back to its first valley",
            0: ", and comes back to its first valley, within the noise",
        }[second_valley(runs)]
    )


def of_the_valleys(runs: tuple[DoubleDescent, ...]) -> str:
    """Both valleys and the peak in numbers."""
    medians, over = np.median(_curve(runs), axis=0), np.array(COUNTS) > POINTS
    before = int(np.where(~over, medians, np.inf).argmin())
    after = int(np.where(over, medians, np.inf).argmin())
    at = COUNTS.index(POINTS)
    return (
        f"Medians of {len(runs)} seeds: <b>{number(medians[before])}</b> with {COUNTS[before]} features, "
        f"<b>{number(medians[at])}</b> with {POINTS}, <b>{number(medians[after])}</b> with {COUNTS[after]:,}."
    )


AMONG_EIGHT = 2.73
"""Standard errors that none of eight comparisons exceeds by chance, but for one time in twenty (Bonferroni)."""


def winners(generative: np.ndarray, discriminative: np.ndarray) -> np.ndarray:
    """For each size, which classifier errs less: -1 the generative, 1 the discriminative, 0 within the noise."""
    return np.array(
        [apart(left, right, errors=AMONG_EIGHT) for left, right in zip(generative, discriminative, strict=True)]
    )


def of_the_ways(found: Ways | DigitRuns, sizes: tuple[int, ...], unit: str = "samples") -> str:
    """Who errs less with how many samples: the stretches of sizes in which one is ahead, in their order."""
    signs = winners(found.generative, found.discriminative)
    leaders = sorted(set(signs.tolist()) - {0})
    if not leaders:
        return "Neither classifier errs less at any size, within the noise"
    if len(leaders) == 1:
        clear, first = int(np.count_nonzero(signs)), sizes[int(np.flatnonzero(signs)[0])]
        if clear == len(sizes):
            return f"The {AHEAD[leaders[0]]} classifier errs less at every size"
        if (signs[sizes.index(first) :] != 0).all():
            return f"The {AHEAD[leaders[0]]} classifier errs less from {first} {unit} on; before, neither"
        return f"The {AHEAD[leaders[0]]} classifier errs less at {clear} of {len(sizes)} sizes; at the others, neither"
    told = [
        f"{AHEAD[sign]} {f'at {start}' if start == end else f'from {start} to {end}'}"
        for sign, start, end in _stretches(signs, sizes)
    ]
    tail = f"; neither at {sizes[-1]}" if signs[-1] == 0 else ""
    return f"Who errs less: {', '.join(told)} {unit}{tail}"


AHEAD = {-1: "generative", 1: "discriminative"}


def _stretches(signs: np.ndarray, sizes: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Runs of neighboring sizes with one and the same leader: (sign, first size, last size)."""
    found: list[tuple[int, int, int]] = []
    before = 0
    for sign, size in zip(signs.tolist(), sizes, strict=True):
        if sign and sign == before:
            found[-1] = (sign, found[-1][1], size)
        elif sign:
            found.append((sign, size, size))
        before = sign
    return found


def as_well(loss: Loss, values: np.ndarray) -> str:
    """Another answer that is as good as the one a loss is said to want, in words; none where that is the only one."""
    best, seen = loss.best(values), np.unique(values)
    costs = loss.cost(np.append(seen, best)[:, None], values)
    risks = costs.mean(axis=1)
    rounding = 16 * float(np.finfo(np.float64).eps) * float(costs[np.isfinite(costs)].max(initial=0.0) + 1)
    others = [float(value) for value in seen[risks[:-1] <= risks[-1] + rounding] if number(value) != number(best)]
    return f" (or as well {number(max(others, key=lambda value: abs(value - best)))})" if others else ""


def of_the_losses(losses: tuple[Loss, ...], values: np.ndarray) -> str:
    """How many different answers the losses want."""
    wanted = [number(loss.best(values)) + as_well(loss, values) for loss in losses]
    if len(set(wanted)) == 1:
        return f"All losses want {wanted[0]} here"
    told = ", ".join(f"{loss.name} wants {best}" for loss, best in zip(losses, wanted, strict=True))
    return f"{told[0].upper()}{told[1:]}"
