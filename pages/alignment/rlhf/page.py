"""RLHF: what a model learns when a learned reward is all it gets, and where that reward leaves the true one."""

import streamlit as st

from components.page import Page
from pages.alignment.rlhf.tasks import TASKS
from pages.alignment.rlhf.topic import ALONE, TOPIC

page = Page(TOPIC)
page.header()

# The names of the tasks are longer than a ninth of a row in a presenter's type.
widths = [2.05, 9.75] if page.look.presenter else [1.9, 9.9]
with page.own_controls(rest=page.controls.value("panel") in ALONE):
    task_place, params_place = st.columns(widths, vertical_alignment="bottom")
    with task_place:
        task = TASKS[page.controls.select("task", "Task", list(TASKS))]
    with params_place:
        params = task.ask(page)
scene = task.show(page, params)
if scene is None:
    st.stop()
page.show(scene)
