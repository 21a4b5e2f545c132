"""The page's card on the home page."""

from dataclasses import replace

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.agents import MODEL, Setting, recorded_baselines, recorded_runs

LOOK_UPS = (1, 2, 3)
SHOWN = {MODEL: "query", "random": "mass"}


def draw(look: Look) -> Drawing:
    """The share of worlds that the model and the random actor get through, over the look-ups that a task takes."""
    marks: list[Line | Words] = []
    for actor, role in SHOWN.items():
        shares = np.array([share(actor, replace(Setting(), hops=hops)) for hops in LOOK_UPS])
        marks.append(Line(np.column_stack([np.array(LOOK_UPS, float), shares]), look.role(role), 3.5))
        marks.append(Words(actor, (1.0, float(shares[0])), look.word(look.role(role)), "start", 1.2))
    return Drawing("Two curves over the look-ups that a task takes: SmolLM2 and a random actor.", tuple(marks))


def share(actor: str, setting: Setting) -> float:
    """The share of worlds of a setting that an actor gets through."""
    if actor == MODEL:
        return float(recorded_runs()[setting].success.mean())
    return float(recorded_baselines()[actor, setting].success.mean())
