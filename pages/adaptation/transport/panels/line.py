"""The panel on one dimension: samples with masses or two histograms, sorted, with POT's number beside."""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.grid import grid
from components.numbers import as_text, numbers
from components.page import Page
from components.refusals import told
from components.screens import alive
from core.checks import Check
from core.transport import LineTransport, UnequalMassesError, line_cost_by_simplex, line_transport
from pages.adaptation.transport.figures import line as figures
from pages.adaptation.transport.findings import amount, small
from pages.adaptation.transport.panels.files import offer

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("samples", "histograms")
ABOVE = 210
"""Pixels of the main figure's room that its texts, the way back and the sentence take."""
MOST_BINS = 40
SAMPLES = {
    "line_source": "Source: places",
    "line_source_masses": "Source: masses",
    "line_target": "Target: places",
    "line_target_masses": "Target: masses",
}
BARS = {"source": "bars_source", "target": "bars_target"}
NAMES = {1: "W₁", 2: "W₂²", 3: "W₃³"}


@dataclass(frozen=True, eq=False)
class OnALine:
    """Two sides on a line: places and masses, the parameters that hold the masses, and the power of the cost."""

    places: tuple[np.ndarray, np.ndarray]
    masses: tuple[np.ndarray, np.ndarray]
    parameters: tuple[str, str]
    p: int

    def in_order(self) -> LineTransport:
        """The plan that sorting finds. Raises ValueError for masses that cannot be moved."""
        return line_transport(*self.places, source_weights=self.masses[0], target_weights=self.masses[1], p=self.p)

    def by_simplex(self) -> float:
        """The cost that POT's network simplex finds. Raises ValueError as above."""
        weights = {"source_weights": self.masses[0], "target_weights": self.masses[1]}
        return line_cost_by_simplex(*self.places, **weights, p=self.p)


def one_dimension(page: Page) -> None:
    """Two distributions on a line: sorted matching, quantile functions, and the same number from POT."""
    _inputs(page)
    line = None
    try:
        line = on_a_line(page)
        along, peer = line.in_order(), line.by_simplex()
    except ValueError as error:
        told(error)
        offer(page, _ways_out(page, line, error))
        return
    width = page.controls.value("bin_width") if page.controls.value("line") == "histograms" else None
    title = _title(along, line.p)
    fig = figures.along_line(
        along, line.places, line.masses, bin_width=width, look=page.look, title=title, height=room(page.look, ABOVE)
    )
    page.plot(fig, name="line", alt=f"Two distributions on a line and their quantile functions. {title}.")
    page.note(
        f"By sorting: <b>{amount(along.cost, 6)}</b>. By POT’s network simplex: <b>{amount(peer, 6)}</b>, a difference "
        f"of <b>{small(abs(along.cost - peer))}</b>. The smallest goes to the smallest: two paths that cross are never "
        "cheaper. Where masses differ a point is split, and the plan is a staircase."
    )


def on_a_line(page: Page) -> OnALine:
    """What the parameters describe. Raises ValueError for texts that cannot be read or do not belong together."""
    return _histograms(page) if page.controls.value("line") == "histograms" else _samples(page)


def _inputs(page: Page) -> None:
    """The controls, and what is given as texts or as a table to edit."""
    left, right = st.columns([2, 3])
    with left:
        first, second = st.columns([1.4, 1], vertical_alignment="bottom")
        with first:
            kind = page.controls.choice("line", "Given as", list(KINDS))
        with second:
            page.controls.choice("power", "Power p", ["1", "2", "3"])
        if kind == "histograms":
            _bins(page)
    with right:
        if kind == "histograms":
            _table(page)
        else:
            _texts(page)


def _texts(page: Page) -> None:
    for place, (name, label) in zip([*st.columns(2), *st.columns(2)], SAMPLES.items(), strict=True):
        with place:
            page.controls.text(name, label, placeholder="equal, with a sum of 1")


def _bins(page: Page) -> None:
    first, second = st.columns([1.4, 1], vertical_alignment="bottom")
    with first:
        page.controls.number("bin_width", "Width of a bin", 0.01, 100.0)
    with second, st.popover("As text", icon=":material/text_fields:"):
        for side, name in BARS.items():
            page.controls.text(name, f"Bars of the {side}")


