"""The trace of a run on the decoding page: the text by origin, and one call in detail, each guess with its verdict."""

import pandas as pd
import streamlit as st

from components.page import token_chip
from components.screens import alive
from core.decoding import DraftModel, EarlyExit, Generation, Greedy, Lookahead, Medusa, Step
from pages.efficiency.decoding.main import Shown


def trace(shown: Shown) -> None:
    """The text as chips by origin, and one call in detail."""
    run = shown.run
    calls = len(run.steps)
    if calls == 0:
        st.info("Nothing was written.")
        return
    place = shown.page.controls.slider("step", "Call", 0, calls - 1)
    with st.container(horizontal=True):
        for label, icon, to in (
            ("Back", ":material/chevron_left:", max(place - 1, 0)),
            ("Forth", ":material/chevron_right:", min(place + 1, calls - 1)),
        ):
            st.button(label, icon=icon, on_click=shown.page.controls.set, args=({"step": to},), key=f"decoding_{label}")
    step = run.steps[place]
    st.html(_call_html(run, step, shown))
    st.html(f'<div class="reading" style="line-height:2">{_text_html(run, place, shown)}</div>')
    st.caption(
        "Green: drafted and accepted. Ink: the target's own token. Struck through: rejected, or not tested. "
        "The underlined tokens are those of this call."
        + alive(" A click on a bar of the method above chooses its call.")
    )
    if step.draft and isinstance(run.method, Lookahead):
        st.caption("Most guesses of a lookahead are not there to be accepted. They yield the n-grams of later calls.")
    if step.draft:
        wide = {"verdict": st.column_config.TextColumn(width="large")}
        st.dataframe(step_frame(run, step), hide_index=True, width="stretch", column_config=wide)
        st.caption(
            "The target reads all guesses in one call, so each has a probability, as if the guesses before it stood. "
            "One that follows a rejected guess is not tested, however likely it is, and does not count in the "
            "acceptance rate."
        )
    elif not isinstance(run.method, Greedy):
        st.caption("This call had no draft. It gives one token, as greedy decoding does.")


def _call_html(run: Generation, step: Step, shown: Shown) -> str:
    look = shown.page.look
    struck = "text-decoration:line-through;opacity:.75"
    chips = " ".join(
        token_chip(run.pieces[token], look.role("accepted"))
        if node in step.accepted
        else f'<span style="{struck}">{token_chip(run.pieces[token], look.role("rejected"))}</span>'
        for node, token in enumerate(step.draft)
    )
    own = step.added[len(step.accepted) :]
    mine = " ".join(token_chip(run.pieces[token], look.ink) for token in own)
    draft = f"Draft, {step.draft_seconds * 1e3:.0f} ms: {chips} " if chips else ""
    return (
        f'<div class="reading">{draft}Target, {step.verify_seconds * 1e3:.0f} ms: {mine or "nothing of its own"}</div>'
    )


def _text_html(run: Generation, place: int, shown: Shown) -> str:
    look = shown.page.look
    parts = []
    for number, step in enumerate(run.steps):
        style = "border-bottom:2px solid currentColor;" if number == place else ""
        for position, token in enumerate(step.added):
            color = look.role("accepted") if position < len(step.accepted) else look.ink
            parts.append(f'<span style="{style}">{token_chip(run.pieces[token], color)}</span>')
    return " ".join(parts)


def step_frame(run: Generation, step: Step) -> pd.DataFrame:
    """One call as a table: each draft token, what both sides thought of it, and the verdict."""
    frame = pd.DataFrame(
        {
            "draft token": [run.pieces[token] for token in step.draft],
            "after": ["text" if above < 0 else run.pieces[step.draft[above]] for above in step.parent],
            "draft's probability": [None if value != value else round(value, 3) for value in step.draft_prob],
            "target's probability": [round(value, 3) for value in step.target_prob],
            "verdict": verdicts(run, step),
        }
    )
    return frame.dropna(axis="columns", how="all")


def verdicts(run: Generation, step: Step) -> list[str]:
    """By draft token of a call, what became of it, by the rule that the run was judged by."""
    path = (-1, *step.accepted)
    instead = dict(zip(path, step.added, strict=False))
    found = []
    for node, parent in enumerate(step.parent):
        if node in step.accepted:
            found.append(f"accepted: {_why_accepted(run, step, node)}")
        elif parent in path and step.draft[node] == instead[parent]:
            found.append("not needed: the same guess stands in another branch")
        elif parent in path:
            found.append(_why_not(run, step, node, run.pieces[instead[parent]]))
        else:
            found.append("not tested: the guess before it does not stand")
    return found


def _why_accepted(run: Generation, step: Step, node: int) -> str:
    if _typical(run):
        return "likely enough for the target"
    if run.temperature == 0:
        return "the target writes it too"
    return f"its chance was {_chance(step, node):.0%}" if _drawn(run) else "the target drew it too"


def _why_not(run: Generation, step: Step, node: int, instead: str) -> str:
    if _typical(run):
        return "not taken: too unlikely, or the branch taken is as long"
    if run.temperature == 0:
        return f"rejected: the target writes “{instead}”"
    if _drawn(run):
        return f"rejected: its chance was {_chance(step, node):.0%}; the residual gave “{instead}”"
    return f"rejected: the target drew “{instead}”"


def _typical(run: Generation) -> bool:
    return isinstance(run.method, Medusa) and run.method.acceptance == "typical"


def _drawn(run: Generation) -> bool:
    """Whether the draft was drawn from a law of its own, so that speculative sampling judged it."""
    return run.temperature > 0 and isinstance(run.method, EarlyExit | DraftModel)


def _chance(step: Step, node: int) -> float:
    """min(1, p(x) / q(x))."""
    return min(1.0, step.target_prob[node] / step.draft_prob[node])
