"""Weight beside contribution: what a head looks at, and what really arrives."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Panel, token_chip
from core.attention import RECORDED_TEXTS, AttentionRecord, LayerProjections, copies_of
from core.checks import Check
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.maps import LOW, Scale, side_by_side, without_future
from pages.architecture.attention_depth.panels.offer import offer_model
from pages.architecture.attention_depth.panels.opening import opens
from pages.architecture.attention_depth.words import contribution_title, name_of

WORDS, KEEPER = RECORDED_TEXTS["induction"].text, RECORDED_TEXTS["sink"].text
"""A text with something to copy, and one without: each is the measure for the other, and the first for all others."""


@dataclass(frozen=True, eq=False)
class Arriving:
    """What one head adds on one text.

    Args:
        record: the text.
        projections: of the head's layer.
        head: which head.
    """

    record: AttentionRecord
    projections: LayerProjections
    head: int

    @property
    def weights(self) -> np.ndarray:
        """Its map, [query key]."""
        return np.asarray(self.record.weights[self.projections.layer, self.head])

    @cached_property
    def lengths(self) -> np.ndarray:
        """The contributions |A[q, k] W_O v_k|, [query key]."""
        return np.asarray(self.weights * self.projections.output_norms[self.head])

    @property
    def mean(self) -> float:
        """The summed length that arrives at a token: in the second copy of a text said twice, else from token 1 on."""
        copies = copies_of(self.record.tokens)
        start = len(self.record.tokens) // 2 if copies else min(1, len(self.record.tokens) - 1)
        return float(self.lengths[start:].sum(axis=1).mean())

    @property
    def where(self) -> str:
        """Where that is, in words."""
        named = {WORDS: "the repeated words", KEEPER: "the lighthouse sentence"}.get(self.record.text, "this text")
        return f"the second copy of {named}" if copies_of(self.record.tokens) else named

    @property
    def shown(self) -> np.ndarray:
        """The contributions as they are drawn."""
        return without_future(self.lengths, causal=self.record.causal)


def panel(shown: Shown) -> Panel:
    """The maps in the place of the figure."""
    return Panel(
        "Contribution",
        lambda: draw(shown),
        stands="instead",
        badges=(shown.source,),
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """Attention beside what really arrives: the length of the weighted, projected value, on two texts and one scale."""
    page, record = shown.page, shown.record
    here = _arriving(shown, record.text)
    if here is None:
        offer_model(record.model, f"The recording holds no values of layer {shown.layer}.")
        return
    there = _arriving(shown, KEEPER if record.text == WORDS else WORDS)
    both = [here] if there is None else [here, there]
    title = contribution_title(
        f"Layer {shown.layer}, head {shown.head}",
        float(here.weights[1:, 0].mean()) if len(here.weights) > 1 else 1.0,
        [(text.mean, text.where) for text in both],
    )
    top = Scale(max(float(text.lengths.max()) for text in both) or 1.0, "length")
    maps = {"attention weight": without_future(here.weights, causal=record.causal)}
    maps |= {f"length that arrives: {text.where.removeprefix('the second copy of ')}": text.shown for text in both}
    words = [record.tokens, *(text.record.tokens for text in both)]
    scales = dict.fromkeys(list(maps)[1:], top)
    clicks = dict.fromkeys(list(maps)[:2], opens()) | dict.fromkeys(list(maps)[2:], opens(text=both[-1].record.text))
    click = side_by_side(page, maps, words, name="contribution", finding=title, scales=scales, height=LOW, opens=clicks)
    first = token_chip(record.tokens[0], page.look.role("key"))
    page.note(
        f"The value of {first}, the first token, has <b>{_relative(here.projections.output_norms[shown.head])}</b> of "
        "the mean length of the others. All lengths have one scale."
        if len(record.tokens) > 1
        else f"{first} is the only token: it looks at itself."
    )
    st.caption(
        "A contribution is the length of what the head adds to a token's vector for one key: weight times the value, "
        f"after the output matrix. What arrives is the sum of these lengths over the keys. {click}"
    )
    _sink_by_layer(shown)


def _arriving(shown: Shown, text: str) -> Arriving | None:
    """The head of the panels on a text; None where the recording does not hold its layer."""
    model = shown.record.model
    projections = attention_results.layer_of(model, text, shown.layer)
    if projections is None:
        return None
    return Arriving(attention_results.record_of(model, text), projections, shown.head)


def _relative(norms: np.ndarray) -> str:
    return f"{norms[0] / norms[1:].mean():.0%}"


def _sink_by_layer(shown: Shown) -> None:
    """The first token's part of the weight and of all length that arrives, by layer, where all layers are known."""
    page, record = shown.page, shown.record
    if not results.is_loaded(record.model) or len(record.tokens) < 2:
        return
    weight, share = [], []
    for layer in range(record.weights.shape[0]):
        norms = attention_results.projections_of(record.model, record.text, layer).output_norms
        maps_of_layer = record.weights[layer][:, 1:]
        lengths = maps_of_layer * norms[:, None, :]
        weight.append(float(maps_of_layer[..., 0].mean()))
        share.append(float(lengths[..., 0].sum() / lengths.sum()))
    series = {"weight": np.array(weight), "length": np.array(share)}
    title = (
        f"Over all heads the first token holds {np.mean(weight):.0%} of the weight and adds {np.mean(share):.0%} of "
        "the length, mean over layers"
    )
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label="part of token 0", height=300)
    page.plot(fig, name="sink_by_layer", alt=title)


def checks(shown: Shown) -> list[Check]:
    """That the maps are those of a softmax, and that the contributions of all heads add up."""
    record = shown.record
    return [*record.checks, *results.identities_of(record.model, record.text, shown.layer)]


def script(shown: Shown) -> str:
    """A script that computes the maps with `core` alone."""
    record, name = shown.record, name_of(shown.layer, shown.head)
    other = KEEPER if record.text == WORDS else WORDS
    return f"""from core.attention import contribution, copies_of, trace
from core.models import load_causal_lm

lm = load_causal_lm({record.model!r})
for text in ({record.text!r}, {other!r}):
    found = trace(lm, text)
    weights = found.weights[{shown.layer}, {shown.head}]
    lengths = contribution(lm, text, {shown.layer})[{shown.head}]
    start = len(weights) // 2 if copies_of(found.tokens) else min(1, len(weights) - 1)
    print("{name}: weight on the first token", float(weights[1:, 0].mean()))
    print("{name}: length that arrives", float(lengths[start:].sum(dim=1).mean()))
"""
