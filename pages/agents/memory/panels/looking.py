"""Where it looks: the attention of the answering token to the needed word, by its place."""

import numpy as np

from components.figures.heights import room
from components.page import Badge, Page, Panel
from core.agents import Looking, recorded_looking
from core.checks import Check
from pages.agents.memory import findings
from pages.agents.memory.figures.looking import looking_figure
from pages.agents.memory.topic import LOOKS

ABOVE = 64


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        LOOKS, lambda: draw(page), stands="instead", badges=(Badge.RECORDED,),
        checks=lambda: checks(recorded_looking()), script=script,
    )  # fmt: skip


def draw(page: Page) -> None:
    """The layers, the head, and whether attention and finding go together."""
    seen = recorded_looking()
    title = findings.of_the_looking(seen)
    fig = looking_figure(seen, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="looking", alt=f"Attention to the needed word by layer and place. {title}.", roomy=True)
    page.sentence(findings.of_looking_and_finding(seen))


def checks(seen: Looking) -> tuple[Check, ...]:
    """Every weight is a share, and the mean over layers is the mean of everything."""
    beyond = max(float(seen.weights.max() - 1), float(-seen.weights.min()), 0.0)
    apart = abs(float(seen.by_layer.mean()) - float(np.mean(seen.weights, dtype=np.float64)))
    return (
        Check("Weights that leave 0 to 1, by", beyond, 1e-6, "float32"),
        Check("Means by layer and over everything differ by", apart, 1e-12, "double precision"),
    )


def script() -> str:
    """A script that reads the recorded attention."""
    return """from core.agents import recorded_looking

seen = recorded_looking()
print(seen.head)
for place, weights in zip(seen.positions, seen.by_place):
    print(place + 1, weights.mean())
"""
