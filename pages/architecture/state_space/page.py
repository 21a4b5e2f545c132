"""State spaces: a sequence read with a state of fixed size, and what training makes of it."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.architecture.state_space import main
from pages.architecture.state_space.mathematics import EQUATIONS
from pages.architecture.state_space.panels import copying, cost, long_text, memory, mixing, recall, scan
from pages.architecture.state_space.topic import TOPIC

page = Page(TOPIC)
page.header()

resting = main.at_rest(page)
with page.own_controls(rest=resting):
    shown = main.Shown(page, main.controls(page))
if not resting:
    try:
        shown.asked.response()
    except ValueError as error:
        main.refused(page, error)
        st.stop()

page.show(
    Scene(
        badges=(Badge.MEASURED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Cost",
                lambda: cost.draw(shown),
                stands="instead",
                checks=cost.checks,
                script=cost.script,
            ),
            Panel(
                "Memory",
                lambda: memory.draw(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: memory.checks(page),
                script=lambda: memory.script(page),
            ),
            Panel(
                "Select",
                lambda: copying.draw(page),
                stands="instead",
                checks=lambda: copying.checks(page),
                script=lambda: copying.script(page),
            ),
            Panel(
                "Scan",
                lambda: scan.draw(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: scan.checks(page),
                script=lambda: scan.script(page),
            ),
            Panel(
                "One matrix",
                lambda: mixing.draw(page),
                stands="instead",
                badges=(Badge.MEASURED, Badge.TOY),
                checks=lambda: mixing.checks(page),
                script=lambda: mixing.script(page),
            ),
            Panel(
                "Recall",
                lambda: recall.draw(page),
                stands="instead",
                checks=lambda: recall.checks(page),
                script=lambda: recall.script(page),
            ),
            Panel(
                "Long text",
                lambda: long_text.draw(page),
                stands="instead",
                checks=lambda: long_text.checks(page),
                script=lambda: long_text.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
