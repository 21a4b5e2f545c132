"""What the order of examples does: all 24, the place of a label, and choosing one without labels."""

from collections.abc import Sequence
from functools import cache
from html import escape

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel
from components.phrases import span
from core.checks import Check
from core.prompting import (
    ORDER_DRAWS,
    TASKS,
    TOP,
    Evaluation,
    global_entropy,
    local_entropy,
    most_undecided,
    orders_check,
    place_effects,
    recorded_orders,
    share_said,
)
from core.prompting import evaluation_checks as identities
from pages.prompting.prompts.figures.orders import entropy_figure, orders_figure, places_figure
from pages.prompting.prompts.panels.examples import worst_of
from pages.prompting.prompts.topic import VIEWS
from pages.prompting.prompts.words import CHOSEN, ORDER, ORDERS, PLACES, chosen_title, orders_title, places_title

RULES = {"GlobalE": global_entropy, "LocalE": local_entropy}
"""The two entropies by which an order is chosen."""


def panel(page: Page) -> Panel:
    """The orders in the place of the main figure."""
    return Panel(
        ORDER,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@cache
def runs(draw_of_examples: int) -> tuple[Evaluation, ...]:
    """All orders of the examples of a draw, by order seed."""
    return tuple(run.evaluation() for run in recorded_orders().runs[draw_of_examples])


def label() -> str:
    """The label whose share is followed: the first of the task."""
    return TASKS[recorded_orders().task].labels[0]


@cache
def effects() -> np.ndarray:
    """By draw and place, how much more often the label is said where an example there has it."""
    return np.stack([place_effects(runs(place), label()) for place in range(ORDER_DRAWS)])


def accuracies(evaluations: Sequence[Evaluation]) -> np.ndarray:
    """Of each order."""
    return np.array([each.accuracy for each in evaluations])


@cache
def entropies(rule: str) -> np.ndarray:
    """By draw and order, the entropy on the draw's probes."""
    return np.array([[RULES[rule](row) for row in rows] for rows in recorded_orders().probe_log_probs])


def gains(rule: str) -> list[float]:
    """By draw, the mean accuracy of the chosen orders minus that of all."""
    found = []
    for place in range(ORDER_DRAWS):
        shares = accuracies(runs(place))
        found.append(float(shares[most_undecided(entropies(rule)[place])].mean() - shares.mean()))
    return found


def draw(page: Page) -> None:
    """The choice of a view, and its figure."""
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        view = page.controls.choice("order_view", "View", VIEWS["order_view"], label_visibility="collapsed")
    if view != PLACES:
        with right:
            page.controls.slider("order_draw", "Draw of the examples", 0, ORDER_DRAWS - 1)
    {ORDERS: _orders, PLACES: _places, CHOSEN: _chosen}[view](page)


def _signs(evaluation: Evaluation) -> str:
    return "".join("+" if item.answer == label() else "−" for item in evaluation.examples)


def _orders(page: Page) -> None:
    found = runs(page.controls.value("order_draw"))
    shares = accuracies(found)
    title = orders_title(shares, len(found[0].answers))
    fig = orders_figure(
        [_signs(each) for each in found],
        shares,
        [each.interval for each in found],
        [each.examples[-1].answer == label() for each in found],
        look=page.look,
        title=title,
    )
    page.plot(fig, name="orders", alt=f"Accuracy of 24 orders with intervals, the worst first. {title}.", roomy=True)
    worst, best = found[int(shares.argmin())], found[int(shares.argmax())]
    page.note(f"Worst, {_told(worst)}. Best, {_told(best)}. The order is all that differs.")


def _told(evaluation: Evaluation) -> str:
    """An order in words: its accuracy with interval, and its examples."""
    names = " → ".join(
        f"“{escape(' '.join(item.text.split()[:4]))} …” {'+' if item.answer == label() else '−'}"
        for item in evaluation.examples
    )
    said = share_said(evaluation, label())
    share = f"<b>{evaluation.accuracy:.0%}</b> ({span(evaluation.interval)})"
    return f"{share}, says “{label()}” to <b>{said:.0%}</b>: {names}"


def _places(page: Page) -> None:
    title = places_title(effects(), label())
    fig = places_figure(effects(), label(), look=page.look, title=title)
    page.plot(fig, name="places", alt=f"Bars by place of how much more often a label is said. {title}.")
    last = effects()[:, -1]
    page.note(
        f"All 24 orders of {ORDER_DRAWS} draws, two examples of each label. With “{label()}” last the model says it to "
        f"<b>{100 * last.min():+.0f}</b> to <b>{100 * last.max():+.0f}</b> points more often than with the other label "
        "there. A model that only copied the last label would have +100 at the last place; one that read the examples "
        "alike wherever they stand, 0 everywhere."
    )


def _chosen(page: Page) -> None:
    place = page.controls.value("order_draw")
    shares, values = accuracies(runs(place)), entropies("GlobalE")[place]
    chosen = most_undecided(values)
    title = chosen_title(gains("GlobalE"), "GlobalE")
    fig = entropy_figure(values, shares, chosen.tolist(), look=page.look, title=title, name="GlobalE")
    page.plot(fig, name="entropy", alt=f"Accuracy of each order over its entropy. {title}.")
    probes = ", ".join(f"“{escape(text)}”" for text in recorded_orders().probes[place][:3])
    page.note(
        f"The model writes probes itself ({probes}) and labels them. An order that gives all the same label has "
        f"entropy 0. The {TOP} with the largest are right in <b>{shares[chosen].mean():.0%}</b>, all in "
        f"<b>{shares.mean():.0%}</b>, the best in <b>{shares.max():.0%}</b>. LocalE: "
        f"{chosen_title(gains('LocalE'), 'LocalE').removeprefix('Orders chosen by LocalE ')}."
    )


def checks(page: Page) -> list[Check]:
    """All orders of one set of examples, and the identities of each evaluation."""
    found = runs(page.controls.value("order_draw"))
    return [orders_check(found, len(found)), *worst_of([identities(each) for each in found])]


def script(page: Page) -> str:
    """A script that measures the orders on screen again; it runs in the project's folder."""
    return f"""from dataclasses import replace

from core.models import load_causal_lm
from core.prompting import REVIEWS_IN_ALL, TASKS, PromptParams, evaluate

lm, task = load_causal_lm(), TASKS["sentiment"]
task = replace(task, items=task.items[:REVIEWS_IN_ALL])
for seed in range(24):
    prompt = PromptParams(examples=4, choice_seed={page.controls.value("order_draw")}, order_seed=seed)
    found = evaluate(lm, task, prompt)
    print(found.accuracy, found.interval, [example.answer for example in found.examples])
"""
