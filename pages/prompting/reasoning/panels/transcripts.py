"""One problem by every way, side by side: what was written, its first wrong step, and the answer that was read."""

from fractions import Fraction
from html import escape
from itertools import pairwise

import streamlit as st

from components.page import Panel
from components.phrases import listed
from components.theme import Look
from core.checks import Check
from core.reasoning import (
    ASKED,
    SETS,
    Method,
    Problem,
    Step,
    extract_answer,
    find_answer,
    first_wrong_step,
    flowing,
    problems,
    read_answer,
    recorded_answers,
    recorded_methods,
)
from pages.prompting.reasoning.figures.budget import color_of
from pages.prompting.reasoning.main import Shown

BESIDE: tuple[Method, ...] = ("direct", "zero-shot chain", "few-shot chain", "program")
"""The ways that are always shown, beside the one on screen."""


GRID = "display:grid;grid-template-columns:repeat(auto-fit,minmax(215px,1fr));gap:10px"
"""Cards side by side, as many as there is room for."""


def panel(shown: Shown) -> Panel:
    """The panel."""
    return Panel("One problem", lambda: transcripts(shown), checks=lambda: checks(shown))


def transcripts(shown: Shown) -> None:
    """A card for each way."""
    problem, texts = asked(shown), _texts(shown)
    right = [method for method, text in texts.items() if read_answer(text, method) == problem.truth]
    told = f"right by {listed(right)}" if right else "right by none of these"
    shown.page.note(f"{escape(problem.text)} The answer is <b>{problem.truth}</b>: {told}.")
    look = shown.page.look
    cards = "".join(card(method, text, problem.truth, look, method=method) for method, text in texts.items())
    st.html(
        f'<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(215px,1fr));gap:10px">{cards}</div>'
    )
    shown.page.note(
        "The number that counts as the answer is marked: the first after “answer is”, else the last. The first "
        "equation that does not hold in exact arithmetic is underlined."
    )


def asked(shown: Shown) -> Problem:
    """The problem on screen."""
    seed, place = shown.spot
    return problems(shown.size, SETS[seed])[place]


def _texts(shown: Shown) -> dict[Method, str]:
    """What each way on show wrote."""
    seed, place = shown.spot
    ways = [method for method in recorded_methods(shown.size) if method in BESIDE or method == shown.way]
    return {method: recorded_answers(shown.size, method).by_set[seed].texts[place][0] for method in ways}


def card(name: str, text: str, truth: Fraction | int | None, look: Look, *, method: Method) -> str:
    """A name, a text with its marks, and whether it is right, in HTML; the texts are escaped."""
    value = read_answer(text, method)
    verdict = "no number" if value is None else f"{value}"
    good = truth is not None and value == truth
    color = look.role("accepted" if good else "rejected") if truth is not None else look.quiet
    sign = "" if truth is None else ("✓ " if good else "✗ ")
    return (
        f'<div style="border:1px solid {look.faint};border-top:3px solid {color_of(look, method)};border-radius:6px;'
        f'padding:8px 10px"><div style="display:flex;justify-content:space-between"><b>{escape(name)}</b>'
        f'<b style="color:{look.word(color)}">{sign}{escape(verdict)}</b></div>'
        f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{marked(text, look, method=method)}</div></div>'
    )


def marked(text: str, look: Look, *, method: Method) -> str:
    """A text in HTML: its answer on a tint, its first wrong step underlined. The text is escaped."""
    text = flowing(text) if method in ASKED else text
    wrong = first_wrong_step(text)
    answer = None if method == "program" else find_answer(text)
    cuts = sorted({0, len(text), *(_ends(wrong)), *((answer.start, answer.end) if answer else ())})
    parts = []
    for start, end in pairwise(cuts):
        style = ""
        if answer and answer.start <= start < answer.end:
            style += f"background:{look.faint};font-weight:700;padding:0 3px;border-radius:3px;"
        if wrong and wrong.start <= start < wrong.end:
            style += f"text-decoration:underline wavy {look.role('rejected')};"
        piece = escape(text[start:end])
        parts.append(f'<span style="{style}">{piece}</span>' if style else piece)
    return "".join(parts).strip()


def _ends(step: Step | None) -> tuple[int, ...]:
    return (step.start, step.end) if step else ()


def checks(shown: Shown) -> tuple[Check, ...]:
    """What stands behind the end of a text must not count."""
    texts = [text for method, text in _texts(shown).items() if method != "program"]
    moved = sum(extract_answer(text) != extract_answer(f"{text}\n\nQ: The answer is 987654.") for text in texts)
    return (Check("No answer is read behind a text’s end", float(moved), 0.0, "texts whose answer changes"),)
