"""Which head does what: all of them as small maps, and as measures."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.course import Values
from components.screens import alive
from core.attention import (
    strongest,
)
from pages.architecture.attention import results
from pages.architecture.attention.figures.heads import overview, score_map
from pages.architecture.attention.main import Shown
from pages.architecture.attention.words import SCORES


def open_head(place: Sequence[Any]) -> Values:
    """The values that open the head whose cell was clicked."""
    return {"layer": int(place[0]), "head": int(place[1])}


def all_heads(shown: Shown) -> None:
    """Every head as a thumbnail."""
    layers, heads = shown.record.weights.shape[:2]
    title = f"All {layers * heads} heads at once" + alive(": click one to open it")
    fig = overview(
        results.sheet_of(shown.record.model, shown.record.text, shown.page.look),
        layers=layers,
        heads=heads,
        look=shown.page.look,
        title=title,
        layer=shown.layer,
        head=shown.head,
    )
    alt = f"Thumbnails of the attention maps of {layers} layers with {heads} heads each."
    shown.page.plot(fig, name="overview", alt=alt, on_click=open_head, roomy=True)
    st.caption("The color follows the square root of the weight, so that faint structure shows.")


def head_scores(shown: Shown) -> None:
    """What each head is good at, as a map over layers and heads."""
    page = shown.page
    name = page.controls.choice("score", "Score", list(SCORES))
    score = SCORES[name]
    values = getattr(shown.scores, score.field)
    best = strongest(values, 5)
    if not best:
        st.info(f"No head has a score for “{name}” in this text: {score.undefined}.")
        return
    layer, head, value = best[0]
    title = f"Layer {layer}, head {head} leads in “{name}” with {value:.2f}"
    fig = score_map(
        values, look=page.look, title=title, label=f"{name}{score.unit}", layer=shown.layer, head=shown.head
    )
    page.plot(fig, name="scores", alt=f"Map of the score {name} over layers and heads. {title}.", on_click=open_head)
    st.caption(
        f"{score.meaning}. A mean over queries, not a share of all mass." + alive(" Click a cell to open the head.")
    )
    with st.container(horizontal=True):
        for layer, head, value in best:
            st.button(
                f"Layer {layer}, head {head}: {value:.2f}",
                key=f"{page.controls.page}_best_{layer}_{head}",
                on_click=page.controls.set,
                args=({"layer": layer, "head": head},),
            )
