"""The panels of the attention page: each draws one view of the text on screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.controls import Values
from components.figures.lines import lines
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, token_chip
from core.attention import (
    AttentionRecord,
    HeadScores,
    query_steps,
    rollout,
    strongest,
    strongest_edges,
    without_sink,
)
from pages.architecture.attention import results
from pages.architecture.attention.figures import maps as figures
from pages.architecture.attention.figures.heads import overview, score_map
from pages.architecture.attention.words import SCORES, finding

FEW = 20
"""Tokens that can be told apart at the width of a phone."""


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: the record of a text, and the head and query in it."""

    page: Page
    record: AttentionRecord
    layer: int
    head: int
    query: int
    hide_sink: bool
    whole_model: bool

    @property
    def scores(self) -> HeadScores:
        """The scores of all heads for this text."""
        return results.scores_of(self.record.model, self.record.text)

    @property
    def map(self) -> np.ndarray:
        """The map on screen, [query key]."""
        weights = self.record.weights[self.layer, self.head]
        return without_sink(weights) if self.hide_sink else weights

    @property
    def top(self) -> float:
        """The weight with the brightest color: of the model, or of the layer without the trivial first row."""
        if self.whole_model:
            return 1.0
        maps = self.record.weights[self.layer]
        maps = without_sink(maps) if self.hide_sink else maps
        rows = maps[:, 1:] if self.record.causal and maps.shape[1] > 1 else maps
        return float(np.nan_to_num(rows).max()) or 1.0

    @property
    def crowded(self) -> bool:
        """Whether the tokens run into one another at the width of a phone."""
        return len(self.record.tokens) > FEW

    def row(self) -> list[tuple[int, float]]:
        """The keys of the chosen query, the largest weight first."""
        row = np.nan_to_num(self.map[self.query])
        return [(int(key), float(row[key])) for key in np.argsort(-row, kind="stable")]


def main_figure(shown: Shown) -> None:
    """The map of one head."""
    page, record = shown.page, shown.record
    title = f"Layer {shown.layer}, head {shown.head}: {finding(shown.scores, record.weights, shown.layer, shown.head)}"
    fig = figures.heat_map(
        shown.map,
        record.tokens,
        look=page.look,
        title=title,
        causal=record.causal,
        top=shown.top,
        query=shown.query,
        height=510,
    )
    page.plot(
        fig,
        name="map",
        alt=f"Heat map of attention weights, queries down and keys across. {title}.",
        roomy=shown.crowded,
        on_click=lambda cell: {"query": int(cell[0])},
    )


def reading(shown: Shown) -> str:
    """The live sentence: where the chosen query looks, in numbers."""
    look, tokens = shown.page.look, shown.record.tokens
    row = shown.row()
    if row[0][1] == 0:
        return f"{token_chip(tokens[shown.query], look.role('query'))} has nothing left to look at but the first token."
    parts = [
        f"<b>{weight:.2f}</b> to {token_chip(tokens[key], look.role('key'))}"
        for key, weight in row[:3]
        if weight >= 0.005
    ]
    entropy = -sum(weight * np.log(weight) for _, weight in row if weight > 0)
    return (
        f"Token {shown.query}, {token_chip(tokens[shown.query], look.role('query'))}, gives {', '.join(parts)}. "
        f"Its row has the entropy of <b>{np.exp(entropy):.1f}</b> equally likely keys."
    )


def open_head(place: Sequence[Any]) -> Values:
    """The values that open the head whose cell was clicked."""
    return {"layer": int(place[0]), "head": int(place[1])}


