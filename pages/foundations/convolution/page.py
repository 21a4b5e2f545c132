"""Convolution: what a kernel sees, what it costs, and what a small network makes of it."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.foundations.convolution import inputs, main
from pages.foundations.convolution.panels import cell, matrix, network, shift, volumes
from pages.foundations.convolution.topic import TOPIC
from pages.foundations.convolution.words import EQUATIONS

page = Page(TOPIC)
page.header()

try:
    with page.own_controls(rest=inputs.at_rest(page)):
        setting = inputs.setting(page)
except ValueError as error:
    inputs.refused(page, error)
    st.stop()

shown = main.Shown(page, setting)
page.show(
    Scene(
        badges=(Badge.MEASURED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel("One cell", lambda: cell.one_cell(shown), checks=lambda: cell.checks(shown)),
            Panel(
                "As a matrix",
                lambda: matrix.as_a_matrix(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: matrix.checks(shown),
                script=lambda: matrix.script(shown),
            ),
            Panel(
                "Shift it",
                lambda: shift.shift_it(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: shift.checks(shown),
                script=lambda: shift.script(shown),
            ),
            Panel(
                "Volumes",
                lambda: volumes.volumes(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: volumes.checks(page),
                script=lambda: volumes.script(page),
            ),
            Panel(
                "A network at work",
                lambda: network.a_network_at_work(page),
                stands="instead",
                checks=lambda: network.checks(page),
                script=lambda: network.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
