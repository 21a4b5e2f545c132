"""The page's card on the home page."""

import numpy as np

from components.drawing import Dots, Drawing, Line, Words
from components.theme import Look
from core.reasoning import SAMPLES, Kind, Method, outcome, recorded_methods, vote

KIND: Kind = "small numbers"
SHOWN: dict[Method, str] = {"direct": "mass", "program": "accepted", "few-shot chain": "query"}


def draw(look: Look) -> Drawing:
    """Four ways by accuracy over the logarithm of their tokens, and the line of votes."""
    votes = np.array([[np.log(one.tokens), one.accuracy] for one in (vote(KIND, k) for k in range(1, SAMPLES + 1))])
    dots: list[Dots | Words] = []
    for method in (one for one in SHOWN if one in recorded_methods(KIND)):
        one = outcome(KIND, method)
        at = (float(np.log(one.tokens)), one.accuracy)
        dots += [
            Dots(np.array([at]), look.role(SHOWN[method]), radius=6.0),
            Words(method, at, look.word(look.role(SHOWN[method])), above=0.8),
        ]
    return Drawing(
        "Three ways to answer and a line of votes: the share right over the tokens that an answer takes.",
        (Line(votes, look.role("draft"), 3.0), *dots),
    )
