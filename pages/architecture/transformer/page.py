"""The transformer's parts: the path of a token through a real model, and small models that lack a part."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.course import PANEL
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, Scene
from pages.architecture.transformer import main as views
from pages.architecture.transformer import results
from pages.architecture.transformer.panels import absence, blocks, losses, parameters, translation
from pages.architecture.transformer.topic import TOPIC
from pages.architecture.transformer.words import EQUATIONS

page = Page(TOPIC)
page.header()

opened = page.controls.value(PANEL)
apart = opened in ("Translate", "Parameters", "Without it") or (opened == "Cross entropy" and losses.on_language(page))
with page.own_controls(rest=apart and results.is_recorded(page.controls.value("text"))):
    text_place, position_place, depth_place = st.columns([5, 2.5, 2.5], vertical_alignment="bottom")
with text_place:
    text = page.controls.text("text", "Text, up to 512 tokens", placeholder="Type the beginning of a sentence")
if not results.is_recorded(text) and not ensure_loaded(results.DECODER):
    st.stop()
try:
    last = results.path_of(text, -1)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()
with position_place:
    position = page.controls.slider("position", "Followed token", 0, len(last.tokens) - 1)
with depth_place:
    depth = page.controls.slider("depth", "Depth read", 0, len(last.attention))

shown = views.Shown(page, results.path_of(text, position), depth)


def code() -> tuple[Callable[..., Any], ...]:
    """The functions of core behind the page."""
    from core.transformer import cross_entropy, loss_without, parameter_table, path, train_translator

    return path, cross_entropy, parameter_table, train_translator, loss_without


page.show(
    Scene(
        badges=(shown.badge,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            blocks.panel(shown),
            translation.panel(page),
            losses.panel(shown),
            parameters.panel(page),
            absence.panel(page),
        ),
        checks=lambda: shown.path.checks,
        equations=EQUATIONS,
        code=code,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