def all_heads(shown: Shown) -> None:
    """Every head as a thumbnail."""
    layers, heads = shown.record.weights.shape[:2]
    title = f"All {layers * heads} heads at once: click one to open it"
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
    fig = score_map(values, look=page.look, title=title, label=name, layer=shown.layer, head=shown.head)
    page.plot(fig, name="scores", alt=f"Map of the score {name} over layers and heads. {title}.", on_click=open_head)
    st.caption(f"{score.meaning}. A mean over queries, not a share of all mass. Click a cell to open the head.")
    with st.container(horizontal=True):
        for layer, head, value in best:
            st.button(
                f"Layer {layer}, head {head}: {value:.2f}",
                key=f"{page.controls.page}_best_{layer}_{head}",
                on_click=page.controls.set,
                args=({"layer": layer, "head": head},),
            )


def arcs(shown: Shown) -> None:
    """The strongest edges as arcs."""
    page, record = shown.page, shown.record
    mass = page.controls.slider("mass", "Share of the attention mass to show (%)", 5, 99)
    edges = strongest_edges(shown.map, mass=mass / 100)
    total = int(np.count_nonzero(np.nan_to_num(shown.map)))
    title = f"{len(edges.values)} of {total} edges carry {mass} % of the mass"
    fig = figures.arcs(record.tokens, edges, look=page.look, title=title, query=shown.query)
    page.plot(
        fig,
        name="arcs",
        alt=f"Arcs between tokens. {title}.",
        on_click=lambda place: {"query": int(place[0])},
        roomy=shown.crowded,
    )
    ahead = "" if record.causal else " Arcs below the line look ahead."
    st.caption(
        f"Arcs above the line look back; the thicker, the more weight.{ahead} Click a token to make it the query."
    )


def steps(shown: Shown) -> None:
    """From score to value, key by key, for the chosen query."""
    page, record = shown.page, shown.record
    projections = results.layer_of(record.model, record.text, shown.layer)
    if projections is None:
        st.info("The recording holds the queries and keys of its own layer only. Load the model to open this layer.")
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
    changed = "" if percent == 100 else f" At temperature {percent / 100:.1f} these are not the model's own weights."
    st.caption(
        f"Scores are divided by √{projections.query.shape[-1]}. Gray scores lie in the future: masked to −∞.{changed} "
        f"The output of this head for this token has length {np.linalg.norm(taken.output):.2f}."
    )


def sink(shown: Shown) -> None:
    """Why the first token collects mass, with a switch that hides it."""
    page, record = shown.page, shown.record
    share = shown.scores.sink
    over_half = float(np.nanmean(share > 0.5)) if record.weights.shape[-1] > 1 else 0.0
    series = {"weight on the first token": np.nanmean(share, axis=1) if share.size else share}
    title = f"In {over_half:.0%} of the heads the first token takes more than half of the weight"
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label="mean weight on token 0")
    page.plot(fig, name="sink", alt=f"Mean attention weight on the first token by layer. {title}.")
    st.button(
        "Show the first token again" if shown.hide_sink else "Hide the first token in the map",
        on_click=page.controls.set,
        args=({"hide_sink": not shown.hide_sink},),
    )
    st.markdown(
        "Softmax must hand out a weight of 1, also when a head has nothing to say. The first token is visible to every "
        "query, so training turns it into a place to park weight: its value vector is short, and a large weight on it "
        "adds little. The word itself does not matter."
    )


def surprise(shown: Shown) -> None:
    """The loss at each token: the visible proof of induction in a repeated text."""
    page, record = shown.page, shown.record
    if record.loss is None or not len(record.loss):
        st.info("Only a causal model with at least two tokens has a next token to be surprised by.")
        return
    half = len(record.tokens) // 2
    repeated = len(record.tokens) % 2 == 0 and np.array_equal(record.token_ids[:half], record.token_ids[half:])
    if repeated:
        first, second = float(record.loss[: half - 1].mean()), float(record.loss[half - 1 :].mean())
        title = f"The second copy costs {second:.1f} nats a token, the first {first:.1f}"
    else:
        title = f"A loss of {record.loss.mean():.2f} nats a token, a perplexity of {np.exp(record.loss.mean()):.0f}"
    fig = figures.token_losses(record.loss, record.tokens, look=page.look, title=title, copies=2 if repeated else 1)
    page.plot(fig, name="loss", alt=f"Loss at each token in nats. {title}.")
    if record.top_next:
        chips = ", ".join(f"{token_chip(t, page.look.ink)} <b>{p:.2f}</b>" for t, p in record.top_next[:5])
        page.note(f"Next, the model expects {chips}.")