def _table(page: Page) -> None:
    """Both histograms as a table to edit; none while their texts do not belong together, which is said elsewhere."""
    import pandas as pd

    with suppress(ValueError):
        line = _histograms(page)
        columns = [f"{middle:.6g}" for middle in line.places[0]]
        grid(page, "bars", pd.DataFrame(line.masses, index=list(BARS), columns=columns), _bars)
        st.caption(
            "Each column is a bin, named by its middle, where its mass lies." + alive(" Click a cell to change it.")
        )


def _title(along: LineTransport, p: int) -> str:
    shape = "the area between the curves" if p == 1 else f"the integral of the gap to the power {p}"
    total = float(along.levels[-1])
    if abs(total - 1) < 1e-9:
        return f"{NAMES[p]} = {amount(along.cost)}: {shape}"
    whole = f"{shape} is {amount(along.cost)}, and the mass {total:g}"
    return f"{NAMES[p]} = {amount(along.cost / total)} a unit of mass: {whole}"


def _samples(page: Page) -> OnALine:
    """Points with their masses. Raises ValueError for a text that cannot be read."""
    x, a, y, b = (page.controls.value(name) for name in SAMPLES)
    places = numbers(x, "source"), numbers(y, "target")
    masses = tuple(
        numbers(text, f"masses of the {side}") if text.strip() else np.full(len(points), 1 / len(points))
        for side, text, points in (("source", a, places[0]), ("target", b, places[1]))
    )
    for side, points, mass in zip(("source", "target"), places, masses, strict=True):
        if len(mass) != len(points):
            raise ValueError(f"the {side} has {len(mass)} masses for {len(points)} places; each place needs one")
    return OnALine(places, (masses[0], masses[1]), ("line_source_masses", "line_target_masses"), _power(page))


def _power(page: Page) -> int:
    return int(page.controls.value("power"))


def _histograms(page: Page) -> OnALine:
    """Two histograms over the same bins, the first of them around 0. Raises ValueError for bars that differ in number.

    Each bar's mass lies in the middle of its bin.
    """
    source, target = (numbers(page.controls.value(name), f"bars of the {side}") for side, name in BARS.items())
    if len(source) != len(target) or len(source) > MOST_BINS:
        raise ValueError(
            f"the source has {len(source)} bars and the target {len(target)}; both need the same number, at most "
            f"{MOST_BINS}"
        )
    middles = page.controls.value("bin_width") * np.arange(len(source))
    return OnALine((middles, middles), (source, target), (BARS["source"], BARS["target"]), _power(page))


def _bars(frame: "pd.DataFrame") -> dict[str, str]:
    return {name: as_text(frame.loc[side]) for side, name in BARS.items()}


def _ways_out(page: Page, line: OnALine | None, error: ValueError) -> dict[str, dict[str, Any]]:
    """What a visitor may do about masses that cannot be moved: label -> values of parameters."""
    names = [name for name in page.controls.defaults if name.startswith(("line_", "bars_"))]
    back = {"Back to the example": {name: page.controls.defaults[name] for name in names}}
    if line is None or not isinstance(error, UnequalMassesError):
        return back
    scaled = {name: as_text(mass / mass.sum()) for name, mass in zip(line.parameters, line.masses, strict=True)}
    return {"Scale both to a sum of 1": scaled} | back


def checks(page: Page) -> list[Check]:
    """The identities of the figure: POT's number, the masses, the staircase; none where nothing can be moved."""
    try:
        line = on_a_line(page)
        along, peer = line.in_order(), line.by_simplex()
    except ValueError:
        return []
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


def script(page: Page) -> str:
    """A script that moves the masses on screen with `core` alone; none to run where they cannot be read."""
    try:
        line = on_a_line(page)
        line.in_order()
    except ValueError as error:
        return f"raise ValueError({str(error)!r})\n"
    (x, y), (a, b) = line.places, line.masses
    return f"""from core.transport import line_transport

along = line_transport(
    {x.tolist()},
    {y.tolist()},
    source_weights={a.tolist()},
    target_weights={b.tolist()},
    p={line.p},
)
print(along.cost)
"""
