"""The view on the rule that reads an answer, alone: a text of the visitor's, what is read, and what it misses."""

from dataclasses import dataclass
from functools import cache
from html import escape

import streamlit as st

from components.page import Page
from core.checks import Check
from core.reasoning import (
    SAMPLES,
    WARM,
    Kind,
    Method,
    extract_answer,
    first_wrong_step,
    is_recorded,
    numbers_in,
    offered_by,
    recorded_answers,
    recorded_heats,
    recorded_kinds,
    recorded_methods,
    steps,
    truths,
    value_of,
)
from pages.prompting.reasoning.panels.transcripts import GRID, card

READ: Method = "few-shot chain"
TRIED = (
    "It costs $5.50.",
    "The answer is 3/4.",
    "So there are 1,250 of them, not -5.",
    "The answer is 6 + 7 = 13.",
    "The answer is thirteen.",
    "No number at all.",
)
"""What the rule reads as people mean it, and what it does not."""


def rule(page: Page) -> None:
    """A text, what is read in it, its first wrong step, and the rule on texts that are hard for it."""
    text = page.controls.text("text", "A text, as a model could have written it", lines=3, max_chars=1000)
    found = extract_answer(text)
    wrong = first_wrong_step(text)
    cards = [card("Your text", text, None, page.look, method=READ)]
    cards += [card("The rule", one, None, page.look, method=READ) for one in TRIED]
    st.html(f'<div style="{GRID}">{"".join(cards)}</div>')
    count = Counted.over_all()
    page.sentence(
        f"Read: <b>{'no number' if found is None else found}</b>, the first number after “answer is”, else the last "
        f"before a blank line or “Q:”. Equations read: {len(steps(text))}"
        + (f", the first that does not hold: <b>{escape(wrong.text)}</b>. " if wrong else ". ")
        + "It misses numbers in words, and takes the first of several. Over "
        f"<b>{count.texts:,}</b> recorded texts the rule is right in {count.rule:,}, the last number alone in "
        f"{count.last:,}; in {count.apart:,} the two differ."
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many recorded texts there are with a number as their answer, and in how many two rules are right.

    Args:
        texts: of all kinds and methods but programs. rule: right by the rule. last: right by the last number.
        apart: in which the two read different numbers.
    """

    texts: int
    rule: int
    last: int
    apart: int

    @staticmethod
    @cache
    def over_all() -> "Counted":
        """Counted over everything that was recorded."""
        pairs = [pair for kind in recorded_kinds() if not offered_by(kind) for pair in _pairs(kind)]
        reads = [(extract_answer(text), (numbers_in(text) or (None,))[-1], truth) for text, truth in pairs]
        return Counted(
            len(reads),
            sum(rule == truth for rule, _, truth in reads),
            sum(last == truth for _, last, truth in reads),
            sum(rule != last for rule, last, _ in reads),
        )


def _pairs(kind: Kind) -> list[tuple[str, int | str]]:
    """Every recorded text of a kind behind examples, with the right answer; no programs."""
    written = [
        recorded_answers(kind, method, samples, heat).by_set
        for method in recorded_methods(kind)
        for samples, heat in [(1, WARM), *((SAMPLES, heat) for heat in recorded_heats(kind))]
        if not method.startswith("zero-shot") and method != "program" and is_recorded(kind, method, samples, heat)
    ]
    return [
        (text, truth)
        for by_set in written
        for one, known in zip(by_set, truths(kind), strict=True)
        for some, truth in zip(one.texts, known, strict=True)
        for text in some
    ]


def checks(page: Page) -> tuple[Check, ...]:
    """What stands behind the end of the text must not count, and a step that is wrong must not hold."""
    text = page.controls.value("text")
    moved = (
        float(extract_answer(text) != extract_answer(f"{text}\n\nQ: The answer is 987654.")) if text.strip() else 0.0
    )
    wrong = first_wrong_step(text)
    sides = [value_of(side) for side in wrong.text.split("=")] if wrong is not None and "=" in wrong.text else [None]
    held = float(None not in sides and len(set(sides)) == 1)
    return (
        Check("No answer is read behind a text’s end", float(moved), 0.0, "the text with another question behind it"),
        Check("The step that is called wrong does not hold", held, 0.0, "its sides read once more, each alone"),
    )


def script(page: Page) -> str:
    """A script that reads the text."""
    return f"""from core.reasoning import extract_answer, first_wrong_step, steps

text = {page.controls.value("text")!r}
print(extract_answer(text), first_wrong_step(text), steps(text))
"""
