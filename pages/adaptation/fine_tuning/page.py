"""Fine-tuning: one model, one task, five methods; and why the one that trains all may lose what it never saw."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.fine_tuning import main
from pages.adaptation.fine_tuning.panels import costs, forgetting, live, parts, theory
from pages.adaptation.fine_tuning.topic import TOPIC
from pages.adaptation.fine_tuning.words import EQUATIONS

page = Page(TOPIC)
page.header()

with st.container(key="resting_controls" if main.at_rest(page) else "main_controls"):
    shown = main.controls(page)

page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Two layers",
                lambda: theory.draw(page),
                stands="instead",
                badges=(Badge.TOY, Badge.MEASURED),
                checks=lambda: theory.checks(page),
                script=lambda: theory.script(page),
            ),
            Panel(
                "Which part",
                lambda: parts.draw(page),
                stands="instead",
                badges=(Badge.TOY, Badge.RECORDED),
                checks=parts.checks,
                script=lambda: parts.script(page),
            ),
            Panel(
                "Backward",
                lambda: costs.draw(page),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=costs.checks,
                script=costs.script,
            ),
            Panel(
                "Forgotten",
                lambda: forgetting.draw(page),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=forgetting.checks,
                script=forgetting.script,
            ),
            Panel("Texts", lambda: forgetting.draw_texts(page), stands="instead", badges=(Badge.MEASURED,)),
            Panel(
                "Train here",
                lambda: live.draw(page),
                stands="instead",
                checks=lambda: live.checks(page),
                script=lambda: live.script(page),
            ),
        ),
        checks=main.checks,
        equations=EQUATIONS,
        code=main.source_functions,
        data=main.export_frame,
        script=lambda: main.script(shown),
    )
)
