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
    SCHEMAS,
    TELLINGS,
    Choice,
    call_grammar,
    confusion,
    described,
    recorded_choices,
    written_call,
)
from pages.agents.tools import results
from pages.agents.tools.figures.choice import choice_figure
from pages.agents.tools.words.choice import choice_reading, choice_title
from pages.agents.tools.words.names import CHOICE

LONGEST = 160


def panel(page: Page) -> Panel:
    """The choices in the place of the answers."""
    return Panel(
        CHOICE,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=lambda: checks(_choices(page), _made(page)),
        script=lambda: script(page),
    )


def _choices(page: Page) -> Sequence[Choice]:
    by_telling = recorded_choices().by_condition
    return by_telling.get(page.controls.value("telling")) or by_telling[PLAIN]


def _made(page: Page) -> Sequence[Choice]:
    by_telling = recorded_choices().calls
    return by_telling.get(page.controls.value("telling")) or by_telling[PLAIN]


def draw(page: Page) -> None:
    """The way of telling, a question, the table, and the call that would be made."""
    first, second = st.columns([6, 4], vertical_alignment="bottom")
    with first:
        telling = page.controls.choice("telling", "The model reads", list(TELLINGS))
    with second:
        question = page.controls.text("question", "A question", max_chars=LONGEST, placeholder="Type a question")
    choices, made = _choices(page), _made(page)
    one = _one(question.strip(), telling, made)
    title = choice_title(recorded_choices().by_condition, telling, PLAIN)
    fig = choice_figure(choices, one, look=page.look, height=room(page.look, 190), title=title)
    page.plot(
        fig,
        name="choice",
        alt=f"A table of right against chosen tools, and bars for one question. {title}.",
        roomy=True,
    )
    page.note(f"{choice_reading(choices, made)} {_call(one)}")
    with st.popover("What the model reads"):
        st.code("\n".join(f"{name}: {words}" for name, words in described(telling, 0)), language=None, wrap_lines=True)
        st.caption("The grammar, made from the schemas of the tools: nothing else can be written.")
        st.code(call_grammar(SCHEMAS), language=None, wrap_lines=True)


def _one(question: str, telling: str, made: Sequence[Choice]) -> Choice:
    """The choice for the question on screen: recorded, or measured for one of the visitor's own."""
    recorded = {one.question: one for one in made}
    if question in recorded:
        return recorded[question]
    if question and ensure_loaded(results.MODEL):
        return results.chosen_for(question, telling)
    return next(iter(recorded.values()))


def _call(one: Choice) -> str:
    """The whole call in JSON, valid by the grammar whatever stands in it; or that no tool is called."""
    if one.chosen not in ARGUMENTS:
        return f"“{escape(one.question)}”: <b>{one.chosen}</b>."
    return f"“{escape(one.question)}”: <code>{escape(written_call(one))}</code>"


def checks(choices: Sequence[Choice], made: Sequence[Choice]) -> list[Check]:
    """Every question once for each order, every call against the schema of its tool, and the means over orders."""
    orders = {one.order for one in choices}
    asked = [question for some in QUESTIONS.values() for question in some]
    seen = [(one.question, one.order) for one in choices]
    calls = [one for one in made if one.chosen in ARGUMENTS]
    missing = sum(seen.count((question, order)) != 1 for question in asked for order in orders)
    off = abs(int(confusion(choices).sum()) - len(asked) * len(orders))
    return [
        Check("Questions that are not asked once in each order of the list", missing, 0, f"{len(orders)} orders"),
        Check("Choices that the table does not count", off, 0),
        Check("Calls that do not fit the schema of their tool", sum(map(broken, calls)), 0, f"of {len(calls)}"),
        Check("Means over the orders, against a plain sum", mean_error(choices, made), 1e-9, "double precision"),
    ]


def broken(one: Choice) -> bool:
    """Whether a call, read as JSON, is not the name of a tool with exactly the text that its schema requires."""
    try:
        call = json.loads(written_call(one))
        schema = SCHEMAS[call["name"]]
    except (ValueError, KeyError):
        return True
    arguments = call["arguments"]
    return [*arguments] != [*schema["required"]] or not all(isinstance(text, str) for text in arguments.values())


def mean_error(choices: Sequence[Choice], made: Sequence[Choice]) -> float:
    """How far the log-probabilities of the calls that are made lie from the plain means over all orders."""
    worst = 0.0
    for one in made:
        some = [choice.log_probs for choice in choices if choice.question == one.question]
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
