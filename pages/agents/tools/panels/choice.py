"""Let it choose: which of three tools a small model calls, when only valid calls can be written."""

import json
from collections.abc import Sequence
from html import escape

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel
from core.checks import Check
from core.tools import (
    ARGUMENTS,
    PLAIN,
    QUESTIONS,
    TELLINGS,
    Choice,
    confusion,
    described,
    majority,
    recorded_choices,
)
from pages.agents.tools import results
from pages.agents.tools.figures.choice import choice_figure
from pages.agents.tools.words import CHOICE, choice_reading, choice_title

LONGEST = 160


def panel(page: Page) -> Panel:
    """The choices in the place of the answers."""
    return Panel(
        CHOICE,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: checks(_choices(page)),
        script=lambda: script(page),
    )


def _choices(page: Page) -> Sequence[Choice]:
    by_telling = recorded_choices().by_condition
    return by_telling.get(page.controls.value("telling")) or by_telling[PLAIN]


def draw(page: Page) -> None:
    """The way of telling, a question, the table, and the call that would be made."""
    first, second = st.columns([5, 5], vertical_alignment="bottom")
    with first:
        telling = page.controls.choice("telling", "The model reads", list(TELLINGS))
    with second:
        question = page.controls.text("question", "A question", max_chars=LONGEST, placeholder="Type a question")
    choices = _choices(page)
    one = _one(question.strip(), telling, choices)
    title = choice_title(recorded_choices().by_condition, telling, PLAIN)
    fig = choice_figure(choices, one, look=page.look, height=room(page.look, 190), title=title)
    page.plot(
        fig,
        name="choice",
        alt=f"A table of right against chosen tools, and bars for one question. {title}.",
        roomy=True,
    )
    page.note(f"{choice_reading(choices)} {_call(one)}")
    with st.popover("What the model reads"):
        st.code("\n".join(f"{name}: {words}" for name, words in described(telling, 0)), language=None, wrap_lines=True)


def _one(question: str, telling: str, choices: Sequence[Choice]) -> Choice:
    """The choice for the question on screen: recorded, or measured for one of the visitor's own."""
    recorded = majority(choices)
    if question in recorded:
        return recorded[question]
    if question and ensure_loaded(results.MODEL):
        return results.chosen_for(question, telling)
    return next(iter(recorded.values()))


def _call(one: Choice) -> str:
    """The choice; of a question measured now the whole call in JSON, valid by the grammar whatever stands in it."""
    if one.chosen not in ARGUMENTS or not one.argument:
        return f"“{escape(one.question)}”: <b>{one.chosen}</b>."
    call = json.dumps({"name": one.chosen, "arguments": {ARGUMENTS[one.chosen]: one.argument}}, ensure_ascii=False)
    return f"“{escape(one.question)}”: <code>{escape(call)}</code>"


def checks(choices: Sequence[Choice]) -> list[Check]:
    """Every question once for each order, and every recorded argument within a valid call."""
    orders = {one.order for one in choices}
    asked = [question for some in QUESTIONS.values() for question in some]
    seen = [(one.question, one.order) for one in choices]
    missing = sum(seen.count((question, order)) != 1 for question in asked for order in orders)
    off = abs(int(confusion(choices).sum()) - len(asked) * len(orders))
    return [
        Check("Questions that are not asked once in each order of the list", missing, 0, f"{len(orders)} orders"),
        Check("Choices that the table does not count", off, 0),
        Check("Calls that are no valid JSON of their tool", sum(map(broken, choices)), 0),
        Check("Means over the orders, against a plain sum", mean_error(choices), 1e-9, "double precision"),
    ]


def broken(one: Choice) -> bool:
    """Whether the call would not be read back from between the quotes as it was written."""
    if not one.argument:
        return False
    try:
        return one.chosen not in ARGUMENTS or json.loads(f'{{"a": "{one.argument}"}}') != {"a": one.argument}
    except ValueError:
        return True


def mean_error(choices: Sequence[Choice]) -> float:
    """How far the log-probabilities over all orders lie from their plain mean."""
    found = majority(choices)
    worst = 0.0
    for question, one in found.items():
        some = [choice.log_probs for choice in choices if choice.question == question]
        by_hand = [sum(row[place] for row in some) / len(some) for place in range(len(one.log_probs))]
        worst = max(worst, float(np.abs(np.array(by_hand) - one.log_probs).max()))
    return worst


def script(page: Page) -> str:
    """A script that lets the model choose for the question on screen."""
    question, telling = page.controls.value("question"), page.controls.value("telling")
    return f"""from core.models import load_causal_lm
from core.tools import ORDERS, choose, chosen_right, recorded_choices, with_arguments

lm = load_causal_lm()
for order in ORDERS:
    one = with_arguments(lm, choose(lm, [({question!r}, "")], {telling!r}, order), {telling!r})[0]
    print(order, one.chosen, one.log_probs, one.argument)
print(chosen_right(recorded_choices().by_condition[{telling!r}]))
"""
