"""Text and numbers of one's own: generation step by step, comparison of maps, attention by hand."""

import numpy as np
import pandas as pd
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Page, token_chip
from core.attention import (
    AttentionRecord,
    GenerationRecord,
    MapComparison,
    attention_by_hand,
    compare_maps,
    map_distances,
    project_by_hand,
    strongest,
)
from core.models import loadable_names, lookup
from pages.architecture.attention_depth import results as depth_results
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.main import Changed
from pages.architecture.attention_depth.panels.maps import side_by_side, without_future

HAND = "depth_hand"
HAND_START = {
    "tokens x": [[1.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 2.0], [1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 1.0, 0.0]],
    "query matrix": np.eye(4).tolist(),
    "key matrix": [[0.0, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]],
    "value matrix": [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 0.0, 0.0, 2.0]],
}


def generation(shown: Changed) -> None:
    """A text that grows token by token; step back and forth."""
    page = shown.page
    left, middle, right = st.columns([4, 1, 1])
    with left:
        prompt = page.controls.text("prompt", "Prompt")
    with middle:
        count = page.controls.number("count", "New tokens", 0, 64)
    with right:
        heat = page.controls.number("heat", "Temperature (%)", 0, 200, step=10)
    if depth_results.generation_needs_model(prompt, count, heat / 100) and not ensure_loaded("smollm2-135m"):
        return
    try:
        record = depth_results.generation_of(prompt, count, heat / 100, seed=0)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    if not record.steps:
        st.info("No step was asked for: the text is the prompt.")
        return
    place = page.controls.slider("step", "Step", 1, len(record.steps))
    _generated(shown, record, place)
    sizes = {"key/value cache": np.array([entry.cache_bytes / 1e3 for entry in record.steps])}
    step = record.steps[place - 1]
    title = (
        f"The cache holds {step.cache_tokens} tokens in {step.cache_bytes / 1e3:.0f} kB and grows by one token a step"
    )
    fig = lines(
        sizes, look=page.look, title=title, x_label="step", y_label="cache (kB)", height=240,
        x=np.arange(1, len(record.steps) + 1),
    )  # fmt: skip
    page.plot(fig, name="growth", alt=f"Size of the cache over the steps. {title}.")
    if record.ended:
        st.caption(f"The model ended the text itself, after {len(record.steps)} of {count} tokens.")
    page.checks_of_panel(record.checks)


def _generated(shown: Changed, record: GenerationRecord, place: int) -> None:
    """One step: what the new token was chosen by looking at, the text so far, and the candidates."""
    page, step, typed = shown.page, record.steps[place - 1], len(record.prompt_tokens)
    layers, heads, _ = step.attention.shape
    layer, head = min(shown.layer, layers - 1), min(shown.head, heads - 1)
    row = step.attention[layer, head].astype(np.float32)
    best = record.tokens[int(row.argmax())]
    title = f"Step {place}: “{step.token}” with probability {step.probability:.2f}, looking most at “{best}”"
    fig = figures.looked_at(row, record.tokens, prompt=typed, look=page.look, title=title)
    page.plot(fig, name="generation", alt=f"Attention of the generated token. {title}.")
    chips = "<wbr>".join(
        token_chip(token, page.look.role("query") if n == typed + place - 1 else page.look.quiet)
        for n, token in enumerate(record.tokens[: typed + place])
    )
    rest = ", ".join(f"{token_chip(token, page.look.ink)} <b>{share:.2f}</b>" for token, share in step.top)
    page.note(f"{chips}<br>Candidates: {rest}. Layer {layer}, head {head}.")


