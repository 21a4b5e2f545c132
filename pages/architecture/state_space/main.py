"""The main figure of the state-space page: its controls, its reading, its export and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import PANEL
from components.page import Page
from components.refusals import NothingYetError, told
from core.checks import Check
from core.state_space import METHODS, SIGNALS, SYSTEMS, Response, with_knot
from pages.architecture.state_space import results
from pages.architecture.state_space.figures.response import response
from pages.architecture.state_space.topic import DRAWN, FILE, OWN
from pages.architecture.state_space.words.responses import own_words, response_reading, response_title

if TYPE_CHECKING:
    import pandas as pd

UPLOAD = "state_space_file"


@dataclass(frozen=True)
class Asked:
    """What the controls ask for: the arguments of `results.response_of`, and the moment."""

    chosen: tuple[str, int, results.Written]
    source: tuple[str, int, str, str, bytes | None]
    step: float
    method: str
    moment: int

    def response(self) -> Response:
        """The response; raises ValueError for what cannot be read or does not fit, or for a file that is missing."""
        if self.source[0] == FILE and self.source[-1] is None:
            raise NothingYetError("Upload a CSV with one sample a row; its last column is read.")
        return results.response_of(self.chosen, self.source, self.step, self.method)


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the response, and the moment within it."""

    page: Page
    asked: Asked

    @cached_property
    def found(self) -> Response:
        """The response, computed where something shows it."""
        return self.asked.response()

    @property
    def moment(self) -> int:
        """The sample whose state is shown; the last one where fewer are followed."""
        return min(self.asked.moment, len(self.found.u) - 1)


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    panel = page.controls.value(PANEL)
    if panel == "Memory":
        return bool(page.controls.value("past_signal") != DRAWN)
    return panel in ("Select", "Scan", "One matrix", "Recall", "Long text")


def controls(page: Page) -> Asked:
    """Draws the controls."""
    places = st.columns([2, 2, 2.4, 2.4, 1.3], vertical_alignment="bottom")
    with places[0]:
        name = page.controls.select("system", "System", [*SYSTEMS, OWN])
    with places[1]:
        sort = page.controls.select("signal", "Signal u", [*SIGNALS, DRAWN, FILE])
    with places[2]:
        step = page.controls.slider("step", "Step Δ", 0.01, 2.0, step=0.01)
    with places[4], page.more():
        length = page.controls.slider("length", "Samples L", 1, 1024)
        states = page.controls.slider("states", "States N (named systems)", 1, 64)
        method = page.controls.select("method", "Discretization", list(METHODS))
        page.controls.text("text", "Text, as a signal")
        page.controls.text("knots", "Drawn signal: heights from −1 to 1")
        for letter, what in (("a", "A, rows apart by /"), ("b", "B"), ("c", "C"), ("d", "D")):
            page.controls.text(f"matrix_{letter}", f"Your own {what}")
    content = _file() if sort == FILE else None
    with places[3]:
        moment = page.controls.slider("moment", "Moment k", 0, length - 1)
    written = tuple(page.controls.value(f"matrix_{letter}") for letter in "abcd")
    source = (sort, length, page.controls.value("text"), page.controls.value("knots"), content)
    return Asked((name, states, written), source, float(step), method, int(moment))


def _file() -> bytes | None:
    st.file_uploader(
        "CSV: the last column is the signal, one sample a row, at most 4,096 rows",
        type="csv",
        key=UPLOAD,
        max_upload_size=1,
    )
    file = st.session_state.get(UPLOAD)
    return None if file is None else bytes(file.getvalue())


def refused(page: Page, error: ValueError) -> None:
    """Says in words why there is no figure, with a way back."""
    told(error)
    if isinstance(error, NothingYetError):
        return
    back: dict[str, Any] = {
        name: page.controls.defaults[name]
        for name in page.controls.defaults
        if name.startswith("matrix_") or name in ("system", "signal", "text", "knots", "step", "method")
    }
    st.button("Back to the example", on_click=page.controls.set, args=(back,), key="state_space_example")


def main_figure(shown: Shown) -> None:
    """Signal, states, kernel and output."""
    page, found, knots = shown.page, shown.found, shown.asked.source[3]
    words = title(shown)
    drawn = len(knots.replace(",", " ").split()) if shown.asked.source[0] == DRAWN else 0

    def clicked(data: list[Any]) -> dict[str, Any]:
        kind, place, height = data
        if kind == "knot":
            return {"knots": with_knot(knots, int(place), float(height))}
        return {"moment": int(place)}

    fig = response(found, shown.moment, look=page.look, title=words, knots=drawn)
    page.plot(
        fig,
        name="response",
        alt=f"A signal and the output of a system by three ways, its states and its kernel. {words}.",
        on_click=clicked,
        roomy=True,
    )


def title(shown: Shown) -> str:
    """The finding in words."""
    found = shown.found
    return response_title(found.apart, found.rounding, found.radius, len(found.u), found.asked)


def reading(shown: Shown) -> str:
    """The live sentence, and where a visitor puts what is their own."""
    name, sort = shown.asked.chosen[0], shown.asked.source[0]
    return response_reading(shown.found, shown.moment) + own_words(system=name, signal=sort)


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the response."""
    asked = shown.asked
    return results.checks_of(asked.chosen, asked.source, asked.step, asked.method)


def export_frame(shown: Shown) -> "pd.DataFrame":
    """Input, kernel, output and states, one line a sample."""
    import pandas as pd

    found = shown.found
    columns = {"u": found.u, "kernel": found.kernel}
    columns |= {f"y_{way}": output for way, output in zip(("recurrence", "kernel", "fft"), found.outputs, strict=True)}
    columns |= {f"h{place}": found.states[:, place] for place in range(found.system.size)}
    return pd.DataFrame(columns)


def script(shown: Shown) -> str:
    """A script that computes the output on screen three ways with `core` alone."""
    asked, found = shown.asked, shown.found
    name, states, written = asked.chosen
    built = f"written_system{written!r}" if name == OWN else f"system({name!r}, {states})"
    return f"""from core.state_space import respond, system, written_system

u = {found.u.tolist()}
found = respond({built}, np.array(u), step={asked.step!r}, method={asked.method!r})
print("largest difference", found.apart)
print("output at {shown.moment}", found.outputs[0][{shown.moment}])
for check in found.checks:
    print(check.name, check.error, check.bound)
""".replace("from core", "import numpy as np\n\nfrom core", 1)


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.state_space import (
        discretize,
        fft_convolution,
        hippo_legs,
        kernel,
        legs_memory,
        parallel_scan,
        recurrence,
        selective_scan,
    )

    return [
        discretize,
        recurrence,
        kernel,
        fft_convolution,
        hippo_legs,
        legs_memory,
        selective_scan,
        parallel_scan,
    ]
