"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line, Words
from components.theme import Look
from core.reasoning import SAMPLES, outcome, vote

SIZE = "small numbers"


def draw(look: Look) -> Drawing:
    """Four ways by accuracy over the logarithm of their tokens, and the line of votes."""
    votes = np.array([[np.log(one.tokens), one.accuracy] for one in (vote(SIZE, k) for k in range(1, SAMPLES + 1))])
    dots = []
    for method, role in (("direct", "mass"), ("program", "accepted"), ("few-shot chain", "query")):
        one = outcome(SIZE, method)  # type: ignore[arg-type] - methods
        at = (float(np.log(one.tokens)), one.accuracy)
        dots += [
            Dots(np.array([at]), look.role(role), radius=6.0),
            Words(method, at, look.word(look.role(role)), above=0.8),
        ]
    return Drawing(
        "Three ways to answer and a line of votes: the share right over the tokens that an answer takes.",
        (Line(votes, look.role("draft"), 3.0), *dots),
    )
