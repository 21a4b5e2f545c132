"""The sentences and the mathematics of the page on prompts. Findings are functions of the data."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from components.phrases import listed, shorten, span
from components.scene import Equation
from core.numbers import mean_interval, wilson
from core.prompting import Difference, Evaluation, variance_shares

ITEMS, EXAMPLES, ORDER, FORMAT, ENSEMBLES = "Items", "Examples", "Order", "Format and choice", "Ensembles"
"""The names of the panels."""

OVER_COUNT, WRONG_LABELS, COPIED = "Over their number", "Wrong labels", "What is copied"
ORDERS, PLACES, CHOSEN = "All 24", "Which place counts", "Chosen without labels"
MAP, DRAWN, BALANCE, SCORED = "Words of the task", "Words and draws", "Balance", "Score of an option"
"""The names of their views."""

OTHER_EXAMPLES, OTHER_FORMATS = "other examples", "other formats"
"""In what the prompts of an ensemble differ."""

RAW, CONTEXTUAL, BATCH = "as measured", "contextual calibration", "batch calibration"
"""What may be done about a leaning."""

LONGEST_NAME = 60
"""Characters of an item's text in a sentence."""

POINT = 0.01
"""A gain that is worth naming; less is called none."""

OWN_TASK, OWN_FORMAT = "your own", "your own"
"""The choices that stand for a visitor's items and template."""


def headline(evaluation: Evaluation) -> str:
    """How often the model is right, and with labels whether that is beyond always giving one of them."""
    count, k = len(evaluation.answers), len(evaluation.examples)
    told = {0: "Without examples", 1: "With 1 example"}.get(k, f"With {k} examples")
    right = int(evaluation.correct.sum())
    said = f"{told} SmolLM2 gets {right} of {count} items right"
    if not evaluation.task.labels:
        return said
    return f"{said}, {_beside_chance(evaluation)}"


def _beside_chance(evaluation: Evaluation) -> str:
    """How the accuracy compares with always giving the label that is most often true."""
    truths = [item.answer for item in evaluation.task.items]
    always = max(truths.count(label) for label in evaluation.task.labels) / len(truths)
    low, high = evaluation.interval
    if low > always:
        return f"more than one label for all would ({always:.0%})"
    if high < always:
        return f"fewer than one label for all would ({always:.0%})"
    return f"not measurably more or fewer than one label for all ({always:.0%})"


def reading(evaluation: Evaluation, place: int, tokens: int | None) -> str:
    """The live sentence: accuracy with its interval, the prompt's length, and one item's answer."""
    item, answer, truth = evaluation.task.items[place], evaluation.answers[place], float(evaluation.truth[place])
    name = escape(shorten(item.text, LONGEST_NAME))
    length = f"The prompt of “{name}” has <b>{tokens}</b> tokens. " if tokens is not None else ""
    said = f"“{escape(answer)}”" if answer else "empty"
    verdict = "right" if answer == item.answer else f"not “{escape(item.answer)}”"
    return (
        f"<b>{evaluation.accuracy:.0%}</b> right, 95 % interval <b>{span(evaluation.interval)}</b>. {length}"
        f"The answer is {said}, {verdict}; the right one has probability <b>{truth:.2g}</b>."
        f"{_begun(evaluation.task.labels)}"
    )


def _begun(labels: Sequence[str]) -> str:
    """How labels are compared where one begins another; empty where none does."""
    found = next(((one, other) for one in labels for other in labels if one != other and other.startswith(one)), None)
    if found is None:
        return ""
    one, other = map(escape, found)
    return (
        f" “{one}” begins “{other}”: each label is scored as the sum over its tokens and the end of its line, so "
        "that the shorter gains nothing."
    )


def counts_title(gains: Mapping[str, Difference], first: int, last: int) -> str:
    """For how many tasks more examples help beyond the noise of the items, and for which not."""
    up = [task for task, gain in gains.items() if gain.sign > 0]
    down = [task for task, gain in gains.items() if gain.sign < 0]
    flat = [task for task in gains if task not in up + down]
    said = f"From {first} to {last} examples {len(up)} of {len(gains)} tasks gain"
    said += f"; worse: {listed(down)}" if down else ""
    return f"{said}; no difference beyond noise: {listed(flat)}" if flat else said


def labels_title(losses: Mapping[str, Difference], shown: str) -> str:
    """On which tasks examples with wrong labels cost accuracy beyond the noise of the items."""
    lost = [task for task, loss in losses.items() if loss.sign < 0]
    won = [task for task, loss in losses.items() if loss.sign > 0]
    if not lost and not won:
        return f"With {shown} labels no task differs beyond noise"
    said = f"{shown.capitalize()} labels cost accuracy on {len(lost)} of {len(losses)} tasks"
    if 0 < len(lost) <= 3:
        said += f": {listed(lost)}"
    return f"{said}; better with them: {listed(won)}" if won else said


