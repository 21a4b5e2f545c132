"""Learn when to call: the calls that a model proposes within a sentence, and which are kept."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page, Panel
from core.checks import Check
from core.jobs import find, promise
from core.tools import (
    SENTENCES,
    Candidate,
    OwnSentence,
    Proposal,
    annotated,
    evaluate,
    kept_calls,
    recorded_calls,
    weigh_calls,
    weights,
)
from pages.agents.tools.figures.calls import calls_figure
from pages.agents.tools.panels import learned
from pages.agents.tools.words.calls import calls_reading, calls_title
from pages.agents.tools.words.names import CALLS, FILTER, LEARNED

TAKES = 9.0
"""Seconds of processor for one sentence in a fresh process, half of it to load the model."""

LONGEST = 240
WITHOUT_NUMBERS = SENTENCES[-2:]
"""The recorded sentences with nothing to compute."""


def panel(page: Page) -> Panel:
    """The calls in the place of the answers."""
    return Panel(
        CALLS,
        lambda: draw(page),
        stands="instead",
        checks=lambda: learned.checks() if _learns(page) else checks(_shown(page).candidates),
        script=lambda: learned.script() if _learns(page) else script(page),
    )


def _learns(page: Page) -> bool:
    return bool(page.controls.value("calls_view") == LEARNED)


def _shown(page: Page) -> Proposal:
    """The calls on screen: of the visitor's own sentence where they are there, else of the recorded one."""
    own = page.controls.value("own_sentence").strip()
    job = find(weigh_calls, OwnSentence(own)) if own else None
    if job is not None and job.state == "finished":
        return job.result()
    by_text = recorded_calls().by_text
    return by_text.get(page.controls.value("sentence")) or by_text[SENTENCES[0]]


def draw(page: Page) -> None:
    """The controls, the losses of each call, and the sentence with the calls that are kept."""
    view, first, second, third = st.columns([2.6, 3.2, 2.6, 1.6], vertical_alignment="bottom")
    with view:
        page.controls.choice("calls_view", "View", [FILTER, LEARNED])
    if _learns(page):
        learned.draw(page)
        return
    with first:
        page.controls.select("sentence", "Sentence", list(SENTENCES))
    with second:
        own = page.controls.text("own_sentence", "Or your own", max_chars=LONGEST, placeholder="Type a sentence")
    with third:
        threshold = page.controls.slider("threshold", "τ (nats)", -1.0, 3.0, step=0.1)
    if own.strip():
        _ask(own.strip())
    proposal = _shown(page)
    page.badges(Badge.RECORDED if proposal.text in recorded_calls().by_text else Badge.MEASURED)
    title = calls_title(proposal.candidates, threshold)
    fig = calls_figure(
        proposal, groups(), threshold=threshold, look=page.look, height=room(page.look, 200), title=title
    )
    alt = f"Losses of each call and calls kept over the threshold. {title}."
    page.plot(fig, name="calls", alt=alt, roomy=True)
    page.note(calls_reading(proposal.candidates, threshold))
    kept = kept_calls(proposal.candidates, threshold)
    training = annotated(proposal.text, proposal.pieces, kept)
    st.html(f"<div>Training text: <code>{escape(training)}</code></div>")


def _ask(own: str) -> None:
    try:
        job_panel(
            weigh_calls,
            OwnSentence(own),
            start="Propose calls and weigh them",
            cost=f"It takes {promise(TAKES)} of one core, once. Below: a recorded sentence.",
        )
    except ValueError as error:
        st.warning(str(error))


def groups() -> dict[str, list[Candidate]]:
    """The calls of all recorded sentences: of those with something to compute, and of the others."""
    by_text = recorded_calls().by_text
    found: dict[str, list[Candidate]] = {"something to compute": [], "nothing to compute": []}
    for text, proposal in by_text.items():
        name = "nothing to compute" if text in WITHOUT_NUMBERS else "something to compute"
        found[name].extend(proposal.candidates)
    return found


def checks(candidates: Sequence[Candidate]) -> list[Check]:
    """The losses summed anew from the log-probabilities of the tokens, and each result computed anew."""
    valued = [one for one in candidates if one.losses is not None and one.gain is not None]
    return [
        Check(
            "Losses against their sum by hand, nats",
            max((loss_error(one) for one in valued), default=0.0),
            1e-12,
            "at most five products of double precision",
        ),
        Check("Results that the calculator does not give again", sum(map(other_result, valued)), 0),
    ]


def loss_error(candidate: Candidate) -> float:
    """How far the three losses lie from Σ w ln p, summed token by token."""
    if candidate.losses is None or candidate.gain is None:
        return 0.0
    rows = candidate.losses.log_probs[:, candidate.place - 1 : candidate.place + 4]
    by_hand = [-sum(w * p for w, p in zip(weights(len(row)), row, strict=True)) for row in rows]
    gain = candidate.gain
    return float(np.abs(np.array(by_hand) - [gain.without, gain.with_call, gain.with_result]).max())


def other_result(candidate: Candidate) -> bool:
    """Whether the result in the text is more than a rounding away from the expression's value.

    Fractions are rounded to two decimals, whole floats to 15 digits.
    """
    assert candidate.losses is not None
    value = evaluate(candidate.expression)
    rounding = Fraction(1, 200) if isinstance(value, Fraction) else max(Fraction(1, 200), abs(Fraction(value)) / 10**14)
    return abs(Fraction(value) - Fraction(candidate.losses.result)) > rounding


def script(page: Page) -> str:
    """A script that proposes and weighs the calls on screen."""
    proposal = _shown(page)
    return f"""from core.models import load_causal_lm
from core.tools import call_gain, propose

lm, text = load_causal_lm(), {proposal.text!r}
for one in propose(lm, text).candidates:
    print(one.place, one.expression, one.gain and one.gain.gain, one.error)
    if one.losses:
        print(call_gain(lm, text, one.place, one.losses.call, one.losses.result))
"""
