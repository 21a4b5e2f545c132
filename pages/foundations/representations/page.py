"""Representations: what can be learned without labels, and how few labels then suffice."""

from components.course import PANEL
from components.page import Badge, Page, Panel, Scene
from pages.foundations.representations import main
from pages.foundations.representations.panels import draw, map, neighbors, tasks, training, views
from pages.foundations.representations.topic import TOPIC
from pages.foundations.representations.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=page.controls.value(PANEL) == "Map"):
    shown = main.controls(page)
page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "What it learned",
                lambda: tasks.learned(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: tasks.checks(shown),
                script=lambda: tasks.script(shown),
            ),
            Panel(
                "Two views",
                lambda: views.two_views(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: views.checks(shown),
                script=lambda: views.script(shown),
            ),
            Panel(
                "One probe",
                lambda: draw.one_probe(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: draw.checks(shown),
                script=lambda: draw.script(shown),
            ),
            Panel(
                "Neighbors",
                lambda: neighbors.neighbors(shown),
                stands="instead",
                badges=(Badge.MEASURED,),
                checks=lambda: neighbors.checks(shown),
                script=lambda: neighbors.script(shown),
            ),
            Panel(
                "Map",
                lambda: map.embedding_map(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: map.checks(shown),
                script=lambda: map.script(shown),
            ),
            Panel(
                "Train your own",
                lambda: training.train_your_own(shown),
                stands="instead",
                checks=lambda: training.checks(shown),
                script=lambda: training.script(shown),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
