"""What goes wrong when a model acts? An episode step by step, success over many worlds, and what can be done."""

from components.page import Badge, Page, Scene
from pages.agents.agents import main as views
from pages.agents.agents.mathematics import FORMULAS
from pages.agents.agents.panels import edit, guards, make, noise, parts, plan, prompt, success, thoughts
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
        panels=(
            success.panel(page),
            prompt.panel(page, shown),
            edit.panel(page, shown),
            thoughts.panel(page),
            guards.panel(page),
            noise.panel(page),
            plan.panel(page),
            make.panel(page),
            parts.panel(page),
        ),
        checks=lambda: views.checks(shown),
        equations=(*EQUATIONS, *FORMULAS),
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
