"""A cell of the rollout by its sum: what the last layer takes from each token, times what each held before it."""

from dataclasses import dataclass

import streamlit as st

from components.page import Badge, Page
from core.attention import AttentionRecord, RolloutSum, compound_check, rollout_cell
from core.checks import Check
from pages.architecture.attention import results
from pages.architecture.attention.figures.cells import way_bars
from pages.architecture.attention.figures.maps import heat_map
from pages.architecture.attention.panels.clicks import HEIGHT, click_caption, position, same_view
from pages.architecture.attention.sums import factors_title, number, rollout_sentence, rollout_title

ROLLOUT = "Rollout"
"""The view of one cell of the rollout, by the words of its choice."""


@dataclass(frozen=True, eq=False)
class Rolled:
    """The rollout of a text; which of its cells is taken apart stands in the controls `query` and `key`."""

    page: Page
    record: AttentionRecord

    @property
    def sources(self) -> tuple[Badge, ...]:
        """Where the numbers come from."""
        return (Badge.RECORDED if self.record.created == "recorded" else Badge.MEASURED,)

    @property
    def size(self) -> int:
        """Rows of the map."""
        return len(self.record.tokens)

    @property
    def flow(self) -> results.Flow:
        """The rollout and the mean maps of the layers."""
        return results.flow_of(self.record.model, self.record.text)

    @property
    def found(self) -> RolloutSum:
        """The chosen cell by its sum."""
        query, key = (position(self.page, name, self.size) for name in ("query", "key"))
        return rollout_cell(self.flow.means, self.flow.rolled, query, key)

    def draw(self) -> None:
        """The map, both factors of each token in between, and their products."""
        page, tokens, look, found = self.page, self.record.tokens, self.page.look, self.found
        layers, title = len(self.flow.means), rollout_title(self.record.tokens, self.found)
        left, middle, right = st.columns(3)
        with left:
            self._map(found)
        with middle:
            said = factors_title(tokens, found, layers)
            factors = {"taken": (found.last, "query"), "held before": (found.before, "key")}
            fig = way_bars(factors, tokens, look=look, title=said, height=HEIGHT)
            page.plot(fig, name="rollout_factors", alt=f"Two shares for each token in between. {said}.")
        with right:
            parts = {"taken × held before": (found.parts, "value")}
            fig = way_bars(parts, tokens, look=look, title=title, height=HEIGHT)
            page.plot(fig, name="rollout_parts", alt=f"What comes through each token in between. {title}.")
        page.note(rollout_sentence(tokens, found, layers, look))
        st.caption(
            "A cell is summed over the tokens in between: the mean map of the last layer's heads, half of it the "
            f"residual connection, times the rollout below. {click_caption(self.size, what='cell')}"
        )

    def _map(self, found: RolloutSum) -> None:
        title = f"Rollout: a cell of {number(found.value)}"
        fig = heat_map(
            self.flow.rolled,
            self.record.tokens,
            look=self.page.look,
            title=title,
            causal=self.record.causal,
            cell=(found.query, found.key),
            label="share",
            height=HEIGHT,
        )
        alt = f"Heat map of attention rollout, one cell framed. {title}."
        self.page.plot(fig, name="cell_map", alt=alt, on_click=same_view(self.page))

    def checks(self) -> tuple[Check, ...]:
        """That what comes through all tokens is the cell."""
        return (compound_check(self.found, sums=len(self.flow.means)),)

    def script(self) -> str:
        """A script that takes the cell apart with `core` alone."""
        loader, found = "load_causal_lm" if self.record.causal else "load_encoder", self.found
        return f"""from core.attention import compound_check, layer_means, rollout, rollout_cell, trace
from core.models import {loader}

weights = trace({loader}({self.record.model!r}), {self.record.text!r}).weights.numpy()
found = rollout_cell(layer_means(weights), rollout(weights), {found.query}, {found.key})
best = found.parts.argmax()
print(f"{{found.value:.3f}}, most through token {{best}}:", found.last[best], "times", found.before[best])
print(compound_check(found, sums=len(weights)))
"""
