"""Positional encodings: every scheme by its formula on the same axes, and its effect on a real model."""

from dataclasses import replace

import streamlit as st

from components.course import PANEL
from components.markdown import literally
from components.page import Page
from pages.architecture.positional_encoding.main import Show
from pages.architecture.positional_encoding.panels import (
    alibi,
    comparison,
    extrapolation,
    learned,
    permutation,
    rope,
    sinusoids,
    t5,
)
from pages.architecture.positional_encoding.topic import TOPIC
from pages.architecture.positional_encoding.words import ALIBI, LEARNED, LONG, ROPE, SINUSOIDAL, T5

SCHEMES: dict[str, Show] = {
    SINUSOIDAL: sinusoids.show,
    LEARNED: learned.show,
    ROPE: rope.show,
    ALIBI: alibi.show,
    T5: t5.show,
}

# Panels that read no scheme; "Compare" takes a query and a key from the controls of RoPE.
RESTING = (LONG, permutation.TEST)

page = Page(TOPIC)
page.header()

widths = [4.75, 3.3, 1.75, 1.75, 1.5] if page.look.presenter else [4.2, 2.85, 2.05, 2.05, 1.35]
with page.own_controls(rest=page.controls.value(PANEL) in RESTING):
    scheme_place, *places, last_place = st.columns(widths, vertical_alignment="top")
# A button without a label stands where the other controls end.
places.append(last_place.container(height="stretch", vertical_alignment="bottom"))
with scheme_place:
    scheme = page.controls.choice("scheme", "Scheme", list(SCHEMES))
try:
    scene = SCHEMES[scheme](page, places)
except ValueError as error:
    st.warning(literally(str(error)))
    st.stop()

common = (comparison.panel(page), permutation.panel(page), extrapolation.panel(page))
page.show(replace(scene, panels=(*scene.panels, *common)))
