"""The sentences about the recorded runs of all methods: what they reach, and what they forget."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.phrases import listed, span
from core.tuning import (
    NAMES_OF_OTHERS,
    LoraRecord,
    RehearsalRecord,
    SeedRange,
    Shape,
    StepCost,
    TuningRecord,
    TuningRun,
    grown,
    trainable_parameters,
)
from pages.adaptation.fine_tuning.topic import NAMES
from pages.adaptation.fine_tuning.words import percent

FORGETS = 1.05
"""Perplexity counts as raised where every seed's is so many times that before."""

QUANTITIES = {"Meals": "id_accuracy", "stories": "ood_accuracy"}
"""Domain -> the field of a run."""


def methods_title(record: TuningRecord, names: Mapping[str, str] = NAMES) -> str:
    """Who is in front in both domains, how many are behind by more than noise, and how many beat a guess on stories."""
    beating = sum(record.beats_a_guess(method, "ood_accuracy") for method in record.methods)
    said = "; ".join(f"{domain}: {_front(record, quantity, names)}" for domain, quantity in QUANTITIES.items())
    return f"{said}; {beating} of {len(record.methods)} beat a guess there"


def _front(record: TuningRecord, quantity: str, names: Mapping[str, str]) -> str:
    """The method with the best mean, and how many others noise does not reach."""
    means = {method: record.over_seeds(method, quantity).mean for method in record.methods}
    best = max(means, key=lambda method: means[method])
    behind = sum(record.leads(best, method, quantity) for method in means)
    ahead = f"beyond noise above {behind} of {len(means) - 1}" if behind else "within noise of all"
    return f"{names[best]} {means[best]:.0%}, {ahead}"


def methods_reading(record: TuningRecord, method: str, cost: StepCost) -> str:
    """What one method trains and reaches.

    Args:
        cost: of an update of it.
    """
    inside, outside = (record.over_seeds(method, quantity) for quantity in QUANTITIES.values())
    trainable = record.chosen(method)[0].trainable
    lost, whole = inside.mean - outside.mean, trainable_parameters(Shape(), "full")
    return (
        f"<b>{NAMES[method]}</b> trains <b>{trainable:,}</b> numbers ({percent(trainable / whole)}); an update: "
        f"<b>{cost.memory / 1e6:,.0f} MB</b>, <b>{cost.seconds:.2g} s</b>. Meals {_range(inside)}, stories "
        f"{_range(outside)}: <b>{abs(lost):.0%}</b> {'less' if lost >= 0 else 'more'}, over <b>{inside.seeds}</b> "
        f"seed{'s' * (inside.seeds > 1)}. {_chosen(record, method)}{_stopped(record, method)}"
    )


def _chosen(record: TuningRecord, method: str) -> str:
    """The learning rate of a method, those that were tried beside it, and whether it stands at their edge."""
    rate, tried = record.chosen_rate(method), record.tried(method)
    rates = [run.params.rate for run in tried]
    others = [f"{run.params.rate:g}{' (diverged)' * run.stopped}" for run in tried if run.params.rate != rate]
    edge = {min(rates): ", the smallest tried", max(rates): ", the largest tried"}.get(rate, "") if others else ""
    beside = f", not {_either(others)}" if others else ""
    return f"Validation chose the rate <b>{rate:g}</b>{edge}{beside}."


def _either(names: Sequence[str]) -> str:
    """Names with "or" before the last."""
    return " or ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _stopped(record: TuningRecord, method: str) -> str:
    """How many seeds diverged and are left out, of this method, or of all where none of this one did."""
    runs = record.chosen(method)
    stopped = sum(run.stopped for run in runs)
    if stopped:
        return f" With it <b>{stopped}</b> of {len(runs)} seeds diverged: left out."
    others = sum(run.stopped for other in record.methods for run in record.chosen(other))
    return f" <b>{others}</b> stopped runs left out." if others else ""


def _range(found: SeedRange) -> str:
    low, high = f"{found.low:.0%}", f"{found.high:.0%}"
    return f"<b>{found.mean:.0%}</b>" + (f" ({low} to {high})" if low != high else "")


