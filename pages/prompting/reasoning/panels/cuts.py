"""The view on a budget of thought: the chain is cut after some tokens, and then asked for its answer."""

from html import escape

import streamlit as st

from components.figures.heights import room
from core.checks import Check
from core.reasoning import (
    BUDGETS,
    CUE,
    Kind,
    Outcome,
    cut_kinds,
    cut_outcome,
    enough,
    extract_answer,
    outcome,
    problems,
    recorded_answers,
    recorded_cuts,
    thought_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.spending import over_tokens
from pages.prompting.reasoning.main import Shown

ABOVE = 190
EXAMPLE = 0
"""The problem of the first set whose cut thought is shown."""


def cuts(shown: Shown) -> None:
    """Accuracy over the tokens of thought, and one thought that is cut."""
    page, look = shown.page, shown.page.look
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        kind: Kind = page.controls.choice("cutting", "Problems", list(cut_kinds()))
    with right:
        budget = int(page.controls.choice("cut", "Tokens of thought, then the answer", list(BUDGETS)))
    every = outcomes(kind)
    place = enough(every)
    title = findings.of_the_cuts(every[0], every[-1], BUDGETS[place])
    chosen, whole, direct = (
        cut_outcome(kind, budget), outcome(kind, "few-shot chain"), outcome(kind, "direct")
    )  # fmt: skip
    fig = over_tokens(
        {"cut and asked": every},
        {"direct": direct, "the whole chain": whole},
        chosen=chosen,
        look=look,
        title=title,
        height=room(look, ABOVE),
    )
    page.plot(fig, name="cuts", alt=f"The share right over tokens of thought. {title}.", roomy=True)
    text = recorded_cuts(kind).by_budget[budget][0].texts[EXAMPLE][0]
    thought, _, said = text.partition(CUE)
    page.sentence(
        f"With {budget} tokens of thought at most, <b>{findings.percent(chosen.accuracy)}</b> of {chosen.count} are "
        f"right ({findings.between(chosen.interval)}), for <b>{chosen.tokens:.0f}</b> tokens. "
        f"<i>{escape(problems(kind, 0)[EXAMPLE].text)}</i> {escape(thought.strip()) or '…'} <b>{CUE.strip()}"
        f"{escape(said)}.</b>"
    )


def outcomes(kind: Kind) -> list[Outcome]:
    """What was answered after each budget."""
    return [cut_outcome(kind, budget) for budget in BUDGETS]


def checks(shown: Shown) -> tuple[Check, ...]:
    """A cut thought begins the recorded one; after all of it the answer is the chain's own."""
    kind = shown.page.controls.value("cutting")
    chains = recorded_answers(kind, "few-shot chain").by_set
    strange, moved = 0, 0
    for budget in BUDGETS:
        for cut, chain in zip(recorded_cuts(kind).by_budget[budget], chains, strict=True):
            for (text,), (whole,) in zip(cut.texts, chain.texts, strict=True):
                strange += not thought_of(whole).startswith(thought_of(text))
                if CUE in whole and thought_of(text) == thought_of(whole):
                    moved += extract_answer(text) != extract_answer(whole)
    return (
        Check("A cut thought begins the one that was written", float(strange), 0.0, "thoughts that do not"),
        Check("Uncut, the answer is the chain’s own", float(moved), 0.0, "answers that differ after a whole thought"),
    )


def script(shown: Shown) -> str:
    """A script that counts the shares on screen."""
    kind = shown.page.controls.value("cutting")
    return f"""from core.reasoning import BUDGETS, cut_outcome

for budget in BUDGETS:
    one = cut_outcome({kind!r}, budget)
    print(budget, one.accuracy, one.interval, one.tokens)
"""
