"""Example: what a temperature does to a law. Controls, parameters, result, scene: every page has this shape."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.start.example import main as views
from pages.start.example.law import LOGITS, law
from pages.start.example.panels import laws
from pages.start.example.topic import TOPIC
from pages.start.example.words import EQUATIONS

page = Page(TOPIC)
page.header()

logits_place, temperature_place = st.columns([2, 3], vertical_alignment="bottom")
with logits_place:
    name = page.controls.select("logits", "Logits", list(LOGITS))
with temperature_place:
    temperature = page.controls.slider("temperature", "Temperature T", 0.1, 5.0, step=0.1)

shown = views.Shown(page, law(name, temperature), name)
page.show(
    Scene(
        badges=(Badge.EXACT,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            Panel("Entropy", lambda: laws.entropy(shown)),
            Panel(
                "Draws",
                lambda: laws.draws(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: laws.draws_checks(shown),
            ),
        ),
        checks=lambda: shown.law.checks,
        equations=EQUATIONS,
        code=lambda: [law],
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
