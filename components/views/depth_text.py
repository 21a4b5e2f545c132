"""Text and numbers of one's own: generation step by step, comparison of maps, attention by hand."""

import numpy as np
import pandas as pd
import streamlit as st

from components import attention_results, depth_results
from components.figures import attention_depth as figures
from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Page, token_chip
from components.views.depth_cause import Changed
from core.attention import attention_by_hand, compare_maps, map_distances, project_by_hand, strongest
from core.models import loadable_names, lookup

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
        st.warning(str(error))
        return
    if not record.steps:
        st.info("No step was asked for: the text is the prompt.")
        return
    place = page.controls.slider("step", "Step", 1, len(record.steps))
    step, typed = record.steps[place - 1], len(record.prompt_tokens)
    attention = np.asarray(step.attention, dtype=np.float32)
    layers, heads, _ = attention.shape
    layer, head = min(shown.layer, layers - 1), min(shown.head, heads - 1)
    row = attention[layer, head]
    best = int(row.argmax())
    title = (
        f"Step {place}: “{step.token}” with probability {step.probability:.2f}, looking most at “{record.tokens[best]}”"
    )
    fig = figures.looked_at(row, record.tokens, prompt=typed, look=page.look, title=title)
    page.plot(fig, name="generation", alt=f"Attention of the generated token. {title}.")
    chips = "".join(
        token_chip(token, page.look.role("query") if n == typed + place - 1 else page.look.quiet)
        for n, token in enumerate(record.tokens[: typed + place])
    )
    rest = ", ".join(f"{token_chip(token, page.look.ink)} <b>{share:.2f}</b>" for token, share in step.top)
    page.note(f"{chips}<br>Candidates: {rest}. Layer {layer}, head {head}.")
    sizes = {"key/value cache": np.array([entry.cache_bytes / 1e3 for entry in record.steps])}
    title = (
        f"The cache holds {step.cache_tokens} tokens in {step.cache_bytes / 1e3:.0f} kB and grows by one token a step"
    )
    fig = lines(
        sizes, look=page.look, title=title, x_label="step", y_label="cache (kB)", height=240,
        x=np.arange(1, len(record.steps) + 1),
    )  # fmt: skip
    page.plot(fig, name="growth", alt=f"Size of the cache over the steps. {title}.")
    page.checks_of_panel(record.checks)


def compare(shown: Changed) -> None:
    """The chosen head on another text or in another model, and the difference."""
    page, record = shown.page, shown.record
    left, right = st.columns([4, 2])
    with left:
        other_text = page.controls.text("other_text", "Other text")
    with right:
        names = [name for name in loadable_names() if lookup(name).kind in ("causal_lm", "encoder")]
        other_model = page.controls.select("other_model", "Model of the other text", names)
    for model, text in ((record.model, record.text), (other_model, other_text)):
        if attention_results.needs_model(model, text) and not ensure_loaded(model):
            return
    try:
        other = attention_results.record_of(other_model, other_text)
        theirs = (min(shown.layer, other.weights.shape[0] - 1), min(shown.head, other.weights.shape[1] - 1))
        found = compare_maps(record, other, head_a=(shown.layer, shown.head), head_b=theirs)
    except ValueError as error:
        st.warning(str(error))
        return
    moved = float(np.abs(found.difference).sum(axis=-1).mean() / 2)
    title = f"On average {moved:.0%} of a row's weight lies elsewhere in the second map"
    pair = {"this text": found.map_a, "other text": found.map_b}
    words = [found.labels_a, found.labels_b]
    fig = figures.side_by_side(pair, words, look=page.look, title=title, top=1.0)
    page.plot(fig, name="compared", alt=f"The same head on two texts. {title}.")
    fig = figures.side_by_side(
        {"other text less this text": found.difference}, [found.labels_b], look=page.look,
        title="Blue: the first text gives more. Orange: the second gives more", label="difference", signed=True,
    )  # fmt: skip
    page.plot(fig, name="difference", alt="Difference of the two maps.")
    left_out = len(found.left_out_a) + len(found.left_out_b)
    st.caption(
        f"Compared by {found.unit}: {len(found.labels_a)} pairs, {left_out} tokens have no partner. "
        f"Layer {shown.layer}, head {shown.head} against layer {theirs[0]}, head {theirs[1]} of {other.model}."
    )
    if record.model == other.model and record.weights.shape == other.weights.shape:
        best = strongest(map_distances(record, other), 3)
        st.caption("The heads that move most: " + ", ".join(f"L{i}H{j} {value:.0%}" for i, j, value in best) + ".")


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
        projected = project_by_hand(*matrices.values())
        query, key, value = (np.split(rows, count, axis=1)[chosen] for rows in projected)
        steps = attention_by_hand(query, key, value, causal=causal, scale=scale)
    except ValueError as error:
        st.warning(str(error))
        return
    title = "From tokens to queries, keys and values: each is the token times a matrix of its own"
    fig = figures.matrices({"queries": query, "keys": key, "values": value}, look=page.look, title=title)
    page.plot(fig, name="hand_projected", alt=title)
    rows = {"scores q·k": steps.scores, "scaled and masked": steps.masked, "exponentials": steps.exponentials}
    rows |= {"weights": steps.weights, "output": steps.output}
    last = steps.weights[-1]
    title = f"The last token gives most to token {int(last.argmax())}: {last.max():.2f}"
    fig = figures.matrices(rows, look=page.look, title=title)
    page.plot(fig, name="hand_steps", alt=f"Scores, weights and outputs of four tokens. {title}.")
    st.caption(
        "Rows are queries, columns are keys. The largest score of a row is subtracted before the exponential, which "
        f"changes nothing. Row sums of the exponentials: {', '.join(f'{total:.2f}' for total in steps.row_sums)}. "
        "With two heads each reads its own half of the queries, keys and values, and their outputs stand side by side."
    )
