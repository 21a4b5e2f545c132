"""The panel on averages of shapes: under the Wasserstein distance, and of their pixels."""

import streamlit as st

from components.figures.heights import room
from components.page import Page
from components.refusals import told
from core.checks import Check
from pages.adaptation.transport import averaging
from pages.adaptation.transport.averaging import MOST, SETS, Shapes
from pages.adaptation.transport.figures import average as figures

ABOVE = 100
"""Pixels of the main figure's room that its controls, the way back and the sentence take."""


def average_of_shapes(page: Page) -> None:
    """Shapes with a weight each, their average, and the shapes laid over each other."""
    _inputs(page)
    shapes = _shapes(page)
    try:
        averages = averaging.averages_of(shapes)
    except ValueError as error:
        told(error)
        return
    found = averages.found
    title = averaging.of_the_averages(found.cost, averages.mixed)
    parts = (found.weights, found.points, found.masses)
    high = room(page.look, ABOVE)
    both = figures.averages(shapes.clouds(), *parts, look=page.look, height=high)
    alone = figures.shapes(shapes.clouds(), SETS[shapes.name], *parts, look=page.look, height=high)
    page.finding(title)
    large, small = st.columns([0.68, 0.32])
    with large:
        words = f"The average of {shapes.name} under the Wasserstein distance, and all of them as one. {title}."
        page.plot(both, name="average", alt=words)
    with small:
        page.plot(alone, name="average_of", alt=f"{shapes.name}, each by itself, with its weight.")
    page.note(
        f"{averaging.of_the_bound(found)} Laid over each other, each as dark as its weight, the shapes cost "
        f"<b>{averages.mixed:.3g}</b>."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the average on screen; none where there is none."""
    try:
        return averaging.checks_of(_shapes(page))
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that finds the average on screen with `core` alone."""
    shapes = _shapes(page)
    names, percents = SETS[shapes.name], list(shapes.percents[: len(SETS[shapes.name])])
    return f"""from core.transport import barycenter, cloud

clouds = [cloud(name, {averaging.POINTS}, seed={shapes.seed}) for name in {list(names)!r}]
found = barycenter(clouds, {percents!r})
print(found.points, found.history, sep="\\n")
print("costs", found.cost, "least possible", found.least)
"""


def _inputs(page: Page) -> None:
    places = st.columns([1.6, *[1] * MOST], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("shapes", "Shapes", list(SETS))
    for number, shape in enumerate(SETS[name], 1):
        with places[number]:
            page.controls.slider(f"share_{number}", f"Weight of {shape}", 0, 100, step=5)


def _shapes(page: Page) -> Shapes:
    value = page.controls.value
    percents = tuple(int(value(f"share_{number}")) for number in range(1, MOST + 1))
    return Shapes(value("shapes"), percents, value("seed"))
