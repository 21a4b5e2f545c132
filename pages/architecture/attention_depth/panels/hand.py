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
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.words import largest

LABELS = {
    "hand_tokens": "tokens x",
    "hand_query": "query matrix",
    "hand_key": "key matrix",
    "hand_value": "value matrix",
}
"""The matrices by their parameters."""

SIDE = 4
"""Rows and columns of each."""

if TYPE_CHECKING:
    import pandas as pd

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
        "By hand",
        lambda: draw(page, worked),
        stands="instead",
        badges=(Badge.EXACT, Badge.TOY),
        checks=lambda: checks(worked),
        script=lambda: script(page, worked),
    )


def draw(page: Page, worked: Worked) -> None:
    """The editors, then every step from tokens to outputs."""
    with st.container(horizontal=True, vertical_alignment="center"):
        count = int(page.controls.choice("hand_heads", "Heads", ["1", "2"]))
        chosen = int(page.controls.choice("hand_head", "Show head", [str(head) for head in range(count)]))
        causal = page.controls.switch("hand_causal", "Causal mask")
        scale = page.controls.switch("hand_scale", "Divide by √d")
        _as_texts(page)
    try:
        worked.matrices = _edited(page)
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
    query, key, value = by_head[chosen]
    title = "From tokens to queries, keys and values: each is the token times a matrix of its own, v = W_V x"
    _drawn(page, {"queries": query, "keys": key, "values": value}, name="hand_projected", finding=title)
    _steps(page, worked.heads[chosen])
    if count > 1:
        outputs = {f"output of head {number}": each.output for number, each in enumerate(worked.heads)}
        outputs["side by side"] = np.concatenate(list(outputs.values()), axis=1)
        title = "Each head reads its own half of the queries, keys and values; their outputs stand side by side"
        _drawn(page, outputs, name="hand_merged", finding=title)


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


def _edited(page: Page) -> Matrices:
    """The matrices, each in an editor of its own."""
    import pandas as pd

    matrices = matrices_of(page)
    for column, (name, matrix) in zip(st.columns(len(matrices)), matrices.items(), strict=True):
        with column:
            st.caption(LABELS[name])
            frame = pd.DataFrame(matrix, columns=[str(place) for place in range(SIDE)])
            grid(page, name, frame, partial(_as_value, name), hide_index=True)
    return matrices


def _as_value(name: str, frame: "pd.DataFrame") -> Values:
    """The value of a matrix's parameter after an edit."""
    return {name: table_as_text(frame.to_numpy())}


def _steps(page: Page, steps: HandSteps) -> None:
    """From scores to the output of one head."""
    rows = {"scores q·k": steps.scores, "scaled and masked": steps.masked, "exponentials": steps.exponentials}
    rows |= {"weights": steps.weights, "output": steps.output}
    last = steps.weights[-1]
    most = listed([f"token {place}" for place in largest(last.tolist())])
    title = f"The last token gives most to {most}: {last.max():.2f}"
    _drawn(page, rows, name="hand_steps", finding=title)
    sums = ", ".join(f"<b>{total:.2f}</b>" for total in steps.row_sums)
    page.note(
        "Rows are queries, columns are keys. The largest score of a row is subtracted before the exponential, which "
        f"changes nothing. Row sums of the exponentials: {sums}."
    )


def _drawn(page: Page, matrices: Matrices, *, name: str, finding: str) -> None:
    page.finding(finding)
    for place, (column, (kind, values)) in enumerate(zip(st.columns(len(matrices)), matrices.items(), strict=True)):
        with column:
            fig = figures.matrix(values, look=page.look, title=kind)
            page.plot(fig, name=f"{name}_{place}", alt=f"A matrix of numbers: {kind}. {finding}.")


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
