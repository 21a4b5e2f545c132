"""Context extension: what each scheme does to the frequencies, and what that costs a real model on a short text."""

import math

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page, Panel
from core.checks import Check
from core.jobs import find
from core.positional import (
    SCHEME_KINDS,
    RopeFrequencies,
    SweepParams,
    SweepResult,
    frequencies_under,
    perplexity_sweep,
    recorded_extrapolation,
    recorded_sweep,
    rope_frequencies,
    scheme_of,
)
from pages.architecture.positional_encoding.extrapolating import benefit_sentence
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.words import LONG, kept_title, price_title

CONTEXT = 8192
"""The trained context of SmolLM2, in tokens."""

METHODS = {title: kind for kind, (title, _) in SCHEME_KINDS.items()}
EXTENSIONS = {title: kind for title, kind in METHODS.items() if kind not in ("stretched", "yarn_plain")}
"""The schemes that change the frequencies, and each in its own way; the others appear in the perplexities only."""

HEIGHT = 340
"""The height of the figures of the frequencies in pixels: so that their reading is still in sight."""

WINDOW = 32
"""Tokens over which the perplexity per position is averaged; a quarter of the text where that is shorter."""


def panel(page: Page) -> Panel:
    """The frequencies of a real model in the place of the dials."""
    return Panel(
        "Context extension",
        lambda: draw(page),
        stands="instead",
        badges=(Badge.EXACT,),
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


@plainly
def draw(page: Page) -> None:
    """The chosen scheme and factor: frequencies before and after, then the effect on SmolLM2."""
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        title = page.controls.select("method", "Scheme of context extension", list(METHODS))
    with right:
        factor = page.controls.number("factor", "Factor s", 0.0, 1024.0, step=1.0, format="%g")
    before, after = _frequencies(METHODS[title], factor)
    left, right = st.columns(2)
    with left:
        _wavelengths(page, title, factor, before, after)
    with right:
        _kept(page, title, factor, before)
    scores = f", so scores by {after.attention_factor**2:.4f}" if after.attention_factor != 1 else ""
    page.note(
        f"{title}, factor <b>{factor:g}</b>: the first pair runs at <b>{_part(before, after, 0)}</b> of its trained "
        f"speed, the last at <b>{_part(before, after, -1)}</b>. Cosine and sine are multiplied by "
        f"<b>{after.attention_factor:.4f}</b>{scores}."
    )
    effect(page, METHODS[title], factor)


def _frequencies(kind: str, factor: float) -> tuple[RopeFrequencies, RopeFrequencies]:
    """The frequencies of SmolLM2 as trained, and under a scheme."""
    sweep = recorded_sweep()
    head_dim = 2 * len(sweep.inv_freq)
    scheme = scheme_of(kind, factor, original_context=CONTEXT)
    return rope_frequencies(head_dim, base=sweep.base), frequencies_under(scheme, head_dim, base=sweep.base)


def _part(before: RopeFrequencies, after: RopeFrequencies, pair: int) -> str:
    return f"{after.inv_freq[pair] / before.inv_freq[pair]:.3g}"


def _wavelengths(page: Page, title: str, factor: float, before: RopeFrequencies, after: RopeFrequencies) -> None:
    changed = int((np.abs(after.inv_freq / before.inv_freq - 1) > 1e-9).sum())
    found = f"{changed} of {len(before.inv_freq)} pairs turn at another speed than trained"
    fig = lines(
        {"as trained": before.wavelengths, "extended": after.wavelengths},
        look=page.look,
        title=found,
        x_label="pair",
        y_label="tokens for one turn",
        colors={"as trained": page.look.role("mass"), "extended": page.look.role("key")},
        log_y=True,
        height=HEIGHT,
    )
    fig.add_hline(CONTEXT, line={"color": page.look.quiet, "dash": "dot"})
    note = {"text": f"trained: {CONTEXT:,}", "font": {"color": page.look.quiet}, "showarrow": False}
    fig.add_annotation(x=0, y=math.log10(CONTEXT), xanchor="left", yanchor="bottom", **note)
    page.plot(fig, name="extended", alt=f"Wavelengths before and after {title} with factor {factor:g}. {found}.")


def _kept(page: Page, chosen: str, factor: float, before: RopeFrequencies) -> None:
    shown = EXTENSIONS if chosen in EXTENSIONS else {chosen: METHODS[chosen], **EXTENSIONS}
    series = {title: _frequencies(kind, factor)[1].inv_freq / before.inv_freq for title, kind in shown.items()}
    mine = series[chosen]
    found = kept_title(chosen, mine, factor)
    fig = lines(series, look=page.look, title=found, x_label="pair", y_label="frequency, new / trained", height=HEIGHT)
    fig.update_traces(mode="lines", line_width=1.5, opacity=0.6)
    fig.update_traces(line_width=4, opacity=1, selector={"name": chosen})
    fig.update_layout(legend={"font_size": page.look.size - 2, "y": -0.24, "yanchor": "top"}, margin_t=44)
    page.plot(fig, name="kept", alt=f"New frequency over trained frequency, by pair, for every scheme. {found}.")


def effect(page: Page, kind: str, factor: float) -> None:
    """What the scheme costs SmolLM2 on a text inside its trained window: recorded at once, or measured on request."""
    text = page.controls.text("sweep_text", "Text to predict", lines=3)
    kept = recorded_sweep()
    params = sweep_params(text, factor)
    if params == kept.params:
        page.stamp(Badge.RECORDED)
        result: SweepResult | None = kept
    else:
        result = job_panel(
            perplexity_sweep,
            params,
            start=f"Measure all schemes at factor {params.factors[0]:g} on this text",
            cost="About half a minute for 400 tokens on one core; the first time the model is fetched.",
        )
        if result is not None:
            page.stamp(Badge.MEASURED)
    if result is None:
        return
    wrong = float(result.select("other_base")[1][0])
    left, right = st.columns(2)
    with left:
        _by_factor(page, result, kind, factor)
    with right:
        _by_position(page, result, kind, factor)
    st.caption(
        f"With base {result.params.other_base:,.0f} in place of {result.base:,.0f} the perplexity is {wrong:.1f}. "
        f"SmolLM2 without any fine-tuning, on {len(result.tokens)} tokens, far inside its {CONTEXT:,}: what "
        "extension does to a text that fits anyway. What it gains beyond the trained length was measured on "
        f"{benefit_sentence(recorded_extrapolation('mark'))}. SmolLM2 itself was not run on longer texts."
    )
    st.button(
        f"Open “{LONG}”",
        type="tertiary",
        icon=":material/arrow_forward:",
        key="positional_encoding_to_long",
        on_click=page.controls.set,
        args=({"panel": LONG},),
    )


def sweep_params(text: str, factor: float) -> SweepParams:
    """The sweep that holds this factor: the recorded one wherever that does, else one of this factor alone."""
    kept = recorded_sweep().params
    return kept if text == kept.text and factor in (1, *kept.factors) else SweepParams(text=text, factors=(factor,))


def _by_factor(page: Page, result: SweepResult, kind: str, factor: float) -> None:
    factors = np.array(sorted({1.0, *map(float, result.params.factors)}))
    trained = float(result.perplexity[0])
    chosen = SCHEME_KINDS[kind][0]
    # Stretched positions cost a hundred times more than the rest and would flatten it.
    shown = [name for name in SCHEME_KINDS if name != "stretched" or kind == name]
    series = {SCHEME_KINDS[name][0]: np.concatenate([[trained], result.select(name)[1]]) for name in shown}
    at = float(series[chosen][factors.tolist().index(factor)]) if factor in factors else trained
    found = price_title(chosen, factor, at, trained, result.change(kind, factor))
    fig = lines(
        series, look=page.look, title=found, x_label="factor s", y_label="perplexity", x=factors, log_y=True, height=430
    )
    fig.update_traces(line_width=1.5, opacity=0.6)
    fig.update_traces(line_width=4, opacity=1, selector={"name": chosen})
    level = float(result.select("no_positions")[1][0])
    note = {"text": f"no positions at all: {level:.1f}", "font": {"color": page.look.quiet}, "showarrow": False}
    fig.add_hline(level, line={"color": page.look.quiet, "dash": "dot"})
    fig.add_annotation(x=0, y=math.log10(level), xanchor="left", yanchor="bottom", **note)
    fig.update_xaxes(type="log", tickvals=factors, ticktext=[f"{s:g}" for s in factors])
    fig.update_layout(legend={"font_size": page.look.size - 2, "y": -0.2, "yanchor": "top"}, margin_t=44)
    page.plot(fig, name="by_factor", alt=f"Perplexity of SmolLM2 against the factor for every scheme. {found}.")


def _by_position(page: Page, result: SweepResult, kind: str, factor: float) -> None:
    runs = {(run.kind, run.factor): number for number, run in enumerate(result.runs)}
    wanted = {"as trained": ("trained", 1.0), "no positions": ("no_positions", 1.0)}
    if (kind, factor) in runs:
        wanted["extended"] = (kind, factor)
    window = max(1, min(WINDOW, result.loss.shape[1] // 4))
    series = {name: running_perplexity(result.loss[runs[run]], window) for name, run in wanted.items()}
    last = {name: float(values[-1]) for name, values in series.items()}
    found = ", ".join(f"{name} {value:.0f}" for name, value in last.items())
    title = f"Perplexity at the end of the text: {found}"
    look = page.look
    colors = {"as trained": look.role("mass"), "extended": look.role("key"), "no positions": look.ink}
    fig = lines(
        series,
        look=look,
        title=title,
        x_label="position (tokens)",
        y_label=f"perplexity, mean over {window} tokens",
        x=np.arange(window, result.loss.shape[1] + 1),
        colors=colors,
        log_y=True,
        height=430,
    )
    page.plot(fig, name="by_position", alt=f"Perplexity of SmolLM2 along the text. {title}.")


def running_perplexity(loss: np.ndarray, window: int) -> np.ndarray:
    """exp of the mean loss over the last `window` tokens, for each token that has so many before it."""
    return np.asarray(np.exp(np.convolve(loss.astype(np.float64), np.full(window, 1 / window), mode="valid")))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the sweep on screen, recorded or measured."""
    try:
        params = sweep_params(page.controls.value("sweep_text"), page.controls.value("factor"))
    except ValueError:
        return ()
    if params == recorded_sweep().params:
        return recorded_sweep().checks
    job = find(perplexity_sweep, params)
    return job.result().checks if job is not None and job.state == "finished" else ()


def script(page: Page) -> str:
    """A script that computes the frequencies and what they cost with `core` alone."""
    kind, factor = METHODS[page.controls.value("method")], page.controls.value("factor")
    return f"""from core.positional import SweepParams, frequencies_under, perplexity_sweep, rope_frequencies, scheme_of

base, head_dim = {recorded_sweep().base}, {2 * len(recorded_sweep().inv_freq)}
extended = frequencies_under(scheme_of({kind!r}, {factor}, original_context={CONTEXT}), head_dim, base=base)
print(extended.inv_freq / rope_frequencies(head_dim, base=base).inv_freq)
text = {page.controls.value("sweep_text")!r}
result = perplexity_sweep(SweepParams(text=text, factors=({factor},)))
for run, perplexity in zip(result.runs, result.perplexity):
    print(run.title, perplexity)
"""
