"""The base: how it divides the pairs of dimensions into fast and slow ones."""

import numpy as np
import streamlit as st

from components.page import Badge, Page, Panel
from core.positional import recorded_sweep, rope_frequencies
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly

BASES = (10.0, 100.0, 1000.0, 10_000.0, 100_000.0, 1_000_000.0)


def panel(page: Page, d_model: int, base: float, length: int) -> Panel:
    """The bars in the place of the figure."""
    return Panel(
        "The base",
        lambda: draw(page, d_model, base, length),
        stands="instead",
        badges=(Badge.EXACT,),
        checks=lambda: (*results.code_checks(length, d_model, base, 1), *recorded_sweep().checks),
        script=lambda: SCRIPT.format(d_model=d_model, base=base, length=length),
    )


SCRIPT = """from core.positional import rope_frequencies

wavelengths = rope_frequencies({d_model}, base={base}).wavelengths
print((wavelengths <= {length}).sum(), (wavelengths > 16 * {length}).sum(), wavelengths[-1])
"""


@plainly
def draw(page: Page, d_model: int, base: float, length: int) -> None:
    """How the base divides the pairs into fast and slow ones."""
    bases = sorted({*BASES, base})
    waves = [rope_frequencies(d_model, base=b).wavelengths for b in bases]
    counts = np.array([[(w <= length).sum(), ((w > length) & (w <= 16 * length)).sum(), (w > 16 * length).sum()]
                       for w in waves])  # fmt: skip
    row = bases.index(base)
    title = (
        f"Base {base:,.15g}: {counts[row, 0]} of {d_model // 2} pairs turn within {length:,} positions, "
        f"the slowest needs {waves[row][-1]:,.0f}"
    )
    fig = figures.base_bars(bases, counts, chosen=row, look=page.look, title=title)
    page.plot(fig, name="base", alt=f"Stacked bars: fast and slow pairs of dimensions for several bases. {title}.")
    ends = "; ".join(
        f"with base {bases[at]:,.0f} the slowest wave takes <b>{waves[at][-1]:,.0f}</b> tokens and "
        f"<b>{counts[at, 2]}</b> pairs hardly move"
        for at in (bases.index(100.0), bases.index(1_000_000.0))
    )
    page.note(f"Compare: {ends}.")
    st.caption(
        "The slowest wave must not come round within the text, or every single pair repeats itself in it. Each pair "
        "that hardly moves is one less for the near. “Hardly” means less than a sixteenth of a turn on all positions."
    )
    sweep = recorded_sweep()
    trained, other = float(sweep.perplexity[0]), float(sweep.select("other_base")[1][0])
    page.stamp(Badge.RECORDED)
    page.note(
        f"The base is part of what a model learns with. SmolLM2 was trained with RoPE of base "
        f"<b>{sweep.base:,.0f}</b>; run with <b>{sweep.params.other_base:,.0f}</b> instead, its perplexity on a story "
        f"of {len(sweep.tokens)} tokens goes from <b>{trained:.1f}</b> to <b>{other:.1f}</b>."
    )
