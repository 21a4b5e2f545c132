"""What a model calls once it was tuned on the calls that its own losses kept."""

from html import escape

import streamlit as st

from components.figures.heights import room
from components.page import Badge, Page
from core.checks import Check
from core.tools import (
    ARMS,
    ON_CALLS,
    ON_TEXTS,
    Continuation,
    LearnedCalls,
    drawn_statements,
    recorded_learned_calls,
    result_of,
    right_by_seed,
)
from pages.agents.tools.figures.learned import learned_figure
from pages.agents.tools.words.calls import learned_reading, learned_title


def draw(page: Page) -> None:
    """The shares, what became of the calls, and one statement as each model writes it on."""
    record = recorded_learned_calls()
    page.badges(Badge.RECORDED)
    title = learned_title(record)
    fig = learned_figure(record, look=page.look, height=room(page.look, 205), title=title)
    alt = f"Right numbers by way of training, and what became of calls. {title}."
    page.plot(fig, name="learned", alt=alt, roomy=True)
    page.note(learned_reading(record))
    most = len(record.of(ON_CALLS)[0].statements) - 1
    place, texts = st.columns([2.4, 7.6], vertical_alignment="center")
    with place:
        number = page.controls.slider("statement", "Statement", 0, most)
    with texts:
        st.html("".join(f"<div>{_written(record, name, number)}</div>" for name in ARMS))


def _written(record: LearnedCalls, name: str, number: int) -> str:
    """How the first run of one way of training writes a statement on."""
    one = record.of(name)[0].statements[number]
    sign = "right" if one.right else f"{one.truth} is right"
    return f"<b>{name}</b> ({sign}): {escape(one.lead)}<code>{escape(one.text)}</code>"


def checks() -> list[Check]:
    """Every statement drawn again, every result computed again, and the gain against the two shares."""
    record = recorded_learned_calls()
    every = [one for arm in record.arms for one in arm.statements]
    gain, _ = record.gain(ON_CALLS, ON_TEXTS)
    calls, texts = (right_by_seed(record.of(name)) for name in (ON_CALLS, ON_TEXTS))
    apart = abs(gain - (sum(calls) / len(calls) - sum(texts) / len(texts)))
    return [
        Check("Statements that are others when drawn again", other_statements(record), 0, f"of {len(every)}"),
        Check("Results of calls that the calculator does not give again", sum(map(other_result, every)), 0),
        Check("The gain over statements against the shares of the seeds", apart, 1e-12, "double precision"),
    ]


def other_statements(record: LearnedCalls) -> int:
    """How many statements, drawn again, have another beginning or another number."""
    return sum(
        (one.lead, one.truth) != (statement.lead, statement.truth)
        for arm in record.arms
        for one, statement in zip(
            arm.statements, drawn_statements(len(arm.statements), seed=record.asked_seed), strict=True
        )
    )


def other_result(one: Continuation) -> bool:
    """Whether a call stands in the text with another result than the calculator's."""
    return bool(one.call) and not one.error and f"({one.call}) → {result_of(one.call)}]" not in one.text


def script() -> str:
    """A script that tunes the model on the recorded texts with calls, and lets it write statements on."""
    return """from core.models import load_causal_lm
from core.tools import drawn_statements, recorded_learned_calls, tune_on, write_on

record = recorded_learned_calls()
tuned, losses, trained = tune_on(load_causal_lm(), record.lessons, seed=0)
print(trained, losses[0], losses[-1])
asked = [(one.lead, one.truth) for one in drawn_statements(6, seed=record.asked_seed)]
for one in write_on(tuned, asked):
    print(one.right, one.truth, one.lead, one.text)
"""
