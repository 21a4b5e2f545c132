"""One weight of a head by its sum: the parts of its score, the softmax of its row, what it carries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.page import Badge, Page, token_chip
from components.screens import alive
from core.attention import AttentionRecord, CellSum, LayerProjections, Unit, cell_checks, cell_sum
from core.checks import Check
from core.models import lookup
from pages.architecture.attention import results
from pages.architecture.attention.figures.cells import pair_bars, row_bars
from pages.architecture.attention.figures.maps import heat_map
from pages.architecture.attention.panels.clicks import HEIGHT, click_caption, position, same_view
from pages.architecture.attention.words import TURNING, cell_title, pairs_sentence, plain_weight, row_title


@dataclass(frozen=True, eq=False)
class Place:
    """A head's map; which of its weights is taken apart stands in the page's controls `query` and `key`.

    Args:
        page: where it is shown.
        model: whose map it is.
        tokens: of its rows and columns.
        weights: the map, [query key].
        layer, head: where it is from.
        find: gives queries, keys and values of the layer; None where the recording does not hold them.
        name: what the map is called where it is not that of the text on screen.
        seen: the keys that each query may look at, [query key]; None for a model's own mask.
        run: the lines of a script that make `parts` and `weights`, the layer's projections and its maps.
        sources: where the numbers come from.
        hint: what else is to be said of the map, a sentence.
        positions: of the tokens in the run; None where they are those in the text.
    """

    page: Page
    model: str
    tokens: Sequence[str]
    weights: np.ndarray
    layer: int
    head: int
    find: Callable[[], LayerProjections | None]
    run: str
    sources: tuple[Badge, ...]
    name: str = ""
    seen: np.ndarray | None = None
    hint: str = ""
    positions: np.ndarray | None = None

    @property
    def size(self) -> int:
        """Rows of the map."""
        return len(self.tokens)

    @property
    def causal(self) -> bool:
        """Whether the model predicts the next token."""
        return lookup(self.model).kind == "causal_lm"

    @cached_property
    def projections(self) -> LayerProjections | None:
        """Queries, keys and values of the layer; None where the recording does not hold them."""
        return self.find()

    @property
    def waves(self) -> np.ndarray | None:
        """The wavelengths of the pairs that RoPE turns; None where it does not turn all of them."""
        parts = self.projections
        return None if parts is None else results.wavelengths_of(self.model, parts.query.shape[-1])

    @property
    def unit(self) -> Unit:
        """What a score is summed over."""
        return "dimension" if self.waves is None else "pair"

    @property
    def found(self) -> CellSum | None:
        """The chosen weight by its sum; None where the recording does not hold its layer."""
        parts = self.projections
        if parts is None:
            return None
        query, key = (position(self.page, name, self.size) for name in ("query", "key"))
        seen = None if self.seen is None else self.seen[query]
        return cell_sum(parts, self.head, query, key, unit=self.unit, seen=seen)

    def draw(self) -> None:
        """The chosen query's weight on one key, from its sum to what it carries."""
        if self.projections is None:
            _without_sums(self)
        else:
            _with_sums(self)

    def checks(self) -> tuple[Check, ...]:
        """That the sum of the parts is the model's score."""
        found, parts = self.found, self.projections
        if found is None or parts is None:
            return ()
        return cell_checks(found, parts, self.head, self.weights[found.query])

    def script(self) -> str:
        """A script that takes the weight apart with `core` alone."""
        query, key = (position(self.page, name, self.size) for name in ("query", "key"))
        unit = self.unit
        seen = "" if self.seen is None else f", seen=seen[{query}]"
        return f"""from core.attention import cell_checks, cell_sum
{self.run}
found = cell_sum(parts, {self.head}, {query}, {key}, unit={unit!r}{seen})
print(len(found.parts), "{unit}s sum to", round(found.score, 1), "scaled", round(found.scaled, 2))
print("weight", round(found.weight, 3), "carries", round(found.carried, 2))
for check in cell_checks(found, parts, {self.head}, weights[{self.head}, {query}]):
    print(check.name, check.error, check.bound)
"""