def compare(shown: Changed) -> None:
    """The chosen head on another text or in another model, and the difference."""
    page, record = shown.page, shown.record
    left, right = st.columns([4, 2])
    with left:
        other_text = page.controls.text("other_text", "Other text")
    with right:
        names = [name for name in loadable_names() if lookup(name).kind in ("causal_lm", "encoder")]
        other_model = page.controls.select("other_model", "Model of the other text", names)
    if depth_results.other_needs_model(other_model, other_text) and not ensure_loaded(other_model):
        return
    try:
        other = depth_results.other_of(other_model, other_text)
        theirs = (min(shown.layer, other.weights.shape[0] - 1), min(shown.head, other.weights.shape[1] - 1))
        found = compare_maps(record, other, head_a=(shown.layer, shown.head), head_b=theirs)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    _compared(page, record, other, found)
    st.caption(
        f"Orange: the other text gives more; blue: this text does. Compared by {found.unit}: "
        f"{len(found.labels_a)} pairs, {len(found.left_out_a) + len(found.left_out_b)} tokens have no partner. "
        f"Layer {shown.layer}, head {shown.head} against layer {theirs[0]}, head {theirs[1]} of {other.model}."
    )
    if record.model == other.model and record.weights.shape == other.weights.shape:
        best = strongest(map_distances(record, other), 3)
        st.caption("The heads that move most: " + ", ".join(f"L{i}H{j} {value:.0%}" for i, j, value in best) + ".")


def _compared(page: Page, record: AttentionRecord, other: AttentionRecord, found: MapComparison) -> None:
    title = f"On average {found.moved:.0%} of a row's weight lies elsewhere in the second map"
    less = "other text less this text"
    maps = {
        "this text": without_future(found.map_a, causal=record.causal),
        "other text": without_future(found.map_b, causal=other.causal),
        less: without_future(found.difference, causal=record.causal and other.causal),
    }
    words = [found.labels_a, found.labels_b, found.labels_b]
    side_by_side(page, maps, words, name="compared", finding=title, difference=less)


def hand(shown: Changed) -> None:
    """Attention on four tokens of four numbers, with matrices that can be edited."""
    page: Page = shown.page
    matrices: dict[str, np.ndarray] = {}
    for column, (name, start) in zip(st.columns(4), HAND_START.items(), strict=True):
        with column:
            st.caption(name)
            edited = st.data_editor(pd.DataFrame(start), hide_index=True, key=f"{HAND}_{name}", num_rows="fixed")
            matrices[name] = edited.to_numpy(dtype=float)
    with st.container(horizontal=True, vertical_alignment="center"):
        count = int(page.controls.choice("hand_heads", "Heads", ["1", "2"]))
        chosen = int(page.controls.choice("hand_head", "Show head", [str(head) for head in range(count)]))
        causal = page.controls.switch("hand_causal", "Causal mask")
        scale = page.controls.switch("hand_scale", "Divide by √d")
    try:
        by_head = zip(*(np.split(rows, count, axis=1) for rows in project_by_hand(*matrices.values())), strict=True)
        heads = [(parts, attention_by_hand(*parts, causal=causal, scale=scale)) for parts in by_head]
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    (query, key, value), steps = heads[chosen]
    title = "From tokens to queries, keys and values: each is the token times a matrix of its own, v = W_V x"
    _matrices(page, {"queries": query, "keys": key, "values": value}, name="hand_projected", finding=title)
    rows = {"scores q·k": steps.scores, "scaled and masked": steps.masked, "exponentials": steps.exponentials}
    rows |= {"weights": steps.weights, "output": steps.output}
    last = steps.weights[-1]
    title = f"The last token gives most to token {int(last.argmax())}: {last.max():.2f}"
    _matrices(page, rows, name="hand_steps", finding=title)
    st.caption(
        "Rows are queries, columns are keys. The largest score of a row is subtracted before the exponential, which "
        f"changes nothing. Row sums of the exponentials: {', '.join(f'{total:.2f}' for total in steps.row_sums)}."
    )
    if count > 1:
        outputs = {f"output of head {number}": each.output for number, (_, each) in enumerate(heads)}
        outputs["side by side"] = np.concatenate(list(outputs.values()), axis=1)
        title = "Each head reads its own half of the queries, keys and values; their outputs stand side by side"
        _matrices(page, outputs, name="hand_merged", finding=title)


def _matrices(page: Page, matrices: dict[str, np.ndarray], *, name: str, finding: str) -> None:
    page.finding(finding)
    for place, (column, (kind, values)) in enumerate(zip(st.columns(len(matrices)), matrices.items(), strict=True)):
        with column:
            fig = figures.matrix(values, look=page.look, title=kind)
            page.plot(fig, name=f"{name}_{place}", alt=f"A matrix of numbers: {kind}. {finding}.")
