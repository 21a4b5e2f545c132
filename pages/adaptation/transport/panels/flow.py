"""The panel on gradient flow: particles that follow the slope of a distance."""

import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.page import Page
from core.checks import Check
from core.transport import CLOUDS, LOSSES, Flow
from pages.adaptation.transport import findings, results
from pages.adaptation.transport.figures import moves
from pages.adaptation.transport.results import Cloud

PARTICLES = 70
NAMES = {
    "wasserstein": "the squared distance W₂²",
    "sinkhorn": "the Sinkhorn divergence",
    "sliced": "the squared sliced distance",
}
"""What the particles go down, by the name of its loss."""

ABOVE = 170
"""Pixels of the main figure's room that its controls, the way back and the sentence take."""


def flow(page: Page) -> None:
    """Particles down the slope of a distance, with a slider over the steps and a play button."""
    _inputs(page)
    run = _run(page)
    if run is None:
        st.info("The flow is drawn in the plane: choose clouds of two features.")
        return
    step, loss = page.controls.value("flow_step"), page.controls.value("loss")
    left, right = st.columns([3, 2])
    with left:
        title = f"After {step} steps {NAMES[loss]} is {run.values[step]:.3g}, from {run.values[0]:.3g}"
        fig = moves.moving(
            run.positions,
            _clouds(page)[1].points(),
            look=page.look,
            title=title,
            start=step,
            labels=[str(place) for place in range(len(run.positions))],
            arrows=-run.gradients * len(run.positions[0]) / 2,
            height=room(page.look, ABOVE),
        )
        page.plot(fig, name="flow", alt=f"Particles that move towards a target cloud. {title}.")
    with right:
        falls = findings.of_the_flow(run)
        fig = lines(
            {loss: run.values},
            look=page.look,
            title=falls,
            x_label="step",
            y_label=NAMES[loss],
            height=room(page.look, ABOVE),
        )
        page.plot(fig, name="flow_values", alt=f"{NAMES[loss]} over the steps. {falls}.")
    page.note(
        f"At step <b>{step}</b> of {len(run.values) - 1} {NAMES[loss]} is <b>{run.values[step]:.3g}</b>. "
        "The gray lines are the slope at the start: W₂ pulls each particle to its partner, the Sinkhorn divergence to "
        "a mean of partners minus a pull among the particles, the sliced distance to its rank along random lines."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run on screen."""
    run = _run(page)
    return () if run is None else tuple(run.checks)


def script(page: Page) -> str:
    """A script that computes the flow on screen with `core` alone."""
    source, target = _clouds(page)
    loss, size = page.controls.value("loss"), page.controls.value("step_size") / 100
    return f"""from core.transport import cloud, gradient_flow

source = cloud({source.name!r}, {source.count}, seed={source.seed})
target = cloud({target.name!r}, {target.count}, seed={target.seed})
run = gradient_flow(source, target, loss={loss!r}, steps={results.FLOW_STEPS}, step_size={size})
print(run.values)
for check in run.checks:
    print(check.name, check.error, check.bound)
"""


def _inputs(page: Page) -> None:
    places = st.columns([1.3, 1.3, 2.4, 1.6, 1.6], vertical_alignment="bottom")
    with places[0]:
        page.controls.select("flow_source", "Particles", list(CLOUDS))
    with places[1]:
        page.controls.select("flow_target", "Target cloud", list(CLOUDS))
    with places[2]:
        page.controls.choice("loss", "Distance", list(LOSSES))
    with places[3]:
        page.controls.slider("step_size", "Step size (%)", 5, 100, step=5)
    with places[4]:
        page.controls.slider("flow_step", "Step", 0, results.FLOW_STEPS)


def _clouds(page: Page) -> tuple[Cloud, Cloud]:
    value = page.controls.value
    return Cloud(value("flow_source"), PARTICLES, 0), Cloud(value("flow_target"), PARTICLES, 1)


def _run(page: Page) -> Flow | None:
    """The run on screen; None for clouds that do not lie in the plane."""
    source, target = _clouds(page)
    if "3-D" in source.name + target.name:
        return None
    return results.flow_of(source, target, page.controls.value("loss"), page.controls.value("step_size") / 100)
