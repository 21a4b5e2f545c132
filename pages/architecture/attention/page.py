"""Attention: what each token of a text looks at, in every head of a real model."""

import streamlit as st

from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Equation, Page, Panel, Preset, Question
from core.attention import MEANINGS_SENTENCES, MEANINGS_WORD, RECORDED_TEXTS
from core.models import loadable_names, lookup
from pages.architecture.attention import main as views
from pages.architecture.attention import results
from pages.architecture.attention.panels.training import head_training


def story(key: str, **more: object) -> dict[str, object]:
    """The values that show a recorded text at its own layer, head and query."""
    entry = RECORDED_TEXTS[key]
    shown = {"model": entry.model, "text": entry.text, "layer": entry.layer, "head": entry.head, "query": entry.query}
    return {**shown, **more}


page = Page(
    "attention",
    defaults={
        **story("induction"),
        "whole_model": True,
        "hide_sink": False,
        "panel": "All heads",
        "score": "induction",
        "mass": 80,
        "seed": 0,
        "temperature": 100,
        "word": MEANINGS_WORD,
        **{f"sentence_{place}": sentence for place, sentence in enumerate(MEANINGS_SENTENCES, start=1)},
    },
    presets=[
        Preset(
            "Induction in action",
            "The same random words twice: in the second copy the head looks at what followed last time.",
            story("induction", panel="Surprise"),
        ),
        Preset(
            "Previous-token head",
            "One bright line just below the diagonal: every token looks at the one before it.",
            story("previous_token", panel="Head scores", score="previous token"),
        ),
        Preset(
            "The attention sink",
            "The first column is bright from top to bottom, whatever the first word is.",
            story("sink", panel="Sink"),
        ),
        Preset(
            "Two meanings of bank",
            "Both vectors start alike and part layer by layer, since each reads its own sentence.",
            story("bank", panel="Meanings"),
        ),
        Preset(
            "Bidirectional",
            "An encoder has no mask: the upper triangle carries weight too.",
            story("bidirectional", panel="Arcs"),
        ),
        Preset(
            "Causal",
            "The same sentence in a decoder: nothing above the diagonal, and a first column that collects mass.",
            story("causal", panel="Arcs"),
        ),
    ],
)
page.header()

names = [name for name in loadable_names() if lookup(name).kind in ("causal_lm", "encoder")]
text_place, model_place, layer_place, head_place, more_place = st.columns(
    [5, 2, 2, 2, 1.4], vertical_alignment="bottom"
)
with text_place:
    text = page.controls.text("text", "Text, up to 512 tokens", placeholder="Type a sentence")
with model_place:
    model = page.controls.select("model", "Model", names)

if results.needs_model(model, text) and not ensure_loaded(model):
    st.stop()
try:
    record = results.record_of(model, text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

layers, heads, tokens, _ = record.weights.shape
with layer_place:
    layer = page.controls.slider("layer", "Layer", 0, layers - 1)
with head_place:
    head = page.controls.slider("head", "Head", 0, heads - 1)
with more_place, page.more():
    query = page.controls.slider("query", "Query token", 0, tokens - 1)
    whole_model = page.controls.switch("whole_model", "One color scale for the whole model, not for the layer")
    hide_sink = page.controls.switch("hide_sink", "Hide the first token and scale each row back to 1")

shown = views.Shown(page, record, layer, head, query, hide_sink=hide_sink, whole_model=whole_model)
source = Badge.RECORDED if record.created == "recorded" else Badge.MEASURED
page.badges(*([source, Badge.ALTERED] if hide_sink else [source]))
views.main_figure(shown)
page.sentence(views.reading(shown))
page.panels(
    [
        Panel("All heads", lambda: views.all_heads(shown)),
        Panel("Head scores", lambda: views.head_scores(shown)),
        Panel("Arcs", lambda: views.arcs(shown)),
        Panel("Steps", lambda: views.steps(shown)),
        Panel("Sink", lambda: views.sink(shown)),
        Panel("Surprise", lambda: views.surprise(shown)),
        Panel("Meanings", lambda: views.meanings(shown)),
        Panel("Rollout", lambda: views.flow(shown)),
        Panel("How heads part", lambda: head_training(page)),
    ]
)
page.checks(results.checks_of(model, text, layer))
page.questions(
    [
        Question(
            "How can we end up with multiple different weights during training?",
            "By starting from different ones. Heads that start alike get the same gradient at every step and stay "
            "alike for ever; heads that start at random get different gradients and part. "
            "Train both and watch the similarity of the heads.",
            {"panel": "How heads part"},
        ),
        Question(
            "Do negative scores go to almost 0 after the softmax?",
            "Not because they are negative. Softmax sees differences only: a score of −1 wins against scores of −5. "
            "Open the steps and compare the first row of bars with the third.",
            {"panel": "Steps"},
        ),
        Question(
            "Is the value made with the matrix of the keys?",
            "No. Each head has three matrices of its own: the value is the token times the value matrix. "
            "The scores are divided by the square root of the dimension, so that their spread does not grow with it.",
        ),
    ]
)
page.mathematics(
    [
        Equation(
            r"A = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}} + M\right), \qquad \mathrm{head} = A\,V",
            {
                "Q, K, V": "queries, keys and values: the tokens times the head's own matrices, one row for each token",
                "d": "the dimension of a head, 64 in SmolLM2",
                "M": "the mask: 0 where a query may look, −∞ where it may not",
                "A": "the map above: row = query, column = key, each row sums to 1",
            },
        ),
        Equation(
            r"R = B_L \cdots B_2 B_1, \qquad B_\ell = \tfrac12\Big(\tfrac1H\sum_h A_{\ell h} + I\Big)",
            {
                "R": "rollout: how much of each input token reaches each output token, by attention alone",
                r"A_{\ell h}": "the map of head h in layer ℓ, of H heads and L layers",
                "I": "the identity, for the residual connection",
            },
        ),
    ]
)
page.code(views.source_functions)
page.exports(data=lambda: views.export_frame(shown), script=views.script(shown))
