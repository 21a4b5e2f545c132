"""CLIP and spurious features: watch a model look at the background, and take it away."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from core.clip import FAMILY, REPAIRS
from pages.prompting.clip_spurious import main as views
from pages.prompting.clip_spurious import results
from pages.prompting.clip_spurious.figures.tables import STYLE
from pages.prompting.clip_spurious.loading import ensure_clip
from pages.prompting.clip_spurious.panels import (
    correlation,
    groups,
    labels,
    pictures,
    prompts,
    published,
    relevance,
    repair,
    training,
    vectors,
)
from pages.prompting.clip_spurious.topic import PANELS, TOPIC
from pages.prompting.clip_spurious.words import EQUATIONS

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
shown = views.Shown(page, model, bird - 1, water, chosen)
recorded = (Badge.RECORDED, Badge.TOY)
page.show(
    Scene(
        badges=recorded,
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            Panel("Groups", lambda: groups.groups(shown)),
            Panel("Repair", lambda: repair.repair(shown)),
            Panel(
                "Zero-shot",
                lambda: prompts.zero_shot(shown),
                stands="instead",
                checks=lambda: prompts.zero_shot_checks(shown),
                script=lambda: prompts.zero_shot_script(shown),
            ),
            Panel(
                "Descriptions",
                lambda: prompts.descriptions(shown),
                stands="instead",
                checks=lambda: prompts.description_checks(shown),
                script=lambda: prompts.description_script(shown),
            ),
            Panel(
                "Where it looks",
                lambda: relevance.where(shown),
                stands="instead",
                badges=relevance.badges(shown),
                checks=lambda: relevance.checks(shown),
                script=lambda: relevance.script(shown),
            ),
            Panel(
                "A few labels",
                lambda: labels.few_labels(shown),
                stands="instead",
                badges=recorded,
                checks=lambda: labels.checks(shown),
                script=lambda: labels.script(shown),
            ),
            Panel(
                "Map",
                lambda: vectors.embedding(shown),
                stands="instead",
                badges=recorded,
                checks=lambda: vectors.map_checks(shown),
                script=lambda: vectors.map_script(shown),
            ),
            Panel(
                "Correlation",
                lambda: correlation.correlation(shown),
                stands="instead",
                badges=recorded,
                checks=lambda: correlation.trend_checks(shown),
                script=lambda: correlation.trend_script(),
            ),
            Panel(
                "Training",
                lambda: training.training(shown),
                stands="instead",
                checks=lambda: training.checks(shown),
                script=lambda: training.script(shown),
            ),
            Panel(
                "Your pictures",
                lambda: pictures.own_pictures(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: pictures.checks(shown),
                script=lambda: pictures.script(shown),
            ),
            Panel(
                "Published",
                lambda: published.published(shown),
                stands="instead",
                badges=recorded,
                checks=lambda: results.verdict_checks(model),
                data=lambda: published.published_frame(shown),
                script=lambda: published.published_script(shown),
            ),
        ),
        checks=lambda: results.checks_of(model, chosen),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
