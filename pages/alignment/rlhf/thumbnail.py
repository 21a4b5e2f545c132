"""The page's card on the home page."""

import numpy as np

from components.drawing import Drawing, Line, Words
from components.theme import Look
from core.rlhf import recorded_runs, usual


def draw(look: Look) -> Drawing:
    """Proxy and gold of a run that hacks its reward."""
    run = recorded_runs()[usual()]
    steps, last = np.arange(len(run.proxy)), len(run.proxy) - 1
    return Drawing(
        "Two rewards over the steps of a training: the learned one rises to the end, the true one rises a little and "
        "then falls.",
        (
            Line(np.column_stack([steps, run.proxy]), look.role("proxy")),
            Line(np.column_stack([steps, run.gold]), look.role("gold")),
            Words("learned reward", (last, float(run.proxy[-1])), look.word(look.role("proxy")), "end", above=-1.6),
            Words("true reward", (last, float(run.gold[-1])), look.word(look.role("gold")), "end", above=2.4),
        ),
    )
