"""The pair that the visitor labels, its two buttons, and the settings beside them."""

from collections.abc import Sequence

import streamlit as st

from components.page import Page
from components.screens import recording
from core.rlhf import (
    WORDS,
    Judgment,
    Rater,
    judged_by,
    judgments_to_json,
    unasked,
)
from pages.alignment.rlhf import judged
from pages.alignment.rlhf.words.equations import GOLD
from pages.alignment.rlhf.words.judge import (
    MOST_TELLING,
)

ALONE, IN_ORDER, TELLING = "nobody", "in order", "most informative"
PARTNERS = {
    ALONE: None,
    "a careless rater": Rater(careless=0.8),
    "one who likes length": Rater(noise=0.3, length_bias=0.6),
}
"""Who labels the visitor's pairs too."""

WRAPPED = """<style>
[class*="st-key-rlhf_prefers_"] button, [class*="st-key-rlhf_prefers_"] button * {
  white-space: normal; overflow: visible; text-overflow: clip; height: auto;
}
@media (max-width: 640px) {
  .st-key-panel_controls [data-testid=stColumn] { min-width: 45% !important; flex: 1 1 45% !important; }
  .st-key-panel_controls [data-testid=stColumn]:nth-child(2) { min-width: 66% !important; }
  .st-key-panel_controls [data-testid=stColumn]:nth-child(3) {
    min-width: 24% !important; flex-basis: 24% !important;
  }
  .st-key-panel_controls [data-testid=stColumn]:is(:nth-child(1), :nth-child(4)) { min-width: 100% !important; }
  .st-key-panel_controls [data-testid=stColumn]:nth-child(n + 5) {
    min-width: 28% !important; flex-basis: 28% !important;
  }
}
</style>"""
"""An answer is read whole: its button breaks into lines. On a phone the settings share rows."""

FAIR = 20
"""Labels that a fair rater gives on request."""


def pair_and_buttons(pair: Judgment | None, count: int) -> None:
    """The question, and a button for each answer, or that none is left."""
    if pair is None:
        st.info("All pairs are labeled.")
        return
    asks = f"**Pair {count + 1}.** Why is the sky blue? Which answer is better?"
    if recording():
        st.markdown(f"{asks} “{_told(pair.first)}”, or “{_told(pair.second)}”?")
        return
    st.html(WRAPPED + judged.EARLY, unsafe_allow_javascript=True)
    asked, left, right = st.columns([1.15, 2, 2], vertical_alignment="center")
    with asked:
        st.markdown(asks)
    for place, first, answer in ((left, True, pair.first), (right, False, pair.second)):
        said = _told(answer)
        with place:
            st.button(
                f"← {said}" if first else f"{said} →",
                on_click=judged.label,
                args=(count, pair),
                kwargs={"first": first},
                key=f"rlhf_prefers_{'first' if first else 'second'}",
                width="stretch",
            )


def _told(answer: Sequence[int]) -> str:
    """An answer in words."""
    return " ".join(WORDS[word] for word in answer)


def settings(page: Page, own: Sequence[Judgment]) -> None:
    """Who else labels, which pair comes next, gold, the step; taking back, saving and loading."""
    with page.panel_controls():
        places = st.columns([1.5, 1.75, 0.8, 1.35, 0.7, 0.7, 0.75], vertical_alignment="bottom")
    with places[0]:
        page.controls.select("partner", "A second rater", list(PARTNERS))
    with places[1]:
        page.controls.choice("next_pair", "Next pair", [IN_ORDER, TELLING], help=MOST_TELLING)
    with places[2]:
        page.controls.switch("gold_shown", "Gold", help=GOLD)
    with places[3]:
        page.controls.slider("followed", "Step of the policy", 0, 100, disabled=not own)
    with places[4]:
        st.button("Undo", on_click=judged.undo, disabled=not judged.can_undo(), key="rlhf_label_undo", width="stretch")
    with places[5]:
        st.button("Redo", on_click=judged.redo, disabled=not judged.can_redo(), key="rlhf_label_redo", width="stretch")
    with places[6], st.popover("Labels", width="stretch"):
        _keeping(own)


def _keeping(own: Sequence[Judgment]) -> None:
    st.download_button(
        "Save them (JSON)",
        lambda: judgments_to_json(own),
        "labels.json",
        "application/json",
        on_click="ignore",
        disabled=not own,
        key="rlhf_label_save",
    )
    st.file_uploader("Load labels (JSON)", type="json", key=judged.FILE, max_upload_size=1, on_change=judged.load)
    st.button(
        f"Let a fair rater label {FAIR}",
        on_click=lambda: judged.keep((*own, *judged_by(Rater(), unasked(own)[:FAIR]))),
        key="rlhf_label_fair",
    )
    st.button("Start again", on_click=judged.clear, disabled=not own, key="rlhf_label_clear")
