"""Tables and rows of pictures of the CLIP page as HTML, which breaks into lines where the screen is narrow."""

from collections.abc import Sequence
from functools import cache
from html import escape

import numpy as np
from plotly.colors import sample_colorscale

from components.theme import MAGNITUDE, Look

STYLE = """<style>
.clip-row { display: flex; flex-wrap: wrap; gap: 0.4rem 0.7rem; margin: 0.2rem 0 0.4rem; }
.clip-row small { font-size: 0.78rem; opacity: 0.75; }
.clip-card { font-size: 0.78rem; line-height: 1.35; border: 2px solid transparent; border-radius: 6px;
  padding: 0.3rem 0.35rem; }
.clip-card table { border-collapse: separate; border-spacing: 2px; margin: 0.15rem 0; }
.clip-card td { padding: 0.25rem 0.4rem; border-radius: 3px; }
.clip-card td.clip-share { text-align: center; }
.clip-card > b { font-size: 0.95rem; }
.clip-large { width: 100%; display: block; border-radius: 4px; margin-top: 0.5rem; }
.clip-title { font-weight: 600; border-left: 0.5rem solid; padding-left: 0.5rem; line-height: 1.2; margin-top: 0.5rem; }
.clip-picture { width: 6.6rem; font-size: 0.78rem; line-height: 1.3; }
.clip-picture img { width: 100%; border: 3px solid; border-radius: 4px; display: block; }
</style>"""


def percent_range(ends: np.ndarray | tuple[float, float]) -> str:
    """An interval of an accuracy in whole percents: "41 to 52 %"."""
    return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %"


def ink_on(share: float) -> str:
    """The color of text on viridis' color of a magnitude from 0 to 1, with a contrast of 4.5 or more."""
    return "#000000" if share > 0.44 else "#FFFFFF"


def large_picture(address: str, title: str, *, look: Look) -> str:
    """A picture as wide as its column, below its title in the style of a figure's.

    Args:
        address: its data address.
    """
    style = f"color:{look.ink};font-size:{look.title_size}px;line-height:1.3"
    return (
        f'<div class="finding" style="{style}">{escape(title)}</div>'
        f'<img class="clip-large" src="{address}" alt="{escape(title)}">'
    )


def group_card(
    name: str,
    does: str,
    accuracy: np.ndarray,
    interval: np.ndarray,
    summary: str,
    *,
    classes: Sequence[str],
    backgrounds: Sequence[str],
    border: str = "transparent",
) -> str:
    """One group table under its name.

    Args:
        name, does: what was done to the model, and how.
        accuracy: [class background].
        interval: of each, [class background 2].
        summary: a line below the table.
        border: a color.
    """
    head = "".join(f"<td>on {escape(ground)}</td>" for ground in backgrounds)
    rows = "".join(
        f"<tr><td>{escape(label)}</td>{''.join(map(_cell, accuracy[row], interval[row]))}</tr>"
        for row, label in enumerate(classes)
    )
    return (
        f'<div class="clip-card" style="border-color:{border}"><b>{escape(name)}</b> <small>{escape(does)}</small>'
        f"<table><tr><td></td>{head}</tr>{rows}</table>{escape(summary)}</div>"
    )


def _cell(accuracy: float, ends: np.ndarray) -> str:
    style = f"background:{_color_of(round(100 * accuracy))};color:{ink_on(accuracy)}"
    return f'<td class="clip-share" style="{style}"><b>{accuracy:.0%}</b><br>{percent_range(ends)}</td>'


@cache
def _color_of(percent: int) -> str:
    return str(sample_colorscale(MAGNITUDE, [percent / 100])[0])


def picture_row(title: str, pictures: Sequence[tuple[str, str, str, str]], *, color: str) -> str:
    """Pictures in frames of one color, with two lines below each.

    Args:
        pictures: (data address, what it shows in words, first line, second line) of each.
    """
    cards = "".join(
        f'<div class="clip-picture"><img src="{address}" alt="{escape(alt)}" style="border-color:{color}">'
        f"{escape(first)}<br><small>{escape(second)}</small></div>"
        for address, alt, first, second in pictures
    )
    head = f'<div class="clip-title" style="border-color:{color}">{escape(title)}</div>' if title else ""
    return f'{head}<div class="clip-row">{cards or "none"}</div>'
