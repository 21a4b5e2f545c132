"""The panel on a small network of convolutions: which run and which digit are looked at, and how it was trained."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page
from components.refusals import told
from core.assets import AssetError
from core.checks import Check
from core.convolution import DigitsCurves, DigitsRun, DigitsTraining, recorded_run, recorded_spread, train_digits
from core.jobs import promise
from pages.foundations.convolution import findings, inputs, results
from pages.foundations.convolution.figures.panes import Pane, in_rows, mosaic
from pages.foundations.convolution.panels import inside
from pages.foundations.convolution.watched import DRAWING, FILE, TEST, UPLOAD, Watched, is_recorded, parameters, watched

ABOVE = 150
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""

JOB = 84
"""Pixels of a job that waits for its start, and of the line on what is in view meanwhile."""

EMPTY = "/".join(["0" * 8] * 8)

VIEWS = ("maps", "filters", "occlusion", "training")


def a_network_at_work(page: Page) -> None:
    """The chosen view of the chosen run; a job is drawn in its place while there is none."""
    view = _inputs(page)
    params, kept = parameters(page), True
    run = results.run_of(params)
    if run is None:
        kept = False
        run = job_panel(train_digits, params, start="Train it here", cost=_cost(params), draw_partial=_live(page))
    recorded = run is None or (kept and is_recorded(params))
    page.badges(Badge.RECORDED if recorded else Badge.MEASURED)
    if run is None:
        _meanwhile(page, params.labels, view)
    else:
        _shown(page, run, view)


def _meanwhile(page: Page, labels: str, view: str) -> None:
    """The recorded run with the same labels, as long as the one that is asked for does not exist."""
    try:
        run = recorded_run(labels)
    except AssetError:
        return
    st.caption(f"In view until then is the recorded run: {run.params.steps} steps on {run.params.train} digits.")
    _shown(page, run, view, lower=JOB)


def _shown(page: Page, run: DigitsRun, view: str, *, lower: int = 0) -> None:
    """A view of a run, lower by some pixels."""
    try:
        found = replace(watched(page, run), lower=lower)
    except ValueError as error:
        told(error)
        return
    if view == "training":
        _training(found)
    else:
        {"maps": inside.maps, "filters": inside.filters, "occlusion": inside.occlusion_map}[view](found)


def _inputs(page: Page) -> str:
    """The controls of the view. Returns the view."""
    control = page.controls
    places = st.columns([4.1, 2.1, 1.5, 1.8, 1.5, 1.3], vertical_alignment="bottom")
    with places[0]:
        view = str(control.choice("view", "View", VIEWS))
    with places[1]:
        control.choice("labels", "Labels it learned", ("true", "shuffled"))
    with places[2]:
        control.slider("checkpoint", "Time in training", 0, DigitsTraining().n_checkpoints - 1)
    with places[3]:
        source = control.select("source", "Digit", (TEST, DRAWING, UPLOAD))
    with places[4]:
        if source == DRAWING:
            st.button("Clear the cells", on_click=control.set, args=({"drawing": EMPTY},), key="convolution_clear")
        elif source == TEST:
            control.number("digit", "Number", 0, 596)
        else:
            inputs.uploader("Your digit", FILE)
    with places[5], page.more():
        if source == DRAWING:
            control.text("drawing", "Drawing, 8 rows of 0 to 2")
        control.choice("filter_layer", "Filter of convolution", (1, 2))
        control.number("filter", "Filter", 1, 8 if control.value("filter_layer") == 1 else 16)
        control.choice("cover", "Side of what covers", (1, 3, 5))
        control.slider("train", "Training pictures", 50, 1200, step=50)
        control.slider("steps", "Training steps", 50, 4000, step=50)
        control.slider("rate", "log₁₀ of the learning rate", -4.0, -1.0, step=0.1)
        control.number("seed", "Seed of the training", 0, 99)
    return view


STARTS, STEP, ASCENT = 3.6, 0.0016, 0.6
"""Seconds of processor until torch is there, of one step, and of the pictures made for the filters.

