"""The panels of the attention page: each draws one view of the text on screen."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from components.page import Page, token_chip
from components.screens import recording
from core.attention import (
    AttentionRecord,
    HeadScores,
    query_steps,
    rollout,
    without_sink,
)
from pages.architecture.attention import results
from pages.architecture.attention.figures import maps as figures
from pages.architecture.attention.panels.clicks import opened
from pages.architecture.attention.words import finding

if TYPE_CHECKING:
    import pandas as pd

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
    root: bool = False

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
    """The map of one head, and beside it, at a desk, the heads of this text that are worth opening."""
    if shown.page.look.presenter:
        _map(shown)
        return
    drawn, beside = st.columns([6, 1.3])
    with drawn:
        _map(shown)
    with beside:
        _strongest_heads(shown)


def title_of(shown: Shown) -> str:
    """What the head does in this text; a map without its first token says so, since the share is the model's."""
    said = finding(shown.scores, shown.record, shown.layer, shown.head)
    hidden = ". The first token is hidden here" if shown.hide_sink else ""
    return f"Layer {shown.layer}, head {shown.head}: {said}{hidden}"


def _map(shown: Shown) -> None:
    page, record, title = shown.page, shown.record, title_of(shown)
    fig = figures.heat_map(
        shown.map,
        record.tokens,
        look=page.look,
        title=title,
        causal=record.causal,
        top=shown.top,
        query=shown.query,
        height=None,
        root=shown.root,
    )
    page.plot(
        fig,
        name="map",
        alt=f"Heat map of attention weights, queries down and keys across, and the framed row as bars. {title}.",
        roomy=True,
        on_click=lambda at: opened(*at[:2]),
    )


def _strongest_heads(shown: Shown) -> None:
    """For each pattern that the text has, the head that shows it most; a click opens it."""
    page, record = shown.page, shown.record
    found = results.leaders_of(record.model, record.text)
    if not found:
        return
    st.markdown("**Strongest heads in this text**", help="Mean weight of the head on what is named, in this text.")
    for leader in found:
        head = f"Layer {leader.layer}, head {leader.head}: {leader.score:.2f}"
        st.caption(f"{leader.pattern}. {head}" if recording() else leader.pattern)
        if recording():
            continue
        st.button(
            head,
            key=f"attention_leader_{leader.pattern.replace(' ', '_')}",
            on_click=page.controls.set,
            args=({"layer": leader.layer, "head": leader.head},),
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
    ] or [f"no token as much as <b>0.005</b>, most to {token_chip(tokens[row[0][0]], look.role('key'))}"]
    entropy = -sum(weight * np.log(weight) for _, weight in row if weight > 0)
    return (
        f"Token {shown.query}, {token_chip(tokens[shown.query], look.role('query'))}, gives {', '.join(parts)}. "
        f"Its row has the entropy of <b>{np.exp(entropy):.1f}</b> equally likely keys."
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """The map on screen as a table: one line for each query and key that the mask allows."""
    import pandas as pd

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


LOSSES = """loss, copies = -log_probs(lm, run.text), copies_of(run.token_ids.tolist())
for part in copies or (slice(None),):
    print(f"loss {loss[part].mean():.2f} nats a token")
"""


def script(shown: Shown) -> str:
    """A script that computes the map on screen with `core` alone, and prints the numbers of its title and sentence."""
    record = shown.record
    loader = "load_causal_lm" if record.causal else "load_encoder"
    hidden = ", without_sink" if shown.hide_sink else ""
    chosen = f"run.weights[{shown.layer}, {shown.head}].numpy()"
    return f"""import numpy as np

from core.attention import {"copies_of, " if record.causal else ""}head_scores, trace{hidden}
{"from core.language import log_probs" + chr(10) if record.causal else ""}from core.models import {loader}

lm = {loader}({record.model!r})
run = trace(lm, {record.text!r})
weights = {f"without_sink({chosen})" if shown.hide_sink else chosen}
row = np.nan_to_num(weights[{shown.query}])
print("token {shown.query}", run.tokens[{shown.query}], "gives")
for key in np.argsort(-row, kind="stable")[:3]:
    print(f"{{row[key]:.2f}} to", run.tokens[key])
scores = head_scores(run)
for name in ("previous_token", "duplicate_token", "induction", "sink", "entropy"):
    print(name, f"{{getattr(scores, name)[{shown.layer}, {shown.head}]:.2f}}")
{LOSSES if record.causal and len(record.tokens) > 1 else ""}for check in run.checks:
    print(check.name, check.error, check.bound)
"""
