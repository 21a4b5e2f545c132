"""Sentences on the visitor's own reward, made from its fit and from what follows it."""

from collections.abc import Sequence

import numpy as np

from components.phrases import between, listed, signed
from core.rlhf import COUNTED, PLACES, RewardFit, Settled, TiltedRun

FALL = 0.3
"""Points of gold beyond which a change is told, as on the main figure."""

SURE = 2.0
"""Spreads from 0 beyond which a weight is told."""

MOST_TELLING = (
    "Most informative: the pair whose label would tell most of the weights. It is close by the weights so far, and "
    "differs in words of which they say little."
)

STANDARD = (
    "No standard is given: label by your own taste. What gold likes, which you need not share, stands behind the “?” "
    "beside “Gold”."
)


def weights_claim(fit: RewardFit | None, names: Sequence[str], count: int, *, own: int | None = None) -> str:
    """Which weights the labels settle: those two spreads from 0, in points for each word.

    Args:
        fit: `centered`, or None before any label.
        count: labels of all raters.
        own: how many of them are the visitor's, where a second rater labels too.
    """
    if fit is None:
        return f"No label yet: every weight is 0, give or take about {1 / COUNTED:g}"
    score = fit.weights / fit.spread
    far = [place for place in np.argsort(-np.abs(score)) if abs(score[place]) > SURE]
    told = [f"{names[place]} {fit.weights[place] / COUNTED:+.2f}" for place in far[:4]]
    labels = counted_labels(count) + ("" if own is None else f", {own} of them yours,")
    if not told:
        return f"{labels.rstrip(',')}: no weight is two spreads from 0 yet"
    more = f" and {len(far) - 4} more" if len(far) > 4 else ""
    return signed(f"{labels} settle {listed(told)}{more}")


def gone_words(count: int) -> str:
    """That labels were taken away, and how they come back."""
    return f"{counted_labels(count)} {'is' if count == 1 else 'are'} gone. “Undo” brings {_them(count)} back."


def loaded_words(count: int, before: int) -> str:
    """That a file's labels are in place, and how those come back in whose place they are.

    Args:
        count: labels of the file.
        before: labels that there were.
    """
    if not before:
        return f"{counted_labels(count)} loaded."
    return f"{counted_labels(count)} loaded in place of {before}. “Undo” brings {_them(before)} back."


def counted_labels(count: int) -> str:
    """A number of labels in words."""
    return f"{count} label{'' if count == 1 else 's'}"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def owned(shared: bool) -> str:
    """Whose reward it is: that of the labels, whoever gave them, or of both raters where a second one labels too."""
    return "the reward of both raters" if shared else "the reward of these labels"


def followed_claim(run: TiltedRun, *, gold_shown: bool, shared: bool = False) -> str:
    """What becomes of a policy that follows the reward; its curves are exact, so no noise is in them.

    A number that rounds to 0 has no sign.

    Args:
        gold_shown: whether gold may be told.
        shared: whether a second rater's labels are among those that the reward is fitted to.
    """
    return signed(_followed(run, gold_shown=gold_shown, whose=owned(shared)))


def _followed(run: TiltedRun, *, gold_shown: bool, whose: str) -> str:
    """What becomes of a policy that follows the reward, with hyphens before numbers below 0."""
    proxy, gold = run.proxy, run.gold
    rises = f"{whose[0].upper()}{whose[1:]} {between(proxy[0], proxy[-1]).replace('goes', 'rises')}"
    if not gold_shown:
        return f"{rises}; what is it worth?"
    peak = int(gold.argmax())
    if gold[peak] - gold[-1] > FALL and gold[peak] - gold[0] > FALL:
        return f"{rises}; gold peaks at {gold[peak]:z.1f}, then falls to {gold[-1]:z.1f}: {whose} is hacked"
    if gold[peak] - gold[-1] > FALL:
        return f"{rises}; gold falls from {gold[0]:z.1f} to {gold[-1]:z.1f}"
    if gold[-1] - gold[0] > FALL:
        return f"{rises}; gold rises too, from {gold[0]:z.1f} to {gold[-1]:z.1f}"
    return f"{rises}; gold {between(gold[0], gold[-1])}"


def few_claim(labels: int, settled: Settled) -> str:
    """How little a few labels settle, over draws of a fair rater's labels."""
    low, high = settled.agreement
    told = f"no weight in {settled.draws - settled.weights} of {settled.draws} draws"
    return (
        f"{labels} labels show how little {labels} labels settle: a fair rater's labels of these {labels} pairs, drawn "
        f"anew, settle {told}, and the reward puts "
        f"{low:.0%} to {high:.0%} of unseen pairs in the order of gold."
    )


def diamonds_claim(counts: Sequence[int], *, shared: bool = False) -> str:
    """What the diamonds beside the curves are, for these n."""
    return f"Diamonds: the best of {', '.join(f'{n:,}' for n in counts)} answers of the start, by {owned(shared)}."


def cut_claim(answers: Sequence[str]) -> str:
    """What the dash behind an answer means, where one has it; empty where none has."""
    return f" (— tells that {PLACES} words are all that fit)" if any(text.endswith("—") for text in answers) else ""


def agreement_claim(share: float, low: float, high: float) -> str:
    """Whether the reward orders unseen answers better than a coin, by the interval that the labels leave.

    Args:
        share: the `gold_agreement` of the fit.
        low, high: the ends of `gold_interval`; the fit, in which the errors of its weights are least, may lie above.
    """
    told = (
        f"The fitted reward puts <b>{share:.0%}</b> of unseen pairs in the order of gold; of those that the labels "
        f"leave possible nine in ten put {low:.0%} to {high:.0%}"
    )
    if round(low, 2) > 0.5:
        return f"{told}, more than a coin"
    return f"{told}, less than a coin" if round(high, 2) < 0.5 else f"{told}, not clearly more than a coin"
