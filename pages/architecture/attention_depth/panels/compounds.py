"""A cell of a comparison by its sum: the weights of tokens that it is made of, in one text or in both."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.course import Values
from components.page import Badge, Page
from components.screens import alive
from core.attention import AttentionRecord, Compound, MapComparison, compound_check, difference_cell, merged_cell
from core.checks import Check
from pages.architecture.attention.figures.cells import weight_bars
from pages.architecture.attention.figures.maps import BESIDE, outline
from pages.architecture.attention.panels.clicks import HEAD, HEIGHT, click_caption, opened, position, same_view
from pages.architecture.attention.sums import (
    difference_sentence,
    difference_title,
    number,
    rule_sentence,
    words_title,
    written,
)
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.panels.maps import without_future
from pages.architecture.attention_depth.panels.opening import DIFFERENCE, HERE, OTHER

PLAIN = "Both texts are of one model, token by token: each cell is one weight."


@dataclass(frozen=True, eq=False)
class Compared:
    """One map of a comparison; which of its cells is taken apart stands in the controls `query` and `key`.

    Args:
        page: where it is shown.
        view: which of the three maps, HERE, THERE or DIFFERENCE.
        records: this text and the other one.
        heads: the layer and head in either.
        found: the comparison.
        run: the lines of a script that make it.
        sources: where the numbers come from.
    """

    page: Page
    view: str
    records: tuple[AttentionRecord, AttentionRecord]
    heads: tuple[tuple[int, int], tuple[int, int]]
    found: MapComparison
    run: str
    sources: tuple[Badge, ...]

    @property
    def size(self) -> int:
        """Rows of the map."""
        return len(self.found.labels_a)

    @property
    def at(self) -> tuple[int, int]:
        """The row and the column that are asked for."""
        return position(self.page, "query", self.size), position(self.page, "key", self.size)

    @property
    def cell(self) -> Compound:
        """The chosen cell by the weights that it is made of."""
        ours, theirs = (record.weights[head] for record, head in zip(self.records, self.heads, strict=True))
        if self.view == DIFFERENCE:
            return difference_cell(self.found, ours, theirs, at=self.at)
        side = 0 if self.view == HERE else 1
        return merged_cell(self.found, (ours, theirs)[side], side=side, at=self.at)

    @property
    def labels(self) -> Sequence[str]:
        """The names of the rows."""
        return self.found.labels_a if self.view == HERE else self.found.labels_b

    def draw(self) -> None:
        """The map with the cell, and its weights as bars, each of which opens its own sum."""
        page, cell = self.page, self.cell
        apart = self.view == DIFFERENCE
        title = (
            difference_title(cell, self.found.labels_a, self.found.labels_b)
            if apart
            else words_title(cell, self.labels)
        )
        left, right = st.columns([1, 2])
        with left:
            self._map(cell)
        with right:
            carried = [(side, *place) for side, place in zip(cell.sides, cell.places, strict=True)]
            fig = weight_bars(cell.parts, self._names(cell), carried, look=page.look, title=title, height=HEIGHT)
            alt = f"The weights that make the cell, as bars. {title}."
            page.plot(fig, name="cell_parts", alt=alt, on_click=self._opened)
        rule = rule_sentence(cell) if self.found.unit == "word" else ""
        page.note(" ".join(filter(None, [difference_sentence(cell) if apart else "", rule])) or PLAIN)
        colors = " Orange: the other text; blue: this one, taken away." if apart else ""
        what = "difference, plus or minus," if apart else "cell"
        st.caption(
            alive("Click a bar to open that one weight by its own sum.")
            + f"{colors} {click_caption(self.size, what=what, most=BESIDE)}"
        )

    def _map(self, cell: Compound) -> None:
        """The map of the comparison with the chosen cell framed."""
        look, apart = self.page.look, self.view == DIFFERENCE
        causal = [record.causal for record in self.records]
        values, masked = {
            HERE: (self.found.map_a, causal[0]),
            DIFFERENCE: (self.found.difference, all(causal)),
        }.get(self.view, (self.found.map_b, causal[1]))
        value = written(cell)[2] if apart else number(cell.value)
        title = f"{self.view.partition(': ')[2].capitalize()}: a cell of {value}"
        fig = figures.token_map(
            without_future(values, causal=masked),
            self.labels,
            look=look,
            title=title,
            top=(float(np.abs(values).max()) or 1.0) if apart else 1.0,
            label="difference" if apart else "weight",
            signed=apart,
            height=HEIGHT,
            clickable=True,
        )
        row, column = (place // figures.coarseness(self.size) for place in (cell.query, cell.key))
        frame = outline(look.role("key"), 3, (column - 0.5, column + 0.5), (row - 0.5, row + 0.5))
        fig.update_layout(shapes=[frame])
        alt = f"Heat map, one cell framed. {title}."
        self.page.plot(fig, name="cell_map", alt=alt, on_click=same_view(self.page))

    def _names(self, cell: Compound) -> list[tuple[str, str, str]]:
        """Each weight by its text, where there are two, and by its tokens."""
        names = []
        for side, (query, key) in zip(cell.sides, cell.places, strict=True):
            tokens = self.records[side].tokens
            text = ("this text", "other text")[side] if self.view == DIFFERENCE else ""
            names.append((text, tokens[query], tokens[key]))
        return names

    def _opened(self, carried: list[float]) -> Values:
        """What a click on a bar opens: that weight, of the text that it is of."""
        side, query, key = carried
        return opened(query, key, OTHER if side else HEAD)

    def checks(self) -> tuple[Check, ...]:
        """That the weights sum to the cell."""
        return (compound_check(self.cell),)

    def script(self) -> str:
        """A script that takes the cell apart with `core` alone."""
        side = 0 if self.view == HERE else 1
        how = (
            f"difference_cell(found, a.weights[head_a], b.weights[head_b], at={self.at})"
            if self.view == DIFFERENCE
            else f"merged_cell(found, {'ab'[side]}.weights[head_{'ab'[side]}], side={side}, at={self.at})"
        )
        taken = how.partition("(")[0]
        return f"""from core.attention import {", ".join(sorted(("compound_check", taken)))}
{self.run}
cell = {how}
for place, weight, factor in zip(cell.places, cell.weights, cell.factors):
    print("query and key", place, "weight", weight, "times", factor)
print("sum", cell.parts.sum())
print(compound_check(cell))
"""
