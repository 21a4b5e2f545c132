"""The sentences about the recorded runs of all methods: what they reach, and what they forget."""

from components.phrases import listed
from core.numbers import wilson
from core.tuning import NAMES_OF_OTHERS, Spread, StepCost, TuningRecord, trainable_parameters
from core.tuning.parameters import Shape
from core.tuning.texts import TEST
from pages.adaptation.fine_tuning.topic import NAMES
from pages.adaptation.fine_tuning.words import percent

FORGETS = 1.05
"""Perplexity counts as raised where every seed's is so many times that before."""


def better_than_a_guess(record: TuningRecord, method: str) -> bool:
    """Whether the share of right stories is above a half by more than chance, on as many texts as one test set has."""
    mean = record.spread(method, "ood_accuracy").mean
    return wilson(mean * TEST, TEST)[0] > 0.5


def methods_title(record: TuningRecord) -> str:
    """Which method leads on meals, and which are better than a guess on stories."""
    means = {method: record.spread(method, "id_accuracy").mean for method in record.methods}
    best = max(means, key=lambda method: means[method])
    level = [method for method in means if method != best and not _clearly_above(record, best, method)]
    with_it = f", {listed([NAMES[method] for method in level])} no less on every seed" if level else ""
    said = f"Meals: {NAMES[best]} gets {means[best]:.0%} right{with_it}"
    above = [method for method in record.methods if better_than_a_guess(record, method)]
    if not above:
        return f"{said}; on stories no method is better than a guess"
    named = listed([f"{NAMES[method]} {record.spread(method, 'ood_accuracy').mean:.0%}" for method in above])
    return f"{said}; better than a guess on stories: {named}"


def _clearly_above(record: TuningRecord, method: str, other: str) -> bool:
    """Whether every seed of a method lies above every seed of another on meals."""
    return record.spread(method, "id_accuracy").low > record.spread(other, "id_accuracy").high


def methods_reading(record: TuningRecord, method: str, cost: StepCost) -> str:
    """What one method trains and reaches.

    Args:
        cost: of an update of it.
    """
    inside, outside = (record.spread(method, f"{domain}_accuracy") for domain in ("id", "ood"))
    runs = record.chosen(method)
    params, trainable = runs[0].params, runs[0].trainable
    lost, whole = inside.mean - outside.mean, trainable_parameters(Shape(), "full")
    rates = listed([f"{run.params.rate:g}" for run in record.tried(method)])
    return (
        f"<b>{NAMES[method]}</b> trains <b>{trainable:,}</b> numbers ({percent(trainable / whole)}) and holds "
        f"<b>{cost.memory / 1e6:,.0f} MB</b> for an update. Meals {_range(inside)}, stories {_range(outside)}: "
        f"<b>{abs(lost):.0%}</b> {'less' if lost >= 0 else 'more'}, over <b>{inside.seeds}</b> seeds with "
        f"{params.train} texts each. Learning rate <b>{params.rate:g}</b>, chosen among {rates} on a validation set."
    )


def _range(found: Spread) -> str:
    low, high = f"{found.low:.0%}", f"{found.high:.0%}"
    return f"<b>{found.mean:.0%}</b>" + (f" ({low} to {high})" if low != high else "")


def ratios(record: TuningRecord, method: str, text: int) -> list[float]:
    """Perplexity of a text after tuning over that before it, of each seed at the chosen rate."""
    return [float(run.perplexity[text] / run.before[text]) for run in record.chosen(method)]


def forgetting_title(record: TuningRecord, text: int) -> str:
    """Which methods raise the perplexity on every seed, and the one that raises it most."""
    raised = [method for method in record.methods if min(ratios(record, method, text)) > FORGETS]
    if not raised:
        return f"At its chosen rate no method raises the perplexity of the {NAMES_OF_OTHERS[text]} on every seed"
    means = {method: sum(ratios(record, method, text)) / len(ratios(record, method, text)) for method in raised}
    worst = max(means, key=lambda method: means[method])
    rest = [NAMES[method] for method in record.methods if method not in raised]
    kept = f"; not raised on every seed: {listed(rest)}" if rest else ""
    return f"{NAMES[worst]} makes the {NAMES_OF_OTHERS[text]} {means[worst]:.2f} times as perplexing{kept}"


def forgetting_reading(record: TuningRecord, text: int) -> str:
    """What is measured, and what the learning rate does."""
    before = record.runs[0].before[text]
    higher = {
        method: (tried[0].perplexity[text] / before, tried[-1].perplexity[text] / before)
        for method in record.methods
        if method != "probe" and len(tried := record.tried(method)) > 1
    }
    grew = [NAMES[method] for method, (low, high) in higher.items() if high > low]
    rates = (
        f"At seed 0 the larger of two learning rates forgets more in <b>{len(grew)}</b> of {len(higher)} methods. "
        if higher
        else ""
    )
    return (
        f"Before tuning the text has perplexity <b>{before:.1f}</b>: at each token the model is as unsure as between "
        f"so many. A mark is a run: filled at the rate that the validation set chose, open at the other. {rates}A "
        "probe leaves every weight, so it forgets nothing."
    )
