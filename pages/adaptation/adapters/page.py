"""Adapters: how few numbers are enough to tune a model, and where do they sit?"""

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.adapters import main
from pages.adaptation.adapters.panels import scale, tasks, thin
from pages.adaptation.adapters.topic import TOPIC
from pages.adaptation.adapters.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=main.at_rest(page)):
    shown = main.controls(page)

page.show(
    Scene(
        badges=(Badge.TOY, Badge.RECORDED, Badge.MEASURED),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Two thin",
                lambda: thin.draw(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: thin.checks(page),
                script=lambda: thin.script(page),
            ),
            Panel(
                "To scale",
                lambda: scale.draw(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=lambda: scale.checks(page),
                script=lambda: scale.script(page),
            ),
            Panel(
                "100 tasks",
                lambda: tasks.draw(page),
                stands="instead",
                badges=(Badge.EXACT,),
                checks=tasks.checks,
                script=tasks.script,
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=main.export_frame,
        script=lambda: main.script(shown),
    )
)
