"""Prompts: a task, a prompt and the measured accuracy; examples, order, format, ensembles."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.page import Page, Panel, Scene
from core.prompting import evaluation_checks
from pages.prompting.prompts import main as views
from pages.prompting.prompts.panels import ensembles, examples, formats, items, orders
from pages.prompting.prompts.topic import TOPIC
from pages.prompting.prompts.words import EQUATIONS, ITEMS

page = Page(TOPIC)
page.header()

resting = views.at_rest(page)
with page.own_controls(rest=resting):
    try:
        asked = views.controls(page)
        found = items.answered(page, asked, resting=resting)
    except ValueError as error:
        if not resting:
            views.refused(page, error)
            st.stop()
        found = items.opening(page)
if found is None:
    st.stop()
shown = found


def code() -> tuple[Callable[..., Any], ...]:
    """The functions of core behind the page."""
    from core.prompting import batch, contextual, evaluate, examples_of, over_subsets

    return evaluate, examples_of, contextual, batch, over_subsets


page.show(
    Scene(
        badges=shown.badges,
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.live_sentence(shown),
        panels=(
            Panel(ITEMS, lambda: items.table(shown)),
            examples.panel(page),
            orders.panel(page),
            formats.panel(page),
            ensembles.panel(page),
        ),
        checks=lambda: evaluation_checks(shown.found),
        equations=EQUATIONS,
        code=code,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
