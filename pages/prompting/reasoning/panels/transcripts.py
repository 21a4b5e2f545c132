"""One problem by every way, side by side: what was written, its first wrong step, and the answer that was read."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape
from itertools import pairwise

import numpy as np
import streamlit as st

from components.elsewhere import elsewhere
from components.page import Panel
from components.phrases import listed
from components.theme import Look
from core.checks import Check
from core.reasoning import (
    ASKED,
    Found,
    Kind,
    Method,
    Problem,
    Step,
    extract_answer,
    find_answer,
    find_word,
    first_wrong_step,
    flowing,
    longest_of,
    offered_by,
    problems,
    read_reply,
    recorded_answers,
    recorded_methods,
)
from pages.prompting.reasoning import findings
from pages.prompting.reasoning.figures.budget import color_of
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.results import missing

BESIDE: tuple[Method, ...] = ("direct", "zero-shot chain", "few-shot chain", "program")
"""The ways that are always shown, beside the one on screen."""


ALOUD: Method = "zero-shot chain"

GRID = "display:grid;grid-template-columns:repeat(auto-fit,minmax(215px,1fr));gap:10px"
"""Cards side by side, as many as there is room for."""


def panel(shown: Shown) -> Panel:
    """The panel."""
    return Panel("One problem", lambda: transcripts(shown), checks=lambda: checks(shown))


def transcripts(shown: Shown) -> None:
    """A card for each way."""
    problem, texts = asked(shown), _texts(shown)
    offered = offered_by(shown.kind)
    right = [method for method, text in texts.items() if read_reply(text, method, offered) == problem.truth]
    told = f"right by {listed(right)}" if right else "right by none of these"
    shown.page.note(f"{escape(problem.text)} The answer is <b>{problem.truth}</b>: {told}.")
    look = shown.page.look
    cards = "".join(
        card(method, text, problem.truth, look, method=method, offered=offered) for method, text in texts.items()
    )
    st.html(f'<div style="{GRID}">{cards}</div>')
    what = "word" if offered else "number"
    shown.page.note(
        f"The {what} that counts as the answer is marked: the first after “answer is”, else the last. The first "
        f"equation that does not hold in exact arithmetic is underlined.{stopped(shown.kind) if ALOUD in texts else ''}"
    )
    why = findings.of_the_missing(*missing(shown.kind))
    if why:
        shown.page.note(why)
    if "program" in texts:
        elsewhere("tools", {}, "More programs, which the app runs")


def stopped(kind: Kind) -> str:
    """How many chains without examples came to no end of their own, in words."""
    most = longest_of(ALOUD)
    tokens = np.concatenate([one.tokens.ravel() for one in recorded_answers(kind, ALOUD).by_set])
    cut, count = int((tokens >= most).sum()), len(tokens)
    return f" Without examples {cut} of {count} chains were stopped after {most} tokens."


def asked(shown: Shown) -> Problem:
    """The problem on screen."""
    seed, place = shown.spot
    return problems(shown.kind, seed)[place]


def _texts(shown: Shown) -> dict[Method, str]:
    """What each way on show wrote."""
    seed, place = shown.spot
    ways = [method for method in recorded_methods(shown.kind) if method in BESIDE or method == shown.way]
    return {method: recorded_answers(shown.kind, method).by_set[seed].texts[place][0] for method in ways}


def card(
    name: str,
    text: str,
    truth: Fraction | int | str | None,
    look: Look,
    *,
    method: Method,
    offered: Sequence[str] = (),
) -> str:
    """A name, a text with its marks, and whether it is right, in HTML; the texts are escaped."""
    value = read_reply(text, method, offered)
    verdict = f"no {'answer' if offered else 'number'}" if value is None else f"{value}"
    good = truth is not None and value == truth
    color = look.role("accepted" if good else "rejected") if truth is not None else look.quiet
    sign = "" if truth is None else ("✓ " if good else "✗ ")
    body = marked(text, look, method=method, offered=offered)
    return (
        f'<div style="border:1px solid {look.faint};border-top:3px solid {color_of(look, method)};border-radius:6px;'
        f'padding:8px 10px"><div style="display:flex;justify-content:space-between"><b>{escape(name)}</b>'
        f'<b style="color:{look.word(color)}">{sign}{escape(verdict)}</b></div>'
        f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{body}</div></div>'
    )


def marked(text: str, look: Look, *, method: Method, offered: Sequence[str] = ()) -> str:
    """A text in HTML: its answer on a tint, its first wrong step underlined. The text is escaped."""
    text = flowing(text) if method in ASKED else text
    wrong = first_wrong_step(text)
    answer: Found[Fraction] | Found[str] | None = None
    if method != "program":
        answer = find_word(text, offered) if offered else find_answer(text)
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
    offered = offered_by(shown.kind)
    moved = sum(
        _value(text, offered) != _value(f"{text}\n\nQ: The answer is {decoy}.", offered)
        for text in texts
        for decoy in offered or ("987654",)
    )
    return (Check("No answer is read behind a text’s end", float(moved), 0.0, "texts whose answer changes"),)


def _value(text: str, offered: Sequence[str]) -> Fraction | str | None:
    if not offered:
        return extract_answer(text)
    found = find_word(text, offered)
    return None if found is None else found.value
