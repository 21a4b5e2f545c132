"""A matrix of the visitor's own as a product of two thin ones: what is kept, what is left, and what merging gives."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.numbers import table
from components.page import Page
from components.refusals import told
from core.checks import Check
from core.tuning import energy, low_rank
from pages.adaptation.adapters.figures.thin import COUNTED, entries
from pages.adaptation.adapters.words import thin_reading, thin_title

ABOVE = 190
FILES = {"ΔW": "change", "B": "b", "A": "a", "B A": "product"}
NARROW = 3
"""Columns of B, which has the least room, whose entries have room for letters of the usual size."""

LARGEST = 12
"""Rows and columns of a matrix of one's own."""


@dataclass(frozen=True, eq=False)
class Thin:
    """A change ΔW, its two thin factors, and what they leave."""

    change: np.ndarray
    column: np.ndarray
    row: np.ndarray
    residual: float
    alpha: int

    @property
    def rank(self) -> int:
        """r."""
        return int(self.row.shape[0])

    @property
    def checks(self) -> tuple[Check, ...]:
        """Eckart and Young; and the merged matrix against the frozen one with two thin ones beside it."""
        rounding = float(np.finfo(np.float64).eps) * sum(self.change.shape) * self.rank
        size = float(np.linalg.norm(self.change))
        # The singular values again as roots of eigenvalues: a rounding of the largest square may hide in each of them.
        squares = np.linalg.eigvalsh(self.change @ self.change.T)[::-1]
        apart = abs(self.residual**2 - float(squares[self.rank :].sum()))
        frozen = np.random.default_rng(0).normal(size=self.change.shape)
        inputs, scale = np.ones(self.change.shape[1]), self.alpha / self.rank
        beside = frozen @ inputs + scale * (self.column @ (self.row @ inputs))
        merged = (frozen + scale * self.column @ self.row) @ inputs
        largest = np.abs(frozen).sum(1).max() + scale * (np.abs(self.column) @ np.abs(self.row)).sum(1).max()
        return (
            Check("Eckart and Young: what is left is the squares behind the r-th", apart, rounding * (size**2 + 1)),
            Check("Merged: (W + α/r B A) x is W x + α/r B (A x)", float(np.abs(beside - merged).max()),
                  rounding * float(largest), "W random, x of ones"),
        )  # fmt: skip


def found(page: Page) -> Thin:
    """The visitor's matrix in two factors; raises ValueError for what is none, or for a rank above its smaller side."""
    change = table(page.controls.value("change"), "your matrix")
    if max(change.shape) > LARGEST or min(change.shape) < 2:
        raise ValueError(f"your matrix is {change.shape[0]} × {change.shape[1]}; it must have 2 to {LARGEST} of each")
    if not change.any():
        raise ValueError("your matrix holds only 0; it must have an entry that is not 0")
    column, row, residual = low_rank(change, page.controls.value("thin"))
    return Thin(change, column, row, residual, int(page.controls.value("alpha")))


def draw(page: Page) -> None:
    """The matrix, its best approximation of a rank, and the two factors."""
    first, second, third = st.columns([4, 1.2, 1.2], vertical_alignment="bottom")
    with first:
        page.controls.text("change", "A change ΔW of your own: rows divided by / or lines")
    with second:
        page.controls.slider("thin", "Rank r", 1, LARGEST)
    with third:
        page.controls.slider("alpha", "α", 1, 16)
    try:
        thin = found(page)
    except ValueError as error:
        told(error)
        return
    share = float(energy(thin.change).by_rank[thin.rank - 1])
    page.finding(thin_title(thin.rank, share, *thin.change.shape))
    top, height = float(np.abs(thin.change).max()), room(page.look, ABOVE)
    shown = (
        ("ΔW", thin.change, "column", "row"),
        ("B", thin.column, "of r", "row"),
        ("A", thin.row, "column", "of r"),
        ("B A", thin.column @ thin.row, "column", "row"),
    )
    for place, (name, values, x_label, y_label) in zip(st.columns([3, 1.4, 3, 3]), shown, strict=True):
        with place:
            fig = entries(values, look=page.look, title=name, x_label=x_label, y_label=y_label, top=top, height=height,
                          wide=NARROW if name == "B" else COUNTED)  # fmt: skip
            rows, columns = values.shape
            alt = f"The matrix {name} as a field of {rows} rows and {columns} columns."
            page.plot(fig, name=f"thin_{FILES[name]}", alt=alt)
    page.note(thin_reading(thin.change, thin.rank, thin.alpha, thin.residual))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of what is on screen; none for a matrix that is refused."""
    try:
        return found(page).checks
    except ValueError:
        return ()


def script(page: Page) -> str:
    """A script that computes the same factors."""
    try:
        rows = found(page).change.tolist()
    except ValueError:
        rows = [[1.0, 2.0], [2.0, 4.0]]
    return f"""import numpy as np

from core.tuning import energy, low_rank

change = np.array({rows!r})
B, A, residual = low_rank(change, {min(int(page.controls.value("thin")), len(rows), len(rows[0]))})
print(B, A, "left", residual, "kept", energy(change).by_rank)
"""
