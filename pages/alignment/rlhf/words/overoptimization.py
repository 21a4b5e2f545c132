"""Sentences on over-optimization, made from the numbers of several runs: data, penalty, length, forms."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from components.phrases import listed, signed
from core.rlhf import (
    CHANCE,
    PENALTIES,
    WIDTHS,
    FormFit,
    VariantTable,
    at_the_same_kl,
    best_gold,
    difference,
    end_gold,
    fall_steps,
)
from pages.alignment.rlhf.words.seeds import Runs, gained, nats, replaced, span, weight

USUAL_WIDTH = 32
"""Hidden units of the reward models of all other panels."""


def beta_claim(runs: Mapping[float, Runs], beta: float) -> str:
    """What a penalty does to gold at the same KL, over seeds: its β against the least one."""
    least = min(runs)
    kl = {name: np.mean([run.kl[-1] for run in arm]) for name, arm in runs.items()}
    stops = f"Mean of {len(runs[beta])} seeds: β {beta:g} ends at {kl[beta]:.1f} nats, β {least:g} at {kl[least]:.1f}"
    met = at_the_same_kl(runs[beta], runs[least])
    if met is None:
        return f"{stops}; they share no KL at which all seeds could be compared"
    level, one, other = met
    gap = difference(one, other)
    if gap.clear or gap.agree:
        verdict = f"{'more' if gap.mean > 0 else 'less'} gold, {replaced(one, other, apart=True)}"
    else:
        verdict = f"no clear difference of gold, {replaced(one, other, apart=False)}"
    place = f"{level:g} nat{'' if level == 1 else 's'} (√KL {np.sqrt(level):.2g})"
    return signed(f"{stops}; at {place} it has {verdict}, {weight(gap)}")


def beta_ends_claim(runs: Mapping[float, Runs], beta: float) -> str:
    """What a penalty does to gold at the end of a run and at its peak, over seeds: its β against the least one."""
    least = min(runs)
    told = []
    for verb, found in (("gold ends at", end_gold), ("its peak is", best_gold)):
        one, other = found(runs[beta]), found(runs[least])
        gap = difference(one, other)
        apart = gap.clear or gap.agree
        verdict = weight(gap) if apart else f"no clear difference {weight(gap)}"
        told.append(f"{verb} {replaced(one, other, apart=apart)}, {verdict}")
    return signed(f"Mean of {len(runs[beta])} seeds, β {beta:g} against β {least:g}: {'; '.join(told)}")


def pairs_claim(runs: Mapping[int, Runs]) -> str:
    """How gold's peak and end change from one number of pairs to the next, over seeds."""
    best, end = ({count: found(arm) for count, arm in runs.items()} for found in (best_gold, end_gold))
    counts = list(runs)
    steps = [difference(best[after], best[before]) for before, after in pairwise(counts)]
    clear = [place for place, step in enumerate(steps) if step.clear]
    told = [f"{steps[place].mean:+.1f} from {counts[place]} to {counts[place + 1]} pairs" for place in clear]
    peak = f"gold's peak {listed(told)}" if told else "gold's peak shows no clear change with the pairs"
    rest = ", no clear change otherwise" if 0 < len(told) < len(steps) else ""
    ends = ", ".join(f"{value.mean():.1f}" for value in end.values())
    return signed(
        f"Mean of {len(runs[counts[0]])} seeds: {peak}{rest}; at the end {ends} for {counts[0]} to {counts[-1]} pairs"
    )


def fall_claim(runs: Mapping[int, Runs]) -> str:
    """Whether gold falls from its peak later with more pairs, by the medians over seeds."""
    counts, steps = list(runs), {count: fall_steps(arm) for count, arm in runs.items()}
    gap = difference(steps[counts[-1]], steps[counts[0]])
    if gap.clear or gap.agree:
        told = f"{'later' if gap.mean > 0 else 'sooner'} with {counts[-1]} pairs than with {counts[0]}, {weight(gap)}"
    else:
        told = f"no clear difference between {counts[-1]} pairs and {counts[0]}, {weight(gap)}"
    medians = listed([f"{np.median(values):.0f}" for values in steps.values()])
    return f"Gold has lost half a point of its peak by step {medians} for {listed(counts)} pairs (medians): {told}."


