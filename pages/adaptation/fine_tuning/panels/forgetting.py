"""What is forgotten: perplexity on other texts, by method and learning rate; and the texts of the task."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.tuning import CLASSES, MEALS, STORIES, Example, draw_examples, recorded_runs
from pages.adaptation.fine_tuning.figures import bars
from pages.adaptation.fine_tuning.topic import CHAT, NAMES, PROSE
from pages.adaptation.fine_tuning.words import forgetting_reading, forgetting_title

ABOVE = 165
EXAMPLES = 8
"""Texts of each domain that are shown."""


def draw(page: Page) -> None:
    """Perplexity after tuning over that before."""
    texts = [PROSE, CHAT]
    text = texts.index(page.controls.choice("other", "A text about something else", texts))
    record, look = recorded_runs(), page.look
    words = forgetting_title(record, text)
    fig = bars.forgetting(record, NAMES, text, look=look, title=words, height=room(look, ABOVE))
    page.plot(fig, name="forgetting", alt=f"Perplexity on another text after tuning, by method. {words}.")
    page.note(forgetting_reading(record, text))


def checks() -> tuple[Check, ...]:
    """The probe leaves every weight, so its perplexity stays to the last bit; and the checks of the runs."""
    probe = recorded_runs().chosen("probe")
    moved = max(float(abs(run.perplexity - run.before).max()) for run in probe)
    return (Check("After a probe: the old perplexity", moved, 0.0, "both texts, all seeds"), *recorded_runs().checks)


def script() -> str:
    """A script that prints the recorded perplexities."""
    return """from core.tuning import METHODS, recorded_runs

# Recorded by: python -m core.assets record tuning methods
for method in METHODS:
    for run in recorded_runs().tried(method):
        print(method, run.params.rate, run.before.round(2), run.perplexity.round(2))
"""


def draw_texts(page: Page) -> None:
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
