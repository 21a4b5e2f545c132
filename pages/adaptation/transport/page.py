"""Optimal transport: how a Wasserstein distance is computed, and what it does for labeled data."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.transport import main, results
from pages.adaptation.transport.panels import (
    alignment,
    average,
    colors,
    datasets,
    drawing,
    files,
    flow,
    hand,
    line,
    prices,
    shift,
    sinkhorn,
    territories,
    transfer,
    way,
)
from pages.adaptation.transport.topic import PANELS, TOPIC
from pages.adaptation.transport.words import EQUATIONS

page = Page(TOPIC)
page.header()

problem = None
try:
    with page.own_controls(rest=main.at_rest(page)):
        problem, domain, max_iter, share = main.controls(page)
    drawing.require_points(problem)
    run = results.solution_of(problem)
except ValueError as error:
    if problem is not None:
        drawing.unsolved(page, problem)
    files.refused(page, error)
    page.keep_panel(PANELS)
    st.stop()

shown = main.Shown(page, problem, run, domain, max_iter, share)
page.show(
    Scene(
        badges=(Badge.EXACT if run.method == "gaussian" else Badge.MEASURED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "By hand",
                lambda: hand.by_hand(page, shown.problem),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: hand.checks(page),
                data=lambda: hand.export_frame(page),
                script=lambda: hand.script(page),
            ),
            Panel(
                "One dimension",
                lambda: line.one_dimension(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: line.checks(page),
                script=lambda: line.script(page),
            ),
            Panel("On the way", lambda: way.on_the_way(shown), checks=lambda: way.checks(shown)),
            Panel("Prices", lambda: prices.prices(shown), checks=lambda: prices.checks(shown)),
            Panel(
                "Territories",
                lambda: territories.prices_as_territories(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: territories.checks(page),
                script=lambda: territories.script(page),
            ),
            Panel(
                "Average",
                lambda: average.average_of_shapes(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: average.checks(page),
                script=lambda: average.script(page),
            ),
            Panel(
                "Colors",
                lambda: colors.colors(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: colors.checks(page),
                script=lambda: colors.script(page),
            ),
            Panel(
                "When Sinkhorn lies",
                lambda: sinkhorn.when_sinkhorn_lies(shown),
                checks=lambda: sinkhorn.checks(shown),
            ),
            Panel(
                "Move a cloud",
                lambda: shift.move_a_cloud(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: shift.checks(page),
                script=lambda: shift.script(page),
            ),
            Panel(
                "Datasets",
                lambda: datasets.datasets(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: datasets.checks(page),
                script=lambda: datasets.script(page),
            ),
            Panel(
                "Transfer",
                lambda: transfer.does_it_predict(page),
                stands="instead",
                checks=lambda: transfer.checks(page),
                script=lambda: transfer.script(page),
            ),
            Panel(
                "Gradient flow",
                lambda: flow.flow(page),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: flow.checks(page),
                script=lambda: flow.script(page),
            ),
            Panel(
                "Cross-modal",
                lambda: alignment.cross_modal(page),
                stands="instead",
                checks=lambda: alignment.checks(page),
                script=lambda: alignment.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
