"""What the page on tools shows: recorded, or measured on a loaded model."""

from collections.abc import Mapping, Sequence

from components.loading import load
from components.results import shared
from core.tools import Attempt, Choice, recorded_answers

MODEL = "smollm2-135m"


def case_of(kind: str) -> Mapping[int, Mapping[str, Sequence[Attempt]]]:
    """The recorded answers of a problem set, by digits and method."""
    return recorded_answers().by_case[kind]


@shared(megabytes=1, size=lambda choice: 2_000)
def chosen_for(question: str, telling: str) -> Choice:
    """What a loaded model chooses for a visitor's question."""
    from core.tools import choose, with_arguments

    lm = load(MODEL)
    return with_arguments(lm, choose(lm, [(question, "")], telling, 0), telling)[0]
