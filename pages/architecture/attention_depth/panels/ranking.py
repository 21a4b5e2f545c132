"""All heads ablated one by one: which of them the text needs."""

import numpy as np
import streamlit as st

from components.course import Values
from components.jobs import job_panel
from components.page import Panel
from core.attention import HeadEffects, HeadRanking, rank_heads
from pages.architecture.attention.figures.heads import score_map
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.words import name_of


def panel(shown: Shown) -> Panel:
    """The ranking, below the figure: a click in it sets what the figure switches off."""
    return Panel("Ranking", lambda: draw(shown))


def draw(shown: Shown) -> None:
    """All heads ablated one by one: recorded for the presets, a job for other texts."""
    record = shown.record
    effects: HeadEffects | None = results.ranking_recorded(record.model, record.text, shown.ablation)
    if effects is None:
        effects = job_panel(
            rank_heads,
            HeadRanking(record.model, record.text, shown.ablation),
            start="Ablate every head once",
            cost="About half a minute for fifty tokens on one core.",
            draw_partial=lambda change: _ranked_so_far(shown, change),
        )
    if effects is not None:
        _ranked(shown, effects.loss_change)


def _ranked_so_far(shown: Shown, change: np.ndarray) -> None:
    """The ranking while it grows; heads still to come are NaN."""
    done = int(np.isfinite(change).sum())
    if not done:
        return
    layer, head = divmod(int(np.nanargmax(change)), change.shape[1])
    title = (
        f"{done} of {change.size} heads ablated; so far layer {layer}, head {head} matters most: "
        f"{change[layer, head]:+.2f} nats"
    )
    fig = score_map(change, look=shown.page.look, title=title, label="nats", layer=layer, head=head, signed=True)
    shown.page.plot(fig, name="ranking_so_far", alt=f"Change of the mean loss for each head ablated so far. {title}.")


def _ranked(shown: Shown, change: np.ndarray) -> None:
    page = shown.page
    order = np.argsort(-change, axis=None)
    heads = [divmod(int(place), change.shape[1]) for place in order]
    layer, head = heads[0]
    helpful = float((change > 0.01).mean())
    title = (
        f"Layer {layer}, head {head} matters most: {change[layer, head]:+.2f} nats; {helpful:.0%} of the heads matter"
    )
    fig = score_map(change, look=page.look, title=title, label="nats", layer=shown.layer, head=shown.head, signed=True)
    page.plot(
        fig,
        name="ranking",
        alt=f"Change of the mean loss for each ablated head. {title}.",
        on_click=lambda place: switch_off(int(place[0]), int(place[1])),
    )
    st.caption("A head matters here if the mean loss rises by more than 0.01 nats without it. Click one to ablate it.")
    with st.container(horizontal=True):
        for layer, head in [*heads[:4], heads[-1]]:
            st.button(
                f"{name_of(layer, head)}: {change[layer, head]:+.2f}",
                key=f"{page.controls.page}_best_{layer}_{head}",
                on_click=page.controls.set,
                args=(switch_off(layer, head),),
            )


def switch_off(layer: int, head: int) -> Values:
    """The values that ablate one head and put the other views on it."""
    return {"heads": [name_of(layer, head)], "layer": layer, "head": head}
