"""The view on a budget of thought: the chain is cut after some tokens, and then asked for its answer."""

from html import escape

import streamlit as st

from components.figures.heights import room
from core.checks import Check
from core.reasoning import (
    BUDGETS,
    COUNT,
    CUE,
    CUT,
    Kind,
    Outcome,
    cut_kinds,
    cut_outcome,
    extract_answer,
    outcome,
    problems,
    recorded_answers,
    recorded_cuts,
    thought_of,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.spending import budgets
from pages.prompting.reasoning.main import Shown, problem_slider

ABOVE = 190


def cuts(shown: Shown) -> None:
    """Accuracy over the tokens of thought, and one thought that is cut."""
    page, look = shown.page, shown.page.look
    places = st.columns([2.4, 3, 2.4], vertical_alignment="bottom")
    with places[0]:
        page.controls.choice("cutting", "Problems", list(cut_kinds()))
    kind = kind_of(shown)
    with places[1]:
        budget = int(page.controls.choice("cut", "Tokens of thought, then the answer", list(BUDGETS)))
    number = problem_slider(page, places[2], kind)
    every = outcomes(kind)
    title = findings.of_the_cuts(every)
    chosen, whole, direct = every[budget], outcome(kind, "few-shot chain"), outcome(kind, "direct")
    fig = budgets(
        list(every.values()),
        {"direct": direct, "whole chain": whole},
        chosen=chosen,
        look=look,
        title=title,
        height=room(look, ABOVE),
    )
    page.plot(fig, name="cuts", alt=f"The share right over tokens, by the thought that was let. {title}.")
    seed, place = divmod(number - 1, COUNT)
    problem = problems(kind, seed)[place]
    thought, _, said = recorded_cuts(kind).by_budget[budget][seed].texts[place][0].partition(CUE)
    page.sentence(
        f"With at most <b>{budget}</b> tokens of thought <b>{findings.percent(chosen.accuracy)}</b> of {chosen.count} "
        f"are right ({findings.between(chosen.interval)}), for <b>{chosen.tokens:.0f}</b> tokens. <i>"
        f"{escape(problem.text)}</i> {escape(thought.strip()) or 'No thought.'} <b>{CUE.strip()}{escape(said)}.</b> "
        f"{'Right' if extract_answer(CUE + said) == problem.truth else 'Wrong'}: it is {problem.truth}. "
        "“Direct” has seen examples that answer at once; here they all think."
    )


def kind_of(shown: Shown) -> Kind:
    """The kind of problems on screen: the first that is recorded, where the link has another."""
    asked, known = shown.page.controls.value("cutting"), cut_kinds()
    return next((kind for kind in known if kind == asked), known[0] if known else CUT[0])


def outcomes(kind: Kind) -> dict[int, Outcome]:
    """Budget -> what was answered after it."""
    return {budget: cut_outcome(kind, budget) for budget in BUDGETS}


def checks(shown: Shown) -> tuple[Check, ...]:
    """A cut thought begins the recorded one; after all of it the answer is the chain's own."""
    kind = kind_of(shown)
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
    return f"""from core.reasoning import BUDGETS, cut_outcome

for budget in BUDGETS:
    one = cut_outcome({kind_of(shown)!r}, budget)
    print(budget, one.accuracy, one.interval, one.tokens)
"""
