"""The panel on a cloud that moves away from itself: W2, KL and MMD, one slope that points home and two that do not."""

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.page import Page
from core.checks import Check
from core.transport import CLOUDS, ShiftReadings
from pages.adaptation.transport import results
from pages.adaptation.transport.figures import moves as figures
from pages.adaptation.transport.results import Cloud

POINTS = 100


def move_a_cloud(page: Page) -> None:
    """W2, KL and MMD of a cloud against itself, moved away."""
    places = st.columns(3, vertical_alignment="bottom")
    with places[0]:
        page.controls.select("moved", "Cloud", list(CLOUDS))
    with places[1]:
        at = page.controls.slider("distance", "Distance moved", 0.0, 8.0, step=0.25)
    with places[2]:
        page.controls.slider("cells", "Cells of the histogram on each axis", 1, 20)
    read, height = _shifts(page), room(page.look, 190)
    place = int(np.argmin(np.abs(read.shifts - at)))
    look = page.look
    series = [
        ("W₂²", read.wasserstein, look.role("source")),
        ("KL of histograms", read.divergence, look.role("kl")),
        ("MMD², Gaussian kernel", read.discrepancy, look.role("value")),
    ]
    for column, (measure, values, color) in zip(st.columns(3), series, strict=True):
        value = f"{values[place]:.2f}" if np.isfinite(values[place]) else "infinite"
        title = f"{at:.2f} away: {measure.split(',')[0]} is {value}"
        fig = figures.shift_measure(
            read.shifts, values, name=measure, color=color, at=at, look=look, title=title, height=height
        )
        with column:
            page.plot(fig, name=f"shift_{measure[:2]}", alt=f"{measure} against the distance moved. {title}.")
    page.note(
        "The cloud is compared with itself, moved to the right. KL compares masses in the same cell: once a cell has "
        "been left empty, it is infinite, and its slope tells nothing. MMD stays finite but levels off. W₂² of "
        "a moved cloud is the square of the way, so its slope always points home."
    )


def checks(page: Page) -> list[Check]:
    """The identities of a cloud that moves away from itself."""
    read = _shifts(page)
    square = float(np.abs(read.wasserstein - read.shifts**2).max())
    low = max(0.0, -float(read.discrepancy.min()), float(read.discrepancy.max()) - 2)
    start = float(abs(read.divergence[0]) + abs(read.discrepancy[0]))
    return [
        Check("W₂² of a moved cloud is the square of the way", square, 1e-9 * 8**2, "at every distance drawn"),
        Check("KL and MMD² of a cloud to itself are 0", start, 1e-12),
        Check("MMD² stays within 0 and 2", low, 1e-12, "a Gaussian kernel is at most 1"),
    ]


def _shifts(page: Page) -> ShiftReadings:
    return results.shifts_of(Cloud(page.controls.value("moved"), POINTS, 0), page.controls.value("cells"))


def script(page: Page) -> str:
    """A script that computes the three curves on screen with `core` alone."""
    return f"""import numpy as np

from core.transport import cloud, shift_readings

points = cloud({page.controls.value("moved")!r}, {POINTS}, seed=0)
read = shift_readings(points, points, np.linspace(0, 8, 33), cells={page.controls.value("cells")})
print(read.shifts, read.wasserstein, read.divergence, read.discrepancy, sep="\\n")
"""
