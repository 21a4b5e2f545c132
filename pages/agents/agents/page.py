"""What goes wrong when a model acts? An episode step by step, success over many worlds, and what can be done."""

from components.page import Badge, Page, Scene
from pages.agents.agents import main as views
from pages.agents.agents.panels import make, noise, plan
from pages.agents.agents.topic import TOPIC
from pages.agents.agents.words import EQUATIONS

page = Page(TOPIC)
page.header()

shown = views.controls(page)
page.show(
    Scene(
        badges=(Badge.RECORDED, Badge.TOY),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(noise.panel(page), plan.panel(page), make.panel(page)),
        checks=lambda: views.checks(shown),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
