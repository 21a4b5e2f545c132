"""The panel of the learning rate: gradient descent on a quadratic, below and above 2/L."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components.page import Page
from core.checks import Check
from core.learning import Descent, descend
from pages.foundations.networks import words
from pages.foundations.networks.figures.descents import fall, path

START = (1.0, 1.4)


def run_of(page: Page) -> Descent:
    """The descent that the parameters describe."""
    values = page.controls.values()
    bend = np.array([float(values["steep"]), min(float(values["flat"]), float(values["steep"]))])
    return descend(bend, np.array(START), learning_rate=float(values["eta"]), steps=int(values["descents"]))


def draw(page: Page) -> None:
    """The controls, the path, and the loss along it."""
    places = st.columns(4, vertical_alignment="bottom")
    with places[0]:
        page.controls.slider("eta", "Learning rate η", 0.0, 1.0, step=0.005, format="%.3f")
    with places[1]:
        steep = page.controls.slider("steep", "Largest curvature L", 1.0, 20.0, step=0.5)
    with places[2]:
        page.controls.slider("flat", "Smallest curvature", 0.0, float(steep), step=0.1)
    with places[3]:
        page.controls.slider("descents", "Steps", 1, 100)
    run = run_of(page)
    title = words.told_descent(run)
    page.finding(title)
    height = page.look.hero - 165
    left, right = st.columns(2)
    with left:
        fig = path(run, look=page.look, height=height)
        page.plot(fig, name="path", alt=f"The path of gradient descent over level lines. {title}.")
    with right:
        fig = fall(run, look=page.look, height=height)
        page.plot(fig, name="fall", alt=f"The loss at each step, on a logarithmic axis. {title}.")
    page.note(_reading(run))


def _reading(run: Descent) -> str:
    return (
        f"From f = <b>{run.values[0]:,.4g}</b> to <b>{run.values[-1]:,.4g}</b> in <b>{len(run.path) - 1}</b> steps. "
        f"{words.told_factors(run)}"
    )


def checks(page: Page) -> Sequence[Check]:
    """The path against its closed form."""
    return run_of(page).checks


def script(page: Page) -> str:
    """A script that follows the same path."""
    run = run_of(page)
    return f"""import numpy as np

from core.learning import descend

run = descend(np.array({run.curvatures.tolist()!r}), np.array({list(START)!r}),
              learning_rate={run.learning_rate!r}, steps={page.controls.value("descents")})
print(run.threshold, run.values[-1])
print(run.path)
"""