All are those of the machine on which promises are measured."""


def _cost(params: DigitsTraining) -> str:
    """How long a training takes here and now."""
    seconds = STARTS + STEP * params.steps + ASCENT
    return f"{params.steps} steps on {params.train} digits: {promise(seconds)} on one core. It can be cancelled."


def _live(page: Page) -> Callable[[DigitsCurves], None]:
    """Draws the curves and the filters of a run that is under way."""

    def draw(curves: DigitsCurves) -> None:
        left, right = st.columns([3, 2])
        with left:
            title = f"Step {curves.steps[-1]}: {curves.train[-1]:.0%} of its labels, {curves.test[-1]:.0%} of the test"
            page.plot(_curves(page, curves, title, lower=JOB), name="live", alt=f"Accuracies so far. {title}.")
        with right:
            title = "The first filters so far"
            page.plot(
                _filters(page, curves.filters, title, lower=JOB), name="live_filters", alt=f"{title}, eight of 3 by 3."
            )

    return draw


def _curves(page: Page, curves: DigitsCurves, title: str, *, lower: int) -> go.Figure:
    return lines(
        {"its labels": curves.train, "test": curves.test},
        look=page.look,
        title=title,
        x_label="training step",
        y_label="accuracy",
        x=curves.steps,
        colors={"its labels": page.look.role("source"), "test": page.look.role("target")},
        height=room(page.look, ABOVE + lower),
    )


def _filters(page: Page, kernels: np.ndarray, title: str, *, lower: int) -> go.Figure:
    top = float(np.abs(kernels).max()) or 1.0
    panes = [Pane(kernel[0], f"filter {place}", top=top) for place, kernel in enumerate(kernels, start=1)]
    return mosaic(in_rows([panes[:4], panes[4:]]), look=page.look, title=title, height=room(page.look, ABOVE + lower))


def _training(found: Watched) -> None:
    """The run's curves, and its first filters at the chosen time."""
    page, run = found.page, found.run
    count = len(results.data_of(run.params).test)
    title = findings.of_training(run.curves, run.params.labels, findings.band(count))
    left, right = st.columns([3, 2])
    with left:
        fig = _curves(page, run.curves, title, lower=found.lower)
        fig.add_hline(y=0.1, line={"color": page.look.quiet, "dash": "dot", "width": 1})
        fig.add_vline(x=found.step, line={"color": page.look.role("key"), "width": 1})
        # Room above 1 for the name of the upper curve, which gives way to that of the lower one.
        fig.update_yaxes(range=[0, 1.12], tickvals=[0, 0.2, 0.4, 0.6, 0.8, 1])
        page.plot(fig, name="training", alt=f"Accuracy on its labels and on the test over the steps. {title}.")
    with right:
        words = f"The first filters after {found.step} steps"
        page.plot(
            _filters(page, found.weights.first, words, lower=found.lower),
            name="first",
            alt=f"{words}, eight of 3 by 3.",
        )
    page.note(_note(run, count))
    st.caption("Another seed, size or rate under More trains here, with a live curve.")


def _note(run: DigitsRun, count: int) -> str:
    parameters = sum(part.size for part in vars(run.weights[-1]).values())
    low, high = 0.1 - findings.band(count), 0.1 + findings.band(count)
    words = (
        f"<b>{parameters:,}</b> weights, {run.params.train} pictures, <b>{run.seconds:.1f} s</b> of one processor. "
        f"Guessing gives {low:.3f} to {high:.3f} of the test, in 99 of 100 cases."
    )
    try:
        return f"{words} {findings.of_seeds(recorded_spread())}"
    except AssetError:
        return words


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run and the digit on screen; none before there is a run."""
    run = results.run_of(parameters(page))
    if run is None:
        return ()
    try:
        return inside.identities(watched(page, run))
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that puts the digit on screen through the same network."""
    params, value = parameters(page), page.controls.value
    if is_recorded(params):
        run = f"run = conv.recorded_run({params.labels!r})"
    else:
        run = f"run = conv.train_digits(conv.{params}, on_progress=lambda *told: None)"
    digit = {
        TEST: f"conv.digits_data(run.params).test[{value('digit')}]",
        DRAWING: f"conv.read_drawing({value('drawing')!r})",
        UPLOAD: 'conv.digit_of(open("mine.png", "rb").read())',
    }[value("source")]
    return f"""from core import convolution as conv

{run}
print("accuracy", run.curves.train[-1], run.curves.test[-1])
seen = conv.activity(run.weights[{value("checkpoint")}], {digit}[None])
print("says", seen.said[0], "with", f"{{seen.probs[0].max():.4f}}")
fall = conv.occlusion(run.weights[{value("checkpoint")}], {digit}, int(seen.said[0]), side={value("cover")}).fall
print("falls by", f"{{fall.max():.4f}}")
"""
