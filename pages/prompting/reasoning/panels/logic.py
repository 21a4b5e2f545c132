"""The panel on wrong logic: what a damaged chain in the examples costs, by pairs on the same problems."""

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Panel
from core.checks import Check
from core.reasoning import Kind, Method, Outcome, demos, difference, examples, outcome, recorded_methods
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.budget import color_of
from pages.prompting.reasoning.figures.shares import Bar, two_columns
from pages.prompting.reasoning.main import Shown

DAMAGES: tuple[Method, ...] = ("wrong results", "wrong order", "wrong operations", "another's chain", "direct")
"""From the least damage to none of the chain left."""

KIND: Kind = "small numbers"
ABOVE = 112
"""Pixels of the main figure's room that the way back, the control and the sentence take."""


def panel(shown: Shown) -> Panel:
    """The panel."""
    return Panel(
        "Wrong logic",
        lambda: wrong_logic(shown),
        stands="instead",
        badges=(Badge.RECORDED,),
        checks=checks,
        script=script,
    )


def wrong_logic(shown: Shown) -> None:
    """Accuracy of each damage, and its difference from the right chain."""
    page = shown.page
    right, others = outcomes()
    with st.columns([3, 7])[0]:
        damage = page.controls.select("damage", "The first example with", ["few-shot chain", *DAMAGES])
    title = findings.of_wrong_logic(right, others)
    look = page.look
    every = [right, *others]
    left = [
        Bar(_label(one), one.accuracy, *one.interval, color=color_of(look, one.name), marks=one.by_set) for one in every
    ]
    apart = {one.name: difference(right, one) for one in others}
    gaps = [
        Bar(_label(one), apart[one.name].mean, *apart[one.name].interval, color=color_of(look, one.name))
        for one in others
    ]
    fig = two_columns(
        left,
        gaps,
        look=look,
        title=title,
        headings=("share right, small marks: each set", "minus the right chain, same problems"),
        height=room(look, ABOVE),
    )
    page.plot(fig, name="logic", alt=f"Accuracy by damage to the examples, with intervals. {title}.", roomy=True)
    shown_as = demos(damage, examples(KIND, 0))[0]
    page.sentence(
        f"<i>{shown_as.problem}</i> → <b>{shown_as.answer}</b> The right chain: "
        f"{findings.percent(right.accuracy)}. Lines span 95 %, over {right.count} problems in {len(right.by_set)} sets "
        "with examples of their own. Published for large models: wrong steps keep 80 to 90 % of the accuracy "
        "(Wang et al. 2022, 2212.10001)."
    )


def outcomes() -> tuple[Outcome, list[Outcome]]:
    """The right chain, and every damage that was recorded."""
    known = recorded_methods(KIND)
    return outcome(KIND, "few-shot chain"), [outcome(KIND, one) for one in DAMAGES if one in known]


def _label(one: Outcome) -> str:
    return {"few-shot chain": "right chain", "direct": "only the last line"}.get(one.name, one.name)


def checks() -> tuple[Check, ...]:
    """A difference by pairs must be the difference of the accuracies."""
    right, others = outcomes()
    errors = [abs(difference(right, one).mean - (one.accuracy - right.accuracy)) for one in others]
    bound = 4 * 2.0**-52
    return (Check("Gains minus losses are the difference of the shares", max(errors), bound, "rounding of two means"),)


def script() -> str:
    """A script that counts the differences on screen."""
    return f"""from core.reasoning import difference, outcome

right = outcome({KIND!r}, "few-shot chain")
print("right chain", right.accuracy, right.interval)
for name in {[one.name for one in outcomes()[1]]!r}:
    found = outcome({KIND!r}, name)
    apart = difference(right, found)
    print(name, found.accuracy, found.interval, apart.mean, apart.interval)
"""
