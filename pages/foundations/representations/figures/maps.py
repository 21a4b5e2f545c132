"""Digits on a plane, with their pictures on hover."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from pages.foundations.representations.figures.palette import DIGITS
from pages.foundations.representations.findings import named

SHADES = " ░▒▓█"
"""Signs for a pixel, from empty to full ink."""


def written(picture: np.ndarray) -> str:
    """A picture as eight lines of signs, two for each pixel, which makes it about as wide as high."""
    levels = np.rint(np.clip(picture, 0, 1) * (len(SHADES) - 1)).astype(int)
    return "<br>".join("".join(2 * SHADES[level] for level in row).rstrip() for row in levels)


def scattered(
    points: np.ndarray,
    labels: np.ndarray,
    pictures: np.ndarray,
    *,
    look: Look,
    title: str,
    axes: tuple[str, str],
    height: int,
    picked: int | None = None,
) -> go.Figure:
    """Points [digit 2] colored by label, each class named in its middle; a click carries the digit's place."""
    classes = np.unique(labels)
    traces = [_class(int(label), np.flatnonzero(labels == label), points, pictures, look) for label in classes]
    if picked is not None:
        ring = {"color": "rgba(0,0,0,0)", "size": 16, "line": {"color": look.ink, "width": 2.5}}
        traces.append(
            go.Scatter(x=points[[picked], 0], y=points[[picked], 1], mode="markers", marker=ring, hoverinfo="skip")
        )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=[_name(points[labels == label], str(label), look) for label in classes],
        xaxis={"title": {"text": axes[0]}, "showgrid": False, "showticklabels": False, "constrain": "domain"},
        yaxis={
            "title": {"text": axes[1]},
            "showgrid": False,
            "showticklabels": False,
            "scaleanchor": "x",
            "constrain": "domain",
        },
    )


def _class(label: int, mine: np.ndarray, points: np.ndarray, pictures: np.ndarray, look: Look) -> go.Scatter:
    """The points of one class, each with its picture on hover."""
    return go.Scatter(
        x=points[mine, 0].astype(np.float32),
        y=points[mine, 1].astype(np.float32),
        mode="markers",
        name=str(label),
        marker={"color": DIGITS[label], "size": 7, "opacity": 0.85},
        unselected={"marker": {"opacity": 0.85}},
        customdata=[[int(place)] for place in mine],
        text=[f"{named(label)}, number {place}<br>{written(pictures[place])}" for place in mine],
        hovertemplate="%{text}<extra></extra>",
        hoverlabel={"bgcolor": look.paper, "font": {"color": look.ink}, "align": "left"},
    )


def _name(cloud: np.ndarray, label: str, look: Look) -> dict[str, object]:
    """The class's number at the median of its points."""
    x, y = np.median(cloud, axis=0)
    return {
        "x": float(x), "y": float(y), "text": f"<b>{label}</b>", "showarrow": False, "bgcolor": look.paper,
        "opacity": 0.85, "font": {"size": look.size + 4, "color": look.word(DIGITS[int(label)])}, "borderpad": 1,
    }  # fmt: skip
