"""Adapters: is the change of full tuning low-rank or sparse, how few numbers are enough, and where do they sit?"""

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.adapters import main
from pages.adaptation.adapters.panels import intruders, pair, scale, subspace, tasks, thin
from pages.adaptation.adapters.topic import TOPIC
from pages.adaptation.adapters.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=main.at_rest(page)):
    shown = main.controls(page)

page.show(
    Scene(
        badges=(Badge.RECORDED, Badge.MEASURED),
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
                "New directions",
                lambda: intruders.draw(page),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=intruders.checks,
                script=intruders.script,
            ),
            Panel(
                "Few directions",
                lambda: subspace.draw(page),
                stands="instead",
                checks=lambda: subspace.checks(page),
                data=lambda: subspace.data(page),
                script=lambda: subspace.script(page),
            ),
            Panel(
                "LoRA inside",
                lambda: pair.draw(page),
                stands="instead",
                checks=lambda: pair.checks(page),
                script=lambda: pair.script(page),
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
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
