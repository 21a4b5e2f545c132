"""CLIP and spurious features: watch a model look at the background, and take it away."""

import streamlit as st

from components.page import Page
from core.clip import FAMILY, REPAIRS
from pages.prompting.clip_spurious import main as views
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.tables import STYLE
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.panels import repair
from pages.prompting.clip_spurious.scene import scene_of
from pages.prompting.clip_spurious.topic import PANELS, TOPIC

page = Page(TOPIC)
page.header()

model_place, bird_place, water_place, repair_place = st.columns(
    [1.96, 2.18, 1.76, 5.22], gap="medium", vertical_alignment="bottom"
)
with model_place:
    model = page.controls.select("model", "Model", list(FAMILY))
with bird_place:
    bird = page.controls.slider("bird", "Bird (waterbird from 7)", 1, 12, **views.resting(page, "bird"))
with water_place:
    wet = views.resting(page, "water")
    water = page.controls.slider("water", "Water behind it (%)", 0.0, 100.0, step=2.5, format="%g", **wet)
with repair_place:
    kind = page.controls.choice("repair", "Repair", list(REPAIRS), **views.resting(page, "repair"))

chosen = repair.repair_of(page, kind)
if results.needs_model(model, chosen.texts) and not ensure_clip(model):
    page.keep_panel(PANELS)
    st.stop()

st.html(STYLE)
page.show(scene_of(views.Shown(page, model, bird - 1, water, chosen)))
