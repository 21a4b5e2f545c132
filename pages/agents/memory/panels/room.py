"""What fits: which answers are still there when a context has room for so many tokens."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import KEEPINGS, NEWEST, NOTES, RELEVANT, SUMMARIZED, answered_within, kept_within, recorded_notebook
from core.checks import Check
from core.numbers import wilson
from pages.agents.memory import findings
from pages.agents.memory.figures.questions import questions_figure
from pages.agents.memory.topic import ROOM

ABOVE = 120
BUDGETS = tuple(range(0, 1001, 50))
MOST = BUDGETS[-1]


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        ROOM, lambda: draw(page), stands="instead", badges=(Badge.RECORDED, Badge.TOY),
        checks=lambda: checks(budget_of(page)), script=lambda: script(page),
    )  # fmt: skip


def budget_of(page: Page) -> int:
    """Tokens there is room for."""
    return min(max(int(page.controls.value("budget")), 0), MOST)


def draw(page: Page) -> None:
    """The slider, a line for each way of keeping, and what is dropped."""
    with st.columns([4, 6])[0]:
        page.controls.slider("budget", "Room for tokens", 0, MOST, step=50)
    budget = budget_of(page)
    title = findings.of_the_room({keeping: answered_within(keeping, budget) for keeping in KEEPINGS}, budget)
    names = findings.ROOM_NAMES
    series = {
        names[keeping]: [(hits, count, wilson(hits, count)) for hits, count in counts(keeping)] for keeping in KEEPINGS
    }
    roles = {NEWEST: "value", RELEVANT: "query", SUMMARIZED: "target"}
    fig = questions_figure(
        series, BUDGETS, at=budget, axis="tokens there is room for",
        colors={names[keeping]: page.look.role(role) for keeping, role in roles.items()}, look=page.look, title=title,
        height=room(page.look, ABOVE),
    )  # fmt: skip
    page.plot(fig, name="room", alt=f"Answers still held over the room for tokens. {title}.", roomy=True)
    page.sentence(sentence(budget))


def counts(keeping: str) -> list[tuple[int, int]]:
    """By budget, how many answers are held, of how many."""
    return [(int(hits.sum()), len(hits)) for hits in (answered_within(keeping, budget) for budget in BUDGETS)]


def newest(budget: int) -> tuple[int, ...]:
    """Which notes are kept, the newest first."""
    order = np.argsort([note.age for note in NOTES], kind="stable")
    return kept_within(order.tolist(), recorded_notebook().note_tokens.tolist(), budget)


def sentence(budget: int) -> str:
    """What is kept and what is dropped first."""
    book, kept = recorded_notebook(), newest(budget)
    oldest = f", the oldest of them {NOTES[kept[-1]].age / 24:.0f} days old" if kept else ""
    return (
        f"All sixty notes take <b>{int(book.note_tokens.sum())}</b> tokens, the eight summaries "
        f"{int(book.summary_tokens.sum())}. With room for <b>{budget}</b>, newest first, {len(kept)} notes stay"
        f"{oldest}; {len(NOTES) - len(kept)} are dropped. A summary holds no answer that its writer left out."
    )


def checks(budget: int) -> tuple[Check, ...]:
    """Nothing kept is longer than the room, and more room loses no answer."""
    book, kept = recorded_notebook(), newest(budget)
    used = int(book.note_tokens[list(kept)].sum())
    lost = sum(
        int((answered_within(keeping, small) & ~answered_within(keeping, large)).sum())
        for keeping in KEEPINGS
        for small, large in ((budget, MOST), (budget // 2, budget))
    )
    return (
        Check("Tokens kept beyond the room", max(0, used - budget), 0, f"{used} of {budget}"),
        Check("Answers lost by more room", lost, 0, "three ways of keeping"),
    )


def script(page: Page) -> str:
    """A script that counts the answers on screen."""
    return f"""from core.agents import KEEPINGS, answered_within

for keeping in KEEPINGS:
    print(keeping, answered_within(keeping, {budget_of(page)}).sum())
"""
