"""Positional encodings: every scheme by its formula on the same axes, and its effect on a real model."""

import streamlit as st

from components.markdown import literally
from components.page import Page, Panel, Preset
from pages.architecture.positional_encoding import words
from pages.architecture.positional_encoding.main import Show
from pages.architecture.positional_encoding.panels import biases as positional_biases
from pages.architecture.positional_encoding.panels import comparison as positional_compare
from pages.architecture.positional_encoding.panels import extension as positional_extension
from pages.architecture.positional_encoding.panels import learned as positional_learned
from pages.architecture.positional_encoding.panels import rope as positional_rope
from pages.architecture.positional_encoding.panels import sinusoids as positional_sinusoidal

SCHEMES: dict[str, Show] = {
    "Sinusoidal": positional_sinusoidal.show,
    "Learned": positional_learned.show,
    "RoPE": positional_rope.show,
    "ALiBi": positional_biases.show_alibi,
    "T5": positional_biases.show_t5,
}
PANEL_CHECKS = {
    "Context extension": positional_extension.extension_checks,
    "Compare": positional_compare.comparison_checks,
    "Permutation test": positional_compare.permutation_checks,
}

page = Page(
    "positional_encoding",
    defaults={
        "scheme": "Sinusoidal",
        "panel": "Waves",
        **positional_sinusoidal.DEFAULTS,
        **positional_learned.DEFAULTS,
        **positional_rope.DEFAULTS,
        **positional_extension.DEFAULTS,
        **positional_biases.DEFAULTS,
        **positional_compare.DEFAULTS,
    },
    presets=[
        Preset(
            "Waves",
            "Fast waves at the top, slow ones at the bottom: each column is the code of one position.",
            {"scheme": "Sinusoidal", "d_model": 128, "length": 256, "base": 10_000.0, "panel": "Waves"},
        ),
        Preset(
            "The linear-shift property",
            "One matrix moves every position by 12 tokens: slide p, and the matrix stays.",
            {"scheme": "Sinusoidal", "d_model": 32, "length": 128, "offset": 12, "start": 20, "panel": "Shift map"},
        ),
        Preset(
            "Why base 10,000",
            "The base decides how many pairs turn within the text and how many hardly move.",
            {"scheme": "Sinusoidal", "d_model": 512, "length": 1024, "base": 10_000.0, "panel": "The base"},
        ),
        Preset(
            "A learned table",
            "No formula: 512 rows that training made, and nothing after the last one.",
            {"scheme": "Learned", "learned_view": positional_learned.COSINE, "panel": "Past the end"},
        ),
        Preset(
            "RoPE is relative",
            "Press play: the hands turn, the colors of the dials and the score stand still.",
            positional_rope.REAL_STORY,
        ),
        Preset(
            "Stretching the context by 4",
            "Each scheme slows other pairs; on a short text every one of them costs something.",
            {"scheme": "RoPE", "method": "YaRN, ramp by index", "factor": 4.0, "panel": "Context extension"},
        ),
        Preset(
            "ALiBi",
            "A straight line down with the distance; twelve heads, whose slopes are not in order.",
            {"scheme": "ALiBi", "n_heads": 12, "alibi_head": 3, "panel": "Slopes"},
        ),
        Preset(
            "T5",
            "Near keys have a bucket each, far ones share.",
            {"scheme": "T5", "bias_length": 128, "panel": "Buckets"},
        ),
    ],
)
page.header()

widths = [4.75, 3.3, 1.75, 1.75, 1.5] if page.look.presenter else [4.2, 2.85, 2.05, 2.05, 1.35]
scheme_place, *places = st.columns(widths, vertical_alignment="bottom")
with scheme_place:
    scheme = page.controls.choice("scheme", "Scheme", list(SCHEMES))
try:
    view = SCHEMES[scheme](page, places)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

page.badges(*view.badges)
page.plot(view.figure, name=scheme.lower(), alt=view.alt, roomy=view.roomy)
page.sentence(view.reading)
page.panels(
    [
        *view.panels,
        Panel("Compare", lambda: positional_compare.compare(page)),
        Panel("Permutation test", lambda: positional_compare.permutation(page)),
    ]
)
panel_checks = PANEL_CHECKS.get(page.controls.value("panel"))
page.checks([*view.checks, *(panel_checks(page) if panel_checks else ())])

page.questions(words.questions())
page.mathematics(words.EQUATIONS)
page.code(lambda: view.functions)
page.exports(data=view.data, script=view.script)
