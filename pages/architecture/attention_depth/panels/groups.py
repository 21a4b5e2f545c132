"""What heads share: grouped-query attention, how alike such heads are, and the cache that it saves."""

from typing import Literal

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Page, Panel
from core.attention import (
    PUBLISHED_MODELS,
    PublishedModel,
    cache_bytes,
    decode_bound,
    group_of,
    within_and_across,
)
from core.checks import Check
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.main import Shown
from pages.architecture.attention_depth.panels.maps import LOW, side_by_side, without_future
from pages.architecture.attention_depth.panels.opening import opens
from pages.architecture.attention_depth.words import groups_title, overlap_title

Variant = Literal["MHA", "GQA", "MQA"]
VARIANTS: tuple[Variant, ...] = ("MHA", "GQA", "MQA")
CONTEXTS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)

CACHED = 64
"""Tokens of the real cache that the formula is checked with."""


def panel(shown: Shown) -> Panel:
    """The maps of one group in the place of the figure."""
    return Panel(
        "Shared keys",
        lambda: draw(shown),
        stands="instead",
        badges=(shown.source,),
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """The heads that read one key/value head side by side, and how alike such heads are."""
    page, record = shown.page, shown.record
    heads, shared = record.weights.shape[1], results.kv_heads_of(record.model, record.text)
    mine = group_of(shown.head, heads, shared)
    members = [head for head in range(heads) if group_of(head, heads, shared) == mine]
    chosen = {
        f"head {head}": without_future(record.weights[shown.layer, head], causal=record.causal) for head in members[:3]
    }
    within, across = within_and_across(results.overlap_of(record.model, record.text), shared)
    title = groups_title(shown.layer, members)
    clicks = {f"head {head}": opens(head=head) for head in members[:3]}
    click = side_by_side(
        page, chosen, [record.tokens] * len(chosen), name="groups", finding=title, height=LOW, opens=clicks
    )
    # Without its first token a text of one has no map left that heads could share.
    compared = shared < heads and bool(np.isfinite(within).all())
    pairs = (
        f", and share <b>{within[shown.layer]:.0%}</b> of their attention in this layer, heads of other groups "
        f"<b>{across[shown.layer]:.0%}</b>"
        if compared
        else ""
    )
    page.note(f"<b>{len(members)}</b> of {heads} query heads read one of <b>{shared}</b> key/value heads{pairs}.")
    st.caption(click)
    if compared:
        title = overlap_title(within, across)
        fig = lines(
            {"same group": within, "other groups": across},
            look=page.look,
            title=title,
            x_label="layer",
            y_label="overlap of the maps",
            height=280,
        )
        page.plot(fig, name="overlap", alt=f"Overlap of attention maps by layer. {title}.")
        st.caption(
            "Overlap is one minus the total variation between rows, the first token left out. The keys are the same in "
            "a group; the queries differ, and so do the maps."
        )
    _calculator(page)


def _calculator(page: Page) -> None:
    st.markdown(
        "**What sharing saves.** One key and one value for each key/value head, layer and token stay in memory."
    )
    left, middle, right, batch_place = st.columns(4)
    models = {model.name: model for model in PUBLISHED_MODELS.values()}
    with left:
        name = page.controls.select("published", "Model", list(models))
    with middle:
        context = page.controls.select("context", "Context in tokens", list(CONTEXTS))
    with batch_place:
        batch = page.controls.number("batch", "Texts at once", 1, 512)
    with right:
        bandwidth = page.controls.number("bandwidth", "Memory bandwidth (GB/s)", 1, 10_000)
    model = models[name]
    variants = [variant for variant in VARIANTS if variant != "GQA" or model.kv_heads < model.heads]
    st.dataframe([_bound_row(model, variant, context, batch, bandwidth * 1e9) for variant in variants], hide_index=True)
    longest = np.array(CONTEXTS)
    series: dict[str, np.ndarray] = {
        variant: np.array(
            [cache_bytes(model.as_variant(variant).cache_shape(), context=int(n), batch=batch) / 1e9 for n in longest]
        )
        for variant in variants
    }
    title = f"{name}: {series['MHA'][-1]:.1f} GB of cache at {CONTEXTS[-1]:,} tokens without sharing"
    fig = lines(
        series, look=page.look, title=title, x_label="context in tokens", y_label="cache (GB)", x=longest, height=300
    )
    page.plot(fig, name="cache", alt=f"Size of the key/value cache over the context. {title}.")
    st.caption(
        f"Two bytes a number, shapes from the config of {model.source}, which allows {model.context:,} tokens. The "
        "speed is a bound: every weight and every cached number is read once for each step, and nothing else costs "
        "time."
    )


def _bound_row(
    model: PublishedModel, variant: Variant, context: int, batch: int, bandwidth: float
) -> dict[str, object]:
    """One variant's cache, and how fast it can decode."""
    shaped = model.as_variant(variant)
    bound = decode_bound(shaped, context=context, batch=batch, bandwidth=bandwidth)
    return {
        "variant": variant,
        "key/value heads": shaped.kv_heads,
        "cache": f"{bound.cache_bytes / 1e9:.2f} GB",
        "read for a step": f"{(bound.weight_bytes + bound.cache_bytes) / 1e9:.2f} GB",
        "tokens per second, at most": f"{bound.tokens_per_second:,.0f}",
    }


def checks(shown: Shown) -> list[Check]:
    """That the maps are those of a softmax, and that a real cache is as large as the formula says."""
    return [*shown.record.checks, results.cache_of(results.DECODER, CACHED)]


def script(shown: Shown) -> str:
    """A script that computes the maps and how alike they are with `core` alone."""
    record = shown.record
    return f"""from core.attention import map_overlap, trace, within_and_across, without_sink
from core.models import load_causal_lm

lm = load_causal_lm({record.model!r})
weights = trace(lm, {record.text!r}).weights.numpy()
within, across = within_and_across(map_overlap(without_sink(weights)), lm.n_kv_heads)
print(weights[{shown.layer}])
print(within)
print(across)
"""