def sizes_claim(best: Mapping[int, np.ndarray], end: Mapping[int, np.ndarray]) -> str:
    """Which sizes of the reward model have another peak or end of gold than the usual one, over seeds.

    Each of the others is tested at its best and at the end, so each p is multiplied by how many tests these are
    (Bonferroni 1936).
    """
    others = [width for width in best if width != USUAL_WIDTH]
    moments = (("at its best", best), ("at the end", end))
    tests, told = len(moments) * len(others), []
    for name, golds in moments:
        gaps = {width: difference(golds[width], golds[USUAL_WIDTH]) for width in others}
        clear = {width: gap for width, gap in gaps.items() if tests * gap.chance < CHANCE}
        found = [
            f"{width} units have {'more' if gap.mean > 0 else 'less'} gold {name} ({gap.mean:+.2f} ± {gap.error:.2f}, "
            f"p = {tests * gap.chance:.2g})"
            for width, gap in clear.items()
        ]
        told.append(listed(found) if found else f"no size differs clearly {name}")
    counted = f"; p is for {tests} tests" if any("(" in one for one in told) else f", in {tests} tests"
    return signed(f"Against {USUAL_WIDTH} hidden units, {len(best[USUAL_WIDTH])} seeds: {', and '.join(told)}{counted}")


MEETING = 4.0
"""Nats at which gold under a penalty is compared with gold without one: below where any of these runs ends."""


def recorded_sizes_claim(table: VariantTable) -> str:
    """What other sizes of the reward model do to gold, over the recorded seeds."""
    arms = {width: f"width {width}" for width in WIDTHS}
    best, end = ({width: found(arm) for width, arm in arms.items()} for found in (table.best_gold, table.end_gold))
    return sizes_claim(best, end)


def penalties_claim(table: VariantTable) -> str:
    """Where runs end under penalties on the spread of four reward models, and the largest against none at one KL."""
    none, *_, most = (f"penalty {weight:g}" for weight in PENALTIES)
    taken = listed([f"{weight:g}" for weight in PENALTIES])
    kls = listed([f"{table.end_kl(f'penalty {weight:g}').mean():.0f}" for weight in PENALTIES])
    gap = difference(table.gold_at(most, MEETING), table.gold_at(none, MEETING))
    met = f"{PENALTIES[-1]:g} against {PENALTIES[0]:g} has {gained(gap)}"
    return signed(f"Four models, {taken} spreads off: runs end at {kls} nats; at {nats(MEETING)} {met}")


def cure_claim(table: VariantTable) -> str:
    """Whether the largest penalty on spread is more than a leash: its gold against none at one KL."""
    none, most = (f"penalty {spreads:g}" for spreads in (PENALTIES[0], PENALTIES[-1]))
    gap = difference(table.gold_at(most, MEETING), table.gold_at(none, MEETING))
    if gap.clear and gap.mean > 0:
        verdict = "a cure"
    elif gap.clear:
        verdict = "no cure"
    else:
        verdict = "no cure is seen" if gap.mean <= 0 else "whether it cures, these seeds do not settle"
    kls = " nats on average instead of ".join(f"{table.end_kl(arm).mean():.0f}" for arm in (most, none))
    return signed(
        f"With {PENALTIES[-1]:g} spreads off, runs end at {kls}; at the same KL, {nats(MEETING)}, they have "
        f"{gained(gap)}: {verdict}."
    )


def penalty_ends_claim(table: VariantTable) -> str:
    """Where gold ends under penalties on the spread of four reward models, and the largest against none."""
    ends = [table.end_gold(f"penalty {spreads:g}") for spreads in PENALTIES]
    gap = difference(ends[-1], ends[0])
    taken = listed([f"{spreads:g}" for spreads in PENALTIES])
    means = listed([f"{end.mean():.1f}" for end in ends])
    against = f"{PENALTIES[-1]:g} against {PENALTIES[0]:g} has {gained(gap)}"
    return signed(f"Four models, {taken} spreads off: gold ends at {means}, mean of {gap.seeds} seeds; {against}")


def stopping_claim(penalized: np.ndarray, free: np.ndarray, penalty: float, level: float) -> str:
    """Whether a penalty on spread has more gold at the same KL.

    Args:
        penalized, free: gold at the level, one number for each seed. penalty: standard deviations. level: nats.
    """
    gap = difference(penalized, free)
    told = signed(
        f"At {nats(level)}, {penalty:g} taken off against none: {gap.mean:+.2f} ± {gap.error:.2f} points of gold"
    )
    if gap.clear and gap.mean > 0:
        return f"{told}, a gain ({weight(gap)})."
    verdict = "a loss" if gap.clear else "not clearly different"
    return f"{told}, {verdict} ({weight(gap)})."


