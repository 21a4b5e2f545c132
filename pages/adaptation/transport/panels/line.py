"""The panel on one dimension: samples with masses or two histograms, sorted, with POT's number beside."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.page import Page
from core.checks import Check
from core.transport import LineTransport, UnequalMassesError, line_cost_by_simplex, line_transport
from pages.adaptation.transport.figures import line as figures
from pages.adaptation.transport.main import Shown
from pages.adaptation.transport.panels.files import offer, warn
from pages.adaptation.transport.panels.grid import as_text, grid
from pages.adaptation.transport.panels.hand import numbers

KINDS = ("samples", "histograms")
MOST_BINS = 40
BARS = {"source": "bars_source", "target": "bars_target"}
NAMES = {1: "W₁", 2: "W₂²", 3: "W₃³"}


@dataclass(frozen=True, eq=False)
class OnALine:
    """Two sides on a line: places and masses, and the parameters that hold the masses."""

    places: tuple[np.ndarray, np.ndarray]
    masses: tuple[np.ndarray, np.ndarray]
    parameters: tuple[str, str]


def one_dimension(shown: Shown) -> None:
    """Two distributions on a line: sorted matching, quantile functions, and the same number from POT."""
    page = shown.page
    places = st.columns([1.6, 1.2, 1.2, 3], vertical_alignment="bottom")
    with places[0]:
        kind = page.controls.choice("line", "Given as", list(KINDS))
    with places[1]:
        p = int(page.controls.choice("power", "Power p", ["1", "2", "3"]))
    with places[2]:
        width = page.controls.number("bin_width", "Width of a bin", 0.01, 100.0) if kind == "histograms" else None
    line = None
    try:
        line = _samples(page) if width is None else _histograms(page, width)
        weights = {"source_weights": line.masses[0], "target_weights": line.masses[1]}
        along = line_transport(*line.places, **weights, p=p)
        peer = line_cost_by_simplex(*line.places, **weights, p=p)
    except ValueError as error:
        warn(error)
        offer(page, _ways_out(page, line, error))
        return
    title = _title(along, p)
    fig = figures.along_line(along, line.places, line.masses, bin_width=width, look=page.look, title=title)
    page.plot(fig, name="line", alt=f"Two distributions on a line and their quantile functions. {title}.")
    page.note(
        f"By sorting: <b>{along.cost:.6f}</b>. By POT's network simplex: <b>{peer:.6f}</b>, a difference of "
        f"<b>{abs(along.cost - peer):.0e}</b>. The smallest goes to the smallest: two paths that cross can only get "
        "longer. Where masses differ a point is split, and the plan is a staircase."
    )
    page.checks_of_panel(_checks(along, line, peer))


def _title(along: LineTransport, p: int) -> str:
    shape = "the area between the curves" if p == 1 else f"the integral of the gap to the power {p}"
    total = float(along.levels[-1])
    if abs(total - 1) < 1e-9:
        return f"{NAMES[p]} = {along.cost:.4f}: {shape}"
    return f"{NAMES[p]} = {along.cost / total:.4f} a unit of mass: {shape} is {along.cost:.4f}, and the mass {total:g}"


def _samples(page: Page) -> OnALine:
    """Points and masses as texts. Raises ValueError for a text that cannot be read."""
    first, second = st.columns(2)
    with first:
        x = page.controls.text("line_source", "Source: places")
        a = page.controls.text("line_source_masses", "Source: masses", placeholder="equal, with a sum of 1")
    with second:
        y = page.controls.text("line_target", "Target: places")
        b = page.controls.text("line_target_masses", "Target: masses", placeholder="equal, with a sum of 1")
    places = numbers(x, "source"), numbers(y, "target")
    masses = tuple(
        numbers(text, f"masses of the {side}") if text.strip() else np.full(len(points), 1 / len(points))
        for side, text, points in (("source", a, places[0]), ("target", b, places[1]))
    )
    for side, points, mass in zip(("source", "target"), places, masses, strict=True):
        if len(mass) != len(points):
            raise ValueError(f"the {side} has {len(mass)} masses for {len(points)} places; each place needs one")
    return OnALine(places, (masses[0], masses[1]), ("line_source_masses", "line_target_masses"))


def _histograms(page: Page, width: float) -> OnALine:
    """Two histograms over the same bins, the first of them around 0. Raises ValueError for bars that differ in number.

    Each bar's mass lies in the middle of its bin.
    """
    try:
        source, target = (numbers(page.controls.value(name), f"bars of the {side}") for side, name in BARS.items())
        if len(source) != len(target) or len(source) > MOST_BINS:
            raise ValueError(
                f"the source has {len(source)} bars and the target {len(target)}; both need the same number, at most "
                f"{MOST_BINS}"
            )
        middles = width * np.arange(len(source))
        columns = [f"{middle:.6g}" for middle in middles]
        frame = pd.DataFrame([source, target], index=list(BARS), columns=columns)
        grid(page, "bars", frame, _bars)
        st.caption("Each column is a bin, named by its middle, where its mass lies. Click a cell to change it.")
    finally:
        with st.popover("As text", icon=":material/text_fields:"):
            for side, name in BARS.items():
                page.controls.text(name, f"Bars of the {side}")
    return OnALine((middles, middles), (source, target), (BARS["source"], BARS["target"]))


def _bars(frame: pd.DataFrame) -> dict[str, str]:
    return {name: as_text(frame.loc[side]) for side, name in BARS.items()}


def _ways_out(page: Page, line: OnALine | None, error: ValueError) -> dict[str, dict[str, Any]]:
    """What a visitor may do about masses that cannot be moved: label -> values of parameters."""
    names = [name for name in page.controls.defaults if name.startswith(("line_", "bars_"))]
    back = {"Back to the example": {name: page.controls.defaults[name] for name in names}}
    if line is None or not isinstance(error, UnequalMassesError):
        return back
    scaled = {name: as_text(mass / mass.sum()) for name, mass in zip(line.parameters, line.masses, strict=True)}
    return {"Scale both to a sum of 1": scaled} | back


def _checks(along: LineTransport, line: OnALine, peer: float) -> list[Check]:
    """The identities of the figure: POT's number, the masses, the staircase."""
    reach = float(np.ptp(np.concatenate(line.places))) ** along.p * float(along.levels[-1])
    pieces, most = len(along.mass), sum(int((mass > 0).sum()) for mass in line.masses) - 1
    moved = (
        np.bincount(index, along.mass, minlength=len(mass)) - mass
        for index, mass in zip((along.source_index, along.target_index), line.masses, strict=True)
    )
    wrong = max(float(np.abs(side).max()) for side in moved)
    return [
        Check("Sorting costs what POT's network simplex finds", abs(along.cost - peer), 1e-9 * reach, "ot.emd"),
        Check("The pieces carry all masses", wrong, 1e-9 * float(along.levels[-1]), "largest difference of a point"),
        Check("The plan is a staircase of at most n + m - 1 pieces", float(max(pieces - most, 0)), 0.0, f"{pieces}"),
    ]
