"""The texts of the task with their labels, drawn anew for each seed."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.page import Page
from core.tuning import CLASSES, MEALS, STORIES, Example, draw_examples

EXAMPLES = 8
"""Texts of each domain that are shown."""


def draw(page: Page) -> None:
    """Some texts of both domains with their labels, drawn anew for each seed."""
    with st.columns([1, 4])[0]:
        seed = page.controls.number("text_seed", "Seed", 0, 9999)
    page.finding("The main clause decides, and the other clause always says the opposite")
    left, right = st.columns(2)
    for place, name, domain in ((left, "Meals: to learn from", MEALS), (right, "Stories: the shift", STORIES)):
        with place:
            st.html(_table(name, draw_examples(domain, EXAMPLES, seed)))
    page.note(
        f"Both domains have the same three forms and the same two labels, <b>{CLASSES[1]}</b> and <b>{CLASSES[0]}</b>, "
        "but no thing and no adjective in common. To exchange the two "
        "clauses exchanges the label and keeps every word, so a count of words cannot tell."
    )


def _table(name: str, examples: Sequence[Example]) -> str:
    cell = "<td style='padding:2px 12px 2px 0'>"
    rows = "".join(
        f"<tr>{cell}{escape(example.text)}</td>{cell}<b>{CLASSES[example.label]}</b></td></tr>" for example in examples
    )
    return f"<p><b>{escape(name)}</b></p><table>{rows}</table>"
