"""The prompt of a step as it is sent, token by token, and what the model answers to each review."""

from html import escape

import streamlit as st

from components.jobs import job_panel
from components.page import token_chip
from core.checks import Check
from core.jobs import find, promise
from core.prompting import (
    GRAMMAR,
    REVIEWS,
    TRUTH,
    WORDING_SECONDS,
    WordingParams,
    WordingScores,
    answers_of,
    score_wording,
)
from pages.prompting.searching_prompts import results
from pages.prompting.searching_prompts.main import Shown


def draw(shown: Shown) -> None:
    """The tokens, the answers as a table, and the model itself on request."""
    page, wording, found = shown.page, shown.asked.wording, shown.asked.found
    landscape, place = results.landscape(), GRAMMAR.index(wording)
    pieces, color = landscape.pieces[place], page.look.role("query")
    chips = "<wbr>".join(token_chip(piece, color) for piece in pieces)
    said = [escape(answer.strip()) for answer in answers_of(wording)]
    one_sided = landscape.one_sided[place]
    page.finding(f"Evaluation {shown.asked.step} sends {len(pieces)} tokens with the first review")
    page.note(
        f"{chips}<br>Compared are “ {said[0]}” and “ {said[1]}”, one token each, as the next one. Over all "
        f"<b>{len(REVIEWS)}</b> reviews it gives its more frequent answer to <b>{one_sided:.0%}</b>."
    )
    scored, held = set(found.deal.scored.tolist()), set(found.deal.held_out.tolist())
    rows = [
        {
            "review": review,
            "truth": said[0] if truth else said[1],
            "answer": said[0] if odds > 0 else said[1],
            f"log p({said[0]})": float(both[0]),
            f"log p({said[1]})": float(both[1]),
            "side": "scored" if item in scored else "held out" if item in held else "not used",
        }
        for item, (review, truth, odds, both) in enumerate(
            zip(REVIEWS, TRUTH, landscape.log_odds[place], landscape.log_probs[place], strict=True)
        )
    ]
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=300,
        column_config={name: st.column_config.NumberColumn(format="%.2f") for name in rows[0] if name[:3] == "log"},
    )
    again = job_panel(
        score_wording,
        WordingParams(place),
        start="Score this prompt again with SmolLM2",
        cost=f"All {len(REVIEWS)} reviews; it takes {promise(WORDING_SECONDS)}.",
    )
    if again is not None:
        check = again.check(landscape)
        page.note(f"SmolLM2 has scored it again: the largest difference is <b>{check.error:.1e}</b> nats.")


def checks(shown: Shown) -> tuple[Check, ...]:
    """Where the model was asked again, its log-probabilities against the recorded ones."""
    job = find(score_wording, WordingParams(GRAMMAR.index(shown.asked.wording)))
    if job is None or job.state != "finished":
        return ()
    again: WordingScores = job.result()
    return (again.check(results.landscape()),)
