"""What the page of the positional encodings declares: its stories, its panels, and the notes' questions it answers."""

from components.course import PanelWords, Preset, Question, Topic
from core.positional import SCHEME_KINDS, STORY
from pages.architecture.positional_encoding.words import (
    ALIBI,
    BOTH_WAYS,
    BY_LENGTH,
    COSINE,
    EQUAL,
    LEARNED,
    LONG,
    MADE,
    MARK,
    REAL,
    RECORDED_SEED,
    ROPE,
    SENTENCE,
    SHUFFLED,
    SINUSOIDAL,
    T5,
    TABLE,
    UNMASKED,
    a_shift_by_one_word,
)

TOPIC = Topic(
    key="positional_encoding",
    chapter="architecture",
    title="Positional encoding",
    question="How does a model know the order?",
    icon=":material/format_list_numbered:",
    answers="sinusoidal, learned, RoPE, ALiBi and T5 on one axis; the shift as one matrix; context extension with its "
    "price in perplexity; trained short and tested long",
    builds_on=("attention",),
)

DEFAULTS = {
    "scheme": SINUSOIDAL,
    "panel": "Waves",
    "d_model": 128,
    "base": 10_000.0,
    "length": 256,
    "pair": 8,
    "offset": 5,
    "start": 0,
    "w_seed": 0,
    "learned_view": TABLE,
    "learned_length": 512,
    "reference": 100,
    "n_tokens": 513,
    "vectors": EQUAL,
    "place": 0,
    "distance": 8,
    "head_dim": 64,
    "rope_base": 10_000.0,
    "vector_seed": 0,
    "text": SENTENCE,
    "layer": 16,
    "head": 0,
    "query": 9,
    "key": 2,
    "reach": "128 tokens",
    "method": SCHEME_KINDS["ntk"][0],
    "factor": 2.0,
    "sweep_text": STORY,
    "n_heads": 8,
    "alibi_head": 3,
    "bias_length": 64,
    "direction": BOTH_WAYS,
    "buckets": 32,
    "max_distance": 128,
    "t5_head": 0,
    "t5_seed": 0,
    "compare_vectors": MADE,
    "compare_length": 128,
    "compare_head": 4,
    "compare_seed": 0,
    "sentence": SHUFFLED,
    "order_mask": UNMASKED,
    "order_seed": RECORDED_SEED,
    "long_task": MARK,
    "long_stretch": BY_LENGTH,
    "long_scheme": ROPE,
    "long_seed": RECORDED_SEED,
}

REAL_STORY = {"scheme": ROPE, "vectors": REAL, "distance": 1, "panel": "Score against distance"}
"""A head of SmolLM2 that looks one token back, whatever the tokens are."""

PRESETS = (
    Preset(
        "Waves",
        "Fast waves at the top, slow ones at the bottom: each column is the code of one position.",
        {"scheme": SINUSOIDAL, "d_model": 128, "length": 256, "base": 10_000.0, "panel": "Waves"},
    ),
    Preset(
        "The linear-shift property",
        "One matrix moves every position by 12 tokens: slide p, and the matrix stays.",
        {"scheme": SINUSOIDAL, "d_model": 32, "length": 128, "offset": 12, "start": 20, "panel": "Shift map"},
        free=("start",),
    ),
    Preset(
        "Why base 10,000",
        "The base decides how many pairs turn within the text and how many hardly move.",
        {"scheme": SINUSOIDAL, "d_model": 512, "length": 1024, "base": 10_000.0, "panel": "The base"},
    ),
    Preset(
        "A learned table",
        "No formula: 512 rows that training made, and nothing after the last one.",
        {"scheme": LEARNED, "learned_view": COSINE, "panel": "Past the end"},
    ),
    Preset(
        "RoPE is relative",
        "Press play: the hands turn, the colors of the dials and the score stand still.",
        REAL_STORY,
    ),
    Preset(
        "Stretching the context by 4",
        "Each scheme slows other pairs; on one short text most cost something, and for Llama 3 the price is within the "
        "noise.",
        {
            "scheme": ROPE,
            "vectors": REAL,
            "rope_base": 100_000.0,
            "method": SCHEME_KINDS["yarn"][0],
            "factor": 4.0,
            "panel": "Context extension",
        },
    ),
    Preset(
        LONG,
        "Trained to 32 symbols, tested to 256: which positions carry on, and what stretching RoPE gives.",
        {"scheme": ROPE, "long_task": MARK, "long_stretch": BY_LENGTH, "panel": LONG},
        free=("long_scheme", "long_seed"),
    ),
    Preset(
        "ALiBi",
        "A straight line down with the distance; twelve heads, whose slopes are not in order.",
        {"scheme": ALIBI, "n_heads": 12, "alibi_head": 3, "panel": "Slopes"},
    ),
    Preset(
        "T5",
        "Near keys have a bucket each, far ones share.",
        {"scheme": T5, "bias_length": 128, "panel": "Buckets"},
    ),
)

