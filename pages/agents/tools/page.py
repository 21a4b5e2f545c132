"""Tools: the same problems at once, by a chain and by a program; when to call, by which protocol, at what cost."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from components.page import Badge, Page, Scene
from core.tools import METHODS, RECORDED_KINDS
from pages.agents.tools import main as views
from pages.agents.tools import results
from pages.agents.tools.mathematics import EQUATIONS
from pages.agents.tools.panels import calls, choice, cost, programs, protocol, sums
from pages.agents.tools.topic import TOPIC
from pages.agents.tools.words.names import ELSEWHERE

page = Page(TOPIC)
page.header()

with page.own_controls(rest=page.controls.value("panel") in ELSEWHERE):
    kind_place, digits_place, method_place, own_place = st.columns([2.3, 1.7, 2.6, 4], vertical_alignment="bottom")
    with kind_place:
        kind = page.controls.choice("kind", "Problems", list(RECORDED_KINDS))
    case = results.case_of(kind)
    with digits_place:
        digits = page.controls.slider("digits", "Digits", min(case), max(case))
    with method_place:
        method = page.controls.choice("method", "Answer", list(METHODS))
    with own_place:
        own = page.controls.text("own", "A problem of your own", max_chars=views.LONGEST, placeholder="Type a problem")

place = page.controls.value("problem")
last = len(case[digits][method]) - 1
shown = views.Shown(page, kind, case, digits, method, min(max(place, 0), last), own)


def code() -> tuple[Callable[..., Any], ...]:
    """The functions of core behind the page."""
    from core.tools import answer_all, call_gain, choose, evaluate, run_program

    return evaluate, run_program, answer_all, call_gain, choose


page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            sums.panel(page),
            programs.panel(page, case),
            calls.panel(page),
            protocol.panel(page),
            choice.panel(page),
            cost.panel(page, kind, case, digits),
        ),
        checks=lambda: views.checks(shown),
        equations=EQUATIONS,
        code=code,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