def ways_title(record: TuningRecord, ways: Sequence[str]) -> str:
    """Methods on SmolLM2's stories, those of some ways that are recorded, and what parts beyond noise."""
    means = {way: record.over_seeds(way, "ood_accuracy").mean for way in ways if way in record.methods}
    order = sorted(means, key=lambda way: -means[way])
    said = ", ".join(f"{NAMES[way]} {means[way]:.0%}" for way in order)
    parted = [
        f"{NAMES[first]} above {NAMES[second]}"
        for place, first in enumerate(order)
        for second in order[place + 1 :]
        if record.leads(first, second, "ood_accuracy")
    ]
    found = f"beyond noise {listed(parted)}" if parted else "no difference beyond noise"
    return f"SmolLM2, stories: {said}; {found}"


def ways_rates(record: TuningRecord, ways: Sequence[str]) -> str:
    """The learning rates of some ways, and of LP-FT what it reaches on stories at the others that it was tried at."""
    said = [
        f"{NAMES[way]} <b>{record.chosen_rate(way):g}</b>{_other_rates(record, way) if way == 'lp_ft' else ''}"
        for way in ways
        if way in record.methods
    ]
    return f"Validation chose the rates {listed(said)}."


def _other_rates(record: TuningRecord, method: str) -> str:
    """What a method reaches on stories at other rates than the chosen one, over the seeds that each has."""
    found: dict[float, list[TuningRun]] = {}
    for run in record.beside(method):
        found.setdefault(run.params.rate, []).append(run)
    said = [_at_rate(rate, runs) for rate, runs in sorted(found.items())]
    return f" ({listed(said)})" if said else ""


def _at_rate(rate: float, runs: Sequence[TuningRun]) -> str:
    """The mean on stories; where a seed diverged, on how many, since a stopped model's answers are no result."""
    stopped = sum(run.stopped for run in runs)
    if stopped:
        return f"at {rate:g} {stopped} of {len(runs)} seeds diverge"
    return f"{np.mean([run.ood_accuracy for run in runs]):.0%} at {rate:g}"


def ratios(record: TuningRecord, method: str, text: int) -> list[float]:
    """Perplexity of a text after tuning over that before it, of each seed that ended at the chosen rate."""
    return [float(run.perplexity[text] / run.before[text]) for run in record.ended(method)]


def forgetting_title(record: TuningRecord, text: int) -> str:
    """Which methods raise the perplexity on every seed that ended, and the one that raises it most."""
    more = f"by more than {FORGETS - 1:.0%} on every seed"
    raised = [method for method in record.methods if min(ratios(record, method, text)) > FORGETS]
    if not raised:
        return f"At its chosen rate no method raises the perplexity of the {NAMES_OF_OTHERS[text]} {more}"
    means = {method: sum(ratios(record, method, text)) / len(ratios(record, method, text)) for method in raised}
    worst = max(means, key=lambda method: means[method])
    rest = [NAMES[method] for method in record.methods if method not in raised]
    kept = f"; not raised {more}: {listed(rest)}" if rest else ""
    times = f"{means[worst]:.2f} times as perplexing{_of_seeds(record, worst)}"
    return f"{NAMES[worst]} makes the {NAMES_OF_OTHERS[text]} {times}{kept}"


def _of_seeds(record: TuningRecord, method: str) -> str:
    """On how many of its seeds a method ended, where it did not on all."""
    ended, seeds = len(record.ended(method)), len(record.chosen(method))
    return f" ({ended} of {seeds} seeds)" if ended < seeds else ""


def forgetting_reading(record: TuningRecord, text: int) -> str:
    """What is measured, and what the learning rate does."""
    before = record.runs[0].before[text]
    ended = {method: [run for run in record.tried(method) if not run.stopped] for method in record.methods}
    tried = {method: runs for method, runs in ended.items() if method != "probe"}
    both = {method: runs for method, runs in tried.items() if len(runs) > 1}
    grew = sum(runs[-1].perplexity[text] > runs[0].perplexity[text] for runs in both.values())
    rates = f"At seed 0 the largest rate forgets more than the smallest in <b>{grew}</b> of {len(both)} methods. "
    return (
        f"Before tuning the text has perplexity <b>{before:.1f}</b>: at each token the model is as unsure as between "
        f"so many. A mark is a run: filled at the rate that the validation set chose, open at others"
        f"{_crossed(record)}. {rates if both else ''}A probe leaves every weight, so it forgets nothing."
    )


