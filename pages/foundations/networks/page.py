"""Networks: a small network trained before the eye, what a perceptron can do, one step by hand, and the step's size."""

import streamlit as st

from components.course import PANEL
from components.exports import as_csv
from components.page import Badge, Page, Panel, Scene
from core.learning import descend, duel, one_step, perceptron, train_network
from pages.foundations.networks import main, results
from pages.foundations.networks.panels import descents, duels, hand, perceptrons
from pages.foundations.networks.topic import DESCENT, HAND, PERCEPTRON, TOPIC, WINS
from pages.foundations.networks.words import EQUATIONS, reading

page = Page(TOPIC)
page.header()

with page.own_controls(rest=page.controls.value(PANEL) in (PERCEPTRON, HAND, DESCENT)):
    params, more = main.controls(page)
shown = main.Shown(page, results.run_of(params))
with more:
    st.download_button(
        "Points (CSV)", lambda: as_csv(main.points_frame(shown)), "networks_points.csv", "text/csv", on_click="ignore"
    )

page.show(
    Scene(
        badges=(Badge.MEASURED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: reading(shown.run),
        panels=(
            Panel(
                WINS,
                lambda: duels.draw(page, params),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: duels.checks(page, params),
                script=lambda: duels.script(page, params),
            ),
            Panel(
                PERCEPTRON,
                lambda: perceptrons.draw(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: perceptrons.checks(page),
                script=lambda: perceptrons.script(page),
            ),
            Panel(
                HAND,
                lambda: hand.draw(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: hand.checks(page),
                script=lambda: hand.script(page),
            ),
            Panel(
                DESCENT,
                lambda: descents.draw(page),
                stands="instead",
                badges=(Badge.TOY,),
                checks=lambda: descents.checks(page),
                script=lambda: descents.script(page),
            ),
        ),
        checks=lambda: shown.run.checks,
        equations=EQUATIONS,
        code=lambda: [train_network, perceptron, one_step, descend, duel],
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