def place_of(page: Page, record: AttentionRecord, layer: int, head: int, *, name: str = "", hint: str = "") -> Place:
    """A head on a text.

    Args:
        page: where it is shown.
        record: the text.
        layer, head: which map of it.
        name: what the map is called where the text is not the one on screen.
        hint: what else is to be said of it, a sentence.
    """
    sources = (Badge.RECORDED if record.created == "recorded" else Badge.MEASURED,)
    loader = "load_causal_lm" if record.causal else "load_encoder"
    run = f"""from core.attention import project, trace
from core.models import {loader}

lm = {loader}({record.model!r})
run = trace(lm, {record.text!r})
parts, weights = project(lm, run, {layer}), run.weights[{layer}].numpy()"""
    weights = np.asarray(record.weights[layer, head])
    find = lambda: results.layer_of(record.model, record.text, layer)  # noqa: E731
    return Place(page, record.model, record.tokens, weights, layer, head, find, run, sources, name, hint=hint)


def _with_sums(place: Place) -> None:
    page, tokens, look, found = place.page, place.tokens, place.page.look, place.found
    assert found is not None
    _figures(place, found)
    chips = (
        f"{token_chip(tokens[found.query], look.role('query'))} on {token_chip(tokens[found.key], look.role('key'))}"
    )
    where = None if place.positions is None else (int(place.positions[found.query]), int(place.positions[found.key]))
    page.note(f"{chips}: {pairs_sentence(found, place.waves, where)}")
    turns = TURNING[results.turning_of(place.model, place.waves)]
    masked = " A masked cell holds no sum" + alive("; the slider of the key reaches it") + "."
    masked = masked if np.isneginf(found.scores).any() else ""
    hint = f"{masked} {place.hint}" if place.hint else masked
    st.caption(f"Orange bars raise the score, blue ones lower it. {turns} {click_caption(place.size)}{hint}")


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
        if st.button("Load the model", key=f"{page.topic.key}_load_cell") and ensure_loaded(place.model):
            st.rerun()


def _map(place: Place) -> None:
    """The head's map with the framed cell, which opens another one."""
    cell = (position(place.page, "query", place.size), position(place.page, "key", place.size))
    of = f", {place.name}" if place.name else ""
    title = f"Layer {place.layer}, head {place.head}{of}: a weight of {plain_weight(float(place.weights[cell]))}"
    fig = heat_map(
        place.weights,
        place.tokens,
        look=place.page.look,
        title=title,
        causal=place.causal,
        cell=cell,
        height=HEIGHT,
    )
    alt = f"Heat map, one cell framed. {title}."
    place.page.plot(fig, name="cell_map", alt=alt, on_click=same_view(place.page))


def _figures(place: Place, found: CellSum) -> None:
    """The map with the framed cell, the parts of its score, and the softmax of its row."""
    page, tokens, look, waves = place.page, place.tokens, place.page.look, place.waves
    left, middle, right = st.columns(3)
    with left:
        _map(place)
    with middle:
        title = cell_title(tokens, found)
        fig = pair_bars(found.parts, waves, look=look, title=title, height=HEIGHT)
        page.plot(fig, name="pairs", alt=f"What each {_named(found)} adds to the score. {title}.")
    with right:
        said = row_title(tokens, found)
        fig = row_bars(found.row, tokens, found.key, look=look, title=said, height=HEIGHT)
        page.plot(fig, name="cell_row", alt=f"The weights of the whole row. {said}.")


def _named(found: CellSum) -> str:
    return "dimension" if found.unit == "dimension" else "pair of dimensions"


def start_in_sight(place: Place) -> None:
    """Where another row is opened and the key that nobody chose is masked in it, the row's largest key."""
    page = place.page
    kept = f"{page.topic.key}_cell_row"
    row = (tuple(place.tokens), place.model, place.name, place.layer, place.head, position(page, "query", place.size))
    fresh = st.session_state.get(kept) != row
    st.session_state[kept] = row
    untouched = page.controls.value("key") == page.controls.defaults["key"]
    if fresh and untouched and place.found is not None and place.found.hidden:
        page.controls.set({"key": int(place.found.row.argmax())})
