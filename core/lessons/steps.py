"""What a lesson is: steps in a row, each a view of a page with words for the lecturer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.lessons.guesses import Guess
from core.lessons.texts import hold

MAX_BYTES = 1_000_000
"""Bytes of a lesson's file in UTF-8."""

MAX_STEPS = 200
MAX_TITLE = 200
MAX_NOTE = 4_000
MAX_QUESTION = 1_000
"""Characters of a title, a note and a question."""


@dataclass(frozen=True, slots=True)
class View:
    """A page as it is to be seen. It is no address, so it leads to no other host.

    Args:
        page: the page's key.
        values: the parameters that differ from the page's defaults; every other one has its default.
    """

    page: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One view of a lesson.

    Args:
        view: what is shown.
        title: how the lecturer calls it.
        note: what the lecturer wants to say with it.
        question: what the class is asked before the view is shown; None asks nothing.
        guess: how the class answers it; None only asks.

    Raises:
        ValueError: a text is longer than MAX_TITLE, MAX_NOTE or MAX_QUESTION, or no text that can be written; a guess
            without a question.
    """

    view: View
    title: str
    note: str = ""
    question: str | None = None
    guess: Guess | None = None

    def __post_init__(self) -> None:
        hold("title", self.title, MAX_TITLE)
        hold("note", self.note, MAX_NOTE)
        hold("question", self.question or "", MAX_QUESTION)
        if self.guess is not None and not self.question:
            raise ValueError("a guess needs a question")


@dataclass(frozen=True, slots=True)
class Lesson:
    """Steps in the order in which they are shown.

    Raises:
        ValueError: the title is longer than MAX_TITLE, or there are more than MAX_STEPS steps.
    """

    title: str = ""
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        hold("title of the lesson", self.title, MAX_TITLE)
        if len(self.steps) > MAX_STEPS:
            raise ValueError(f"a lesson of {len(self.steps)} steps; at most {MAX_STEPS} are allowed")
