"""One head by its rows: its strongest looks as arcs, and the sums behind one row."""

import numpy as np
import streamlit as st

from components.loading import ensure_loaded
from components.page import token_chip
from components.screens import alive
from core.attention import (
    query_steps,
    strongest_edges,
)
from pages.architecture.attention import results
from pages.architecture.attention.figures import rows as figures
from pages.architecture.attention.main import Shown
from pages.architecture.attention.words import arcs_title, own_arcs


def arcs(shown: Shown) -> None:
    """The strongest edges as arcs."""
    page, record = shown.page, shown.record
    mass = page.controls.slider("mass", "Share of the attention mass to show (%)", 5, 99)
    edges = strongest_edges(shown.map, mass=mass / 100, query=shown.query)
    total = int(np.count_nonzero(np.nan_to_num(shown.map)))
    carried = float(edges.values.sum()) / float(np.nansum(shown.map) or 1)
    title = arcs_title(len(edges.values), total, carried)
    fig = figures.arcs(record.tokens, edges, look=page.look, title=title, query=shown.query)
    page.plot(
        fig,
        name="arcs",
        alt=f"Arcs between tokens. {title}.",
        on_click=lambda place: {"query": int(place[0])},
        roomy=shown.crowded,
    )
    ahead = "" if record.causal else " Arcs below the line look ahead."
    own = edges.values[edges.queries == shown.query]
    page.note(own_arcs(token_chip(record.tokens[shown.query], page.look.role("query")), own))
    st.caption(
        f"Arcs above the line look back; the thicker, the more weight.{ahead}"
        + alive(" Click a token: its strongest arcs, up to the chosen share of its own weight, are drawn in blue.")
    )


def steps(shown: Shown) -> None:
    """From score to value, key by key, for the chosen query."""
    page, record = shown.page, shown.record
    projections = results.layer_of(record.model, record.text, shown.layer)
    if projections is None:
        st.info(f"The recording holds no queries and keys of layer {shown.layer}. Load the model to open it.")
        if st.button("Load the model", key="attention_load_steps") and ensure_loaded(record.model):
            st.rerun()
        return
    percent = page.controls.slider("temperature", "Temperature of the softmax (%)", 10, 400, step=10)
    taken = query_steps(projections, shown.head, shown.query, temperature=percent / 100)
    rows = {
        "raw": taken.raw,
        "scaled": taken.scaled,
        "weights": taken.weights,
        "weighted_value_norms": taken.weighted_value_norms,
    }
    best = int(taken.weights.argmax())
    title = (
        f"“{record.tokens[shown.query]}” asks, “{record.tokens[best]}” answers best: "
        f"{taken.raw[best]:.1f} → {taken.scaled[best]:.2f} → {taken.weights[best]:.2f}"
    )
    fig = figures.steps(rows, record.tokens, masked=~np.isfinite(taken.masked), look=page.look, title=title)
    alt = f"Four rows of bars over the keys: score, scaled score, weight, value. {title}."
    page.plot(fig, name="steps", alt=alt, roomy=shown.crowded)
    masked = " Gray scores lie in the future: masked to −∞." if np.isinf(taken.masked).any() else ""
    hidden = " These are the model's rows: the first token is hidden in the map alone." if shown.hide_sink else ""
    changed = "" if percent == 100 else f" At temperature {percent / 100:.1f} these are not the model's own weights."
    st.caption(
        f"Scores are divided by √{projections.query.shape[-1]}.{masked}{hidden}{changed} "
        f"The output of this head for this token has length {np.linalg.norm(taken.output):.2f}."
    )
