"""All heads ablated one by one: which of them the text needs."""

import numpy as np
import streamlit as st

from components.course import Values
from components.jobs import job_panel
from components.page import Panel
from components.screens import alive
from core.attention import Ablation, HeadEffects, HeadRanking, head_scores, rank_heads, strongest
from pages.architecture.attention.figures.heads import score_map
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.words import (
    Looks,
    Ranked,
    ablation_sentence,
    backup_sentence,
    broken_sentence,
    name_of,
    ranking_title,
)

COPIERS = 5
"""Heads of which the sentence on stand-ins speaks: those that give most weight to the token to copy."""


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
        _ranked(shown, effects)


def _ranked_so_far(shown: Shown, change: np.ndarray) -> None:
    """The ranking while it grows; heads still to come are NaN."""
    done = int(np.isfinite(change).sum())
    if not done:
        return
    layer, head = divmod(int(np.nanargmax(change)), change.shape[1])
    title = (
        f"{done} of {change.size} heads ablated; the highest change so far is {change[layer, head]:+.2f} nats, without "
        f"layer {layer}, head {head}"
    )
    fig = score_map(change, look=shown.page.look, title=title, label="nats", layer=layer, head=head, signed=True)
    shown.page.plot(fig, name="ranking_so_far", alt=f"Change of the mean loss for each head ablated so far. {title}.")


def _ranked(shown: Shown, effects: HeadEffects) -> None:
    """The map of all heads, and buttons for those at its ends."""
    page, copying = shown.page, effects.copying_change
    change = _ranked_by(effects)
    order = np.argsort(-change, axis=None)
    heads = [divmod(int(place), change.shape[1]) for place in order]
    first = heads[0]
    title = ranking_title(_long_name(first), effects.params.ablation, float(change[first]), _in_copies(effects, first))
    # The caption says what is measured: a longer name of the color would take the map's width on a phone.
    fig = score_map(change, look=page.look, title=title, label="nats", layer=shown.layer, head=shown.head, signed=True)
    page.plot(
        fig,
        name="ranking",
        alt=f"Change of the loss for each ablated head. {title}.",
        on_click=lambda place: switch_off(int(place[0]), int(place[1])),
    )
    with st.container(horizontal=True):
        for layer, head in [*heads[:4], heads[-1]]:
            st.button(
                f"{name_of(layer, head)}: {change[layer, head]:+.2f}",
                key=f"{page.controls.page}_best_{layer}_{head}",
                on_click=page.controls.set,
                args=(switch_off(layer, head),),
            )
    if copying is None:
        st.caption(
            "Each head is ablated alone; the color is the change of the mean loss."
            + alive(" Click a head to ablate it.")
        )
        if said := _otherwise(effects, _other(shown, effects), first):
            page.note(said)
        return
    st.caption(
        "The text says the same words twice. The color is how much more the loss of the second copy rises than that of "
        "the first when a head is ablated alone: a head that breaks both alike is no copier."
        + alive(" Click a head to ablate it.")
    )
    _copiers(shown, effects, first)


def _ranked_by(effects: HeadEffects) -> np.ndarray:
    """What heads are ranked by, in nats: how much more the second copy loses, or the mean loss where there is none."""
    copying = effects.copying_change
    return effects.loss_change if copying is None else copying


def _long_name(head: tuple[int, int]) -> str:
    return "Layer {}, head {}".format(*head)


def _other(shown: Shown, effects: HeadEffects) -> HeadEffects | None:
    """The recorded ranking of the same text with the other ablation, if there is one."""
    other: Ablation = "mean" if effects.params.ablation == "zero" else "zero"
    return results.ranking_recorded(shown.record.model, shown.record.text, other)


def _otherwise(effects: HeadEffects, other: HeadEffects | None, first: tuple[int, int]) -> str:
    """What becomes of the first head when another number stands in for it; empty where that is not recorded."""
    if other is None:
        return ""
    change, there = _ranked_by(effects), _ranked_by(other)
    best = divmod(int(there.argmax()), there.shape[1])
    return ablation_sentence(
        effects.params.ablation,
        Ranked(_long_name(first), float(change[first])),
        float(there[first]),
        Ranked(_long_name(best), float(there[best])),
    )


def _in_copies(effects: HeadEffects, head: tuple[int, int]) -> tuple[float, float] | None:
    """The change of the mean loss of each copy without a head, in nats; None where there are no copies."""
    if effects.copies is None:
        return None
    change = effects.loss_after[head] - effects.loss_before
    first, second = (float(change[copy].mean()) for copy in effects.copies)
    return first, second


def _copiers(shown: Shown, effects: HeadEffects, first: tuple[int, int]) -> None:
    """What the ranking does not say: of the head that breaks everything, and of heads that others stand in for."""
    other = _other(shown, effects)
    sentences = [_otherwise(effects, other, first)]
    layer, head = divmod(int(effects.loss_change.argmax()), effects.loss_change.shape[1])
    copies = _in_copies(effects, (layer, head))
    if copies is not None and (layer, head) != first:
        sentences.append(broken_sentence(_long_name((layer, head)), copies))
    looking = [
        Looks(_long_name((layer, head)), score, copies[1], there[1] if there else None)
        for layer, head, score in strongest(head_scores(shown.record).induction, COPIERS)
        if (copies := _in_copies(effects, (layer, head))) is not None
        for there in [_in_copies(other, (layer, head)) if other else None]
    ]
    if looking:
        sentences.append(backup_sentence(looking))
    shown.page.note(" ".join(filter(None, sentences)))


def switch_off(layer: int, head: int) -> Values:
    """The values that ablate one head and put the other views on it."""
    return {"heads": [name_of(layer, head)], "layer": layer, "head": head}
