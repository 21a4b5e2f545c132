"""An agent's building blocks as one diagram; a click on a block opens the panel that shows it."""

from typing import Any

from components.course import FIGURE, PANEL
from components.figures.heights import room
from components.page import Badge, Page, Panel
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


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(PARTS, lambda: draw(page), stands="instead", badges=(Badge.TOY,), checks=checks)


def clicked(carried: list[Any]) -> dict[str, Any]:
    """What a click on a block sets; memory has a page of its own."""
    opens = OPENS[list(BLOCKS)[int(carried[0])]]
    return {PANEL: opens} if opens in {FIGURE, *OPENS.values()} - {OPENS["memory"]} else {}


def draw(page: Page) -> None:
    """The diagram."""
    title = "A loop: read, think or plan, act if allowed, observe, and read again"
    fig = parts_figure(OPENS, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(
        fig, name="parts", alt=f"Blocks of an agent with arrows between them. {title}.", on_click=clicked, roomy="broad"
    )
    page.sentence(
        f"Ten blocks, {len(WAYS)} ways between them. A click on a block opens what measures it: "
        f"every block but the task can fail."
    )


def checks() -> tuple[Check, ...]:
    """Every block lies on the loop, and is opened by something."""
    ends = {end for way in WAYS for end in way}
    return (
        Check("Blocks without a way", len(set(BLOCKS) - ends), 0, f"of {len(BLOCKS)}"),
        Check("Blocks that open nothing", len(set(BLOCKS) - set(OPENS)), 0, f"of {len(BLOCKS)}"),
    )
