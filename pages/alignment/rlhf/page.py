"""RLHF: what a model learns when a learned reward is all it gets, and where that reward leaves the true one."""

import streamlit as st

from components.page import Page
from pages.alignment.rlhf.tasks import TASKS
from pages.alignment.rlhf.words import EQUATIONS, PRESETS, QUESTIONS, SKY

page = Page(
    "rlhf",
    defaults={
        "task": SKY,
        "algorithm": "PPO",
        "beta": "0",
        "pairs": "500",
        "seed": "0",
        "step": 149,
        "axis": "step",
        "compare": "nothing",
        "labeler": "a person",
        "sees_length": True,
        "ensemble": "one model",
        "rate": "usual",
        "controller": "fixed",
        "batch": "128",
        "epochs": "4",
        "width": "0.2",
        "lam": "0.95",
        "size": "8",
        "reward_right": 1.0,
        "reward_abstain": 0.3,
        "reward_wrong": -1.0,
        "hard": 50,
        "abstain_steps": 400,
        "blur": 0.7,
        "checker": "contains",
        "group": 8,
        "scale": "GRPO",
        "sum_rate": 1.0,
        "sum_steps": 300,
        "panel": "Every series",
        "gap": 0.7,
        "strict": 2,
        "generous": 30,
        "noise": 1.0,
        "length_bias": 0.0,
        "careless": 0,
        "poison": 0,
        "fit_pairs": 500,
        "share_one": 60,
        "share_two": 75,
        "optimum_beta": 0.5,
        "optimum_n": 16,
        "ratio": 1.5,
        "sign": "+1",
        "clip": 0.2,
        "rewards": "1, 0, 0, 0",
        "world_beta": 0.5,
        "overlap": 30,
        "prompt": "What causes the tides?",
        "n": 16,
    },
    presets=PRESETS,
)
page.header()

task_place, params_place = st.columns([1.9, 9.9], vertical_alignment="bottom")
with task_place:
    task = TASKS[page.controls.select("task", "Task", list(TASKS))]
with params_place:
    params = task.ask(page)
scene = task.show(page, params)
if scene is None:
    st.stop()

page.badges(*scene.badges)
scene.draw()
page.sentence(scene.reading)
page.panels(scene.panels)
page.checks(scene.checks)
page.questions(QUESTIONS)
page.mathematics(EQUATIONS)
page.code(scene.code)
page.exports(data=scene.data, script=scene.script)
