"""The panel on chains: the examples to be changed, the visitor's own problems, and what the model writes."""

from fractions import Fraction

import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page, Panel
from components.refusals import told
from core.checks import Check
from core.jobs import find, promise
from core.reasoning import (
    ASKED,
    METHODS,
    MOST_SAMPLES,
    Asked,
    AskParams,
    OwnProblem,
    ask,
    first_wrong_step,
    read_answer,
    read_examples,
    read_problems,
    steps,
    usual_examples,
)
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels.transcripts import GRID, card

SECONDS = 6.0
"""Seconds of a processor until the model has read a prompt."""

EACH = {"direct": 0.6, "zero-shot direct": 0.6, "zero-shot chain": 6.0, "program": 1.0}
"""Seconds for an answer; a chain takes `CHAIN`."""

CHAIN = 2.5


def panel(shown: Shown) -> Panel:
    """The panel."""
    return Panel(
        "Your own",
        lambda: own(shown.page),
        stands="instead",
        badges=(Badge.MEASURED,),
        checks=lambda: checks(shown.page),
        script=lambda: script(shown.page),
    )


def own(page: Page) -> None:
    """Problems and examples, the button that asks the model, and its answers."""
    left, right = st.columns([1, 1])
    with left:
        page.controls.text("problems", "Problems, one a line; behind | the right answer", lines=4)
        method = page.controls.select("asked", "Asked by", list(METHODS))
        first, second = st.columns(2)
        with first:
            samples = page.controls.slider("samples", "Samples", 1, MOST_SAMPLES)
        with second:
            page.controls.slider("heat", "Temperature", 0.0, 2.0, step=0.1, disabled=samples == 1)
    with right:
        if method in ASKED:
            st.caption("This way shows no examples: the problem goes into the model’s own chat format.")
        else:
            page.controls.text(
                "shown", "Examples, Q: and A: on lines of their own; empty for the usual ones", lines=8,
                placeholder=usual_examples(method),
            )  # fmt: skip
    try:
        problems, params = asked(page)
    except ValueError as error:
        told(error)
        return
    seconds = SECONDS + len(problems) * samples * EACH.get(method, CHAIN)
    done = job_panel(ask, params, start="Ask SmolLM2", cost=f"{promise(seconds)} on one core".capitalize() + ".")
    if done is not None:
        answers(page, problems, done)


def asked(page: Page) -> tuple[tuple[OwnProblem, ...], AskParams]:
    """The problems and what the job is asked. Raises ValueError where the visitor's text cannot be read."""
    value = page.controls.value
    method, samples = value("asked"), value("samples")
    problems = read_problems(value("problems"))
    shown = () if method in ASKED else read_examples(value("shown").strip() or usual_examples(method))
    heat = (value("heat") or 0.1) if samples > 1 else 0.0
    return problems, AskParams(tuple(one.text for one in problems), method, shown, samples, heat)


def answers(page: Page, problems: tuple[OwnProblem, ...], done: Asked) -> None:
    """A card for each text, and how many are right."""
    method, look = done.params.method, page.look
    pairs = [(one, text) for one, some in zip(problems, done.texts, strict=True) for text in some]
    page.note(verdict([(one.truth, read_answer(text, method)) for one, text in pairs], sum(done.tokens)))
    cards = "".join(card(one.text[:40], text, one.truth, look, method=method) for one, text in pairs)
    st.html(f'<div style="{GRID}">{cards}</div>')
    found = [step for _, text in pairs for step in steps(text)]
    wrong = next((step for _, text in pairs if (step := first_wrong_step(text)) is not None), None)
    page.sentence(
        f"<b>{len(found)}</b> equations were written, <b>{sum(not step.holds for step in found)}</b> of them do not "
        "hold. " + (f"The first that does not: <b>{wrong.text}</b>." if wrong else "")
    )


def verdict(pairs: list[tuple[Fraction | None, Fraction | None]], tokens: int) -> str:
    """How many answers are right among those whose truth is known, and what they cost."""
    known = [(truth, value) for truth, value in pairs if truth is not None]
    if not known:
        return f"{len(pairs)} answers for {tokens} tokens; no right answer was given to compare with"
    right = sum(truth == value for truth, value in known)
    return f"{right} of {len(known)} answers right, for {tokens} tokens"


def checks(page: Page) -> tuple[Check, ...]:
    """A text's tokens can be no more than its bytes, plus the one that ended it."""
    try:
        _, params = asked(page)
    except ValueError:
        return ()
    job = find(ask, params)
    if job is None or job.state != "finished":
        return ()
    done = job.result()
    beyond = [
        tokens - sum(len(text.encode()) + 1 for text in some)
        for some, tokens in zip(done.texts, done.tokens, strict=True)
    ]
    return (Check("No text has more tokens than bytes", float(max(0, *beyond)), 0.0, "a token has a byte or more"),)


def script(page: Page) -> str:
    """A script that asks the model the same."""
    try:
        _, params = asked(page)
    except ValueError:
        return "from core.reasoning import AskParams, ask\n"
    return f"""from core.reasoning import AskParams, Demo, ask, read_answer

params = {params!r}
done = ask(params)
for problem, texts in zip(params.problems, done.texts):
    for text in texts:
        print(problem, text, read_answer(text, params.method))
print(done.tokens)
"""
