"""The other half of the panel on moves: the picture is turned by 90 degrees, and the map seldom follows."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.theme import figure
from core.checks import Check
from core.convolution import turn_identity, turned
from pages.foundations.convolution import findings
from pages.foundations.convolution.figures.panes import Pane, in_rows, mosaic
from pages.foundations.convolution.main import Shown, setup
from pages.foundations.convolution.results import grounded, turns_of

ABOVE = 172
"""Pixels of the main figure's room that the way back, the controls and the sentence take."""


def turn_it(shown: Shown) -> None:
    """The turned picture, its map, the turned map, what is left over, and the errors of other kernels."""
    left, right = st.columns([3, 2])
    with left:
        _maps(shown)
    with right:
        _errors(shown)
    shown.page.note(_note(shown))


def _maps(shown: Shown) -> None:
    page, setting = shown.page, shown.setting
    image = grounded(setting)
    back, plain, error = turned(image, setting.kernels)
    found, wanted = np.rot90(back[0]), np.rot90(plain[0])
    top = float(np.abs(plain).max()) or 1.0
    title = findings.of_the_turned(error, setting.weights)
    panes = [
        Pane(np.rot90(image.mean(axis=0)), "turned picture", "picture"),
        Pane(found, "its map", top=top),
        Pane(wanted, "the map, turned", top=top),
        Pane(found - wanted, "what is left", top=top),
    ]
    fig = mosaic(in_rows([panes]), look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="turn", roomy=True, alt=f"The turned picture, its map, and the turned map beside it. {title}.")


def _errors(shown: Shown) -> None:
    look, errors = shown.page.look, turns_of(shown.setting)
    told = {name: error for name, error in errors.items() if np.isfinite(error)}
    if not told:
        st.caption("The map is 0 with every kernel, so there is nothing to compare.")
        return
    title = findings.of_turns(told)
    fig = figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=[
            {
                "type": "bar",
                "orientation": "h",
                "x": [0.0 if error <= findings.EQUAL else error for error in told.values()],
                "y": list(told),
                "marker": {"color": [look.role("key" if name == shown.setting.kernel else "mass") for name in told]},
                "text": ["0" if error <= findings.EQUAL else f"{error:.2f}" for error in told.values()],
                "textposition": "outside",
                "cliponaxis": False,
                "hovertemplate": "%{y}: %{x:.3f}<extra></extra>",
            }
        ],
        showlegend=False,
        xaxis={"title": {"text": "error, as a part of the map"}, "rangemode": "tozero"},
        yaxis={"autorange": "reversed", "showgrid": False},
        margin={"r": 40},
    )
    shown.page.plot(fig, name="turns", alt=f"Relative errors after a turn, kernel by kernel. {title}.")


def _note(shown: Shown) -> str:
    image = grounded(shown.setting)
    error = turned(image, shown.setting.kernels)[2]
    ground = " The picture is small, so it lies on a black ground." if image is not shown.setting.image else ""
    return (
        f"{findings.of_the_turn(error, shown.setting.weights)} Turn the kernel along with the picture, and the map "
        "follows: a network that is to know a thing at every angle needs a kernel for each, or turned pictures to "
        f"learn from.{ground} Stride, padding, dilation and bias are left aside here."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The map of the turned picture, on another way."""
    setting, image = shown.setting, grounded(shown.setting)
    return (turn_identity(image, setting.kernels, turned(image, setting.kernels)[0]),)


def script(shown: Shown) -> str:
    """A script that turns the picture on screen and prints the error."""
    half = (grounded(shown.setting).shape[1] - shown.setting.image.shape[1]) // 2
    return f"""{setup(shown.setting)}
picture = np.pad(picture, ((0, 0), ({half}, {half}), ({half}, {half})))
print("turned", conv.turned(picture, kernel)[2])
"""
