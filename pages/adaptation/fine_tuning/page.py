"""Fine-tuning: why training all may lose what was never seen, which part to train, what it costs, and real runs."""

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.fine_tuning import main
from pages.adaptation.fine_tuning.panels import costs, live, parts, texts
from pages.adaptation.fine_tuning.topic import TOPIC
from pages.adaptation.fine_tuning.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=main.at_rest(page)):
    shown = main.controls(page)

page.show(
    Scene(
        badges=(Badge.TOY, Badge.MEASURED),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
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
            Panel("Texts", lambda: texts.draw(page), stands="instead", badges=(Badge.MEASURED,)),
            Panel(
                "Train here",
                lambda: live.draw(page),
                stands="instead",
                checks=lambda: live.checks(page),
                script=lambda: live.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
