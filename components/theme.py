"""How things look: roles of color, the plotly template, light and dark, screen and projector.

No streamlit here, so that figures can be drawn and tested without a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io
from _plotly_utils.utils import to_typed_array_spec

from components.course import CHAPTERS
from components.margins import margins
from components.plotting import hasten

# Plotly copies and checks a template with each figure it makes, and Streamlit sets one when it is imported. Ours is put
# in once, when the figure is drawn.
plotly.io.templates.default = None
hasten()

ROLES: dict[str, str] = {
    "query": "#0072B2",
    "key": "#D55E00",
    "value": "#009E73",
    "draft": "#56B4E9",
    "accepted": "#009E73",
    "rejected": "#D55E00",
    "source": "#0072B2",
    "target": "#E69F00",
    "mass": "#8A8F98",
    "proxy": "#E69F00",
    "gold": "#8C6D1F",
    "kl": "#CC79A7",
    "land": "#009E73",
    "water": "#0072B2",
}
"""The same thing has the same color on every page, in words and in figures (Okabe and Ito's palette)."""

DARK_ROLES: dict[str, str] = {
    "query": "#3D9BD6",
    "source": "#3D9BD6",
    "water": "#3D9BD6",
    "key": "#EC7A2B",
    "rejected": "#EC7A2B",
    "value": "#2FCA94",
    "accepted": "#2FCA94",
    "land": "#2FCA94",
    "gold": "#A47C25",
}
"""Lighter steps of the roles that would sink into dark paper; a role that is not here keeps its color."""

CATEGORIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#885C3D", "#5B6A70")
"""Series without a role take them in turn: six colors of Okabe and Ito, and two that the color-blind tell from them."""

MAGNITUDE = "Viridis"
DIVERGING = [
    [0.0, "#0072B2"],
    [0.25, "#7FB5D8"],
    [0.5, "#F4F4F2"],
    [0.75, "#EBA77A"],
    [1.0, "#D55E00"],
]
DARK_DIVERGING = [
    [0.0, "#3D9BD6"],
    [0.25, "#24577A"],
    [0.5, "#1C1F24"],
    [0.75, "#8A4A1F"],
    [1.0, "#EC7A2B"],
]
ENLARGED = 7 / 6
"""A given height of a figure becomes larger by this much on a projector."""

TITLE_ROOM = 32
"""Pixels that each figure keeps free at its top for its title. A page shows the title as text above it: `untitled`."""

SANS = "Inter, sans-serif"
MONO = "JetBrains Mono, monospace"

SCREEN = 800
"""The height of a desk's screen, in pixels."""


@dataclass(frozen=True, slots=True)
class Look:
    """Where a figure is shown: on light or dark paper, at a desk or on a projector.

    Args:
        tall: the height of a screen in pixels, less what stands above the figure in a lesson; a desk's is SCREEN.
    """

    dark: bool = False
    presenter: bool = False
    tall: int = SCREEN

    @property
    def paper(self) -> str:
        """The color of the page behind a figure."""
        return "#121417" if self.dark else "#FCFCFA"

    @property
    def ink(self) -> str:
        """The color of text and of marks without a role."""
        return "#EDEDE8" if self.dark else "#1A1C1F"

    @property
    def quiet(self) -> str:
        """The color of axis text and of what should not draw the eye; 4.5:1 on its paper."""
        return "#A3A8B0" if self.dark else "#62676E"

    @property
    def faint(self) -> str:
        """The color of grid lines."""
        return "#2A2E34" if self.dark else "#E7E7E2"

    @property
    def size(self) -> int:
        """The font size of a figure's text, in pixels."""
        return 18 if self.presenter else 13

    @property
    def title_size(self) -> int:
        """The font size of a figure's title, in pixels."""
        return self.size + 3

    @property
    def hero(self) -> int:
        """The height of a main figure with its title, in pixels.

        At a desk it fills three fifths of a screen of 1280 x 800; a projector's figure leaves the question, the
        controls and three lines of reading in sight.
        """
        return max(self.tall, 640) - 262 if self.presenter else self.tall - 290

    @property
    def diverging(self) -> list[list[Any]]:
        """A zero-centered scale for signed values; its middle is the paper's color."""
        return [list(stop) for stop in (DARK_DIVERGING if self.dark else DIVERGING)]

    def role(self, name: str) -> str:
        """The color of a role; raises KeyError for a name that is no role."""
        return DARK_ROLES.get(name, ROLES[name]) if self.dark else ROLES[name]

    def word(self, color: str) -> str:
        """The color of words that name something of a color: 60 % of it and 40 % ink, 4.5:1 on this paper."""
        return mixed(color, self.ink, 0.6)

    def accent(self, chapter: str) -> str:
        """The accent of a chapter on this paper."""
        return CHAPTERS[chapter].dark if self.dark else CHAPTERS[chapter].light


def mixed(color: str, ground: str, share: float) -> str:
    """A color of which `share` is laid over a ground."""
    parts = (share * int(color[at : at + 2], 16) + (1 - share) * int(ground[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part):02X}" for part in parts)


@lru_cache(maxsize=4)
def template(look: Look) -> dict[str, Any]:
    """The plotly template of the house: no frame, faint grid, titles at the left, our fonts."""
    axis = {
        "gridcolor": look.faint,
        "zerolinecolor": look.faint,
        "linecolor": look.faint,
        "tickcolor": look.faint,
        "tickfont": {"color": look.quiet, "size": look.size - 1},
        "title": {"font": {"color": look.quiet, "size": look.size}, "standoff": 8},
        "automargin": True,
        # Plotly would measure each label anew to hide what leaves the figure, and its margins let nothing leave it.
        "ticklabeloverflow": "allow",
        "zeroline": False,
    }
    house = go.layout.Template(
        layout={
            "font": {"family": SANS, "size": look.size, "color": look.ink},
            "title": {
                "font": {"size": look.title_size, "color": look.ink},
                "x": 0.0,
                "xref": "container",
                "xanchor": "left",
                "pad": {"l": 4},
            },
            "paper_bgcolor": look.paper,
            "plot_bgcolor": look.paper,
            "colorway": list(CATEGORIES),
            "colorscale": {"sequential": MAGNITUDE},
            "coloraxis": {"colorbar": {"outlinewidth": 0, "thickness": 12}},
            "xaxis": axis,
            "yaxis": axis,
            "margin": {"l": 8, "r": 8, "t": TITLE_ROOM + 12, "b": 8},
            "hoverlabel": {"font": {"family": MONO, "size": look.size}},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": look.quiet, "activecolor": look.ink},
        }
    )
    return dict(house.to_plotly_json())


def figure(
    look: Look,
    *,
    title: str,
    height: int | None,
    traces: Sequence[Any] = (),
    base: go.Figure | None = None,
    **layout: object,
) -> go.Figure:
    """A figure for the house style, which is put on when it is drawn.

    What is known at once is best given at once: plotly takes five times as long to check traces, axes and notes one by
    one.

    Args:
        look: paper and size of type.
        title: the finding in words; it is escaped, so text of a visitor may stand in it.
        height: pixels at a desk, of which a projector gets a sixth more; None for a main figure's.
        traces: what it shows.
        base: a figure of several plots (`make_subplots`) to put into the style; its plots' names turn quiet.
        layout: further layout properties.
    """
    tall = look.hero if height is None else round(height * (ENLARGED if look.presenter else 1))
    layout |= {"title": {"text": escape(title)}, "height": tall}
    if base is None:
        return go.Figure(list(traces), layout)
    base.update_annotations(font={"color": look.quiet, "size": look.size})
    return base.add_traces(list(traces)).update_layout(layout)


def completed(fig: go.Figure, *, frames: Sequence[dict[str, Any]] = (), **layout: Any) -> go.Figure:
    """A figure with frames and parts of its layout that are many and alike: plotly would check each at every move.

    Here nothing is checked; a test builds the same figure with plotly's checks.

    Args:
        fig: without frames, checked before.
        frames: each with its name, data and traces; an array in a trace is sent as plotly sends it.
        layout: further layout properties.
    """
    parts = fig.to_dict()
    sent = [frame | {"data": [_sent(trace) for trace in frame["data"]]} for frame in frames]
    return Drawn({**parts, "layout": {**parts["layout"], **layout}, "frames": sent})


def _sent(trace: dict[str, Any]) -> dict[str, Any]:
    """A trace with its arrays as bytes in base64 beside their type and shape."""
    return {name: to_typed_array_spec(part) if isinstance(part, np.ndarray) else part for name, part in trace.items()}


class Drawn(go.Figure):
    """A figure as the browser gets it: checked before, so that nothing here checks or copies its numbers again."""

    def __init__(self, parts: dict[str, Any]) -> None:
        object.__setattr__(self, "_parts", parts)

    def to_dict(self) -> dict[str, Any]:
        """The parts, which nobody may change."""
        return dict(self._parts)


def drawn(fig: go.Figure, look: Look) -> go.Figure:
    """A copy of a figure in the house style."""
    return _styled(fig.to_dict(), look)


def _styled(parts: dict[str, Any], look: Look) -> go.Figure:
    house, layout = template(look), parts["layout"]
    layout = {**layout, "margin": house["layout"]["margin"] | layout.get("margin", {})}
    layout["margin"] = margins(parts["data"], layout, look.size)
    return Drawn({**parts, "layout": {**layout, "template": house}})


def untitled(fig: go.Figure, look: Look) -> tuple[str, go.Figure]:
    """Takes the title out of a figure, because plotly cuts one that is longer than the figure is wide.

    Args:
        fig: it stays as it is.
        look: where it is shown.

    Returns:
        The title as plain text, and a copy of the figure in the house style, without the title and lower by the room
        that it took above the plot.
    """
    parts = fig.to_dict()
    layout = dict(parts["layout"])
    title = layout.pop("title", {}).get("text") or ""
    margin = layout.get("margin", {})
    top = margin.get("t", template(look)["layout"]["margin"]["t"])
    lower = {"height": layout["height"] - TITLE_ROOM, "margin": {**margin, "t": top - TITLE_ROOM}}
    return unescape(title), _styled({**parts, "layout": layout | lower}, look)


def escape(text: str) -> str:
    """Text as plotly shows it literally: plotly reads a small set of tags and entities in every label."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
