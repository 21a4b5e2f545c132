"""The logit lens: what the model would say if it stopped after each layer."""

import streamlit as st

from components.page import Panel, token_chip
from core.checks import Check
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.offer import offer_model
from pages.architecture.attention_depth.words import lens_title, lens_way


def panel(shown: Shown) -> Panel:
    """The lens in the place of the figure."""
    return Panel(
        "Logit lens",
        lambda: draw(shown),
        stands="instead",
        badges=(shown.source,),
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """The likeliest next tokens after each layer, and the rank of the final one."""
    page, record = shown.page, shown.record
    left, right = st.columns([2, 1])
    with right:
        position = page.controls.slider("position", "After token", 0, len(record.tokens) - 1)
    if results.lens_needs_model(record.model, record.text, position):
        offer_model(record.model, "This token's lens is not recorded.")
        return
    found = results.lens_of(record.model, record.text, position)
    ranks = found.answer_rank.tolist()
    title = lens_title(found.answer, ranks)
    with left:
        fig = figures.lens(found.likeliest, found.shares[:, :5], look=page.look, title=title)
        page.plot(fig, name="lens", alt=f"Likeliest next tokens after each layer. {title}.", roomy=True)
    with right:
        title = f"The rank of “{found.answer}”"
        fig = figures.lens_rank(found.answer_rank, answer=found.answer, look=page.look, title=title)
        page.plot(fig, name="lens_rank", alt=f"{title} after each layer, from {found.answer_rank[0]} to 1.")
    page.note(
        f"The rank of {token_chip(found.answer, page.look.role('query'))} {lens_way(ranks)}; in the end it has "
        f"probability <b>{found.answer_share[-1]:.2f}</b>."
    )
    st.caption(
        "The final norm and the output matrix are applied to the stream after each layer. The model was never trained "
        "to be read there, so early rows are guesses in a foreign language; row 0 is the embedding itself."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """That the last depth is the model's own output."""
    model, text, position = shown.record.model, shown.record.text, shown.page.controls.value("position")
    return () if results.lens_needs_model(model, text, position) else results.lens_of(model, text, position).checks


def script(shown: Shown) -> str:
    """A script that reads the model after each layer with `core` alone."""
    record = shown.record
    return f"""from core.attention import logit_lens, trace
from core.models import load_causal_lm

lm = load_causal_lm({record.model!r})
lens = logit_lens(lm, trace(lm, {record.text!r}), {shown.page.controls.value("position")})
for words, rank in zip(lens.likeliest, lens.answer_rank):
    print(rank, words)
"""
