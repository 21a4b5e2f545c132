"""Embeddings on their principal axes, with directions as arrows."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure

LEAST = 0.01
"""A direction of which less lies within the map has no arrow: what is left is rounding noise."""

Arrow = tuple[np.ndarray, str, str]
"""The part of a direction within the map, in units of its length; its color; its dash."""


def scatter_map(
    places: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    arrows: Mapping[str, Arrow],
    *,
    shares: np.ndarray,
    look: Look,
    title: str,
    height: int = 480,
) -> go.Figure:
    """Embeddings on their first two principal axes, colored by background and marked by class.

    Args:
        places: [picture, 2].
        groups: number of each picture's group: class * 2 + background.
        names: of the four groups.
        arrows: name -> arrow; its length is the part of the direction that lies within the map, which its name in the
            legend gives. The dotted circle is where it would end if all of it did.
        shares: part of the variance along the two axes.
    """
    colors, symbols = (look.role("land"), look.role("water")), ("circle-open", "cross-thin-open")
    inside = [places[groups == group].astype(np.float32) for group in range(len(names))]
    dots = [
        go.Scatter(
            x=inside[group][:, 0],
            y=inside[group][:, 1],
            mode="markers",
            name=escape(name),
            marker={"color": colors[group % 2], "symbol": symbols[group // 2], "size": 8, "opacity": 0.6},
            hovertemplate=escape(name) + "<extra></extra>",
        )
        for group, name in enumerate(names)
    ]
    reach = 0.8 * float(np.abs(places).max())
    first, second = (f"{share:.0%} of the variance" for share in shares[:2])
    return figure(
        look,
        title=title,
        height=height,
        traces=[*dots, *_arrows(arrows, reach)],
        showlegend=True,
        annotations=_gone(arrows, look),
        shapes=[_circle(reach, look)],
        legend={"x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"},
        xaxis={"title": {"text": f"first axis ({first})"}, "zeroline": False, "constrain": "domain"},
        yaxis={"title": {"text": f"second axis ({second})"}, "scaleanchor": "x"},
    )


def _circle(reach: float, look: Look) -> dict[str, object]:
    line = {"color": look.quiet, "width": 1, "dash": "dot"}
    return {"type": "circle", "x0": -reach, "x1": reach, "y0": -reach, "y1": reach, "line": line}


def _seen(arrows: Mapping[str, Arrow]) -> dict[str, Arrow]:
    """The arrows of which the map shows enough."""
    return {name: arrow for name, arrow in arrows.items() if np.linalg.norm(arrow[0]) >= LEAST}


def _arrows(arrows: Mapping[str, Arrow], reach: float) -> list[go.Scatter]:
    """Directions as arrows from the origin, as long as what of them lies within the map."""
    return [
        go.Scatter(
            x=[0, float(part[0]) * reach],
            y=[0, float(part[1]) * reach],
            mode="lines+markers",
            name=f"{escape(name)}: {np.linalg.norm(part):.0%}",
            line={"color": color, "width": 3, "dash": dash},
            marker={"symbol": ["circle", "arrow"], "size": [1, 14], "angleref": "previous", "color": color},
            hovertemplate=f"{escape(name)}: {np.linalg.norm(part):.0%} of its length lies in this plane<extra></extra>",
        )
        for name, (part, color, dash) in _seen(arrows).items()
    ]


def _gone(arrows: Mapping[str, Arrow], look: Look) -> list[dict[str, object]]:
    """A note on the directions of which nothing is left in the map."""
    gone = [name for name in arrows if name not in _seen(arrows)]
    if not gone:
        return []
    place = {"x": 0.5, "y": 0.01, "xref": "x domain", "yref": "y domain", "showarrow": False, "yanchor": "bottom"}
    text = f"nothing left in this plane: {escape('; '.join(gone))}"
    return [{**place, "text": text, "font": {"color": look.ink}, "bgcolor": look.paper}]
