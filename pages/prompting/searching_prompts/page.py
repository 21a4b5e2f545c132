"""Searching prompts: a search on a grammar whose best is known, and what can be learned in place of words."""

from components.page import Badge, Page, Panel, Scene
from pages.prompting.searching_prompts import main
from pages.prompting.searching_prompts.panels import methods, pictures, prefixes, prompt, soft, why, words
from pages.prompting.searching_prompts.topic import TOPIC
from pages.prompting.searching_prompts.words import EQUATIONS

page = Page(TOPIC)
page.header()

with page.own_controls(rest=main.at_rest(page)):
    shown = main.Shown(page, main.controls(page))

page.show(
    Scene(
        badges=(Badge.MEASURED, Badge.RECORDED),
        draw=lambda: main.main_figure(shown),
        reading=lambda: main.reading(shown),
        panels=(
            Panel(
                "Prompt",
                lambda: prompt.draw(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: prompt.checks(shown),
                data=lambda: prompt.export_frame(shown),
                script=lambda: prompt.script(shown),
            ),
            Panel(
                "Methods",
                lambda: methods.draw(shown),
                stands="instead",
                badges=(Badge.MEASURED, Badge.RECORDED),
                checks=lambda: methods.checks(shown),
                script=lambda: methods.script(shown),
            ),
            Panel(
                "Overfitting",
                lambda: methods.luck(shown),
                stands="instead",
                badges=(Badge.MEASURED, Badge.RECORDED),
                checks=lambda: methods.luck_checks(shown),
                script=lambda: methods.luck_script(shown),
            ),
            Panel(
                "Own words",
                lambda: words.draw(page),
                stands="instead",
                checks=lambda: words.checks(page),
                script=lambda: words.script(page),
            ),
            Panel(
                "Pictures",
                lambda: pictures.draw(page),
                stands="instead",
                badges=(Badge.MEASURED, Badge.TOY),
                checks=lambda: pictures.checks(page),
                script=lambda: pictures.script(page),
            ),
            Panel(
                "Soft prompt",
                lambda: soft.draw(page),
                stands="instead",
                checks=lambda: soft.checks(page),
                script=lambda: soft.script(page),
            ),
            Panel(
                "Prefix",
                lambda: prefixes.draw(page),
                stands="instead",
                checks=lambda: prefixes.checks(page),
                script=lambda: prefixes.script(page),
            ),
            Panel(
                "Why prompt",
                lambda: why.draw(page),
                stands="instead",
                checks=lambda: why.checks(page),
                script=lambda: why.script(page),
            ),
        ),
        checks=lambda: main.checks(shown),
        equations=EQUATIONS,
        code=main.source_functions,
        data=lambda: main.export_frame(shown),
        script=lambda: main.script(shown),
    )
)
