"""One weight by its sum: the pairs of dimensions, the softmax of its row, and the value that it carries."""

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.page import token_chip
from core.attention import CellSum, cell_checks, cell_sum
from core.checks import Check
from pages.architecture.attention import results
from pages.architecture.attention.figures.cells import pair_bars, row_bars
from pages.architecture.attention.main import Shown
from pages.architecture.attention.words import cell_title, pairs_sentence, row_title

OPENED = "attention_cell_row"
"""Where the session keeps which row was drawn last."""


def draw(shown: Shown) -> None:
    """The chosen query's weight on one key, from its sum to what it carries."""
    page, record = shown.page, shown.record
    if results.layer_of(record.model, record.text, shown.layer) is None:
        st.info("The recording holds the queries and keys of its own layer only. Load the model to open this layer.")
        if st.button("Load the model", key="attention_load_cell") and ensure_loaded(record.model):
            st.rerun()
        return
    _start_in_sight(shown)
    page.controls.slider("key", "Key token", 0, len(record.tokens) - 1)
    found = cell_of(shown)
    assert found is not None
    waves = results.wavelengths_of(record.model, 2 * len(found.pairs))
    tokens, look = record.tokens, page.look
    left, right = st.columns(2)
    title = cell_title(tokens, found, len(found.pairs))
    with left:
        fig = pair_bars(found.pairs, waves, look=look, title=title)
        page.plot(fig, name="pairs", alt=f"What each pair of dimensions adds to the score. {title}.")
    said = row_title(tokens, found)
    with right:
        fig = row_bars(found.row, tokens, found.key, look=look, title=said)
        page.plot(fig, name="cell_row", alt=f"The weights of the whole row. {said}.")
    chips = (
        f"{token_chip(tokens[found.query], look.role('query'))} on {token_chip(tokens[found.key], look.role('key'))}"
    )
    page.note(f"{chips}: {pairs_sentence(found, waves)}")
    hidden = " These are the model's rows: the first token is hidden in the map alone." if shown.hide_sink else ""
    st.caption(f"Click another cell of the map to open its sum.{hidden}")


def _start_in_sight(shown: Shown) -> None:
    """Where another row is opened and the key that nobody chose is masked in it, the row's largest key."""
    controls, record = shown.page.controls, shown.record
    row = (record.text, record.model, shown.layer, shown.head, shown.query)
    opened = st.session_state.get(OPENED) != row
    st.session_state[OPENED] = row
    found = cell_of(shown)
    untouched = controls.value("key") == controls.defaults["key"]
    if opened and untouched and found is not None and found.hidden:
        controls.set({"key": int(found.row.argmax())})


def cell_of(shown: Shown) -> CellSum | None:
    """The weight that the controls choose; None where the recording does not hold its layer."""
    record = shown.record
    projections = results.layer_of(record.model, record.text, shown.layer)
    if projections is None:
        return None
    key = int(np.clip(shown.page.controls.value("key"), 0, len(record.tokens) - 1))
    return cell_sum(projections, shown.head, shown.query, key)


def checks(shown: Shown) -> tuple[Check, ...]:
    """That the sum of the pairs is the model's score."""
    record, found = shown.record, cell_of(shown)
    projections = results.layer_of(record.model, record.text, shown.layer)
    if found is None or projections is None:
        return ()
    return cell_checks(found, projections, shown.head, record.weights[shown.layer, shown.head, shown.query])
