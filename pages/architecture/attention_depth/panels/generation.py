"""A text that grows token by token, with what each token looked at."""

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.markdown import literally
from components.page import Badge, Panel, token_chip
from core.attention import GenerationRecord
from core.checks import Check
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.figures import changes as figures
from pages.architecture.attention_depth.main import Shown


def panel(shown: Shown) -> Panel:
    """The growing text in the place of the figure."""
    return Panel(
        "Generation",
        lambda: draw(shown),
        stands="instead",
        checks=lambda: checks(shown),
        script=lambda: script(shown),
    )


def draw(shown: Shown) -> None:
    """A text that grows token by token; step back and forth."""
    page = shown.page
    left, middle, right, last = st.columns([4, 1, 1, 2])
    with left:
        prompt = page.controls.text("prompt", "Prompt")
    with middle:
        count = page.controls.number("count", "New tokens", 0, 64)
    with right:
        heat = page.controls.number("heat", "Temperature (%)", 0, 200, step=10)
    if results.generation_needs_model(prompt, count, heat / 100) and not ensure_loaded(results.DECODER):
        return
    page.badges(Badge.MEASURED if results.is_loaded(results.DECODER) else Badge.RECORDED)
    try:
        record = record_of(shown)
    except ValueError as error:
        st.warning(literally(str(error)))
        return
    if not record.steps:
        st.info("No step was asked for: the text is the prompt.")
        return
    with last:
        place = page.controls.slider("step", "Step", 1, len(record.steps))
    _generated(shown, record, place)
    _growth(shown, record, place)
    if record.ended:
        st.caption(f"The model ended the text itself, after {len(record.steps)} of {count} tokens.")


def record_of(shown: Shown) -> GenerationRecord:
    """The text that the controls ask for; raises ValueError where it cannot be generated."""
    prompt, count, heat = (shown.page.controls.value(name) for name in ("prompt", "count", "heat"))
    return results.generation_of(prompt, count, heat / 100, seed=0)


def _generated(shown: Shown, record: GenerationRecord, place: int) -> None:
    """One step: what the new token was chosen by looking at, the text so far, and the candidates."""
    page, step, typed = shown.page, record.steps[place - 1], len(record.prompt_tokens)
    layers, heads, _ = step.attention.shape
    layer, head = min(shown.layer, layers - 1), min(shown.head, heads - 1)
    row = step.attention[layer, head].astype(np.float32)
    best = record.tokens[int(row.argmax())]
    # The row is that of the last token before the new one: it looks back, and what it gathers chooses the new one.
    looks = typed + place - 2
    title = (
        f"Step {place}: “{record.tokens[looks]}” looks most at “{best}”; next comes “{step.token}”, with probability "
        f"{step.probability:.2f}"
    )
    fig = figures.looked_at(row, record.tokens, prompt=typed, look=page.look, title=title)
    page.plot(fig, name="generation", alt=f"Attention of the token before the new one. {title}.")
    colors = {looks: page.look.role("query"), looks + 1: page.look.role("target")}
    chips = "<wbr>".join(
        token_chip(token, colors.get(n, page.look.quiet)) for n, token in enumerate(record.tokens[: typed + place])
    )
    rest = ", ".join(f"{token_chip(token, page.look.ink)} <b>{share:.2f}</b>" for token, share in step.top)
    page.note(f"{chips}<br>Candidates: {rest}. Layer {layer}, head {head}.")


def _growth(shown: Shown, record: GenerationRecord, place: int) -> None:
    """The size of the cache over the steps."""
    page, step = shown.page, record.steps[place - 1]
    sizes = {"key/value cache": np.array([entry.cache_bytes / 1e3 for entry in record.steps])}
    title = (
        f"The cache holds {step.cache_tokens} tokens in {step.cache_bytes / 1e3:.0f} kB and grows by one token a step"
    )
    fig = lines(
        sizes, look=page.look, title=title, x_label="step", y_label="cache (kB)", height=240,
        x=np.arange(1, len(record.steps) + 1),
    )  # fmt: skip
    page.plot(fig, name="growth", alt=f"Size of the cache over the steps. {title}.")


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the generation; none where there is none to show."""
    prompt, count, heat = (shown.page.controls.value(name) for name in ("prompt", "count", "heat"))
    if results.generation_needs_model(prompt, count, heat / 100):
        return ()
    try:
        return record_of(shown).checks
    except ValueError:
        return ()


def script(shown: Shown) -> str:
    """A script that generates the text with `core` alone."""
    prompt, count, heat = (shown.page.controls.value(name) for name in ("prompt", "count", "heat"))
    return f"""from core.attention import generate_steps
from core.models import load_causal_lm

lm = load_causal_lm({results.DECODER!r})
steps = list(generate_steps(lm, {prompt!r}, max_new_tokens={count}, temperature={heat / 100}))
for step in steps:
    print(step.token, step.probability, step.cache_bytes)
"""
