"""Attention in depth: switch heads and tokens off, and see what they were for."""

import streamlit as st

from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Page, Panel, Preset, Question
from core.attention import (
    GENERATION_PROMPT,
    GENERATION_TOKENS,
    PACKED_FIRST,
    PACKED_SECOND,
    RECORDED_TEXTS,
    partner_of,
)
from core.models import loadable_names, lookup
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import main as depth_cause
from pages.architecture.attention_depth import results as depth_results
from pages.architecture.attention_depth.panels import masks as depth_shared
from pages.architecture.attention_depth.panels import texts as depth_text
from pages.architecture.attention_depth.words import EQUATIONS

NOBODY = "none"


def story(key: str, head: str, **more: object) -> dict[str, object]:
    """The values that show a recorded text without one head, and what it is compared with."""
    layer, number = depth_cause.head_of(head)
    text, other = RECORDED_TEXTS[key], partner_of(key)
    shown = {"text": text.text, "heads": [head], "layer": layer, "head": number, "position": text.query}
    return {**shown, "other_text": other.text, "other_model": other.model, **more}


page = Page(
    "attention_depth",
    defaults={
        **story("induction", "L18H6"),
        "model": "smollm2-135m",
        "token": NOBODY,
        "ablation": "zero",
        "heat_next": 100,
        "panel": "Ranking",
        "published": "Llama 3.1 8B",
        "context": 8192,
        "batch": 1,
        "bandwidth": 3350,
        "first": PACKED_FIRST,
        "second": PACKED_SECOND,
        "prompt": GENERATION_PROMPT,
        "count": GENERATION_TOKENS,
        "heat": 0,
        "step": 1,
        "hand_heads": "1",
        "hand_head": "0",
        "hand_causal": True,
        "hand_scale": True,
    },
    presets=[
        Preset(
            "Without the induction head",
            "One head of 270 is silenced, and the second copy of the words becomes harder to predict.",
            story("induction", "L18H6", panel="Ranking"),
        ),
        Preset(
            "Weight is not contribution",
            "The first token gets most of the weight, but its value is short: little arrives.",
            story("sink", "L18H6", panel="Contribution"),
        ),
        Preset(
            "When does it know?",
            "Layer by layer the prediction forms; the rank of the answer falls late and fast.",
            story("induction", "L18H6", panel="Logit lens", position=43),
        ),
        Preset(
            "Shared keys",
            "Three heads ask different questions of the same keys and values.",
            story("induction", "L17H3", panel="Shared keys"),
        ),
        Preset(
            "Packed documents",
            "Without a document mask the second text is read as a continuation of the first.",
            story("causal", "L16H0", panel="Masks"),
        ),
        Preset(
            "One word changed",
            "The other text says rabbit for the first camera, so that at the second camera there is nothing to copy.",
            story("induction", "L17H4", panel="Compare"),
        ),
        Preset(
            "Watch it write",
            "Each new token looks back, is chosen, and adds one key and one value to the cache.",
            story("previous_token", "L16H0", panel="Generation"),
        ),
    ],
)
page.header()

text_place, head_place, token_place, more_place = st.columns([5, 3, 2, 1.4], vertical_alignment="bottom")
with text_place:
    text = page.controls.text("text", "Text, up to 512 tokens")
with more_place:
    more = page.more()
with more:
    causal_models = [name for name in loadable_names() if lookup(name).kind == "causal_lm"]
    model = page.controls.select("model", "Model", causal_models)
if attention_results.needs_model(model, text) and not ensure_loaded(model):
    st.stop()
try:
    record = attention_results.record_of(model, text)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

layers, heads, tokens, _ = record.weights.shape
names = [depth_cause.name_of(layer, head) for layer in range(layers) for head in range(heads)]
places = [NOBODY, *(f"{place} {token}" for place, token in enumerate(record.tokens))]
with head_place:
    silenced = page.controls.several("heads", "Heads to ablate", names)
with token_place:
    hidden_name = page.controls.select("token", "Token to hide", places)
with more:
    ablation = page.controls.choice("ablation", "An ablated head gives", ["zero", "mean"])
    percent = page.controls.slider("heat_next", "Temperature of the next token (%)", 10, 300, step=10)
    layer = page.controls.slider("layer", "Layer of the panels", 0, layers - 1)
    head = page.controls.slider("head", "Head of the panels", 0, heads - 1)

chosen = tuple(depth_cause.head_of(name) for name in silenced)
hidden = () if hidden_name == NOBODY else (places.index(hidden_name) - 1,)
if depth_results.cause_needs_model(model, text, chosen, hidden, percent / 100) and not ensure_loaded(model):
    st.stop()
cause = depth_results.cause_of(model, text, chosen, hidden, ablation, percent / 100)
shown = depth_cause.Changed(page, record, cause, chosen, hidden, ablation, percent / 100, layer, head)
page.badges(Badge.MEASURED if attention_results.is_loaded(model) else Badge.RECORDED)
depth_cause.main_figure(shown)
page.sentence(depth_cause.reading(shown))
page.panels(
    [
        Panel("Ranking", lambda: depth_cause.ranking(shown)),
        Panel("Contribution", lambda: depth_cause.contribution(shown)),
        Panel("Logit lens", lambda: depth_cause.lens(shown)),
        Panel("Shared keys", lambda: depth_shared.groups(shown)),
        Panel("Masks", lambda: depth_shared.masks(shown)),
        Panel("Generation", lambda: depth_text.generation(shown)),
        Panel("Compare", lambda: depth_text.compare(shown)),
        Panel("By hand", lambda: depth_text.hand(shown)),
    ]
)
page.checks(depth_cause.checks(shown))
page.questions(
    [
        Question(
            "Grouped-query attention: one key and value for multiple queries?",
            "For several query heads, not for several tokens. Each token keeps its own key and value in each group. In "
            "SmolLM2 nine query heads read three key/value heads, so the cache is a third of its size.",
            story("induction", "L17H3", panel="Shared keys"),
        ),
        Question(
            "Why mask attention between documents?",
            "Documents are packed to fill the context. Without the mask the second one is read as if it continued the "
            "first, and its logits change. With the mask they are those of the document alone, up to rounding.",
            story("causal", "L16H0", panel="Masks"),
        ),
        Question(
            "Does each head have a feed-forward net of its own?",
            "No. The outputs of all heads are put side by side, multiplied by one matrix and added to the stream. Then "
            "one feed-forward net works on each token. The checks add up exactly these parts.",
        ),
    ]
)
page.mathematics(EQUATIONS)
page.code(depth_cause.source_functions)
page.exports(data=lambda: depth_cause.export_frame(shown), script=depth_cause.script(shown))
