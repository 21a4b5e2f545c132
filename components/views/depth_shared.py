"""What heads share, and who may look at whom: grouped-query attention and masks."""

import numpy as np
import streamlit as st

from components import attention_results, depth_results
from components.figures import attention_depth as figures
from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Page, token_chip
from components.views.depth_cause import Changed
from core.attention import (
    PUBLISHED_MODELS,
    cache_bytes,
    decode_bound,
    group_of,
    visible,
    within_and_across,
)

VARIANTS = ("MHA", "GQA", "MQA")
CONTEXTS = (1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072)


def groups(shown: Changed) -> None:
    """The heads that read one key/value head side by side, and how alike such heads are."""
    page, record = shown.page, shown.record
    heads, shared = record.weights.shape[1], depth_results.kv_heads_of(record.model, record.text)
    mine = group_of(shown.head, heads, shared)
    members = [head for head in range(heads) if group_of(head, heads, shared) == mine]
    chosen = {
        f"head {head}": np.where(
            np.triu(np.ones(record.weights.shape[2:]), 1) > 0, np.nan, record.weights[shown.layer, head]
        )
        for head in members[:3]
    }
    within, across = within_and_across(depth_results.overlap_of(record.model, record.text), shared)
    title = f"Layer {shown.layer}: heads {', '.join(map(str, members))} read the same keys and values"
    fig = figures.side_by_side(chosen, record.tokens, look=page.look, title=title, top=1.0, height=380)
    page.plot(fig, name="groups", alt=f"Maps of the heads of one group. {title}.")
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
    rows = []
    for variant in VARIANTS:
        shaped = model.as_variant(variant)
        bound = decode_bound(shaped, context=context, batch=batch, bandwidth=bandwidth * 1e9)
        rows.append(
            {
                "variant": variant,
                "key/value heads": shaped.kv_heads,
                "cache": f"{bound.cache_bytes / 1e9:.2f} GB",
                "read for a step": f"{(bound.weight_bytes + bound.cache_bytes) / 1e9:.2f} GB",
                "tokens per second, at most": f"{bound.tokens_per_second:,.0f}",
            }
        )
    st.dataframe(rows, hide_index=True)
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
    if attention_results.is_loaded("smollm2-135m"):
        page.checks_of_panel([depth_results.cache_of("smollm2-135m", 64)])


def masks(shown: Changed) -> None:
    """Two documents in one sequence, with and without the document mask."""
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
    try:
        packed = depth_results.packed_of(first, second, layer)
    except ValueError as error:
        st.warning(str(error))
        return
    head = min(shown.head, len(packed.causal_maps) - 1)
    start = packed.lengths[0]
    apart, mixed = float(packed.document_difference[start:].max()), float(packed.causal_difference[start:].max())
    title = f"With the document mask the logits move by {apart:.0e}, without it by {mixed:.1f}"
    hidden = {kind: ~visible(kind, packed.lengths) for kind in ("causal", "document")}
    pair = {
        "causal mask": np.where(hidden["causal"], np.nan, packed.causal_maps[head]),
        "document mask": np.where(hidden["document"], np.nan, packed.document_maps[head]),
        "may look, if bidirectional": visible("bidirectional", packed.lengths).astype(float),
    }
    fig = figures.side_by_side(pair, packed.tokens, look=page.look, title=title, top=1.0)
    page.plot(fig, name="masks", alt=f"Attention of two packed documents under two masks. {title}.")
    ink = page.look.ink
    words = [
        f"{token_chip(top[0][0], ink)} <b>{top[0][1]:.2f}</b>"
        for top in (packed.top_alone, packed.top_causal, packed.top_document)
    ]
    page.note(
        f"After the second document the model expects {words[0]} when it is alone, {words[1]} behind the first, "
        f"and {words[2]} with the document mask. Layer {packed.layer}, head {head}."
    )
    page.checks_of_panel(packed.checks)
