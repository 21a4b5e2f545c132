"""What examples do: their number, their labels, and what is copied from them."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from components.page import Badge, Page, Panel
from core.checks import Check
from core.prompting import (
    COUNTS,
    DRAWS,
    TASKS,
    WRONG,
    WRONG_ANSWERS,
    Difference,
    Evaluation,
    PromptParams,
    Shown,
    difference,
    evaluation_checks,
    origins,
    recorded_run,
)
from pages.prompting.prompts.figures.examples import copied_figure, counts_figure, labels_figure
from pages.prompting.prompts.topic import VIEWS
from pages.prompting.prompts.words import (
    COPIED,
    EXAMPLES,
    OVER_COUNT,
    WRONG_LABELS,
    copied_title,
    counts_title,
    labels_title,
    points,
)


def panel(page: Page) -> Panel:
    """The number of examples in the place of the main figure."""
    return Panel(
        EXAMPLES,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@cache
def runs(task: str, count: int, shown: Shown = "gold") -> tuple[Evaluation, ...]:
    """The recorded answers to a task with so many examples, by draw."""
    params = [PromptParams(examples=count, choice_seed=seed, shown=shown) for seed in range(DRAWS if count else 1)]
    found = [recorded_run(task, each) for each in params]
    return tuple(run.evaluation() for run in found if run is not None)


def right_of(evaluations: Sequence[Evaluation]) -> list[np.ndarray]:
    """By draw, whether each item was answered right."""
    return [evaluation.correct for evaluation in evaluations]


@cache
def gains() -> Mapping[str, Difference]:
    """By task, what the most examples bring beside none; the intervals of all tasks hold together."""
    none, most = ({task: right_of(runs(task, count)) for task in TASKS} for count in (COUNTS[0], COUNTS[-1]))
    return {task: difference(none[task], most[task], among=len(TASKS)) for task in TASKS}


@cache
def losses() -> Mapping[str, Mapping[str, Difference]]:
    """By kind of wrong labels and task, accuracy with them minus that with the right ones; intervals as in `gains`."""
    gold = {task: right_of(runs(task, WRONG)) for task in TASKS}
    return {
        kind: {task: difference(gold[task], right_of(runs(task, WRONG, kind)), among=len(TASKS)) for task in TASKS}
        for kind in WRONG_ANSWERS
    }


@cache
def copied() -> Mapping[int, np.ndarray]:
    """By number of examples, what the answers to the open tasks are."""
    open_tasks = [name for name, task in TASKS.items() if not task.labels]
    return {count: origins([each for task in open_tasks for each in runs(task, count)]) for count in COUNTS}


def draw(page: Page) -> None:
    """The choice of a view, and its figure."""
    view = page.controls.choice("examples_view", "View", VIEWS["examples_view"], label_visibility="collapsed")
    {OVER_COUNT: _counts, WRONG_LABELS: _labels, COPIED: _copied}[view](page)


def _counts(page: Page) -> None:
    accuracies = {task: {count: [each.accuracy for each in runs(task, count)] for count in COUNTS} for task in TASKS}
    title = counts_title(gains(), COUNTS[0], COUNTS[-1])
    fig = counts_figure(accuracies, look=page.look, title=title)
    page.plot(fig, name="counts", alt=f"Accuracy over the number of examples in six small plots. {title}.", roomy=True)
    unseen = " Two labels that mean nothing have to be read off the examples; that this model does so is not seen here."
    read = "" if gains()["made-up labels"].sign > 0 else unseen
    page.note(
        f"Dots are <b>{DRAWS}</b> draws of examples, lines their means; the format is “Input, Output”. Capitals gain "
        f"{points(gains()['capitals'])} over the items.{read}"
    )


def _labels(page: Page) -> None:
    title = labels_title(losses()["random"], "random")
    fig = labels_figure(losses(), look=page.look, title=title)
    page.plot(fig, name="labels", alt=f"Loss of accuracy by wrong labels, with intervals, by task. {title}.")
    loss, capitals = losses()["random"]["sentiment"], losses()["random"]["capitals"]
    apart = (
        ""
        if capitals.sign < 0
        else " Capitals do not measurably suffer: a wrong capital, too, shows that a capital is asked."
    )
    page.note(
        f"With {WRONG} examples, {DRAWS} draws of them. On sentiment random labels change the accuracy by "
        f"{points(loss)} over the items{'' if loss.sign else ', within the noise'}. Min et al. (2022) found hardly "
        f"any loss over twelve larger models.{apart}"
    )


def _copied(page: Page) -> None:
    title = copied_title(copied())
    fig = copied_figure(copied(), look=page.look, title=title)
    page.plot(fig, name="copied", alt=f"Stacked bars of what answers are, over the number of examples. {title}.")
    first, last = copied()[COUNTS[1]], copied()[COUNTS[-1]]
    page.note(
        f"Four open tasks, {DRAWS} draws. With one example <b>{first[1]:.0%}</b> of all answers are an "
        f"example's answer and <b>{first[2]:.0%}</b> the item itself; with {COUNTS[-1]} "
        f"<b>{last[1]:.0%}</b> and <b>{last[2]:.0%}</b>."
    )


def checks(page: Page) -> list[Check]:
    """The identities over all recorded runs of the view, each with its largest error."""
    kinds: tuple[Shown, ...] = WRONG_ANSWERS if page.controls.value("examples_view") == WRONG_LABELS else ("gold",)
    counts = (WRONG,) if kinds == WRONG_ANSWERS else COUNTS
    every = [each for task in TASKS for count in counts for kind in kinds for each in runs(task, count, kind)]
    return worst_of([evaluation_checks(each) for each in every])


def worst_of(rows: Sequence[Sequence[Check]]) -> list[Check]:
    """The worst of each identity over several evaluations; a NaN is the worst of all."""
    worst: dict[str, Check] = {}
    for check in (check for row in rows for check in row):
        known = worst.get(check.name)
        if known is None or (known.passed and not check.error <= known.error):
            worst[check.name] = check
    return list(worst.values())


def script(page: Page) -> str:
    """A script that reads the recorded accuracies, and measures one of them again."""
    return """from core.models import load_causal_lm
from core.prompting import TASKS, PromptParams, evaluate, recorded_answers

for run in recorded_answers().runs:
    found = run.evaluation()
    print(run.task, run.params.examples, run.params.shown, run.params.choice_seed, found.accuracy, found.interval)
print(evaluate(load_causal_lm(), TASKS["capitals"], PromptParams(examples=8)).accuracy)
"""
