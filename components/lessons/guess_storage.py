"""The guesses in this tab's storage, and which steps were uncovered without one: there they outlive a reload."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.course import topics
from components.frame import UNCOVERED
from components.lessons.guessed import GUESSED, WRITES, Guessed, guesses
from components.lessons.playing import ANSWERS, UNCOVERS
from components.storage import stored
from core.lessons import MAX_ANSWER, MAX_QUESTION, MAX_REASON, MAX_STEPS, Verdict

HEARD = "_play_guessed_heard"
"""Where the session keeps that it has taken over what the tab kept before it."""

MOST = 200
"""Guesses that are kept, the last ones."""

LONGEST = 400_000
"""Characters of the storage that are read."""

TEXTS = {
    "question": MAX_QUESTION,
    "guessed": MAX_ANSWER,
    "truth": MAX_ANSWER,
    "reason": MAX_REASON,
    "lesson": 40,
    "answer": MAX_ANSWER,
}
"""The most characters of each text of a guess."""


Uncovered = tuple[str, int, str]
"""A step that was uncovered without a guess: the lesson's name in an address, the place from 0, the question."""


def mirror() -> None:
    """Keeps the guesses in this tab, and takes over what it keeps. Drawn below what tells or makes a guess."""
    text = guesses_to_json(guesses()[::-1], uncovered())
    writes = st.session_state.get(WRITES, 0) + st.session_state.get(UNCOVERS, 0)
    heard = bool(st.session_state.get(HEARD))
    stored("guess_mirror", "guesses", text, writes, found=take, of="tab", heard=heard)


def take(written: str) -> None:
    """Takes over what this tab keeps, below what was guessed since; what is no list of guesses is left alone."""
    st.session_state[HEARD] = True
    since = st.session_state.get(GUESSED, {})
    kept = {(one.page, one.question): one for one in guesses_from_json(written)}
    st.session_state[GUESSED] = {**{place: one for place, one in kept.items() if place not in since}, **since}
    answers = st.session_state.setdefault(ANSWERS, {})
    for one in kept.values():
        answers.setdefault((*one.address, one.question), one.answer)
    for step in uncovered_from_json(written):
        answers.setdefault(step, UNCOVERED)
    st.session_state[WRITES] = st.session_state.get(WRITES, 0) + 1


def uncovered() -> list[Uncovered]:
    """The steps that were uncovered without a guess, the last ones."""
    answers = st.session_state.get(ANSWERS, {})
    return [step for step, answer in answers.items() if answer == UNCOVERED][-MOST:]


def guesses_to_json(kept: Sequence[Guessed], seen: Sequence[Uncovered] = ()) -> str:
    """The last guesses and uncovered steps, as the storage holds them; `guesses_from_json` and `uncovered_from_json`
    give the same back."""
    rows: list[dict[str, Any]] = [
        {
            "page": one.page,
            "question": one.question,
            "guessed": one.verdict.guessed,
            "truth": one.verdict.truth,
            "right": one.verdict.right,
            "reason": one.reason,
            "lesson": one.address[0],
            "place": one.address[1],
            "answer": one.answer,
            "chosen": one.chosen,
            "typed": one.typed,
        }
        for one in kept[-MOST:]
    ]
    rows += [{"uncovered": True, "lesson": name, "place": place, "question": asked} for name, place, asked in seen]
    return json.dumps(rows, ensure_ascii=False)


def guesses_from_json(written: str) -> list[Guessed]:
    """The guesses of a storage; what is none is left out, as is one about a page that is not there."""
    return [_guessed(row) for row in _rows(written) if _holds(row)][-MOST:]


def uncovered_from_json(written: str) -> list[Uncovered]:
    """The steps of a storage that were uncovered without a guess; what is none is left out."""
    return [
        (row["lesson"], row["place"], row["question"])
        for row in _rows(written)
        if row.get("uncovered") is True
        and all(_is_text(row.get(name), TEXTS[name]) for name in ("lesson", "question"))
        and _is_place(row.get("place"))
    ][-MOST:]


def _rows(written: str) -> list[dict[str, Any]]:
    """The entries of a storage; none where it holds something else."""
    try:
        rows = json.loads(written) if len(written) <= LONGEST else []
    except (ValueError, RecursionError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _holds(row: Mapping[str, Any]) -> bool:
    """Whether an entry has all parts of a guess, each in its type and within its bounds."""
    return (
        any(row.get("page") == topic.key for topic in topics())
        and all(_is_text(row.get(name), most) for name, most in TEXTS.items())
        and _is_place(row.get("place"))
        and all(isinstance(row.get(name), bool) for name in ("chosen", "typed"))
        and (row.get("right") is None or isinstance(row["right"], bool))
    )


def _is_place(part: Any) -> bool:
    """Whether a part is the place of a step, from 0."""
    return isinstance(part, int) and 0 <= part < MAX_STEPS


def _is_text(part: Any, most: int) -> bool:
    """Whether a part is a text of at most so many characters that can be written: without half a character."""
    return isinstance(part, str) and len(part) <= most and not any("\ud800" <= letter <= "\udfff" for letter in part)


def _guessed(row: Mapping[str, Any]) -> Guessed:
    verdict, address = Verdict(row["guessed"], row["truth"], row["right"]), (row["lesson"], row["place"])
    return Guessed(
        row["page"], row["question"], verdict, row["reason"], address, row["answer"], row["chosen"], row["typed"]
    )
