"""What the page on attention in depth declares: its stories, its panels, and the notes' questions that it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.attention import (
    GENERATION_PROMPT,
    GENERATION_TOKENS,
    PACKED_FIRST,
    PACKED_SECOND,
    RECORDED_TEXTS,
    partner_of,
)
from pages.architecture.attention_depth.words import NOBODY, head_of

TOPIC = Topic(
    key="attention_depth",
    chapter="architecture",
    title="Attention in depth",
    question="Does this head matter?",
    icon=":material/content_cut:",
    answers="silence heads and see the next token change; contribution beside weight; logit lens; activation "
    "patching; shared keys; masks for packed documents",
    builds_on=("attention",),
)


def story(key: str, head: str, **more: object) -> dict[str, object]:
    """The values that show a head on a recorded text, with nothing switched off, and what it is compared with."""
    layer, number = head_of(head)
    text, other = RECORDED_TEXTS[key], partner_of(key)
    shown: dict[str, object] = {
        "text": text.text,
        "heads": [NOBODY],
        "layer": layer,
        "head": number,
        "position": text.query,
    }
    return {**shown, "other_text": other.text, "other_model": other.model, **more}


DEFAULTS = {
    **story("induction", "L18H6", heads=["L18H6"]),
    "model": "smollm2-135m",
    "token": NOBODY,
    "ablation": "zero",
    "heat_next": 100,
    "query": RECORDED_TEXTS["induction"].query,
    "key": 15,
    "cell_of": "Head",
    "panel": "Ranking",
    "patch_pair": "Store",
    "patch_kind": "Stream",
    "patch_clean": "The dogs near the house",
    "patch_corrupted": "The dog near the house",
    "patch_answer": "are",
    "patch_wrong": "is",
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
    "hand_tokens": "1 0 1 0 / 0 2 0 2 / 1 1 1 1 / 0 1 1 0",
    "hand_query": "1 0 0 0 / 0 1 0 0 / 0 0 1 0 / 0 0 0 1",
    "hand_key": "0 1 0 0 / 1 0 0 0 / 0 0 1 0 / 0 0 0 1",
    "hand_value": "1 0 0 0 / 0 1 0 0 / 0 0 -1 0 / 0 0 0 2",
    "hand_heads": "1",
    "hand_head": "0",
    "hand_causal": True,
    "hand_scale": True,
}

PRESETS = (
    Preset(
        "Without the induction head",
        "One head of 270 is silenced, and the second copy of the words becomes harder to predict.",
        story("induction", "L18H6", heads=["L18H6"], panel="Ranking"),
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
        "Patch it",
        "One name differs. Copied from the clean run it brings the answer back, until the last token takes it over.",
        story("induction", "L18H6", panel="Patch it", patch_pair="Store", patch_kind="Stream"),
    ),
    Preset(
        "Who copies?",
        "Copied at all tokens, a head that looks one token back brings most back.",
        story("induction", "L18H6", panel="Patch it", patch_pair="Swapped words", patch_kind="Head, all tokens"),
    ),
    Preset(
        "Shared keys",
        "Three heads ask different questions of the same keys and values.",
        story("induction", "L17H3", panel="Shared keys"),
    ),
    Preset(
        "Packed documents",
        "Without a document mask the second text is read as a continuation of the first.",
        story("causal", "L2H0", panel="Masks"),
    ),
    Preset(
        "One word changed",
        "The other text says rabbit for the first camera, so that at the second camera there is nothing to copy.",
        story("induction", "L17H4", panel="Compare"),
    ),
    Preset(
        "Watch it write",
        "The last token looks back, what it finds chooses the next one, and each adds its key and value to the cache.",
        story("previous_token", "L16H0", panel="Generation"),
        free=("step",),
    ),
)

PANELS = (
    PanelWords("Ranking", "Every head ablated once, and what each costs; a click switches one off."),
    PanelWords("Contribution", "The attention weights of a head beside the length of what really arrives."),
    PanelWords("Cell", "One cell by its sum: a click on a map opens it, by dimensions or by the weights in it."),
    PanelWords("Logit lens", "What the model would say if it stopped after each layer."),
    PanelWords("Patch it", "One part of a run copied into another, and how much of the answer comes back."),
    PanelWords("Shared keys", "Query heads that read the same keys and values, and the cache that this saves."),
    PanelWords("Masks", "Two documents in one sequence: causal mask, document mask, and no mask at all."),
    PanelWords("Generation", "A text that grows token by token, with what each token looked at."),
    PanelWords("Compare", "One head on two texts or in two models, and the difference of its maps."),
    PanelWords("By hand", "Attention on four tokens of four numbers, with matrices that can be edited."),
)

QUESTIONS = (
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
        story("causal", "L2H0", panel="Masks"),
    ),
    Question(
        "Does each head have a feed-forward net of its own?",
        "No. The outputs of all heads are put side by side, multiplied by one matrix and added to the stream. Then "
        "one feed-forward net works on each token. A check below the figure adds up these parts.",
        story("induction", "L18H6", panel="Contribution"),
    ),
)

TERMS = (
    "token",
    "embedding",
    "logit",
    "temperature",
    "cross entropy",
    "nat",
    "perplexity",
    "attention",
    "query",
    "key",
    "value",
    "head",
    "attention sink",
    "induction head",
    "residual stream",
    "feed-forward net",
    "logit lens",
    "activation patching",
    "direct logit attribution",
    "ablation",
    "contribution",
    "grouped-query attention",
    "KV cache",
    "document mask",
)

RENAMED: dict[str, dict[str, str]] = {}
