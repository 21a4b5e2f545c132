"""The words of a step as a lecturer types them."""

from dataclasses import dataclass

import streamlit as st

from core.lessons import MAX_NOTE, MAX_OPTION, MAX_OPTIONS, MAX_QUESTION, MAX_TITLE, Guess, OneOf, Step, View


@dataclass(frozen=True, slots=True)
class Words:
    """What the fields hold.

    Args:
        options: to choose from, one a line.
        guess: a question that is read from the figure, which no field changes.
        reason: why an option is right; no field changes it either.
    """

    title: str
    note: str
    question: str | None
    options: str
    guess: Guess | None = None
    reason: str = ""

    def step(self, view: View) -> Step:
        """The step with these words; raises ValueError for options without a question, for one, and for too many."""
        lines = tuple(line.strip() for line in self.options.splitlines() if line.strip())
        guess = OneOf(lines, reason=self.reason) if lines else self.guess if self.question else None
        return Step(view, self.title, self.note, self.question, guess)


def fields(title: str, note: str = "", question: str | None = None, guess: Guess | None = None) -> Words:
    """The fields of a form, filled with these words; returns what they hold.

    An empty title is the one that was given: a step without a name cannot be told from others.
    """
    named = st.text_input("Title of the step", title[:MAX_TITLE], max_chars=MAX_TITLE).strip()
    asked = st.text_input("Ask before (may stay empty)", question or "", max_chars=MAX_QUESTION).strip()
    typed = guess is None or (isinstance(guess, OneOf) and not guess.readings)
    options = ""
    if typed:
        # An option of a file may have lines of its own, and each line of the field is an option.
        lines = "\n".join(" ".join(option.split()) for option in guess.options) if isinstance(guess, OneOf) else ""
        room = (MAX_OPTION + 1) * MAX_OPTIONS
        options = st.text_area("Options to choose from, one a line (may stay empty)", lines, max_chars=room, height=70)
    else:
        st.caption("The question is answered on the figure itself.")
    said = st.text_area("Note (may stay empty)", note, max_chars=MAX_NOTE, height=90).strip()
    kept, reason = None if typed else guess, guess.reason if guess is not None else ""
    return Words(named or title[:MAX_TITLE], said, asked or None, options or "", kept, reason)
