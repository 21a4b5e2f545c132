"""Embeddings on their principal axes, with directions as arrows."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, escape, figure


def scatter_map(
    places: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    arrows: Mapping[str, tuple[np.ndarray, str]],
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
        arrows: name -> (direction [2], color), drawn from the origin at one length.
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
            marker={"color": colors[group % 2], "symbol": symbols[group // 2], "size": 8, "opacity": 0.75},
            hovertemplate=escape(name) + "<extra></extra>",
        )
        for group, name in enumerate(names)
    ]
    first, second = (f"{share:.0%} of the variance" for share in shares[:2])
    return figure(
        look,
        title=title,
        height=height,
        traces=dots,
        showlegend=True,
        annotations=_arrows(arrows, 0.8 * float(np.abs(places).max()), look),
        legend={"x": 0, "xanchor": "left", "y": 1.0, "yanchor": "bottom"},
        xaxis={"title": {"text": f"first axis ({first})"}, "zeroline": False, "constrain": "domain"},
        yaxis={"title": {"text": f"second axis ({second})"}, "scaleanchor": "x"},
    )


def _arrows(arrows: Mapping[str, tuple[np.ndarray, str]], reach: float, look: Look) -> list[dict[str, object]]:
    """Directions as arrows of one length from the origin, each followed by its name."""
    notes: list[dict[str, object]] = []
    ends: list[tuple[float, float]] = []
    for name, (direction, color) in arrows.items():
        length = float(np.linalg.norm(direction)) or 1.0
        x, y = (float(part) * reach / length for part in direction)
        # Arrows that end at one place get their names one above the other.
        near = sum(abs(x - other[0]) + abs(y - other[1]) < 0.3 * reach for other in ends)
        ends.append((x, y))
        arrow = {"ax": 0, "ay": 0, "axref": "x", "ayref": "y", "showarrow": True, "arrowhead": 2, "arrowwidth": 3}
        place = {"x": x * 1.08, "y": y * 1.08, "yshift": (look.size + 7) * near, "showarrow": False}
        notes += [
            {"x": x, "y": y, "arrowcolor": color, "text": "", **arrow},
            {"text": escape(name), **place, "font": {"color": look.word(color)}, "bgcolor": look.paper},
        ]
    return notes
