"""Attention in depth: switch heads and tokens off, and see what they were for."""

import streamlit as st

from components.course import PANEL
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, Scene
from pages.architecture.attention import results as attention_results
from pages.architecture.attention.panels.clicks import CELL
from pages.architecture.attention_depth import main as views
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.panels import (
    cell,
    comparison,
    contribution,
    generation,
    groups,
    hand,
    lens,
    masks,
    patching,
    ranking,
)
from pages.architecture.attention_depth.topic import TOPIC
from pages.architecture.attention_depth.words import EQUATIONS, NOBODY, head_of, name_of

# Panels that read neither the text nor a head: the first has the choice of the model among its own controls.
RESTING = (patching.PATCH, hand.HAND)

# Panels of the whole model as it is: they read the text, and nothing that is switched off.
UNTOUCHED = (*RESTING, CELL, "Contribution", "Logit lens", "Shared keys", "Masks", "Generation", "Compare")

page = Page(TOPIC)
page.header()

opened = page.controls.value(PANEL)
with page.own_controls(rest=opened in RESTING):
    if opened in UNTOUCHED:
        text_place, more_place = st.columns([10, 1.4], vertical_alignment="bottom")
        head_place = token_place = st.container(key="resting_switches")
    else:
        text_place, head_place, token_place, more_place = st.columns([5, 3, 2, 1.4], vertical_alignment="bottom")
with text_place:
    text = page.controls.text("text", "Text, up to 512 tokens", on_change=attention_results.ask_for_the_last_token)
with more_place:
    more = page.more()
if opened == patching.PATCH:
    model = results.model_of(page.controls.value("model"))
else:
    with more:
        model = views.choose_model(page.controls)
if attention_results.needs_model(model, text) and not ensure_loaded(model):
    st.stop()
try:
    record = attention_results.record_of(model, text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

n_layers, n_heads, _, _ = record.weights.shape
if attention_results.last_token_asked_for():
    page.controls.set({"position": record.last_word, "query": record.last_word})
names = [name_of(layer, head) for layer in range(n_layers) for head in range(n_heads)]
places = [NOBODY, *(f"{place} {token}" for place, token in enumerate(record.tokens))]
with head_place:
    silenced = page.controls.several(
        "heads", "Heads to ablate", [NOBODY, *names], on_change=views.keep_a_choice, args=(page.controls,)
    )
with token_place:
    hidden_name = page.controls.select("token", "Token to hide", places)
with more:
    ablation = page.controls.choice("ablation", "An ablated head gives", ["zero", "mean"])
    percent = page.controls.slider("heat_next", "Temperature of the next token (%)", 10, 300, step=10)
    layer = page.controls.slider("layer", "Layer of the panels", 0, n_layers - 1)
    head = page.controls.slider("head", "Head of the panels", 0, n_heads - 1)

chosen = tuple(head_of(name) for name in silenced if name != NOBODY)
hidden = () if hidden_name == NOBODY else (places.index(hidden_name) - 1,)
shown = views.Shown(page, record, chosen, hidden, ablation, percent / 100, layer, head)
panels = (
    ranking.panel(shown),
    contribution.panel(shown),
    cell.panel(shown),
    lens.panel(shown),
    patching.panel(shown),
    groups.panel(shown),
    masks.panel(shown),
    generation.panel(shown),
    comparison.panel(shown),
    hand.panel(page),
)
instead = {panel.name for panel in panels if panel.stands == "instead"}
if opened not in instead and shown.needs_model and not ensure_loaded(model):
    st.stop()
page.show(
    Scene(
        badges=(shown.source,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=panels,
        checks=lambda: views.checks(shown),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
