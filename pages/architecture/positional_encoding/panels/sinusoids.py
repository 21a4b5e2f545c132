"""The sinusoidal scheme: the code, its waves, its dot product, its shift map, and what the base does."""

import numpy as np
import streamlit as st

from components.figures.fields import field
from components.figures.lines import lines
from components.page import Badge, Page, Panel
from core.positional import (
    offset_similarity,
    projected_similarity,
    recorded_sweep,
    rope_frequencies,
    shift_matrix,
    sinusoidal,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, View, plainly, tidy

DEFAULTS = {"d_model": 128, "base": 10_000.0, "length": 256, "pair": 8, "offset": 5, "start": 0, "w_seed": 0}
BASES = (10.0, 100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0)
SIDE = 96
"""Positions in the maps that compare every position with every other."""

SHOWN_DIMENSIONS = 32
"""Dimensions of the shift map on screen; the error is taken over all of them."""


def show(page: Page, places: Places) -> View:
    """The sinusoidal code for the chosen size and base."""
    with places[0]:
        d_model = page.controls.slider("d_model", "Dimensions d", 2, 512, step=2)
    with places[1]:
        base = page.controls.number("base", "Base b", 0.0, 1e12, step=1000.0, format="%g")
    with places[2]:
        length = page.controls.slider("length", "Positions", 1, 1024)
    code = results.code_of(length, d_model, base)
    waves = rope_frequencies(d_model, base=base).wavelengths
    title = (
        f"The first pair of dimensions turns in {waves[0]:.1f} tokens, the last of {len(waves)} in {waves[-1]:,.0f}"
        if len(waves) > 1
        else f"One pair of dimensions, which turns in {waves[0]:.1f} tokens"
    )
    offset = _offset(page, length)
    return View(
        figure=figures.code_map(code, look=page.look, title=title, top=1.0),
        alt=f"Heat map of the sinusoidal code, positions across and dimensions down. {title}.",
        reading=reading(d_model, base, length, offset),
        badges=(Badge.EXACT,),
        panels=(
            Panel("Waves", lambda: waves_panel(page, code, waves)),
            Panel("Dot product", lambda: dot_product(page, d_model, base, length)),
            Panel("Shift map", lambda: shift_map(page, code, base)),
            Panel("The base", lambda: base_panel(page, d_model, base, length)),
        ),
        checks=results.code_checks(length, d_model, base, offset),
        data=lambda: tidy(code, "position", "dimension", "value"),
        script=SCRIPT.format(length=length, d_model=d_model, base=base, offset=offset),
        functions=(sinusoidal, shift_matrix, offset_similarity, projected_similarity),
    )


SCRIPT = """from core.positional import sinusoidal, sinusoidal_checks

code = sinusoidal({length}, {d_model}, base={base})
print(code)
if {length} > {offset}:
    for check in sinusoidal_checks(code, {offset}, base={base}):
        print(check.name, check.error, check.bound)
"""


def _offset(page: Page, length: int) -> int:
    """The shift k, as far as there are positions for it."""
    return int(max(1, min(page.controls.value("offset"), length - 1)))


def first_rise(similarity: np.ndarray) -> int | None:
    """The first distance from which the dot product rises again, if there is one."""
    rises = np.flatnonzero(np.diff(similarity) > 0)
    return int(rises[0]) if len(rises) else None


def reading(d_model: int, base: float, length: int, offset: int) -> str:
    """The live sentence: what the dot product of two codes says of their distance."""
    similarity = offset_similarity(d_model, np.arange(max(length, 2)), base=base)
    k = min(offset, len(similarity) - 1)
    apart = f"{k} tokens" if k > 1 else "1 token"
    words = (
        f"Two codes <b>{apart}</b> apart have the dot product <b>{similarity[k]:.2f}</b>, wherever they stand; "
        f"a code with itself has d/2 = <b>{d_model / 2:g}</b>."
    )
    rise = first_rise(similarity)
    if rise is None:
        return f"{words} On these few positions it falls steadily."
    return (
        f"{words} It is no ruler: it falls to <b>{similarity[rise]:.2f}</b> at distance <b>{rise}</b>, "
        f"and at {rise + 1} it is higher again."
    )


def waves_panel(page: Page, code: np.ndarray, wavelengths: np.ndarray) -> None:
    """One pair of dimensions over the positions."""
    pair = page.controls.slider("pair", "Pair of dimensions", 0, len(wavelengths) - 1)
    names = {f"sine ({2 * pair})": 2 * pair, f"cosine ({2 * pair + 1})": 2 * pair + 1}
    turns = len(code) / wavelengths[pair]
    title = f"Pair {pair} turns once in {wavelengths[pair]:,.1f} tokens: {turns:.2g} turns on {len(code)} positions"
    fig = lines(
        {name: code[:, dimension] for name, dimension in names.items()},
        look=page.look,
        title=title,
        x_label="position (tokens)",
        y_label="value (of dimension)",
        colors=dict(zip(names, (page.look.role("query"), page.look.role("key")), strict=True)),
        height=320,
    )
    page.plot(fig, name="waves", alt=f"Sine and cosine of one pair over the positions. {title}.")
    st.caption(
        "Each wave is smooth, so that a step of one token changes little. One wave alone repeats itself; the next pair "
        "turns a little more slowly, and together they tell positions apart, as the digits of a number do."
    )


def dot_product(page: Page, d_model: int, base: float, length: int) -> None:
    """The dot product against the distance, and what is left of it behind a matrix."""
    similarity = offset_similarity(d_model, np.arange(length), base=base)
    rise = first_rise(similarity)
    title = (
        f"The dot product falls to {similarity[rise]:.1f} at distance {rise}, then rises: not monotone in the distance"
        if rise is not None
        else "On these few positions the dot product falls steadily; with more it does not"
    )
    series = {"PE(p) · PE(p + k)": similarity}
    fig = lines(series, look=page.look, title=title, x_label="distance k (tokens)", y_label="dot product", height=320)
    if rise is not None:
        figures.marked(fig, rise, similarity[rise], f"first rise after {rise}", look=page.look)
    page.plot(fig, name="dot", alt=f"Dot product of two codes against their distance. {title}.")
    with st.container(width=220):
        seed = page.controls.number("w_seed", "Seed of the matrix W", 0, 999)
    side = min(length, SIDE)
    found = results.projection_of(side, d_model, base, seed)
    code = results.code_of(side, d_model, base)
    title = "“Relative” holds for the raw codes only: a random matrix between them ends it"
    fig = figures.two_fields(
        (f"codes alone: one value per diagonal, up to {found.spread_raw:.0e}", code @ code.T / np.sqrt(d_model)),
        (f"with W between: up to {found.spread:.2f} apart on one diagonal", found.similarity),
        look=page.look,
        title=title,
    )
    page.plot(fig, name="projected", alt=f"Two maps of scores between positions. {title}.", roomy=True)
    st.caption(
        "Attention never compares the codes as they are. It compares W_Q (x + PE) with W_K (x + PE), so W_Q and W_K "
        "stand between them. W is random here, as in an untrained layer. Training may find a W that keeps the "
        "diagonals; nothing in the code demands it."
    )


@plainly
def shift_map(page: Page, code: np.ndarray, base: float) -> None:
    """The matrix that moves any position by k, and its effect on one of them."""
    length, d_model = code.shape
    if length < 2:
        st.info("A shift needs at least two positions.")
        return
    left, right = st.columns(2)
    with left:
        offset = page.controls.slider("offset", "Shift by k tokens", 1, min(length - 1, 256))
    with right:
        start = page.controls.slider("start", "Position p", 0, length - 1 - offset)
    matrix = shift_matrix(d_model, offset, base=base)
    mapped = matrix @ code[start]
    error = float(np.abs(mapped - code[start + offset]).max())
    shown = min(d_model, SHOWN_DIMENSIONS)
    with left:
        title = f"M for k = {offset}: one small rotation for each pair"
        fig = field(
            matrix[:shown, :shown],
            look=page.look,
            title=title,
            x_label="dimension of PE(p)",
            y_label="dimension of PE(p + k)",
            label="entry",
            top=1.0,
            square=True,
            height=380,
        )
        page.plot(fig, name="shift_matrix", alt=f"The shift map as a block-diagonal matrix. {title}.")
    with right:
        title = f"M PE({start}) is PE({start + offset}), up to {error:.0e}"
        fig = figures.shifted(
            code[start, :shown],
            code[start + offset, :shown],
            mapped[:shown],
            offset=offset,
            look=page.look,
            title=title,
        )
        fig.update_layout(height=380)
        page.plot(fig, name="shifted", alt=f"A code, the shifted code, and the mapped code. {title}.")
    hidden = f" The first {shown} of {d_model} dimensions are drawn." if shown < d_model else ""
    st.caption(
        f"Move p: the code changes, the matrix does not. It knows the shift and never the place. It needs sine and "
        f"cosine of the same frequency.{hidden}"
    )


@plainly
def base_panel(page: Page, d_model: int, base: float, length: int) -> None:
    """How the base divides the pairs into fast and slow ones."""
    bases = sorted({*BASES, base})
    waves = [rope_frequencies(d_model, base=b).wavelengths for b in bases]
    counts = np.array([[(w <= length).sum(), ((w > length) & (w <= 16 * length)).sum(), (w > 16 * length).sum()]
                       for w in waves])  # fmt: skip
    row = bases.index(base)
    title = (
        f"Base {base:,.0f}: {counts[row, 0]} of {d_model // 2} pairs turn within {length:,} positions, "
        f"the slowest needs {waves[row][-1]:,.0f}"
    )
    fig = figures.base_bars(bases, counts, chosen=row, look=page.look, title=title)
    page.plot(fig, name="base", alt=f"Stacked bars: fast and slow pairs of dimensions for several bases. {title}.")
    ends = "; ".join(
        f"with base {bases[at]:,.0f} the slowest wave takes {waves[at][-1]:,.0f} tokens and {counts[at, 2]} pairs "
        "hardly move"
        for at in (bases.index(100.0), bases.index(1_000_000.0))
    )
    st.caption(
        "The slowest wave must not come round within the text, or every single pair repeats itself in it. "
        f"Each pair that hardly moves is one less for the near. Compare: {ends}. "
        "“Hardly” means less than a sixteenth of a turn on all positions."
    )
    sweep = recorded_sweep()
    trained, other = float(sweep.perplexity[0]), float(sweep.select("other_base")[1][0])
    page.stamp(Badge.RECORDED)
    page.note(
        f"The base is part of what a model learns with. SmolLM2 was trained with RoPE of base "
        f"<b>{sweep.base:,.0f}</b>; run with <b>{sweep.params.other_base:,.0f}</b> instead, its perplexity on a story "
        f"of {len(sweep.tokens)} tokens goes from <b>{trained:.1f}</b> to <b>{other:.1f}</b>."
    )
