"""Learning from examples: why a model that fits its data fails on new points, and what to do about it."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.foundations.learning import main
from pages.foundations.learning.panels import bias, choosing, descent, guessers, losses, own, ways
from pages.foundations.learning.topic import TOPIC
from pages.foundations.learning.words import EQUATIONS

page = Page(TOPIC)
page.header()

try:
    shown = main.controls(page)
except ValueError as error:
    own.refused(page, error)
    st.stop()

page.show(
    Scene(
        badges=(Badge.EXACT,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Which model?",
                lambda: choosing.which_model(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: choosing.checks(shown),
                script=lambda: choosing.script(shown),
            ),
            Panel(
                "Fooled by validation",
                lambda: guessers.fooled(page),
                stands="instead",
                badges=(Badge.EXACT, Badge.MEASURED),
                checks=lambda: guessers.checks(page),
                script=lambda: guessers.script(page),
            ),
            Panel(
                "Bias and variance",
                lambda: bias.bias_and_variance(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: bias.checks(shown),
                script=lambda: bias.script(shown),
            ),
            Panel(
                "Double descent",
                lambda: descent.double_descent(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: descent.checks(page),
                script=lambda: descent.script(page),
            ),
            Panel(
                "Two ways to classify",
                lambda: ways.two_ways(page),
                stands="instead",
                badges=ways.badges(page),
                checks=lambda: ways.checks(page),
                script=lambda: ways.script(page),
            ),
            Panel(
                "Outputs and losses",
                lambda: losses.losses(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: losses.checks(page),
                script=lambda: losses.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
