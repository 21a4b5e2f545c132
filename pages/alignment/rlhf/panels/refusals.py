"""The panel on refusing everything: each knob of the answering policy turned alone, over seeds."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np
import streamlit as st

from components.page import Page
from components.theme import Look
from core.checks import Check
from core.rlhf import (
    KNOBS,
    REFUSAL_SEEDS,
    REFUSING,
    AbstainParams,
    RefusalTable,
    best_refusals,
    knob_runs,
    recorded_refusals,
    refusing_run,
)
from pages.alignment.rlhf.figures.refusals import TURNED, knob_figure
from pages.alignment.rlhf.results import sure_refused
from pages.alignment.rlhf.words.refusals import (
    AXES,
    EVERYTHING,
    SHARES,
    at,
    break_even_words,
    late_words,
    leash_words,
    pay_words,
    refusals_title,
    together_words,
    usual_amount_words,
)

COLUMNS = 4
HEIGHT, PRESENTED = 160, 148
"""Of each small chart, at a desk and for a projector."""


def refusals(page: Page, params: AbstainParams) -> None:
    """What share of the questions is refused, by the value of each knob."""
    table = recorded_refusals()
    title = refusals_title(table)
    with page.figure_first():
        page.finding(title)
        _charts(page, params, table, title)
    page.note(f"{pay_words(table)} {usual_amount_words(table)}")
    page.note(f"{late_words(table)} {leash_words(table)}")
    st.caption(
        f"Mean and spread of {REFUSAL_SEEDS} seeds. One knob is turned, the others stand as usual: right earns 1, "
        "“I don't know” 0.3, wrong −1, 400 updates, half of the training questions hard. Measured on the same 4,000 "
        "questions, half of them hard. It surely knows what it would get right four times in five or oftener. "
        "An answer pays where its expected reward, as verdicts are given, is above that of silence; who knows each "
        "P(correct) would refuse the dashed share, exact from the rewards without the KL penalty. "
        f"{break_even_words(table)} "
        f"{EVERYTHING} “Silence at” is what “I don't know” earns, “errors at” what a wrong answer earns, “misjudged” "
        "the verdicts that are wrong, “hard” the training questions, “error” that of what it feels, in logits. The "
        "upright line is where the control stands, the last ones under More; “Right earns” has no chart, and no effect."
    )


def _charts(page: Page, params: AbstainParams, table: RefusalTable, title: str) -> None:
    """What the lines are, and a chart for each knob."""
    look = page.look
    legend, *columns = [column for _ in range(0, len(KNOBS) + 1, COLUMNS) for column in st.columns(COLUMNS)]
    with legend:
        alike = [together_words(knob, others_of(table, knob)) for knob in ("steps", "beta")]
        st.html(_legend(look, tuple(others_of(table, "steps")), " ".join(filter(None, alike))))
    for column, (knob, values) in zip(columns, KNOBS.items(), strict=False):
        fig = knob_figure(
            values,
            table.silent[knob],
            table.sure[knob],
            best_refusals(knob),
            others_of(table, knob),
            now=float(getattr(params, knob)),
            look=look,
            title=AXES[knob],
            percent=knob in SHARES,
            height=PRESENTED if look.presenter else HEIGHT,
        )
        with column:
            ends = f"from {table.sure[knob][0].mean():.0%} to {table.sure[knob][-1].mean():.0%}"
            page.plot(fig, name=f"refused_{knob}", alt=f"Sure questions refused by “{AXES[knob]}”: {ends}. {title}.")


def _legend(look: Look, others: Sequence[str], alike: str) -> str:
    """What each line of the charts is, in its color, in HTML.

    Args:
        others: what else is turned, a dotted line for each.
        alike: which of these lie on each other.
    """
    lines = {
        "refused of what it surely knows": look.role("query"),
        "of all questions": look.role("mass"),
        "dashed: of what it surely knows, where an answer does not pay": look.ink,
    }
    told = "".join(f"{_tinted(words, color)}<br>" for words, color in lines.items())
    dotted = ", ".join(_tinted(words, color) for words, color in zip(others, TURNED, strict=False))
    return (
        f'<div style="line-height:1.35;font-size:0.9rem">{told}dotted: refused of what it surely knows, with one knob '
        f"more turned: {dotted}. {alike}</div>"
    )


def _tinted(words: str, color: str) -> str:
    return f'<b class="tint" style="--role:{color}">{escape(words)}</b>'


def others_of(table: RefusalTable, knob: str) -> dict[str, np.ndarray]:
    """The curves of updates and of beta with another knob turned too, by what is turned."""
    curves = {"steps": table.late, "beta": table.leashed}.get(knob, {})
    return {at(other, REFUSING[other], shortly=True): shares for other, shares in curves.items()}


def checks() -> list[Check]:
    """One end of each knob, trained anew, against what was recorded."""
    table = recorded_refusals()
    off = max(abs(sure_refused(knob_runs(knob)[-1]) - float(table.sure[knob][-1, 0])) for knob in KNOBS)
    run = refusing_run("hard")
    held = sure_refused(replace(run, beta=KNOBS["beta"][-1])) - table.leashed["hard"][-1, 0]
    early = sure_refused(replace(run, steps=int(KNOBS["steps"][0]))) - table.late["hard"][0, 0]
    return [
        Check("Trained anew, the last policy of each knob is the recorded one", off, 1e-9, "largest difference"),
        Check(
            "So are two with hard questions alone, held by β, and trained shortly",
            float(max(abs(held), abs(early))),
            1e-9,
        ),
    ]


def script() -> str:
    """A script for the table on screen."""
    return """from core.rlhf import KNOBS, best_refusals, knob_runs, recorded_refusals, refusals_of

table = recorded_refusals()
for knob, values in KNOBS.items():
    print(knob, "do not pay", best_refusals(knob).mean(1).round(2))
    for value, sure, run in zip(values, table.sure[knob].mean(1), knob_runs(knob)):
        print(f"  {value:g}: {sure:.0%} of the sure questions refused, seed 0 anew {refusals_of(run)[1]:.0%}")
"""
