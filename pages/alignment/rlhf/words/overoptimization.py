"""Sentences on over-optimization, made from the numbers of several runs: data, penalty, length, forms."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from components.phrases import listed
from core.rlhf import CHANCE, FormFit, at_the_same_kl, best_gold, difference, end_gold
from pages.alignment.rlhf.words.seeds import Runs, span, weight


def beta_claim(runs: Mapping[float, Runs], beta: float) -> str:
    """What a penalty does to gold at the same KL, over seeds: its β against the least one."""
    least = min(runs)
    kl = {name: np.mean([run.kl[-1] for run in arm]) for name, arm in runs.items()}
    stops = f"β {beta:g} ends at {kl[beta]:.1f} nats, β {least:g} at {kl[least]:.1f}"
    met = at_the_same_kl(runs[beta], runs[least])
    if met is None:
        return f"{stops}; they share no KL at which all seeds could be compared"
    level, one, other = met
    gap = difference(one, other)
    if gap.clear or gap.agree:
        verdict = f"{'more' if gap.mean > 0 else 'less'} gold, {one.mean():.1f} instead of {other.mean():.1f}"
    else:
        verdict = f"no clear difference of gold, {one.mean():.1f} and {other.mean():.1f}"
    return f"{stops}; at {level:g} nat{'' if level == 1 else 's'} it has {verdict}, {weight(gap)}"


def pairs_claim(runs: Mapping[int, Runs]) -> str:
    """How gold's peak and end change from one number of pairs to the next, over seeds."""
    best, end = ({count: found(arm) for count, arm in runs.items()} for found in (best_gold, end_gold))
    counts = list(runs)
    steps = [difference(best[after], best[before]) for before, after in pairwise(counts)]
    clear = [place for place, step in enumerate(steps) if step.clear]
    told = [f"{steps[place].mean:+.1f} from {counts[place]} to {counts[place + 1]} pairs" for place in clear]
    peak = f"Gold's peak: {listed(told)}" if told else "Gold's peak: no clear change with the pairs"
    rest = f", no clear change otherwise ({len(runs[counts[0]])} seeds)" if 0 < len(told) < len(steps) else ""
    ends = ", ".join(f"{value.mean():.1f}" for value in end.values())
    return f"{peak}{rest}; at the end {ends} for {counts[0]} to {counts[-1]} pairs"


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
    return f"{clear if chance < CHANCE else 'show no clear relation'} (ρ = {rho:.2f}, {len(one)} reward models)"


def forms_claim(who: str, gain: np.ndarray, rl: FormFit, bon: FormFit) -> str:
    """Which form fits the bins better, how well, and whether it finds the peak.

    Args:
        who: what was fitted.
        gain: measured mean gain of each bin.
        rl, bon: the fits to the bins.
    """
    better, name = (rl, "d (a − b log d)") if rl.residual < bon.residual else (bon, "d (a − b d)")
    measured = float(gain.max())
    close = abs(better.peak - measured) <= 0.1 * max(measured, 0.1)
    peak = f"peak {better.peak:.1f} fitted, {measured:.1f} measured"
    return (
        f"{who}: {name} fits better and {'finds' if close else 'misses'} the peak ({peak}); R² {better.explained:.2f}"
    )
