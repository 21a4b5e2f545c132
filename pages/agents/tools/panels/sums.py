"""Bare sums by their length, and the calculator is exact at any length."""

from collections.abc import Sequence

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel, token_chip
from components.refusals import told
from core.checks import Check
from core.tools import CONDITIONS, Sum, evaluate, recorded_sums, written
from pages.agents.tools.figures.sums import sums_figure
from pages.agents.tools.words.names import SUMS
from pages.agents.tools.words.sums import sums_reading, sums_title


def panel(page: Page) -> Panel:
    """The sums in the place of the answers."""
    return Panel(
        SUMS,
        lambda: draw(page),
        stands="instead",
        badges=(Badge.RECORDED, Badge.EXACT),
        checks=lambda: checks(_sums(page)),
        script=lambda: script(page),
    )


def _sums(page: Page) -> Sequence[Sum]:
    by_digits = recorded_sums().by_case[page.controls.value("shown")]
    return by_digits[min(max(page.controls.value("length"), 1), max(by_digits))]


def draw(page: Page) -> None:
    """The two curves, the first wrong digits, how numbers are cut, and a sum of the visitor's own, exactly."""
    by_case = recorded_sums().by_case
    first, second, third = st.columns([2.4, 2, 4.4], vertical_alignment="bottom")
    with first:
        shown = page.controls.choice("shown", "Before the sum", list(CONDITIONS))
    with second:
        length = page.controls.slider("length", "Digits", 1, max(by_case[shown]))
    with third:
        text = page.controls.text("exact", "For the calculator", max_chars=2000, placeholder="12 * (3 + 4)")
    title = sums_title(by_case[shown], shown)
    fig = sums_figure(by_case, shown=shown, length=length, look=page.look, height=room(page.look, 190), title=title)
    page.plot(
        fig, name="sums", alt=f"Right sums over digits, and where wrong ones go wrong first. {title}.", roomy=True
    )
    page.note(f"{sums_reading(_sums(page))} {_cut(page)}")
    try:
        st.code(f"{text} = {written(evaluate(text))}", language=None, wrap_lines=True)
    except ValueError as error:
        told(error)


def _cut(page: Page) -> str:
    """How the tokenizer cuts some of the recorded texts."""
    color = page.look.role("query")
    pieces = recorded_sums().pieces
    return " ".join("".join(token_chip(piece, color) for piece in pieces[text]) for text in ("678", "45 + 678 ="))


def checks(sums: Sequence[Sum]) -> list[Check]:
    """Carries against the digit sums, and each sum against the calculator."""
    wrong = sum(_digit_sum(one.left) + _digit_sum(one.right) - 9 * one.carries != _digit_sum(one.truth) for one in sums)
    apart = sum(evaluate(f"{one.left} + {one.right}") != one.truth for one in sums)
    return [
        Check("Sums whose digit sum does not fall by nine for each carry", wrong, 0, f"of {len(sums)}"),
        Check("Sums on which the calculator differs from Python", apart, 0, f"of {len(sums)}"),
    ]


def _digit_sum(number: int) -> int:
    return sum(int(digit) for digit in str(number))


def script(page: Page) -> str:
    """A script that reads the recorded sums and computes the visitor's own."""
    shown, length, text = (page.controls.value(name) for name in ("shown", "length", "exact"))
    return f"""from core.tools import evaluate, recorded_sums, written

sums = recorded_sums().by_case[{shown!r}][{length}]
print(sum(one.correct for one in sums), "of", len(sums))
print([(one.left, one.right, one.said, one.first_wrong, one.carries) for one in sums if not one.correct])
print(written(evaluate({text!r})))
"""
