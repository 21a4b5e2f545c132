"""ALiBi: straight lines down with the distance, one slope for each head."""

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.figures.fields import cells
from components.figures.lines import lines
from components.page import Badge, Page, Panel, Scene
from core.positional import alibi_bias, alibi_checks, alibi_slopes, naive_slopes
from pages.architecture.positional_encoding.figures import codes as figures
from pages.architecture.positional_encoding.main import Places, tidy
from pages.architecture.positional_encoding.words import EQUATIONS, weights_title

FAR = 64
"""The distance of the example in the live sentence."""


@dataclass(frozen=True, eq=False)
class Shown:
    """The bias on screen.

    Args:
        page: where it is shown.
        slopes: of all heads.
        head: the one that is shown.
        length: positions.
    """

    page: Page
    slopes: np.ndarray
    head: int
    length: int

    @property
    def slope(self) -> float:
        """What the head takes off the score for each token of distance."""
        return float(self.slopes[self.head])

    @property
    def bias(self) -> np.ndarray:
        """The bias of the head, [query key]."""
        return np.asarray(alibi_bias(len(self.slopes), self.length, self.length)[self.head])


def show(page: Page, places: Places) -> Scene:
    """ALiBi's bias matrix of one head."""
    with places[0]:
        n_heads = page.controls.number("n_heads", "Heads n", 0, 64)
    every = alibi_slopes(n_heads)
    with places[1]:
        head = page.controls.slider("alibi_head", "Head", 0, n_heads - 1)
    with places[2]:
        length = page.controls.slider("bias_length", "Positions", 2, 256)
    shown = Shown(page, every, head, length)
    return Scene(
        badges=(Badge.EXACT,),
        draw=lambda: main_figure(shown),
        reading=lambda: reading(shown),
        panels=(
            Panel("Slopes", lambda: slopes(page, n_heads, head)),
            Panel("Weights", lambda: weights(page, every, length)),
        ),
        checks=lambda: alibi_checks(n_heads),
        equations=EQUATIONS,
        code=lambda: (alibi_slopes, alibi_bias, naive_slopes, alibi_checks),
        data=lambda: tidy(shown.bias, "query", "key", "bias"),
        script=lambda: SCRIPT.format(n_heads=n_heads, length=length, head=head),
    )


SCRIPT = """from core.positional import alibi_bias, alibi_checks, alibi_slopes

print(alibi_slopes({n_heads}))
bias = alibi_bias({n_heads}, {length}, {length})[{head}]
print(bias)
for check in alibi_checks({n_heads}):
    print(check.name, check.error, check.bound)
"""


def main_figure(shown: Shown) -> None:
    """The bias as a field, and beside it the lines of all heads."""
    look, head, length = shown.page.look, shown.head, shown.length
    corners = np.array([1 - length, 0, length - 1])
    title = f"Head {head} of {len(shown.slopes)} takes {shown.slope:.3g} off the score for each token of distance"
    fig = figures.beside(
        cells(shown.bias, look=look, x_label="key", y_label="query", label="bias"),
        {f"head {h}": -each * np.abs(corners) for h, each in enumerate(shown.slopes)},
        corners,
        chosen=f"head {head}",
        steps=False,
        look=look,
        title=f"{title}; the other heads in gray",
        y_label="bias",
    )
    shown.page.plot(fig, name="alibi", alt=f"ALiBi's bias for every query and key. {title}.", roomy=True)


def reading(shown: Shown) -> str:
    """The live sentence: what a distance costs."""
    slope = shown.slope
    return (
        f"A key <b>{FAR}</b> tokens away loses <b>{slope * FAR:.2f}</b>, so its weight is "
        f"{_shrunk(slope * FAR)} beside an equal key at distance 0. The weight halves every "
        f"<b>{math.log(2) / slope:,.1f}</b> tokens. A decoder uses the lower left half; its mask covers the rest."
    )


def _shrunk(loss: float) -> str:
    """The factor exp(-loss) in words."""
    return f"divided by <b>{math.exp(loss):,.1f}</b>" if loss < 12 else f"<b>{math.exp(-loss):.0e}</b> of its size"


def slopes(page: Page, n_heads: int, head: int) -> None:
    """The slopes of all heads, beside the formula that holds for powers of two only."""
    used, naive = alibi_slopes(n_heads), naive_slopes(n_heads)
    power = 2 ** (n_heads.bit_length() - 1)
    if power == n_heads:
        title = f"{n_heads} heads, a power of two: the slopes fall by the same factor from head to head"
    else:
        title = f"{n_heads} heads: the slopes of {power} heads, then every second of {2 * power}; not in order"
    fig = figures.slopes(used, naive, head=head, look=page.look, title=title)
    page.plot(fig, name="slopes", alt=f"Slope of each head on a logarithmic axis. {title}.")
    off = float(np.abs(used - naive).max())
    st.caption(
        "ALiBi has no trained numbers: the slopes are fixed before training. "
        + (
            "The rule was written for powers of two."
            if power == n_heads
            else f"2^(−8h/n) taken for every n would be wrong by up to {off:.2f}. Models with such a number of heads "
            f"(as MPT and BLOOM allow) use the patched rule: head {power} is steep again, steeper than head 0."
        )
    )


def weights(page: Page, slopes: np.ndarray, length: int) -> None:
    """How far the steepest, two middle, and the flattest head see when all keys are equal."""
    order = np.argsort(-slopes)
    heads = [int(order[at]) for at in sorted({0, len(order) // 3, 2 * len(order) // 3, len(order) - 1})]
    distances = np.arange(length)
    powers = {f"head {head}": np.exp(-slopes[head] * distances) for head in heads}
    series = {name: power / power.sum() for name, power in powers.items()}
    reach = [int(np.searchsorted(np.cumsum(shares), 0.9)) + 1 for shares in series.values()]
    title = weights_title(reach)
    fig = lines(
        series,
        look=page.look,
        title=title,
        x_label="distance (tokens)",
        y_label="attention weight",
        log_y=True,
    )
    # The steepest head ends far below the axis, and its name would go with it.
    fig.layout.annotations = ()
    fig.update_layout(showlegend=True, margin_t=76, margin_r=8)
    floor = max(float(min(shares.min() for shares in series.values())), 1e-6)
    fig.update_yaxes(range=[math.log10(floor), 0.1])
    page.plot(fig, name="alibi_weights", alt=f"Attention weight against the distance for several heads. {title}.")
    st.caption(
        "The bias alone, without content: each head has its own window, and the steeper its slope, the shorter. Beyond "
        "the trained length the line goes on, but a steep head sees nothing there."
    )
