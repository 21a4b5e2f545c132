"""An agent's building blocks as one diagram; a click on a block opens the panel that shows it."""

from typing import Any

import streamlit as st

from components.course import FIGURE, PANEL, topics_by_key
from components.elsewhere import open_at
from components.figures.heights import room
from components.page import Badge, Page, Panel
from components.screens import alive, recording
from core.checks import Check
from pages.agents.agents.figures.parts import BLOCKS, WAYS, parts_figure
from pages.agents.agents.names import MAKE, NOISE, PLAN
from pages.agents.agents.topic import EDIT, GUARDS, PARTS, PROMPT, SUCCESS, THOUGHTS

ABOVE = 60
OPENS = {
    "task": FIGURE,
    "context": PROMPT,
    "thought": THOUGHTS,
    "plan": PLAN,
    "act": SUCCESS,
    "guard": GUARDS,
    "tool": NOISE,
    "new tools": MAKE,
    "observation": EDIT,
    "memory": "page “Memory”",
}
"""By block, what shows it."""

MEMORY, LEAVES = "memory", "agents_to_memory"
"""The block that has a page of its own, and where the session keeps that it was clicked."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(PARTS, lambda: draw(page), stands="instead", badges=(Badge.TOY,), checks=checks)


def clicked(carried: list[Any]) -> dict[str, Any]:
    """What a click on a block sets; memory has a page of its own, which the next run opens."""
    block = list(BLOCKS)[int(carried[0])]
    if block == MEMORY:
        st.session_state[LEAVES] = True
        return {}
    return {PANEL: OPENS[block]}


def draw(page: Page) -> None:
    """The diagram; after a click on memory its page, which no callback can open."""
    if st.session_state.pop(LEAVES, False):
        open_at(topics_by_key()[MEMORY], {}, "top")
    title = "A loop: read, think or plan, act if allowed, observe, and read again"
    fig = parts_figure(OPENS, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(
        fig, name="parts", alt=f"Blocks of an agent with arrows between them. {title}.", on_click=clicked, roomy="broad"
    )
    page.sentence(
        f"{len(BLOCKS)} blocks, {len(WAYS)} ways between them."
        + alive(" A click on a block opens what measures it:")
        + (" Every" if recording() else " every")
        + " block but the task can fail."
    )


def checks() -> tuple[Check, ...]:
    """Every block lies on the loop, and is opened by something."""
    ends = {end for way in WAYS for end in way}
    return (
        Check("Blocks without a way", len(set(BLOCKS) - ends), 0, f"of {len(BLOCKS)}"),
        Check("Blocks that open nothing", len(set(BLOCKS) - set(OPENS)), 0, f"of {len(BLOCKS)}"),
    )
