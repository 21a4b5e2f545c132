"""Attention: what each token of a text looks at, in every head of a real model."""

import streamlit as st

from components.course import PANEL
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, Panel, Scene
from core.models import loadable_names, lookup
from pages.architecture.attention import main as views
from pages.architecture.attention import results
from pages.architecture.attention.panels import cell, clicks, heads, places, rollouts, rows, scores, texts
from pages.architecture.attention.panels.training import head_training, training_checks, training_script
from pages.architecture.attention.scoring import WHICH
from pages.architecture.attention.topic import TOPIC
from pages.architecture.attention.words import EQUATIONS

# Panels that read neither the text nor a head of the model.
WITHOUT_TEXT = ("Meanings", "How heads part", WHICH)

HIDDEN = "The first token is hidden in the main figure alone: these are the model's own weights."

page = Page(TOPIC)
page.header()

names = [name for name in loadable_names() if lookup(name).kind in ("causal_lm", "encoder")]
with page.own_controls(rest=page.controls.value(PANEL) in WITHOUT_TEXT):
    text_place, model_place, layer_place, head_place, more_place = st.columns(
        [5, 2, 2, 2, 1.4], vertical_alignment="bottom"
    )
with text_place:
    text = page.controls.text(
        "text", "Text, up to 512 tokens", placeholder="Type a sentence", on_change=results.ask_for_the_last_token
    )
with model_place:
    model = page.controls.select("model", "Model", names, on_change=results.ask_for_the_last_token)

if results.needs_model(model, text) and not ensure_loaded(model):
    st.stop()
try:
    record = results.record_of(model, text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

n_layers, n_heads, n_tokens, _ = record.weights.shape
if results.last_token_asked_for():
    page.controls.set({"query": record.last_word})
with layer_place:
    layer = page.controls.slider("layer", "Layer", 0, n_layers - 1)
with head_place:
    head = page.controls.slider("head", "Head", 0, n_heads - 1)
with more_place, page.more():
    query = page.controls.slider("query", "Query token", 0, n_tokens - 1)
    whole_model = page.controls.switch("whole_model", "One color scale for the whole model, not for the layer")
    root = page.controls.switch("root", "Color by the square root of the weight, so that faint weights show")
    hide_sink = page.controls.switch("hide_sink", "Hide the first token and scale each row back to 1")

shown = views.Shown(page, record, layer, head, query, hide_sink=hide_sink, whole_model=whole_model, root=root)
source = Badge.RECORDED if record.created == "recorded" else Badge.MEASURED
page.show(
    Scene(
        badges=(source, Badge.ALTERED) if hide_sink else (source,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            Panel("All heads", lambda: heads.all_heads(shown)),
            Panel("Head scores", lambda: heads.head_scores(shown)),
            Panel("Arcs", lambda: rows.arcs(shown)),
            cell.panel(
                page,
                {
                    clicks.HEAD: lambda: places.place_of(page, record, layer, head, hint=HIDDEN if hide_sink else ""),
                    rollouts.ROLLOUT: lambda: rollouts.Rolled(page, record),
                },
            ),
            Panel("Steps", lambda: rows.steps(shown)),
            Panel("Sink", lambda: texts.sink(shown)),
            Panel("Surprise", lambda: texts.surprise(shown)),
            Panel(
                "Meanings",
                lambda: texts.meanings(page),
                stands="instead",
                checks=lambda: texts.meanings_checks(page),
                script=lambda: texts.meanings_script(page),
            ),
            Panel(
                "Rollout",
                lambda: texts.flow(shown),
                stands="instead",
                badges=(source,),
                checks=lambda: texts.flow_checks(shown),
                script=lambda: texts.flow_script(shown),
            ),
            Panel(
                "How heads part",
                lambda: head_training(page),
                stands="instead",
                checks=lambda: training_checks(page),
                script=lambda: training_script(page),
            ),
            scores.panel(page),
        ),
        checks=lambda: results.checks_of(model, text, layer),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
