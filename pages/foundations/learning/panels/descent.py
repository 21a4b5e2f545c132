"""The panel on double descent: random features, fewer and more than points."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.learning import COUNTS, DoubleDescent
from pages.foundations.learning import findings
from pages.foundations.learning.figures.descent import descent
from pages.foundations.learning.findings import POINTS
from pages.foundations.learning.results import REPEATS, RIDGES, descents_of
from pages.foundations.learning.words import number


def double_descent(page: Page) -> None:
    """Training and test error over the number of features, with and without a price."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        page.controls.slider("features_noise", "Noise σ of the 100 points", 0.0, 2.0, step=0.25)
    with right:
        page.controls.choice("features_ridge", "Ridge λ", list(RIDGES), wrap=True)
    runs, look = _runs(page), page.look
    title = findings.of_the_descent(runs)
    noise = page.controls.value("features_noise")
    fig = descent(runs, floor=noise**2, look=look, title=title, height=room(look, 150))
    page.plot(fig, name="descent", alt=f"Training and test error over the number of random features. {title}.")
    floor = f" The noise alone is <b>{number(noise**2)}</b>." if noise else ""
    price = "With a ridge" if RIDGES[page.controls.value("features_ridge")] else "Without a ridge"
    page.sentence(f"{price}: {findings.of_the_valleys(runs)}{floor}")


def _runs(page: Page) -> tuple[DoubleDescent, ...]:
    return descents_of(page.controls.value("features_noise"), RIDGES[page.controls.value("features_ridge")])


def checks(page: Page) -> list[Check]:
    """The slopes of what is minimized; without a ridge also that as many features as points fit every point."""
    runs = _runs(page)
    slopes = [run.check for run in runs]
    worst = max(slopes, key=lambda check: check.error / check.bound)
    if RIDGES[page.controls.value("features_ridge")]:
        return [worst]
    left = max(float(run.train_error[np.array(COUNTS) >= POINTS].max()) for run in runs)
    detail = "mean squared error on the training points, of numbers near 1"
    return [worst, Check(f"{POINTS} features or more fit every one of {POINTS} points", left, 1e-12, detail)]


def script(page: Page) -> str:
    """A script that computes the curves on screen."""
    values = page.controls.values()
    return f"""import numpy as np

from core.learning import COUNTS, RandomFeatureParams, random_features

noise, ridge = {values["features_noise"]!r}, {RIDGES[values["features_ridge"]]!r}
runs = [random_features(RandomFeatureParams(COUNTS, 100, noise, ridge, seed)) for seed in range({REPEATS})]
for p, error in zip(COUNTS, np.median([run.test_error for run in runs], axis=0)):
    print(p, error)
"""
