"""RLHF: what a model learns when a learned reward is all it gets, and where that reward leaves the true one."""

import streamlit as st

from components.page import Page
from pages.alignment.rlhf.tasks import TASKS
from pages.alignment.rlhf.topic import TOPIC

page = Page(TOPIC)
page.header()

task_place, params_place = st.columns([1.9, 9.9], vertical_alignment="bottom")
with task_place:
    task = TASKS[page.controls.select("task", "Task", list(TASKS))]
with params_place:
    params = task.ask(page)
scene = task.show(page, params)
if scene is None:
    st.stop()
page.show(scene)