def _crossed(record: TuningRecord) -> str:
    """What a cross is, where there is one: a run that was stopped has had few updates to forget in."""
    stopped = sum(run.stopped for run in record.runs)
    return (
        f", a cross where it diverged and was stopped, <b>{stopped}</b> of {len(record.runs)}, left out of the title"
        if stopped
        else ""
    )


def places_reading(record: LoraRecord, variant: str) -> str:
    """What one variant trains and reaches, and which variants noise parts."""
    inside, outside = (record.over_seeds(variant, quantity) for quantity in QUANTITIES.values())
    run, cost = record.chosen(variant)[0], record.costs[variant]
    return (
        f"<b>{variant}</b>: <b>{run.trainable:,}</b> numbers, <b>{cost.memory / 1e6:,.0f} MB</b> and "
        f"<b>{cost.seconds:.2g} s</b> an update. Meals {_range(inside)}, stories {_range(outside)}, over "
        f"<b>{inside.seeds}</b> seeds.{_stopped(record, variant)} Beyond noise, ranks on q and v: "
        f"{_parted_among(record, ' q v')}; places at r 4: {_parted_among(record, 'r 4 ')}. All have the rate "
        f"{run.params.rate:g} that validation chose for r 4 on q v, and α = 2r."
    )


def _parted_among(record: LoraRecord, alike: str) -> str:
    """Which of the variants with the same words in their names part by more than noise, in both domains."""
    names = [name for name in record.methods if alike in name]
    parted = [
        f"{_short(first, alike)} above {_short(second, alike)} on {domain.lower()}"
        for domain, quantity in QUANTITIES.items()
        for first in names
        for second in names
        if record.leads(first, second, quantity)
    ]
    return listed(parted) if parted else "none"


def _short(name: str, alike: str) -> str:
    """What is left of a variant's name without the words that it shares with others."""
    return name.replace(alike, "").removesuffix(" on").removeprefix("on ")


def rehearsal_title(record: TuningRecord, rehearsed: RehearsalRecord, text: int) -> str:
    """How perplexing a text is after tuning without rehearsal and with it, and whether they part by more than noise."""
    said = []
    for method in rehearsed.methods:
        one = rehearsed.shares(method)[-1]
        bare, runs = ratios(record, method, text), rehearsed.of(method, one.every)
        helped = [float(grown(run)[text]) for run in runs]
        said.append(
            f"{NAMES[method]} tuned: {np.mean(bare):.2f} times as perplexing as before, with {one.share:.0%} rehearsed "
            f"{np.mean(helped):.2f} times, {_parted(helped, bare)}"
        )
    return f"The {NAMES_OF_OTHERS[text]}, {'; '.join(said)}"


def _parted(helped: Sequence[float], bare: Sequence[float]) -> str:
    """Whether each run with rehearsal lies on one side of each without."""
    if max(helped) < min(bare):
        return "less beyond noise"
    return "more beyond noise" if min(helped) > max(bare) else "no difference beyond noise"


def rehearsal_reading(record: TuningRecord, rehearsed: RehearsalRecord) -> str:
    """What is rehearsed, how many seeds there are, and what it does to the task."""
    said = []
    for method in rehearsed.methods:
        bare, runs = record.ended(method), rehearsed.of(method, rehearsed.shares(method)[-1].every)
        for domain, quantity in QUANTITIES.items():
            without, with_it = ([float(getattr(run, quantity)) for run in found] for found in (bare, runs))
            said.append(
                f"{domain} <b>{np.mean(without):.0%}</b> ({span((min(without), max(without)))}) without, "
                f"<b>{np.mean(with_it):.0%}</b> ({span((min(with_it), max(with_it)))}) with it"
            )
    seeds = min(len(rehearsed.of(method, rehearsed.shares(method)[-1].every)) for method in rehearsed.methods)
    return (
        "Beside 16 reviews an update reads one of eight other texts, prose or a question with its answer, which counts "
        f"as much as one review; the measured text is none of them. A line is a seed, of <b>{seeds}</b>, with the same "
        f"reviews in the same order. The task: {'; '.join(said)}. Beyond noise: each run with rehearsal lies on one "
        "side of each without."
    )
