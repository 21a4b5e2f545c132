"""What the visitor has guessed in this session, and how it compared with the truth."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from components.lessons.playing import ANSWERS, Playing
from core.lessons import Between, Guess, Number, OneOf, Point, Series, Verdict, in_unit, judged, truth_of

GUESSED = "_play_guessed"
"""Where the session keeps the guesses."""

WRITES = "_play_guessed_writes"
"""Where it keeps how often they have changed."""


@dataclass(frozen=True, slots=True)
class Guessed:
    """One guess.

    Args:
        page: the key of the page.
        question: what was asked.
        verdict: guess and truth.
        reason: why, where the lesson says it.
        address: the parameters that name the step.
        answer: the guess as an address holds it.
        chosen: it was chosen among options.
        typed: the truth is what the lesson says, and is read from no figure.
    """

    page: str
    question: str
    verdict: Verdict
    reason: str
    address: tuple[str, int]
    answer: str = ""
    chosen: bool = False
    typed: bool = False

    @property
    def rightly(self) -> str:
        """What a right answer is called: what was chosen among options is right, what was read off may be near."""
        return "right" if self.chosen else "right, or near"


def verdict_of(play: Playing, answer: str, shown: Sequence[Series]) -> Guessed:
    """A guess beside what the figures of the step show; raises ValueError where they lack what is asked for."""
    step = play.step
    assert step.guess is not None
    verdict = judged(step.guess, answer, shown)
    chosen = isinstance(step.guess, OneOf | Between)
    asked, address, typed = step.question or "", (play.name, play.place), _typed(step.guess)
    return Guessed(step.view.page, asked, verdict, step.guess.reason, address, answer, chosen, typed)


def _typed(guess: Guess) -> bool:
    """Whether the lecturer says the truth, and no figure."""
    return (isinstance(guess, OneOf) and guess.right is not None) or (isinstance(guess, Number) and not guess.reading)


def remember(guessed: Guessed) -> None:
    """Keeps a guess; of two at one question the later one."""
    kept = st.session_state.setdefault(GUESSED, {})
    place = guessed.page, guessed.question
    if kept.pop(place, None) != guessed:
        st.session_state[WRITES] = st.session_state.get(WRITES, 0) + 1
    kept[place] = guessed


def forget() -> None:
    """Forgets all guesses, so that each question stands again. A callback."""
    st.session_state[GUESSED] = {}
    st.session_state[WRITES] = st.session_state.get(WRITES, 0) + 1
    st.session_state.pop(ANSWERS, None)


def guesses() -> tuple[Guessed, ...]:
    """All guesses of this session, the last one first."""
    return tuple(reversed(st.session_state.get(GUESSED, {}).values()))


def told(guessed: Guessed) -> str:
    """Guess, truth and reason in HTML."""
    verdict = guessed.verdict
    yours = f"Your guess: <b>{escape(verdict.guessed)}</b>."
    truth = f" {source_of(guessed.typed)}: <b>{escape(verdict.truth)}</b>." if verdict.truth else ""
    close = {True: f" That is {guessed.rightly}.", False: " A surprise.", None: ""}[verdict.right]
    return f"{yours}{truth}{close} {escape(guessed.reason)}"


def truth_told(guess: Guess, shown: Sequence[Series]) -> str:
    """Truth and reason in HTML, for who has not guessed; raises ValueError where the figures lack what is asked for."""
    truth = truth_of(guess, shown)
    said = f"{source_of(_typed(guess))}: <b>{escape(truth)}</b>. " if truth else ""
    return f"{said}{escape(guess.reason)}".strip()


def means_of(guess: Guess) -> str:
    """How a question is answered, what is right, and why."""
    truth = "The figure says what is right."
    if isinstance(guess, OneOf | Between):
        how = f"Options: {' · '.join(guess.options)}."
        if isinstance(guess, OneOf) and not guess.readings:
            truth = "Nothing decides." if guess.right is None else f"Right: {guess.options[guess.right]}."
    elif isinstance(guess, Number):
        how = f"A number from {guess.low:g} to {in_unit(guess, guess.high)}."
        if guess.reading is None:
            truth = "Nothing decides." if guess.truth is None else f"Right: {in_unit(guess, guess.truth)}."
    elif isinstance(guess, Point):
        how = f"A point on the axis of “{guess.reading.series}”."
    else:
        how = f"A sketch of the curve “{guess.series}”."
    return f"{how} {truth} {guess.reason}".rstrip()


def source_of(typed: bool) -> str:
    """Who says the truth: the lecturer, or the figure."""
    return "The answer" if typed else "The figure"


def as_csv(kept: Sequence[Guessed]) -> str:
    """The guesses as a table, each in words and as an address holds it, which of a curve is its points; a text that a
    spreadsheet would take for a formula is quoted."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["page", "question", "guess", "answer", "truth", "right", "reason"])
    for one in kept:
        right = {True: "yes", False: "no", None: ""}[one.verdict.right]
        texts = (one.page, one.question, one.verdict.guessed, one.answer, one.verdict.truth, right, one.reason)
        rows.writerow([f"'{text}" if text[:1] in ("=", "+", "-", "@") else text for text in texts])
    return out.getvalue()
