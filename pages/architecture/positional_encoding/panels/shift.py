"""The shift map: one matrix that moves every position by the same number of tokens."""

import numpy as np
import streamlit as st

from components.figures.fields import field
from components.page import Badge, Page, Panel
from core.positional import shift_matrix
from pages.architecture.positional_encoding import results
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import plainly
from pages.architecture.positional_encoding.words import up_to

SHOWN_DIMENSIONS = 32
"""Dimensions of the shift map on screen; the error is taken over all of them."""

HEIGHT = 380
"""The height of both figures in pixels: so that their reading is still in sight."""


def panel(page: Page, code: np.ndarray, base: float) -> Panel:
    """The matrix in the place of the figure.

    Args:
        code: [position dimension].
        base: the base that made it.
    """
    length, d_model = code.shape
    return Panel(
        "Shift map",
        lambda: draw(page, code, base),
        stands="instead",
        badges=(Badge.EXACT,),
        checks=lambda: results.code_checks(length, d_model, base, offset_of(page, length)),
        script=lambda: SCRIPT.format(
            d_model=d_model, base=base, offset=offset_of(page, length), start=page.controls.value("start")
        ),
    )


def offset_of(page: Page, length: int) -> int:
    """The shift k, as far as there are positions for it."""
    return int(max(1, min(page.controls.value("offset"), length - 1)))


SCRIPT = """from core.positional import shift_matrix, sinusoidal

matrix = shift_matrix({d_model}, {offset}, base={base})
code = sinusoidal({start} + {offset} + 1, {d_model}, base={base})
mapped = matrix @ code[{start}]
print(matrix)
print(abs(mapped - code[{start} + {offset}]).max())
"""


@plainly
def draw(page: Page, code: np.ndarray, base: float) -> None:
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
    drawn = min(d_model, SHOWN_DIMENSIONS)
    with left:
        _draw_matrix(page, matrix[:drawn, :drawn], offset)
    with right:
        title = f"M PE({start}) is PE({start + offset}), {up_to(error)}"
        fig = figures.shifted(
            code[start, :drawn],
            code[start + offset, :drawn],
            mapped[:drawn],
            offset=offset,
            look=page.look,
            title=title,
            height=HEIGHT,
        )
        page.plot(fig, name="shifted", alt=f"A code, the shifted code, and the mapped code. {title}.")
    hidden = f" The first {drawn} of {d_model} dimensions are drawn." if drawn < d_model else ""
    page.note(
        f"M takes PE({start}) to PE({start + offset}), <b>{up_to(error)}</b>. Move p: the code changes, the matrix "
        "does not. It knows the shift and never the place."
    )
    st.caption(f"It needs sine and cosine of the same frequency.{hidden}")


def _draw_matrix(page: Page, matrix: np.ndarray, offset: int) -> None:
    title = f"M for k = {offset}: one small rotation for each pair"
    fig = field(
        matrix,
        look=page.look,
        title=title,
        x_label="dimension of PE(p)",
        y_label="dimension of PE(p + k)",
        label="entry",
        top=1.0,
        square=True,
        height=HEIGHT,
    )
    page.plot(fig, name="shift_matrix", alt=f"The shift map as a block-diagonal matrix. {title}.")