def length_claim(runs: Mapping[str, Runs]) -> str:
    """How long each arm talks at the end, over seeds."""
    ends = {name: [float(run.length[-10:].mean()) for run in arm] for name, arm in runs.items()}
    return "Words at the end: " + ", ".join(f"“{name}” {span(values, 0)}" for name, values in ends.items())


def length_gold_claim(runs: Mapping[str, Runs]) -> str:
    """Where gold ends in each arm, over seeds."""
    return "Gold at the end: " + ", ".join(f"“{name}” {span(end_gold(arm))}" for name, arm in runs.items())


def blindness_claim(runs: Mapping[str, Runs]) -> str:
    """Whether a reward model that is blind to length makes long answers even without raters who like them."""
    fair, blind = ([float(run.length[-10:].mean()) for run in runs[name]] for name in ("fair", "fair, blind"))
    gap = difference(blind, fair)
    if gap.mean > 0 and (gap.clear or gap.agree):
        return (
            f"Under fair raters, too, the blind model leads to longer answers, {weight(gap)}: {span(blind, 0)} words, "
            f"against {span(fair, 0)}. So a long answer is no proof of raters who like length."
        )
    return (
        f"Under fair raters the blind model leads to no longer answers that are clear, {weight(gap)}: "
        f"{span(blind, 0)} words, against {span(fair, 0)}."
    )


def fate_claim(accuracy: np.ndarray, gold: np.ndarray, pairs: np.ndarray) -> str:
    """How far the accuracy of a reward model foretells where its runs end: Spearman's ρ over reward models.

    More pairs make the model more accurate and gold larger, so both are also compared at one number of pairs: as
    differences from the mean of the models with as many.
    """
    alike = [pairs == count for count in np.unique(pairs)]
    offs = [np.sum([same * (values - values[same].mean()) for same in alike], axis=0) for values in (accuracy, gold)]
    return f"Accuracy and final gold {_related(accuracy, gold)}; at one number of pairs they {_related(*offs)}"


def _related(one: np.ndarray, other: np.ndarray) -> str:
    """Whether two quantities go together, by Spearman's ρ and its p."""
    from scipy.stats import spearmanr  # type: ignore[import-untyped]

    found = spearmanr(one, other)
    rho, chance = float(found.statistic), float(found.pvalue)
    clear = "rise together" if rho > 0 else "go against each other"
    return signed(f"{clear if chance < CHANCE else 'show no clear relation'} (ρ = {rho:.2f}, {len(one)} reward models)")


def forms_claim(who: str, d: np.ndarray, gain: np.ndarray, fits: Sequence[tuple[FormFit, FormFit]]) -> str:
    """Which form fits the bins better, in how many of the seeds, and how far its peak is from the measured one.

    Args:
        who: what was fitted.
        d: √KL of each bin.
        gain: measured mean gain of each bin.
        fits: the log form and the linear one, of this run, and then of other seeds of it.
    """
    log = [rl.residual < linear.residual for rl, linear in fits]
    better, name = (fits[0][0], "d (a − b log d)") if log[0] else (fits[0][1], "d (a − b d)")
    alike = log.count(log[0])
    seeds = "" if len(log) == 1 else f", as in {alike} of {len(log)} seeds"
    if alike < len(log) / 2:
        seeds = f" here; in {len(log) - alike} of {len(log)} seeds the other does"
    fitted, measured = (f"{values.max():.1f} at d = {d[values.argmax()]:.1f}" for values in (better.fitted, gain))
    return signed(f"{who}: {name} fits better{seeds}; the fitted peak is {fitted}, the measured one {measured}")


FALLEN = 0.3
"""Points of gold beyond which a run has fallen: three times the error of a step's mean over 128 responses."""


def opened_claim(name: str, best: np.ndarray, end: np.ndarray, kl: np.ndarray) -> str:
    """How runs of one reward model went: their best gold, their end, and how far they went; one number for each seed.

    Args:
        name: of the reward model.
        best, end: gold. kl: at the end, nats.
    """
    fell = int((best - end > FALLEN).sum())
    told = f"gold peaks at {best.mean():.1f} and ends at {end.mean():.1f}, {kl.mean():.0f} nats from the start"
    return signed(f"{name}: {told}; it falls in {fell} of {len(best)} seeds")
