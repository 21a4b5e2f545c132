"""The playground in the browser: one run with all its kept steps, played there without asking the server."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from components.parts import said
from components.screens import WATCHED, recording
from components.theme import Look
from core.learning import NetworkRun

LABEL_UP, LABEL_DOWN = "key", "query"
"""The roles whose colors the classes +1 and -1 have: the ends of the scale for signed values."""

_playground = component("playground", js=Path(__file__).with_name("player.js").read_text(encoding="utf-8"))


def play(
    run: NetworkRun,
    *,
    key: str,
    look: Look,
    height: int,
    alt: str,
    beside: str,
    step: int,
    on_point: Callable[[float, float, int], None],
    on_undo: Callable[[], None],
    on_step: Callable[[int], None],
) -> None:
    """Draws a run: its network with each neuron's map, the plane with its points, and what plays it.

    Args:
        run: the training.
        key: unique on the page.
        height: of the drawings, in pixels.
        alt: what they show and find.
        beside: the key of the chart of the losses, in which the step in view is marked.
        step: the number of the update to show, or the nearest that is kept; below 0 the last.
        on_point: called with a point that was clicked and the class chosen for it, before the page runs again.
        on_undo: called where the last own point is to go.
        on_step: called with the number of the update in view once it has rested for half a second, -1 for the last.
    """

    def pointed() -> None:
        point = said(key, "point")
        if point is None:
            return
        x, y, label = (float(point[name]) for name in ("x", "y", "label"))
        on_point(x, y, 1 if label > 0 else -1)

    def stepped() -> None:
        told = said(key, "step")
        if told is None:
            return
        st.session_state[f"{key}_heard"] = int(told["number"])
        on_step(int(told["update"]))

    heard = st.session_state.get(f"{key}_heard", 0)
    watched = {WATCHED: True} if recording() else {}
    _playground(
        key=key,
        data={**message(run, look=look, height=height, alt=alt, beside=beside, step=step), "heard": heard, **watched},
        on_point_change=pointed,
        on_undo_change=on_undo,
        on_step_change=stepped,
        # On a phone the drawings stand one below the other, with what plays them at the end.
        height="content",
    )


BAR = 74
"""The height of the buttons and the reading below the drawings, in pixels."""


def message(run: NetworkRun, *, look: Look, height: int, alt: str, beside: str, step: int = -1) -> dict[str, Any]:
    """What the browser gets: the numbers as float32 in base64, and the colors.

    Rows are tuples: Streamlit takes each list for a possible table, and would import pandas to find out.
    """
    weights = _packed(run.weights)
    points = np.column_stack([run.train.x, run.train.y])
    return {
        "id": sha256(f"{weights}{_packed(points)}".encode()).hexdigest()[:16],
        "sizes": run.params.net.sizes,
        "activation": run.params.activation,
        "weights": weights,
        "steps": tuple(run.steps.tolist()),
        "step": kept_step(run, step),
        "batches": run.params.batches,
        "losses": _packed(np.column_stack([run.train_loss, run.test_loss])),
        "points": _packed(points),
        "own": len(run.params.own),
        "scale": tuple(look.diverging),
        "up": look.role(LABEL_UP),
        "down": look.role(LABEL_DOWN),
        "ink": look.ink,
        "quiet": look.quiet,
        "faint": look.faint,
        "paper": look.paper,
        "size": look.size,
        "height": height,
        "alt": alt,
        "beside": beside,
    }


def kept_step(run: NetworkRun, update: int) -> int:
    """The place of the kept step that is nearest to an update; the last where the update is below 0."""
    return len(run.steps) - 1 if update < 0 else int(np.abs(run.steps - update).argmin())


def _packed(values: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode()
