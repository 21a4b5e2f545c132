"""The sinusoidal scheme: the code, its waves, and its dot product."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.page import Badge, Page, Panel, Scene
from core.positional import (
    offset_similarity,
    projected_similarity,
    rope_frequencies,
    shift_matrix,
    sinusoidal,
)
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, tidy
from pages.architecture.positional_encoding.panels import bases, shift
from pages.architecture.positional_encoding.words import EQUATIONS, projected_title, step_sentence, up_to

SIDE = 96
"""Positions in the maps that compare every position with every other."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The code on screen.

    Args:
        page: where it is shown.
        d_model: dimensions d.
        base: the base b.
        length: positions.
        code: [position dimension].
        wavelengths: tokens for a turn of each pair of dimensions.
    """

    page: Page
    d_model: int
    base: float
    length: int
    code: np.ndarray
    wavelengths: np.ndarray


def show(page: Page, places: Places) -> Scene:
    """The sinusoidal code for the chosen size and base."""
    with places[0]:
        d_model = page.controls.slider("d_model", "Dimensions d", 2, 512, step=2)
    with places[1]:
        base = page.controls.number("base", "Base b", 0.0, 1e12, step=1000.0, format="%g")
    with places[2]:
        length = page.controls.slider("length", "Positions", 1, 1024)
    code = results.code_of(length, d_model, base)
    shown = Shown(page, d_model, base, length, code, rope_frequencies(d_model, base=base).wavelengths)
    offset = shift.offset_of(page, length)
    return Scene(
        badges=(Badge.EXACT,),
        draw=lambda: main_figure(shown),
        reading=lambda: reading(d_model, base, length, offset),
        panels=(
            Panel("Waves", lambda: waves(shown)),
            Panel("Dot product", lambda: dot_product(shown)),
            shift.panel(page, code, base),
            bases.panel(page, d_model, base, length),
        ),
        checks=lambda: results.code_checks(length, d_model, base, offset),
        equations=EQUATIONS,
        code=lambda: (sinusoidal, shift_matrix, offset_similarity, projected_similarity),
        data=lambda: tidy(code, "position", "dimension", "value"),
        script=lambda: SCRIPT.format(length=length, d_model=d_model, base=base, offset=offset),
    )


SCRIPT = """from core.positional import rope_frequencies, sinusoidal, sinusoidal_checks

turns = rope_frequencies({d_model}, base={base}).wavelengths
print(f"tokens for a turn: {{turns[0]:.1f}} of the first pair, {{turns[-1]:,.0f}} of the last of {{len(turns)}}")
code = sinusoidal({length}, {d_model}, base={base})
print(code)
if {length} > {offset}:
    for check in sinusoidal_checks(code, {offset}, base={base}):
        print(check.name, check.error, check.bound)
"""


def main_figure(shown: Shown) -> None:
    """The code as a field."""
    waves, page = shown.wavelengths, shown.page
    title = (
        f"The first pair of dimensions turns in {waves[0]:.1f} tokens, the last of {len(waves)} in {waves[-1]:,.0f}"
        if len(waves) > 1
        else f"One pair of dimensions, which turns in {waves[0]:.1f} tokens"
    )
    fig = figures.code_map(shown.code, look=page.look, title=title, top=1.0)
    alt = f"Heat map of the sinusoidal code, positions across and dimensions down. {title}."
    page.plot(fig, name="sinusoidal", alt=alt)


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


def waves(shown: Shown) -> None:
    """One pair of dimensions over the positions."""
    page, code, wavelengths = shown.page, shown.code, shown.wavelengths
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
        f"{step_sentence(wavelengths[pair])} One wave alone repeats itself; the next pair turns a little more slowly, "
        "and together they tell positions apart, as the digits of a number do."
    )


def dot_product(shown: Shown) -> None:
    """The dot product against the distance, and what is left of it behind a matrix."""
    page, d_model, base, length = shown.page, shown.d_model, shown.base, shown.length
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
    title = projected_title(found.spread, found.spread_raw)
    fig = figures.two_fields(
        (f"codes alone: one value per diagonal, {up_to(found.spread_raw)}", code @ code.T / np.sqrt(d_model)),
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
