"""Does thinking aloud help? Direct answers, chains, votes and programs on the same problems, against their tokens."""

from components.page import Badge, Page, Scene
from pages.prompting.reasoning import main as views
from pages.prompting.reasoning.panels import better, hurts, logic, own, sizes, transcripts, trees, votes
from pages.prompting.reasoning.topic import TOPIC
from pages.prompting.reasoning.words import EQUATIONS

page = Page(TOPIC)
page.header()

shown = views.controls(page)
page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            transcripts.panel(shown),
            logic.panel(shown),
            votes.panel(shown),
            trees.panel(shown),
            hurts.panel(shown),
            better.panel(shown),
            sizes.panel(shown),
            own.panel(shown),
        ),
        checks=lambda: views.all_checks(shown),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
