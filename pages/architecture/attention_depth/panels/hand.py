"""Attention by hand: four tokens of four numbers, with matrices that can be edited."""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from components.course import Values
from components.grid import grid
from components.markdown import literally
from components.numbers import table, table_as_text
from components.page import Badge, Page, Panel
from components.phrases import listed
from core.attention import HandSteps, attention_by_hand, by_hand_check, project_by_hand
from core.checks import Check
from pages.architecture.attention_depth.figures.matrices import matrices
from pages.architecture.attention_depth.words import largest

LABELS = {
    "hand_tokens": "tokens x",
    "hand_query": "query matrix",
    "hand_key": "key matrix",
    "hand_value": "value matrix",
}
"""The matrices by their parameters."""

HAND = "By hand"
"""The panel's name."""

SIDE = 4
"""Rows and columns of each."""
if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

Matrices = dict[str, np.ndarray]


@dataclass(eq=False)
class Worked:
    """What the visitor's matrices gave in this run.

    Args:
        matrices: as they stand in the editors, by their parameters.
        heads: the steps of each head; empty where the matrices do not fit.
    """

    matrices: Matrices = field(default_factory=dict)
    heads: list[HandSteps] = field(default_factory=list)


def panel(page: Page) -> Panel:
    """The matrices in the place of the figure."""
    worked = Worked()
    return Panel(
        HAND,
        lambda: draw(page, worked),
        stands="instead",
        badges=(Badge.EXACT, Badge.TOY),
        checks=lambda: checks(worked),
        script=lambda: script(page, worked),
    )


def draw(page: Page, worked: Worked) -> None:
    """The editors, then every step from tokens to outputs."""
    first, *places = st.columns([0.9, *[1.1] * len(LABELS)], gap="small")
    with first:
        with st.container(horizontal=True, gap=None):
            count = int(page.controls.choice("hand_heads", "Heads", ["1", "2"]))
            chosen = int(page.controls.choice("hand_head", "Show head", [str(head) for head in range(count)]))
        causal = page.controls.switch("hand_causal", "Causal mask")
        scale = page.controls.switch("hand_scale", "Divide by √d")
        _as_texts(page)
    try:
        worked.matrices = _edited(page, places)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    try:
        projected = project_by_hand(*worked.matrices.values())
        by_head = list(zip(*(np.split(rows, count, axis=1) for rows in projected), strict=True))
        worked.heads = [attention_by_hand(*parts, causal=causal, scale=scale) for parts in by_head]
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    _steps(page, dict(zip(("queries", "keys", "values"), by_head[chosen], strict=True)), worked.heads, chosen)


def matrices_of(page: Page) -> Matrices:
    """The matrices that the parameters describe.

    Raises:
        ValueError: for a text that is no table, or one of another size.
    """
    matrices = {name: table(page.controls.value(name), label) for name, label in LABELS.items()}
    for name, matrix in matrices.items():
        if matrix.shape != (SIDE, SIDE):
            rows, columns = matrix.shape
            raise ValueError(f"{LABELS[name]}: {rows} rows and {columns} columns; there must be {SIDE} and {SIDE}")
    return matrices


def _as_texts(page: Page) -> None:
    """The matrices as texts, which stand in the link."""
    with st.popover("Matrices as text", icon=":material/edit_note:"):
        for name, label in LABELS.items():
            page.controls.text(name, f"{label}, a slash between rows")


def _edited(page: Page, places: "Sequence[DeltaGenerator]") -> Matrices:
    """The matrices, each in an editor of its own at its place."""
    import pandas as pd

    matrices = matrices_of(page)
    for column, (name, matrix) in zip(places, matrices.items(), strict=True):
        with column:
            st.caption(LABELS[name])
            frame = pd.DataFrame(matrix, columns=[str(place) for place in range(SIDE)])
            grid(page, name, frame, partial(_as_value, name), hide_index=True, dense=True)
    return matrices


def _as_value(name: str, frame: "pd.DataFrame") -> Values:
    """The value of a matrix's parameter after an edit."""
    return {name: table_as_text(frame.to_numpy())}


def _steps(page: Page, projected: Matrices, heads: list[HandSteps], chosen: int) -> None:
    """From tokens to the output of one head, and where there are two, what becomes of both outputs."""
    steps = heads[chosen]
    rows = {**projected, "scores q·k": steps.scores, "scaled and masked": steps.masked}
    rows |= {"exponentials": steps.exponentials, "weights": steps.weights, "output": steps.output}
    if len(heads) > 1:
        (other,) = (head for head in range(len(heads)) if head != chosen)
        rows[f"output of head {other}"] = heads[other].output
        rows["both side by side"] = np.concatenate([each.output for each in heads], axis=1)
    last = steps.weights[-1]
    most = listed([f"token {place}" for place in largest(last.tolist())])
    title = f"The last token gives most to {most}: {last.max():.2f}"
    fig = matrices(rows, look=page.look, title=title)
    page.plot(fig, name="hand", alt=f"Matrices of numbers, step by step: {', '.join(rows)}. {title}.", roomy=True)
    halves = " Each head reads its own half of the queries, keys and values." if len(heads) > 1 else ""
    sums = ", ".join(f"<b>{total:.2f}</b>" for total in steps.row_sums)
    page.note(f"The exponentials of a row sum to {sums}; divided by that they are its weights.{halves}")
    st.caption(
        "Queries, keys and values are the tokens, each times a matrix of its own. Rows are queries, columns are keys. "
        "The largest score of a row is subtracted before the exponential, which changes no weight."
    )


def checks(worked: Worked) -> list[Check]:
    """That the weights of each head are the softmax of another library."""
    return [by_hand_check(steps, head=head) for head, steps in enumerate(worked.heads)]


def script(page: Page, worked: Worked) -> str:
    """A script that takes the same steps with `core` alone."""
    value = page.controls.value
    matrices = ",\n    ".join(f"np.array({matrix.tolist()})" for matrix in worked.matrices.values())
    options = f"causal={value('hand_causal')}, scale={value('hand_scale')}"
    return f"""import numpy as np

from core.attention import attention_by_hand, project_by_hand

projected = project_by_hand(
    {matrices},
)
parts = zip(*(np.split(rows, {value("hand_heads")}, axis=1) for rows in projected))
heads = [attention_by_hand(*part, {options}) for part in parts]
for steps in heads:
    print(steps.weights)
    print(steps.output)
"""