def copied_title(shares: Mapping[int, np.ndarray]) -> str:
    """What wrong answers are most of all, over the numbers of examples.

    Args:
        shares: number of examples -> share of each of ORIGINS.
    """
    kinds = ("copies an example's answer", "repeats the item", "writes something else")
    said = []
    for count, share in ((min(shares), shares[min(shares)]), (max(shares), shares[max(shares)])):
        wrong = share[1:]
        if wrong.sum() == 0:
            said.append(f"with {count} nothing is wrong")
            continue
        most = np.flatnonzero(wrong == wrong.max())
        what = kinds[int(most[0])] if len(most) == 1 else "does several of these"
        said.append(f"with {count} examples the model {what} where it errs" if not said else f"with {count} it {what}")
    return f"{said[0][:1].upper()}{said[0][1:]}, {said[1]}"


def orders_title(accuracies: np.ndarray, count: int) -> str:
    """How far apart the best and the worst order of the same examples are, and whether that is beyond noise.

    Args:
        accuracies: of every order. count: items.
    """
    worst, best = float(accuracies.min()), float(accuracies.max())
    if best == worst:
        return f"All {len(accuracies)} orders are right equally often: {worst:.0%}"
    said = f"The same examples are right in {worst:.0%} to {best:.0%}, by their order alone"
    return said if _apart(worst, best, count) else f"{said}; the intervals overlap"


def places_title(effects: np.ndarray, label: str) -> str:
    """At which place a label moves the answers most, and whether beyond the spread of the draws.

    Args:
        effects: by draw and place, how much more often the label is said where it stands there.
    """
    draws, places = effects.shape
    most = int(np.abs(effects.mean(axis=0)).argmax())
    mean = float(effects[:, most].mean())
    low, high = mean_interval(effects[:, most], among=places)
    moved = "more frequent" if mean > 0 else "rarer"
    said = f"“{label}” at place {most + 1} makes “{label}” {100 * abs(mean):.0f} points {moved}"
    return said if low > 0 or high < 0 else f"{said}: of {places} places in {draws} draws, that may be chance"


def chosen_title(gains: Sequence[float], rule: str) -> str:
    """Whether orders chosen by their entropy are better than the mean order, in every draw.

    Args:
        gains: by draw, mean accuracy of the chosen orders minus that of all.
    """
    better, worse = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
    points = f"by {abs(float(np.mean(gains))) * 100:.0f} points"
    if better == len(gains):
        return f"Orders chosen by {rule} beat the mean order in all {better} draws, {points}"
    if worse == len(gains):
        return f"Orders chosen by {rule} fall below the mean order in all {worse} draws, {points}"
    return f"Choosing by {rule} helps in {better} of {len(gains)} draws and hurts in {worse}: no clear gain"


def drawn_title(accuracies: np.ndarray) -> str:
    """How much of the spread goes with the format, with the choice of examples, and with both together.

    Args:
        accuracies: by format and draw.
    """
    low, high = float(accuracies.min()), float(accuracies.max())
    if low == high:
        return f"All {accuracies.size} prompts are right equally often: {low:.0%}"
    parts = variance_shares(accuracies)
    return (
        f"The same items, {low:.0%} to {high:.0%} right: of the spread {parts.rows:.0%} goes with the format, "
        f"{parts.columns:.0%} with the choice"
    )


def map_title(accuracies: np.ndarray, tasks: Sequence[str], counts: Sequence[int]) -> str:
    """On which task the words move the accuracy most, and whether that is beyond noise.

    Args:
        accuracies: by format and task. tasks: their names. counts: items of each task.
    """
    apart = np.ptp(accuracies, axis=0)
    if apart.max() == 0:
        return "On no task do the words move the accuracy"
    most = int(apart.argmax())
    low, high = float(accuracies[:, most].min()), float(accuracies[:, most].max())
    said = f"Words alone move {tasks[most]} from {low:.0%} to {high:.0%} right"
    return said if _apart(low, high, counts[most]) else f"{said}; the intervals overlap"


def _apart(low: float, high: float, count: int) -> bool:
    """Whether the 95 % intervals of two shares of so many items leave a gap."""
    return wilson(round(high * count), count)[0] > wilson(round(low * count), count)[1]


