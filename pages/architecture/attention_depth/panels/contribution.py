"""Weight beside contribution: what a head looks at, and what really arrives."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Panel, token_chip
from core.checks import Check
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.maps import side_by_side, without_future
from pages.architecture.attention_depth.panels.offer import offer_model


def panel(shown: Shown) -> Panel:
    """Both maps in the place of the figure."""
    return Panel(
        "Contribution",
        lambda: draw(shown),
        stands="instead",
        badges=(shown.source,),
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """Attention beside what really arrives: the length of the weighted, projected value."""
    page, record = shown.page, shown.record
    projections = attention_results.layer_of(record.model, record.text, shown.layer)
    if projections is None:
        offer_model(record.model, "The recording holds the values of its own layer only.")
        return
    weights = record.weights[shown.layer, shown.head]
    lengths = weights * projections.output_norms[shown.head]
    shares = lengths / lengths.sum(axis=-1, keepdims=True)
    gone = f"{weights[1:, 0].mean():.2f} to {shares[1:, 0].mean():.2f}" if len(weights) > 1 else "1 to 1"
    title = f"Layer {shown.layer}, head {shown.head}: the first token's share falls from {gone}"
    pair = {"attention weight": weights, "share of the contribution": shares}
    pair = {name: without_future(values, causal=record.causal) for name, values in pair.items()}
    side_by_side(page, pair, [record.tokens] * 2, name="contribution", finding=title, label="share")
    first = token_chip(record.tokens[0], page.look.role("key"))
    page.note(
        f"The value of {first}, the first token, has <b>{_relative(projections.output_norms[shown.head])}</b> of the "
        "mean length."
    )
    st.caption(
        "A contribution is the length of what the head adds to a token's vector: weight times the value, after the "
        "output matrix. Each row is divided by its sum, so that both maps share one scale."
    )
    _sink_by_layer(shown)


def _relative(norms: np.ndarray) -> str:
    return f"{norms[0] / norms[1:].mean():.0%}" if len(norms) > 1 else "all"


def _sink_by_layer(shown: Shown) -> None:
    """Weight and contribution of the first token by layer, where all layers are known."""
    page, record = shown.page, shown.record
    if not results.is_loaded(record.model) or len(record.tokens) < 2:
        return
    weight, share = [], []
    for layer in range(record.weights.shape[0]):
        norms = attention_results.projections_of(record.model, record.text, layer).output_norms
        maps_of_layer = record.weights[layer][:, 1:]
        lengths = maps_of_layer * norms[:, None, :]
        weight.append(float(maps_of_layer[..., 0].mean()))
        share.append(float((lengths[..., 0] / lengths.sum(axis=-1)).mean()))
    series = {"attention weight": np.array(weight), "contribution": np.array(share)}
    title = f"The first token holds {np.mean(weight):.0%} of the weight and {np.mean(share):.0%} of the contribution"
    fig = lines(series, look=page.look, title=title, x_label="layer", y_label="share of token 0")
    page.plot(fig, name="sink_by_layer", alt=title)


def checks(shown: Shown) -> list[Check]:
    """That the maps are those of a softmax, and that the contributions of all heads add up."""
    record = shown.record
    return [*record.checks, *results.identities_of(record.model, record.text, shown.layer)]


def script(shown: Shown) -> str:
    """A script that computes both maps with `core` alone."""
    record = shown.record
    return f"""from core.attention import contribution, trace
from core.models import load_causal_lm

lm = load_causal_lm({record.model!r})
weights = trace(lm, {record.text!r}).weights[{shown.layer}, {shown.head}]
lengths = contribution(lm, {record.text!r}, {shown.layer})[{shown.head}]
shares = lengths / lengths.sum(-1, keepdims=True)
print(weights)
print(shares)
"""
