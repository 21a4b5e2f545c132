"""What does a model lose in a long text? Retrieval by place, what helps, and a notebook that is asked instead."""

from components.page import Badge, Page, Scene
from pages.agents.memory import main as views
from pages.agents.memory.panels import attention, formats, notebook, own, price, room
from pages.agents.memory.topic import TOPIC
from pages.agents.memory.words import EQUATIONS

page = Page(TOPIC)
page.header()

shown = views.controls(page)
page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            attention.panel(shown),
            formats.panel(page),
            own.panel(page),
            notebook.panel(page),
            price.panel(page),
            room.panel(page),
        ),
        checks=lambda: views.checks(shown),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
