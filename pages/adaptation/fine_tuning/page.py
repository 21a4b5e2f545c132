"""Fine-tuning: every method on one task, why training all may lose what was never seen, which part, at what cost."""

from components.page import Badge, Page, Panel, Scene
from pages.adaptation.fine_tuning import main
from pages.adaptation.fine_tuning.panels import costs, forgetting, live, parts, places, texts, transfer, two_layers
from pages.adaptation.fine_tuning.topic import TOPIC
from pages.adaptation.fine_tuning.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=main.at_rest(page)):
    shown = main.controls(page)

page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Two layers",
                lambda: two_layers.draw(page),
                stands="instead",
                badges=(Badge.TOY, Badge.MEASURED, Badge.RECORDED),
                checks=lambda: two_layers.checks(page),
                data=lambda: two_layers.data(page),
                script=lambda: two_layers.script(page),
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
                checks=lambda: forgetting.checks(page),
                data=forgetting.data,
                script=forgetting.script,
            ),
            Panel(
                "Rank and place",
                lambda: places.draw(page),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=places.checks,
                data=places.data,
                script=lambda: places.script(page),
            ),
            Panel(
                "Other tasks",
                lambda: transfer.draw(page),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=transfer.checks,
                data=transfer.data,
                script=transfer.script,
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
        checks=main.checks,
        equations=EQUATIONS,
        code=main.source_functions,
        data=main.export_frame,
        script=lambda: main.script(shown),
    )
)