def meanings(shown: Shown) -> None:
    """The same word in three sentences: how far apart its vectors are, layer by layer."""
    page = shown.page
    columns = st.columns([1, 3, 3, 3])
    labels = {"word": "Word", "sentence_1": "Sentence 1", "sentence_2": "Sentence 2", "sentence_3": "Sentence 3"}
    typed = []
    for column, (name, label) in zip(columns, labels.items(), strict=True):
        with column:
            typed.append(page.controls.text(name, label))
    word, sentences = typed[0], tuple(typed[1:])
    if not results.meanings_recorded(sentences, word) and not ensure_loaded("minilm-l6"):
        return
    try:
        found = results.meanings_of("minilm-l6", sentences, word)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    pairs = {"1 and 2": (0, 1), "1 and 3": (0, 2), "2 and 3": (1, 2)}
    series = {name: found.cosine[:, i, j] for name, (i, j) in pairs.items()}
    last = {name: float(values[-1]) for name, values in series.items()}
    near, far = max(last, key=last.__getitem__), min(last, key=last.__getitem__)
    title = f"“{word}” ends closest in sentences {near} ({last[near]:.2f}), farthest in {far} ({last[far]:.2f})"
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label="cosine")
    page.plot(fig, name="meanings", alt=f"Cosine between the word's vectors by layer. {title}.")
    st.caption("Layer 0 is the input: word plus position. From there each layer mixes in the sentence.")


def flow(shown: Shown) -> None:
    """Attention rollout over all layers."""
    page, record = shown.page, shown.record
    rolled = rollout(record.weights)
    share = float(rolled[-1, 0])
    if record.causal:
        st.warning(
            f"On a causal model rollout collapses: {share:.1%} of the last row lies on the first token. Each layer's "
            "sink multiplies with the next, so this picture says nothing about what matters."
        )
    title = f"Rollout: the last token draws {share:.2f} of itself from the first"
    fig = figures.heat_map(rolled, record.tokens, look=page.look, title=title, causal=record.causal, label="share")
    page.plot(fig, name="rollout", alt=f"Heat map of attention rollout. {title}.", roomy=shown.crowded)


def export_frame(shown: Shown) -> pd.DataFrame:
    """The map on screen as a table: one line for each query and key that the mask allows."""
    record = shown.record
    query, key = np.indices(shown.map.shape).reshape(2, -1)
    if record.causal:
        query, key = query[key <= query], key[key <= query]
    tokens = np.array(record.tokens, dtype=object)
    columns = {"query": query, "key": key, "query_token": tokens[query], "key_token": tokens[key]}
    return pd.DataFrame({**columns, "weight": shown.map[query, key]})


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.attention import head_scores, rebuild, trace

    return [trace, rebuild, query_steps, head_scores, rollout]


def script(shown: Shown) -> str:
    """A script that computes the map on screen with `core` alone."""
    record = shown.record
    loader = "load_causal_lm" if record.causal else "load_encoder"
    hidden = ", without_sink" if shown.hide_sink else ""
    chosen = f"run.weights[{shown.layer}, {shown.head}]"
    return f"""from core.attention import trace{hidden}
from core.models import {loader}

lm = {loader}({record.model!r})
run = trace(lm, {record.text!r})
weights = {f"without_sink({chosen}.numpy())" if shown.hide_sink else chosen}
print(run.tokens)
print(weights)
for check in run.checks:
    print(check.name, check.error, check.bound)
"""
