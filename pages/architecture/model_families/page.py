"""The model families: who may look at whom, what each is trained to guess, and what that costs."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.course import PANEL
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, Scene
from core.transformer import sentence_words
from pages.architecture.model_families import main as views
from pages.architecture.model_families import results
from pages.architecture.model_families.panels import games, llama, sides
from pages.architecture.model_families.topic import TOPIC
from pages.architecture.model_families.words import BERT, BOTH_SIDES, EQUATIONS, LLAMA, MASKING

page = Page(TOPIC)
page.header()

opened = page.controls.value(PANEL)
apart = opened in (BOTH_SIDES, LLAMA) or (opened == BERT and page.controls.value("game") != MASKING)
with page.own_controls(rest=apart and results.is_recorded(page.controls.value("text"))):
    text_place, word_place, depth_place = st.columns([5, 2.5, 2.5], vertical_alignment="bottom")
with text_place:
    text = page.controls.text("text", "Sentence, 2 to 16 words", placeholder="Type a sentence", max_chars=300)
try:
    words = sentence_words(text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()
if not results.is_recorded(text) and not all(ensure_loaded(name) for name in (results.ENCODER, results.DECODER)):
    st.stop()
try:
    encoder, decoder = results.sights_of(text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()
with word_place:
    word = page.controls.slider("word", "Followed word, from 0", 0, len(words) - 1)
with depth_place:
    depth = page.controls.slider("depth", "Depth, in sixths of the layers", 1, 6)

shown = views.Shown(page, encoder, decoder, word, depth)


def code() -> tuple[Callable[..., Any], ...]:
    """The functions of core behind the page."""
    from core.transformer import decoder_sees, likeliest_span, look_between, mask_tokens, train_reader

    return look_between, decoder_sees, mask_tokens, likeliest_span, train_reader


page.show(
    Scene(
        badges=shown.badges,
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(sides.panel(page), games.panel(page, text), llama.panel(page)),
        checks=lambda: views.checks(shown),
        equations=EQUATIONS,
        code=code,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
