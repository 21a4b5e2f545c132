"""One weight by its sum: where it lies in its map, the pairs of dimensions, the softmax of its row, what it carries."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from components.course import PANEL, Values
from components.loading import ensure_loaded
from components.page import Badge, Page, Panel, token_chip
from core.attention import AttentionRecord, CellSum, LayerProjections, cell_checks, cell_sum
from core.checks import Check
from pages.architecture.attention import results
from pages.architecture.attention.figures.cells import pair_bars, row_bars
from pages.architecture.attention.figures.maps import CLICKABLE, heat_map
from pages.architecture.attention.words import cell_title, pairs_sentence, plain_weight, row_title

CELL = "Cell"
"""The panel's name, on both pages that have it."""

HEIGHT = 315
"""Of the three figures, in pixels: so that their reading is still in sight."""


@dataclass(frozen=True, eq=False)
class Place:
    """A head on a text; which of its weights is taken apart stands in the page's controls `query` and `key`."""

    page: Page
    record: AttentionRecord
    layer: int
    head: int

    def at(self, name: str) -> int:
        """The position of the query or the key."""
        return int(np.clip(self.page.controls.value(name), 0, len(self.record.tokens) - 1))

    @property
    def weights(self) -> np.ndarray:
        """The head's map, [query key]."""
        return np.asarray(self.record.weights[self.layer, self.head])

    @cached_property
    def projections(self) -> LayerProjections | None:
        """Queries, keys and values of the layer; None where the recording does not hold them."""
        return results.layer_of(self.record.model, self.record.text, self.layer)

    @property
    def found(self) -> CellSum | None:
        """The chosen weight by its sum; None where the recording does not hold its layer."""
        parts = self.projections
        return None if parts is None else cell_sum(parts, self.head, self.at("query"), self.at("key"))


def opened(query: float, key: float) -> Values:
    """The values that open one weight of the map on screen. The numbers are those of a clicked cell."""
    return {"query": int(query), "key": int(key), PANEL: CELL}


def panel(place: Place, source: Badge, *, choose_query: bool = False) -> Panel:
    """The sum in the place of the figure: its own map lets another weight be opened.

    Args:
        place: the head, its text and its page.
        source: where the record comes from.
        choose_query: the page has no slider of its own for the query.
    """
    return Panel(
        CELL,
        lambda: draw(place, choose_query=choose_query),
        stands="instead",
        badges=(source,),
        checks=lambda: checks(place),
        script=lambda: script(place),
    )


def draw(place: Place, *, choose_query: bool) -> None:
    """The chosen query's weight on one key, from its sum to what it carries."""
    page, record = place.page, place.record
    if place.projections is None:
        _without_sums(place)
        return
    last = len(record.tokens) - 1
    first, second = st.columns(2) if choose_query else (None, st.container())
    if first is not None:
        with first:
            page.controls.slider("query", "Query token", 0, last)
    _start_in_sight(place)
    with second:
        page.controls.slider("key", "Key token", 0, last)
    found = place.found
    assert found is not None
    _figures(place, found)
    tokens, look = record.tokens, page.look
    chips = (
        f"{token_chip(tokens[found.query], look.role('query'))} on {token_chip(tokens[found.key], look.role('key'))}"
    )
    waves = results.wavelengths_of(record.model, 2 * len(found.parts))
    page.note(f"{chips}: {pairs_sentence(found, waves)}")
    several = -(-len(tokens) // CLICKABLE)
    which = f"the largest weight of {several} × {several} cells around it" if several > 1 else "its sum"
    turns = "" if waves is None else " RoPE turns each pair with the position; its wavelength is one full turn."
    st.caption(f"Orange bars raise the score, blue ones lower it.{turns} Click a cell of the map to open {which}.")


def _without_sums(place: Place) -> None:
    """The map with its framed cell, and the model offered for the sum behind it."""
    page = place.page
    left, right = st.columns([1, 2])
    with left:
        _map(place)
    with right:
        st.info(
            f"The recording of this text holds no queries and keys of layer {place.layer}, which the sum needs. "
            "Load the model to open it."
        )
        if st.button("Load the model", key=f"{page.topic.key}_load_cell") and ensure_loaded(place.record.model):
            st.rerun()


def _map(place: Place) -> None:
    """The head's map with the framed cell, which opens another one."""
    cell = (place.at("query"), place.at("key"))
    title = f"Layer {place.layer}, head {place.head}: a weight of {plain_weight(float(place.weights[cell]))}"
    fig = heat_map(
        place.weights,
        place.record.tokens,
        look=place.page.look,
        title=title,
        causal=place.record.causal,
        cell=cell,
        height=HEIGHT,
    )
    alt = f"Heat map, one cell framed. {title}."
    place.page.plot(fig, name="cell_map", alt=alt, on_click=lambda at: opened(*at[:2]))


def _figures(place: Place, found: CellSum) -> None:
    """The map with the framed cell, the pairs of its score, and the softmax of its row."""
    page, tokens, look = place.page, place.record.tokens, place.page.look
    waves = results.wavelengths_of(place.record.model, 2 * len(found.parts))
    left, middle, right = st.columns(3)
    with left:
        _map(place)
    with middle:
        title = cell_title(tokens, found, len(found.parts))
        fig = pair_bars(found.parts, waves, look=look, title=title, height=HEIGHT)
        page.plot(fig, name="pairs", alt=f"What each pair of dimensions adds to the score. {title}.")
    with right:
        said = row_title(tokens, found)
        fig = row_bars(found.row, tokens, found.key, look=look, title=said, height=HEIGHT)
        page.plot(fig, name="cell_row", alt=f"The weights of the whole row. {said}.")


def _start_in_sight(place: Place) -> None:
    """Where another row is opened and the key that nobody chose is masked in it, the row's largest key."""
    page, record = place.page, place.record
    kept = f"{page.topic.key}_cell_row"
    row = (record.text, record.model, place.layer, place.head, place.at("query"))
    fresh = st.session_state.get(kept) != row
    st.session_state[kept] = row
    found = place.found
    untouched = page.controls.value("key") == page.controls.defaults["key"]
    if fresh and untouched and found is not None and found.hidden:
        page.controls.set({"key": int(found.row.argmax())})


def checks(place: Place) -> tuple[Check, ...]:
    """That the sum of the pairs is the model's score."""
    found, parts = place.found, place.projections
    if found is None or parts is None:
        return ()
    return cell_checks(found, parts, place.head, place.weights[found.query])


def script(place: Place) -> str:
    """A script that takes the weight apart with `core` alone."""
    record = place.record
    loader = "load_causal_lm" if record.causal else "load_encoder"
    return f"""from core.attention import cell_checks, cell_sum, project, trace
from core.models import {loader}

lm = {loader}({record.model!r})
run = trace(lm, {record.text!r})
parts = project(lm, run, {place.layer})
found = cell_sum(parts, {place.head}, {place.at("query")}, {place.at("key")})
print(len(found.parts), "pairs sum to", round(found.score, 1), "scaled", round(found.scaled, 2))
print("weight", round(found.weight, 3), "carries", round(found.carried, 2))
for check in cell_checks(found, parts, {place.head}, run.weights[{place.layer}, {place.head}, found.query].numpy()):
    print(check.name, check.error, check.bound)
"""