PANELS = (
    PanelWords("Waves", "One pair of dimensions over the positions: a sine and a cosine.", {"scheme": SINUSOIDAL}),
    PanelWords(
        "Dot product",
        "Two codes against their distance, and what a matrix between them leaves of it.",
        {"scheme": SINUSOIDAL},
    ),
    PanelWords(
        "Shift map", "The one matrix that moves every position by the same number of tokens.", {"scheme": SINUSOIDAL}
    ),
    PanelWords("The base", "How many pairs of dimensions a base makes fast and slow.", {"scheme": SINUSOIDAL}),
    PanelWords(
        "Similarity", "One learned position against all others, and all of them by their offset.", {"scheme": LEARNED}
    ),
    PanelWords(
        "Past the end",
        "What an encoder with a table says to a text that is longer than the table.",
        {"scheme": LEARNED},
    ),
    PanelWords("Score against distance", "The score of one query and one key, wherever they stand.", {"scheme": ROPE}),
    PanelWords("Wavelengths", "How many tokens each pair takes for a full turn.", {"scheme": ROPE}),
    PanelWords("Layouts", "Which dimensions turn together, in the paper and in transformers.", {"scheme": ROPE}),
    PanelWords(
        "Context extension", "Which pairs each scheme slows, and what that costs a real model.", {"scheme": ROPE}
    ),
    PanelWords("Slopes", "ALiBi's slope of every head, and the rule beyond powers of two.", {"scheme": ALIBI}),
    PanelWords("Weights", "How far the heads of ALiBi see where all keys are equal.", {"scheme": ALIBI}),
    PanelWords("Buckets", "The distances that share each bucket of T5.", {"scheme": T5}),
    PanelWords("Bias", "What T5 adds to the scores: one number for each bucket.", {"scheme": T5}),
    PanelWords("Compare", "All schemes on one axis, and a table with a number for each entry."),
    PanelWords(
        "Permutation test", "A sentence and its shuffled words, without and with positions, without and behind a mask."
    ),
    PanelWords(LONG, "Small models trained on short texts and tested on texts up to 8 times as long."),
)

QUESTIONS = (
    Question(
        "For rotary positional encoding, is it actually relative?",
        "Yes, in the score, and exactly so. Each vector is turned by its own absolute position, but the product of "
        "a turned query and a turned key depends on the difference of the two positions alone. Move both by 1,000 "
        "and the score stands still up to rounding; move one of them and it changes.",
        REAL_STORY,
    ),
    Question(
        "With sine and cosine, are x + k and y + k considered as relative positions?",
        "The raw codes are: PE(p + k) is one fixed rotation of PE(p), and the dot product of two codes knows their "
        "distance alone. But attention puts learned matrices between them, and behind an arbitrary matrix that "
        "property is lost. A model may learn matrices that keep it; the code does not force them to.",
        {"scheme": SINUSOIDAL, "d_model": 64, "panel": "Dot product"},
    ),
    Question(
        "Does a shift by one word change little?",
        a_shift_by_one_word(),
        {"scheme": SINUSOIDAL, "d_model": 64, "panel": "Dot product"},
    ),
)

TERMS = (
    "positional encoding",
    "attention",
    "query",
    "key",
    "head",
    "sinusoidal encoding",
    "learned positions",
    "RoPE",
    "ALiBi",
    "T5 buckets",
    "relative position",
    "perplexity",
    "context extension",
    "YaRN",
    "NTK-aware scaling",
)

RENAMED: dict[str, dict[str, str]] = {}
