"""What the page on tools shows: recorded, or measured on a loaded model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.loading import load
from components.results import shared
from core.tools import ORDERS, Attempt, Choice, majority, recorded_answers

MODEL = "smollm2-135m"


def case_of(kind: str) -> Mapping[int, Mapping[str, Sequence[Attempt]]]:
    """The recorded answers of a problem set, by digits and method."""
    return recorded_answers().by_case[kind]


@shared(megabytes=1, size=lambda choice: 2_000)
def chosen_for(question: str, telling: str) -> Choice:
    """What a loaded model chooses for a visitor's question over all orders; its call with the first of them."""
    from core.tools import choose, with_arguments

    lm = load(MODEL)
    found = majority([one for order in ORDERS for one in choose(lm, [(question, "")], telling, order)])[question]
    return with_arguments(lm, [replace(found, order=ORDERS[0])], telling)[0]
