"""The panel on chains: the examples to be changed, the visitor's own problems, and what the model writes."""

from collections.abc import Sequence
from fractions import Fraction
from html import escape

import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page, Panel
from components.refusals import told
from core.checks import Check
from core.jobs import find, promise
from core.reasoning import (
    ASKED,
    COUNT,
    METHODS,
    MOST_PROBLEMS,
    MOST_SAMPLES,
    Asked,
    AskParams,
    Method,
    OwnProblem,
    ask,
    demos,
    examples,
    examples_as_text,
    first_wrong_step,
    methods_for,
    offered_by,
    problems,
    read_examples,
    read_problems,
    read_reply,
    steps,
    usual_examples,
)
from pages.prompting.reasoning.main import Shown
from pages.prompting.reasoning.panels import rule
from pages.prompting.reasoning.panels.transcripts import GRID, card

SECONDS = 6.0
"""Seconds of a processor until the model has read a prompt."""

EACH = {"direct": 0.6, "zero-shot direct": 0.6, "zero-shot chain": 6.0, "program": 1.0}
"""Seconds for an answer; a chain takes `CHAIN`."""

NAMED = 40
"""Signs of a problem that name its card."""

CHAIN = 2.5
LIVE, RULE = "ask SmolLM2", "read a text"


def panel(shown: Shown) -> Panel:
    """The panel."""
    reads = shown.page.controls.value("mine") == RULE
    return Panel(
        "Your own",
        lambda: draw(shown),
        stands="instead",
        badges=(Badge.EXACT,) if reads else (Badge.MEASURED,),
        checks=lambda: rule.checks(shown.page) if reads else checks(shown.page),
        script=lambda: rule.script(shown.page) if reads else script(shown.page),
    )


def draw(shown: Shown) -> None:
    """The view on screen, below its name."""
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        view = shown.page.controls.choice("mine", "What to do", [LIVE, RULE], label_visibility="collapsed")
    if view == RULE:
        rule.rule(shown.page)
        return
    with right:
        label = f"Take {MOST_PROBLEMS} of “{shown.kind}”, from the one shown"
        st.button(
            label, type="tertiary", on_click=shown.page.controls.set, args=(taken(shown),), key="reasoning_take_six"
        )
    own(shown.page)


def taken(shown: Shown) -> dict[str, str]:
    """Six problems of the kind on screen, and the examples of their set, by a way that the kind allows."""
    asked = shown.page.controls.value("asked")
    method: Method = next((one for one in methods_for(shown.kind) if one == asked), "few-shot chain")
    examples_of_set = examples_as_text(demos(method, examples(shown.kind, shown.spot[0])))
    return {"problems": as_text(shown), "asked": method, "shown": examples_of_set}


def as_text(shown: Shown) -> str:
    """Six problems of the kind on screen with their answers, as `read_problems` reads them."""
    seed, place = shown.spot
    offered = offered_by(shown.kind)
    some = problems(shown.kind, seed)[min(place, COUNT - MOST_PROBLEMS) :][:MOST_PROBLEMS]
    return "\n".join(
        f"{one.text} | {' / '.join([str(one.truth), *(word for word in offered if word != one.truth)])}" for one in some
    )


def own(page: Page) -> None:
    """Problems and examples, the button that asks the model, and its answers."""
    left, right = st.columns([1, 1])
    with left:
        page.controls.text("problems", "Problems, one a line; behind | the right answer, as 13 or up / down", lines=4)
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
        some, params = asked(page)
    except ValueError as error:
        told(error)
        return
    seconds = SECONDS + len(some) * samples * EACH.get(method, CHAIN)
    done = job_panel(ask, params, start="Ask SmolLM2", cost=f"{promise(seconds)} on one core".capitalize() + ".")
    if done is not None:
        answers(page, some, done)


def asked(page: Page) -> tuple[tuple[OwnProblem, ...], AskParams]:
    """The problems and what the job is asked. Raises ValueError where the visitor's text cannot be read."""
    value = page.controls.value
    method, samples = value("asked"), value("samples")
    some = read_problems(value("problems"))
    shown = () if method in ASKED else read_examples(value("shown").strip() or usual_examples(method))
    heat = (value("heat") or 0.1) if samples > 1 else 0.0
    return some, AskParams(tuple(one.text for one in some), method, shown, samples, heat)


def answers(page: Page, some: tuple[OwnProblem, ...], done: Asked) -> None:
    """A card for each text, and how many are right."""
    method, look = done.params.method, page.look
    pairs = [(one, text) for one, texts in zip(some, done.texts, strict=True) for text in texts]
    page.note(verdict([(one.truth, read_reply(text, method, one.offered)) for one, text in pairs], sum(done.tokens)))
    cards = "".join(
        card(_short(one.text), text, one.truth, look, method=method, offered=one.offered) for one, text in pairs
    )
    st.html(f'<div style="{GRID}">{cards}</div>')
    found = [step for _, text in pairs for step in steps(text)]
    wrong = next((step for _, text in pairs if (step := first_wrong_step(text)) is not None), None)
    page.sentence(
        f"Equations written: <b>{len(found)}</b>, wrong in exact arithmetic: "
        f"<b>{sum(not step.holds for step in found)}</b>."
        + (f" The first wrong one: <b>{escape(wrong.text)}</b>." if wrong else "")
    )


def _short(text: str) -> str:
    """The beginning of a problem, as the head of a card."""
    return text if len(text) <= NAMED else f"{text[:NAMED].rstrip()} …"


Answer = Fraction | str | None


def verdict(pairs: Sequence[tuple[Answer, Answer]], tokens: int) -> str:
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
        some, params = asked(page)
    except ValueError:
        return "from core.reasoning import AskParams, ask\n"
    return f"""from core.reasoning import AskParams, Demo, ask, read_reply

params = {params!r}
offered = {[one.offered for one in some]!r}
done = ask(params)
for problem, words, texts in zip(params.problems, offered, done.texts):
    for text in texts:
        print(problem, text, read_reply(text, params.method, words))
print(done.tokens)
"""
