"""What the visitor has guessed in lessons, the surprises first."""

from html import escape

import streamlit as st

from components.course import topics_by_key
from components.lessons.guessed import Guessed, as_csv, forget, guesses, source_of
from components.lessons.own import mirror
from components.lessons.playing import OWN, keep_answer, move, step_of


def guessed() -> None:
    """A line that opens to all guesses of this session; nothing before the first one."""
    kept = guesses()
    if not kept:
        return
    box = st.expander(_counted(kept), key="home_guesses", on_change="rerun")
    with box:
        if not box.open:
            return
        if any(one.address[0] == OWN for one in kept):
            mirror()
        for place, one in enumerate(sorted(kept, key=lambda one: one.verdict.right is not False)):
            _row(place, one)
        st.caption("They are forgotten when you close this tab. A file keeps them.")
        with st.container(horizontal=True):
            st.download_button("File (CSV)", as_csv(kept), "guesses.csv", "text/csv", on_click="ignore")
            st.button(
                "Forget them",
                type="tertiary",
                icon=":material/delete:",
                on_click=forget,
                help="All questions can be guessed anew.",
                key="home_forget_guesses",
            )


def _counted(kept: tuple[Guessed, ...]) -> str:
    surprises = sum(one.verdict.right is False for one in kept)
    made = "1 guess" if len(kept) == 1 else f"{len(kept)} guesses"
    found = {0: "no surprise", 1: "1 surprise"}.get(surprises, f"{surprises} surprises")
    return f"What you have guessed: {made}, {found}"


def _row(place: int, one: Guessed) -> None:
    """The question, guess and truth, the reason, and a button that shows the step again."""
    topic = topics_by_key().get(one.page)
    title = topic.title if topic is not None else one.page
    said = {True: one.rightly, False: "a surprise", None: ""}[one.verdict.right]
    truth = f" {source_of(one.typed)}: <b>{escape(one.verdict.truth)}</b>." if one.verdict.truth else ""
    with st.container(key=f"guessed_{place}", horizontal=True, vertical_alignment="center"):
        st.html(
            f'<div class="guessed"><b>{escape(one.question)}</b> <span>{escape(title)}</span><br>'
            f"Your guess: <b>{escape(one.verdict.guessed)}</b>.{truth} <span>{said}</span><br>"
            f"<span>{escape(one.reason)}</span></div>"
        )
        address = step_of(*one.address, one.page, one.question)
        if address is not None:
            st.button(
                "See it",
                type="tertiary",
                icon=":material/arrow_forward:",
                on_click=_see,
                args=(one, *address),
                key=f"home_guess_{place}",
            )


def _see(one: Guessed, name: str, place: int) -> None:
    """Shows a guess in its figure, also under another lesson that asks the same. A callback."""
    keep_answer(name, place, one.question, one.answer)
    move(name, place)
