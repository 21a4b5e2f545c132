"""What heads share, and who may look at whom: grouped-query attention and masks."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, token_chip
from core.attention import (
    PUBLISHED_MODELS,
    EncodedDocuments,
    PackedDocuments,
    PublishedModel,
    cache_bytes,
    decode_bound,
    group_of,
    visible,
    within_and_across,
)
from pages.architecture.attention import results as attention_results
from pages.architecture.attention_depth import results as depth_results
from pages.architecture.attention_depth.main import Changed
from pages.architecture.attention_depth.panels.maps import side_by_side, without_future

VARIANTS = ("MHA", "GQA", "MQA")
CONTEXTS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)


def groups(shown: Changed) -> None:
    """The heads that read one key/value head side by side, and how alike such heads are."""
    page, record = shown.page, shown.record
    heads, shared = record.weights.shape[1], depth_results.kv_heads_of(record.model, record.text)
    mine = group_of(shown.head, heads, shared)
    members = [head for head in range(heads) if group_of(head, heads, shared) == mine]
    chosen = {
        f"head {head}": without_future(record.weights[shown.layer, head], causal=record.causal) for head in members[:3]
    }
    within, across = within_and_across(depth_results.overlap_of(record.model, record.text), shared)
    title = f"Layer {shown.layer}: heads {', '.join(map(str, members))} read the same keys and values"
    side_by_side(page, chosen, [record.tokens] * len(chosen), name="groups", finding=title)
    if shared < heads:
        title = f"Heads of one group share {np.nanmean(within):.0%} of their attention, others {np.nanmean(across):.0%}"
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
    st.dataframe([_bound_row(model, variant, context, batch, bandwidth * 1e9) for variant in VARIANTS], hide_index=True)
    longest = np.array(CONTEXTS)
    series = {
        variant: np.array(
            [cache_bytes(model.as_variant(variant).cache_shape(), context=int(n), batch=batch) / 1e9 for n in longest]
        )
        for variant in VARIANTS
    }
    title = f"{name}: {series['MHA'][-1]:.1f} GB of cache at {CONTEXTS[-1]:,} tokens without sharing"
    fig = lines(
        series, look=page.look, title=title, x_label="context in tokens", y_label="cache (GB)", x=longest, height=300
    )
    page.plot(fig, name="cache", alt=f"Size of the key/value cache over the context. {title}.")
    st.caption(
        f"Two bytes a number, shapes from the config of {model.source}. The speed is a bound: every weight and every "
        "cached number is read once for each step, and nothing else costs time."
    )
    page.checks_of_panel([depth_results.cache_of("smollm2-135m", 64)])


def _bound_row(model: PublishedModel, variant: str, context: int, batch: int, bandwidth: float) -> dict[str, object]:
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


def masks(shown: Changed) -> None:
    """Two documents in one sequence: under a causal mask, under a document mask, and in an encoder without any."""
    page = shown.page
    left, right = st.columns(2)
    with left:
        first = page.controls.text("first", "First document")
    with right:
        second = page.controls.text("second", "Second document")
    loaded = attention_results.is_loaded("smollm2-135m")
    layer = shown.layer if loaded else depth_results.recorded_layer()
    if depth_results.packed_needs_model(first, second, layer) and not ensure_loaded("smollm2-135m"):
        return
    if depth_results.encoded_needs_model(first, second) and not ensure_loaded(depth_results.ENCODER):
        return
    try:
        packed = depth_results.packed_of(first, second, layer)
        encoded = depth_results.encoded_of(first, second)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    _three_masks(page, packed, encoded, head=min(shown.head, len(packed.causal_maps) - 1, len(encoded.maps) - 1))
    page.checks_of_panel([*packed.checks, *encoded.checks])


def _three_masks(page: Page, packed: PackedDocuments, encoded: EncodedDocuments, *, head: int) -> None:
    start = packed.lengths[0]
    apart, mixed = float(packed.document_difference[start:].max()), float(packed.causal_difference[start:].max())
    title = (
        f"With the document mask the second text's logits are those of the text alone, to {apart:.0e}; "
        f"without it they move by up to {mixed:.1f}"
    )
    maps = {
        kind: np.where(visible(kind, packed.lengths), found[head], np.nan)
        for kind, found in (("causal", packed.causal_maps), ("document", packed.document_maps))
    }
    shown = {"causal mask": maps["causal"], "document mask": maps["document"], "no mask (MiniLM)": encoded.maps[head]}
    words = [packed.tokens, packed.tokens, encoded.tokens]
    side_by_side(page, shown, words, name="masks", finding=title, top=0.3)
    ink = page.look.ink
    alone, behind, apart_again = (
        f"{token_chip(top[0][0], ink)} <b>{top[0][1]:.2f}</b>"
        for top in (packed.top_alone, packed.top_causal, packed.top_document)
    )
    page.note(
        f"After the second document SmolLM2 expects {alone} when it is alone, {behind} behind the first, and "
        f"{apart_again} with the document mask (layer {packed.layer}, head {head}). MiniLM has no mask: words see both "
        f"ways, <b>{encoded.across[head]:.0%}</b> of their weight leaks into the other document here (layer "
        f"{encoded.layer}, head {head}), and no document mask was used in its training."
    )