def calibration_reading(raw: np.ndarray, corrected: np.ndarray, name: str) -> str:
    """How many prompts a correction helps and hurts."""
    better, worse = int((corrected > raw).sum()), int((corrected < raw).sum())
    return (
        f"With {name} the mean goes from <b>{raw.mean():.0%}</b> to <b>{corrected.mean():.0%}</b>: "
        f"<b>{better}</b> of {raw.size} prompts gain, <b>{worse}</b> lose."
    )


def balance_title(raw: np.ndarray, corrected: np.ndarray, shares: np.ndarray) -> str:
    """For which shares of a label the correction helps the mean prompt.

    Args:
        raw, corrected: mean accuracy at each share. shares: of the first label, ascending.
    """
    places = np.flatnonzero(corrected - raw >= POINT)
    said = "Batch calibration brings the mean prompt a point or more"
    if not len(places):
        return f"{said} at no balance of the labels"
    if len(places) == len(shares):
        return f"{said} at every balance of the labels"
    if (np.diff(places) > 1).any():
        return f"{said} at {len(places)} of {len(shares)} balances of the labels"
    return f"{said} only where {shares[places[0]]:.0%} to {shares[places[-1]]:.0%} of the items are positive"


def scored_title(shares: Mapping[str, float], intervals: Mapping[str, tuple[float, float]]) -> str:
    """Which score is right most often, and which are apart from it beyond noise."""
    ranked = sorted(shares, key=lambda name: -shares[name])
    best, worst = ranked[0], ranked[-1]
    said = ", ".join(f"{name} {shares[name]:.0%}" for name in ranked)
    if shares[best] == shares[worst]:
        return f"All scores are right alike: {said}"
    if intervals[worst][1] < intervals[best][0]:
        return f"The same questions, three scores: {said}"
    return f"{said}: the intervals overlap"


def ensembles_title(curves: Mapping[str, np.ndarray]) -> str:
    """What all prompts together bring beside a single one.

    Args:
        curves: method -> mean accuracy over the number of prompts.
    """
    single, ends = float(curves["mean"][0]), {name: float(values[-1]) for name, values in curves.items()}
    names = {"mean": "their mean", "vote": "their vote"}
    parts = ", ".join(f"{words} {ends[name]:.0%}" for name, words in names.items())
    count = len(curves["mean"])
    return f"One prompt is right in {single:.0%}; of {count}, {parts}, the best on a few items {ends['validated']:.0%}"


def ensembles_reading(gain: Difference, count: int) -> str:
    """Whether the mean of all prompts beats a single one beyond the noise of the items.

    Args:
        gain: accuracy of the mean of all prompts minus that of one. count: prompts.
    """
    said = f"The mean of {count} prompts brings {points(gain)} over the reviews"
    return f"{said}." if gain.sign else f"{said}, no difference beyond noise."


def points(apart: Difference) -> str:
    """A difference of two shares in points of a hundred, with its interval."""
    mean, low, high = (100 * value for value in (apart.mean, apart.low, apart.high))
    return f"<b>{mean:+.0f} points</b> ({low:+.0f} to {high:+.0f})"


EQUATIONS = (
    Equation(
        r"\hat y(x) = \arg\max_{c \in C} \sum_{i} \ln p(c_i \mid s, x, c_{<i})",
        {
            "s": "the prompt before the item: instruction and examples",
            "x": "the item's text, in the words of the format",
            "C": "the labels, each ended by its line; an open task has none, and the likeliest token is taken in turn",
            "c_i": "token i of a label",
        },
    ),
    Equation(
        r"\left(\hat p + \frac{z^2}{2n} \pm z\sqrt{\frac{\hat p (1 - \hat p)}{n} + \frac{z^2}{4n^2}}\right)"
        r"\Big/ \left(1 + \frac{z^2}{n}\right)",
        {
            r"\hat p": "the share of right answers",
            "n": "the number of items",
            "z": "1.96, for Wilson's 95 % interval",
        },
    ),
    Equation(
        r"\ln \tilde p(c \mid x) = \ln p(c \mid x) - \ln q(c), \qquad "
        r"\ln \bar p(c \mid x) = \ln p(c \mid x) - \frac1n \sum_j \ln p(c \mid x_j)",
        {
            r"\tilde p": "contextual calibration",
            "q(c)": "the label's mean probability after texts that say nothing: “N/A”, an empty one, “[MASK]”",
            r"\bar p": "batch calibration",
            "x_j": "the n items themselves, whose labels are not used",
        },
    ),
    Equation(
        r"\mathrm{GlobalE} = -\sum_c v_c \ln v_c, \qquad "
        r"\mathrm{LocalE} = -\frac1m \sum_{j} \sum_c p(c \mid u_j) \ln p(c \mid u_j)",
        {
            "u_j": "m texts that the model wrote itself after the examples",
            "v_c": "the share of them that is given the label c",
        },
    ),
)
