"""The words of a step as a lecturer types them."""

from dataclasses import dataclass
from typing import get_args

import streamlit as st

from core.lessons import (
    MAX_NAME,
    MAX_NOTE,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_QUESTION,
    MAX_REASON,
    MAX_TITLE,
    Guess,
    Number,
    OneOf,
    Step,
    Take,
    View,
)

IN_THE_FILE = (
    '"guess": {"kind": "point", "reading": {"series": "test", "take": "lowest at", "over": "degree"}}',
    '"guess": {"kind": "curve", "series": "test", "over": "degree"}',
)
"""How a step of a lesson's file asks for a point on an axis, and for a curve."""

NOT_HERE = "A point on an axis, or a curve to sketch, is asked for in the lesson's file."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the fields of a number hold; all empty where none is asked for.

    Args:
        low, high: between which guesses are taken.
        truth: None where nothing decides.
        unit: of the number.
    """

    low: float | None = None
    high: float | None = None
    truth: float | None = None
    unit: str = ""

    def guess(self, reason: str) -> Number:
        """The question; raises ValueError without a range, for an empty one, and for a truth outside of it."""
        if self.low is None or self.high is None:
            raise ValueError("a number is asked for without the range in which guesses are taken")
        return Number(None, self.low, self.high, self.unit, reason, self.truth)


@dataclass(frozen=True, slots=True)
class Words:
    """What the fields hold.

    Args:
        options: to choose from, one a line.
        guess: a question that is read from the figure, which no field changes.
        reason: why an option or a number is right.
        right: the line of the right option, from 1; None where nothing decides.
        number: that is asked for instead of options.
    """

    title: str
    note: str
    question: str | None
    options: str
    guess: Guess | None = None
    reason: str = ""
    right: int | None = None
    number: Asked = Asked()

    def step(self, view: View) -> Step:
        """The step with these words; raises ValueError for options without a question, for one, for too many, for a
        right one that is none of them, for a number beside options, and for one without a range or outside of it."""
        lines = tuple(line.strip() for line in self.options.splitlines() if line.strip())
        guess = self.guess if self.question else None
        if lines and self.number != Asked():
            raise ValueError("a question has options or asks for a number, not both")
        if lines:
            guess = OneOf(lines, reason=self.reason, right=None if self.right is None else self.right - 1)
        elif self.right is not None:
            raise ValueError("an option is right, but there is none to choose from")
        elif self.number != Asked():
            guess = self.number.guess(self.reason)
        return Step(view, self.title, self.note, self.question, guess)


def fields(
    title: str = "",
    note: str = "",
    question: str | None = None,
    guess: Guess | None = None,
    *,
    otherwise: str = "",
    key: str | None = None,
) -> Words:
    """The fields of a form, filled with these words; returns what they hold.

    Args:
        title, note, question, guess: of the step.
        otherwise: the title where none is typed: a step without a name cannot be told from others.
        key: of the field of the title, which then keeps what was typed when `otherwise` becomes another.
    """
    otherwise = (otherwise or title)[:MAX_TITLE]
    label = "Title of the step" if title else "Title of the step (may stay empty)"
    named = st.text_input(label, title[:MAX_TITLE], max_chars=MAX_TITLE, placeholder=otherwise, key=key).strip()
    asked = st.text_input("Ask before (may stay empty)", question or "", max_chars=MAX_QUESTION).strip()
    asked_for = guess if isinstance(guess, Number) and guess.reading is None else None
    typed = guess is None or asked_for is not None or (isinstance(guess, OneOf) and not guess.readings)
    options, reason, right, number = "", guess.reason if guess is not None else "", None, Asked()
    if typed:
        # An option of a file may have lines of its own, and each line of the field is an option.
        lines = "\n".join(" ".join(option.split()) for option in guess.options) if isinstance(guess, OneOf) else ""
        room = (MAX_OPTION + 1) * MAX_OPTIONS
        options = st.text_area("Options to choose from, one a line (may stay empty)", lines, max_chars=room, height=70)
        before = guess.right + 1 if isinstance(guess, OneOf) and guess.right is not None else None
        right = st.number_input("The line of the right one (may stay empty)", 1, MAX_OPTIONS, before, placeholder="")
        number = _number(asked_for)
        st.caption(NOT_HERE, help=_how())
        reason = st.text_input("Why it is right (may stay empty)", reason, max_chars=MAX_REASON).strip()
    else:
        st.caption("The question is answered on the figure itself.")
    said = st.text_area("Note (may stay empty)", note, max_chars=MAX_NOTE, height=90).strip()
    kept = None if typed else guess
    return Words(named or otherwise, said, asked or None, options or "", kept, reason, right, number)


def _how() -> str:
    """What a step of the file holds for a point and for a curve, in markdown."""
    takes = ", ".join(f"“{take}”" for take in get_args(Take))
    # No block of code: it would not break into lines, and be wider than a phone.
    shown = "\n\n".join(f"`{line}`" for line in IN_THE_FILE)
    return (
        "Save the lesson on the page “Lesson”, write one of these lines into the step, beside its question, and load "
        f"it again. The truth is read from the figure:\n\n{shown}\n\n"
        "`series` is a line as the figure calls it, and `over` the title of one of its axes, where several plots have "
        f"such a line. `take` is one of {takes}; “value” also needs `at`, and “rise” is no point."
    )


def _number(guess: Number | None) -> Asked:
    """The fields of a number, in a row."""
    st.caption("Or ask for a number, between two others:")
    low, high, truth, unit = st.columns(4)
    return Asked(
        low.number_input("From", value=guess.low if guess else None, placeholder=""),
        high.number_input("To", value=guess.high if guess else None, placeholder=""),
        truth.number_input("The right one", value=guess.truth if guess else None, placeholder=""),
        unit.text_input("Its unit", guess.unit if guess else "", max_chars=MAX_NAME).strip(),
    )
