"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.decoding import Generation, recorded_race


def draw(look: Look) -> Drawing:
    """Tokens against seconds on the copying prompt: prompt lookup beside greedy decoding."""
    race = recorded_race("copy")
    greedy, lookup = _stairs(race.runs["greedy"]), _stairs(race.runs["prompt lookup"])
    accent = look.accent("efficiency")
    return Drawing(
        "Tokens written over time: one at a time by greedy decoding, in a few large steps and far sooner by prompt "
        "lookup.",
        (
            Line(greedy, look.ink),
            Line(lookup, accent),
            Words("prompt lookup", (float(lookup[-1, 0]) + 0.04, float(lookup[-1, 1])), accent, "start", above=-1.0),
            Words("greedy", (float(greedy[-1, 0]), 0.3 * float(greedy[-1, 1])), look.ink, "end"),
        ),
    )


def _stairs(run: Generation) -> np.ndarray:
    """Tokens written by each time, as steps: [point 2], seconds and tokens."""
    seconds = np.cumsum([0.0, *(step.seconds for step in run.steps)])
    tokens = np.cumsum([0, *(len(step.added) for step in run.steps)])
    return np.column_stack([np.repeat(seconds, 2)[1:], np.repeat(tokens, 2)[:-1]])
