"""The prompt of a step as it is sent, token by token, and what the model answers to each review."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import token_chip
from core.checks import Check
from core.jobs import find, promise
from core.prompting import GRAMMAR, WORDING_SECONDS, WordingParams, WordingScores, score_wording
from pages.prompting.searching_prompts import findings, results
from pages.prompting.searching_prompts.figures.answers import answers_figure
from pages.prompting.searching_prompts.main import Shown, search_checks
from pages.prompting.searching_prompts.results import HELD, SCORED, Reply

if TYPE_CHECKING:
    import pandas as pd

ABOVE = 195
WIDTHS = {"review": 250, "truth": 70, "answer": 72, "log-odds": 76, "side": 76}
"""Of the table's columns, in pixels."""


def draw(shown: Shown) -> None:
    """The tokens, the answers as bars and as a table, and the model itself on request."""
    page, wording = shown.page, shown.asked.wording
    replies = _replies(shown)
    title = findings.answers_title(replies)
    page.finding(title)
    pieces = results.landscape().pieces[GRAMMAR.index(wording)]
    chips = "<wbr>".join(token_chip(piece, page.look.role("query")) for piece in pieces)
    page.note(f"<b>{len(pieces)}</b> tokens with the first review: {chips}")
    left, right = st.columns([1.1, 1])
    with left:
        fig = answers_figure(replies, look=page.look, height=room(page.look, ABOVE))
        page.plot(fig, name="answers", alt=f"Log-odds of the two labels for each review. {title}.", roomy=True)
    with right:
        st.dataframe(
            sorted(map(_row, replies), key=lambda row: row["answer"] == row["truth"]),
            hide_index=True,
            width="stretch",
            height=room(page.look, ABOVE) - 32,
            column_config={name: st.column_config.Column(width=width) for name, width in WIDTHS.items()},
        )
    page.note(findings.answers_reading(wording, replies))
    again = job_panel(
        score_wording,
        WordingParams(GRAMMAR.index(wording)),
        start="Score this prompt again with SmolLM2",
        cost=f"All {len(replies)} reviews; it takes {promise(WORDING_SECONDS)}.",
    )
    if again is not None:
        check = again.check(results.landscape())
        page.note(f"SmolLM2 has scored it again: the largest difference is <b>{check.error:.1e}</b> nats.")


def _replies(shown: Shown) -> tuple[Reply, ...]:
    return results.replies_to(shown.asked.wording, shown.asked.found.deal)


def _row(reply: Reply) -> dict[str, Any]:
    """A line of the table."""
    return {
        "review": reply.review,
        "truth": reply.truth,
        "answer": reply.answer,
        "log-odds": round(reply.log_odds, 2),
        "side": reply.side,
    }


def checks(shown: Shown) -> tuple[Check, ...]:
    """Those of the search; the answers in sight counted; and the model's numbers, where it was asked again."""
    return (*search_checks(shown.asked.found), _counted(shown), *_asked_again(shown))


def _counted(shown: Shown) -> Check:
    """Right answers counted in the table, against the two numbers that the search has of this prompt."""
    found, wording = shown.asked.found, shown.asked.wording
    wanted = {SCORED: found.search.scores[shown.asked.step - 1], HELD: found.held_out[wording]}
    rows = [_row(reply) for reply in _replies(shown)]
    error = max(abs(_share(rows, side) - share) for side, share in wanted.items())
    return Check("Shares right counted in the table, against the search's", error, 1e-12, "scored and held out")


def _share(rows: Sequence[dict[str, Any]], side: str) -> float:
    """The share of right answers on one side."""
    right = [bool(row["answer"] == row["truth"]) for row in rows if row["side"] == side]
    return sum(right) / len(right)


def _asked_again(shown: Shown) -> tuple[Check, ...]:
    """Where the model was asked again, its log-probabilities against the recorded ones."""
    job = find(score_wording, WordingParams(GRAMMAR.index(shown.asked.wording)))
    if job is None or job.state != "finished":
        return ()
    again: WordingScores = job.result()
    return (again.check(results.landscape()),)


def export_frame(shown: Shown) -> "pd.DataFrame":
    """A line for each review."""
    import pandas as pd

    return pd.DataFrame(map(_row, _replies(shown)))


def script(shown: Shown) -> str:
    """A script that counts the answers on screen with `core` alone, and shows the prompt."""
    asked = shown.asked
    return f"""from core.prompting import GRAMMAR, REVIEWS, deal_reviews, prompt_text, recorded_landscape

wording = {asked.wording!r}
print(prompt_text(wording, REVIEWS[0]))
dealt, right = deal_reviews({asked.items}, {asked.deal}), recorded_landscape().right[GRAMMAR.index(wording)]
for side, items in (("scored", dealt.scored), ("held out", dealt.held_out)):
    print(f"{{side}}: {{right[items].sum()}} of {{len(items)}} right")
"""
