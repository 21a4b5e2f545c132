"""A question in a room: what a student votes with, what the lecturer leads with, and what became of it afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from html import escape
from typing import Any, Literal

import streamlit as st

from components.lessons.cover import height_of, means
from components.lessons.playing import Playing
from components.rooms.attending import Attending
from components.rooms.drawn import votes
from components.rooms.news import answers_by_round, votes_told
from components.theme import Look
from core.lessons import Between, Curve, Guess, Number, OneOf, Point, Series, asked_series, in_unit, number_in
from core.rooms import ROUNDS, axes_to_json, rightness, shift, truth_among

AGAIN = "Second round. Talk with your neighbors, then vote again."


def room_cover(
    key: str, play: Playing, shown: Callable[[], Sequence[Series]], look: Look, *, moved: bool = False
) -> None:
    """The question in the place of a figure: with votes for a student, with the class's votes for the lecturer.

    Args:
        key: of the page.
        play: the step.
        shown: gives the series of the figures that are covered, whose axes a guess may take.
        look: where it is shown.
        moved: they are of another view than the question's, by whose axes a class is not counted.
    """
    here, guess = play.room, play.step.guess
    assert here is not None
    # Below a student's question nothing stands that would move.
    height: int | Literal["content"] = height_of(look) if here.leads else "content"
    with st.container(key="cover", height=height, border=True, vertical_alignment="center"):
        first = "Think first" if guess is None else "Vote first" if play.round == 1 else AGAIN
        if here.ended:
            first = "The room has ended"
        asked = f'<p class="to_guess" style="font-size:{look.title_size + 4}px">{escape(play.step.question or "")}</p>'
        st.html(f'<p class="first"><b>{first}</b></p>{asked}')
        try:
            asks_about = _asked_about(guess, shown)
        except ValueError:
            st.caption("The figure of this step does not show what the question is read from.")
            asks_about, guess = None, None
        if here.leads:
            if asks_about is not None and not here.ended and not moved:
                here.place(axes_to_json((asks_about.across, asks_about.upwards)))
            _led(key, play, here, guess)
        elif guess is not None and not here.ended:
            _ballot(key, play, guess, asks_about, look)


def _asked_about(guess: Guess | None, shown: Callable[[], Sequence[Series]]) -> Series | None:
    """The series on whose axes a guess is made; None for one without axes. Raises ValueError where it is missing."""
    if not isinstance(guess, Point | Curve):
        return None
    return asked_series(guess, shown())


def _ballot(key: str, play: Playing, guess: Guess, series: Series | None, look: Look) -> None:
    """What takes a student's vote."""
    here = play.room
    assert here is not None
    given = here.answer(play.place, play.round)
    name = f"{key}_play_{play.name}_{play.place}_{play.round}"
    means(name, play, guess, [series] if series is not None else [], look, chosen=given)
    st.html(f'<p class="vote" role="status">{escape(_said(here, given, play))}</p>')
    votes(f"{key}_votes", drawn_votes(here))


def _said(here: Attending, given: str, play: Playing) -> str:
    """How it stands with a student's vote."""
    refused = here.refusal(play.place, play.round)
    if refused:
        return refused
    if here.seen.lost:
        return "The room does not answer just now. Votes are not counted until it does."
    if given:
        return _counted(play.step.guess, given)
    if play.round > 1 and here.answer(play.place, 1):
        return "Your first vote stays counted in the first round."
    return "Nobody sees who votes for what."


def _counted(guess: Guess | None, given: str) -> str:
    """What counts, where something else may stand in the field already."""
    if isinstance(guess, Number):
        number = in_unit(guess, number_in(given))
        return f"Your vote is counted: {number}. Type another number and press “Guess” to change it."
    if isinstance(guess, Point | Curve):
        return "Your vote is counted as it stood when you pressed “Guess”. Press it again to change your vote."
    return "Your vote is counted. You can change it until the figure is shown."


def drawn_votes(here: Attending, *, rows: bool = False) -> dict[str, Any]:
    """What the part of the page that draws the votes begins with."""
    room = here.room
    sees = here.leads or room.shown
    tally = votes_told(room, here.seen.ballots, here.lesson) if sees else None
    return {
        "code": here.code, "step": room.step, "shown": room.shown, "leads": here.leads, "tally": tally, "rows": rows,
    }  # fmt: skip


def votes_with_truth(key: str, play: Playing, shown: Callable[[], Sequence[Series]], *, moved: bool = False) -> None:
    """The votes of the class once the figure is in sight, and where among them the truth lies.

    Args:
        key: of the page.
        play: the step, in a room.
        shown: gives the series of its figures.
        moved: they are of another view than the question's, whose truth they do not show.
    """
    here, guess = play.room, play.step.guess
    if here is None or guess is None or not (here.room.uncovered or here.ended):
        return
    try:
        truth = None if moved else asdict(truth_among(guess, shown()))
    except ValueError:
        truth = None
    votes(f"{key}_votes", {**drawn_votes(here), "truth": truth, "strip": here.leads})


def _led(key: str, play: Playing, here: Attending, guess: Guess | None) -> None:
    """The class's votes, and what the lecturer does with them."""
    room = here.room
    # Above the votes: of many rows the last ones may lie below the cover's end.
    with st.container(key="leading", horizontal=True):
        if guess is not None and not here.ended:
            words, icon = ("Hide the votes", "visibility_off") if room.shown else ("Show the votes", "bar_chart")
            _button(words, icon, partial(here.show, shown=not room.shown), f"{key}_room_show")
            _button("Ask again", "replay", here.ask_again, f"{key}_room_again", disabled=room.round >= ROUNDS)
        _button("Show the figure", "visibility", play.forward, f"{key}_room_uncover")
    if guess is not None:
        votes(f"{key}_votes", drawn_votes(here, rows=isinstance(guess, OneOf | Between)))


def _button(name: str, icon: str, on_click: Callable[[], None], key: str, *, disabled: bool = False) -> None:
    st.button(name, icon=f":material/{icon}:", type="tertiary", on_click=on_click, key=key, disabled=disabled)


def became_of(play: Playing, shown: Sequence[Series]) -> str:
    """The votes beside the truth, in HTML, once the figure is in sight; nothing where nobody was asked.

    Args:
        play: the step, in a room.
        shown: the series of its figures.
    """
    here, guess = play.room, play.step.guess
    assert here is not None
    if guess is None or not here.room.uncovered:
        return ""
    rounds = answers_by_round(here.room.round, here.seen.ballots)
    if not any(rounds):
        return "Nobody voted."
    try:
        right = [rightness(guess, list(one.values()), shown) for one in rounds]
    except ValueError:
        right = [None] * len(rounds)
    return _told(guess, rounds, right)


def _told(guess: Guess, rounds: Sequence[Mapping[str, str]], right: Sequence[int | None]) -> str:
    """The votes of all rounds in a sentence or two."""
    close = "right" if isinstance(guess, OneOf | Between) else "right, or near"
    parts = [
        f"<b>{count} of {len(votes)}</b> {close}" if count is not None else f"<b>{len(votes)}</b> voted"
        for votes, count in zip(rounds, right, strict=True)
    ]
    if len(rounds) == 1:
        return f"The class: {parts[0]}."
    moved = shift(rounds[0], rounds[1])
    changed = f" Of {moved.both} who voted twice, <b>{moved.changed}</b> changed their answer." if moved.both else ""
    return f"The class: first {parts[0]}, after talking {parts[1]}.{changed}"
