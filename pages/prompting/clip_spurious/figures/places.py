"""Heat maps laid over a picture."""

import numpy as np
import plotly.graph_objects as go

from components.phrases import signed
from components.theme import MAGNITUDE, Look, figure
from pages.prompting.clip_spurious.figures.notes import BAR_BELOW


def overlay(
    picture: str,
    values: np.ndarray | None,
    *,
    reach: float | None = None,
    look: Look,
    title: str,
    height: int = 330,
    bar: str = "",
) -> go.Figure:
    """A heat map laid over a picture, or the picture alone.

    Args:
        picture: data address of a square picture.
        values: [row column]; None shows the picture alone.
        reach: the colors are centered at 0 and end at so much on either side; None takes them from low to high.
        bar: what the colors say, below; without it no bar is there.
    """
    laid = go.Scatter(x=[None], y=[None]) if values is None else _laid_over(values, reach, look, bar)
    fig = figure(look, title=title, height=height, showlegend=False, base=go.Figure(data=[laid]))
    placed = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1, "sizey": 1, "sizing": "stretch", "layer": "below"}
    return fig.update_layout(
        images=[{"source": picture, **placed}],
        margin={"t": 40, "b": 56 if bar else 4, "l": 0, "r": 8},
        xaxis={"visible": False, "range": [0, 1], "constrain": "domain"},
        yaxis={"visible": False, "range": [1, 0], "scaleanchor": "x", "constrain": "domain"},
    )


def _laid_over(values: np.ndarray, reach: float | None, look: Look, bar: str) -> go.Heatmap:
    rows, columns = values.shape
    two_sided = {"colorscale": look.diverging, "zmin": -(reach or 1.0), "zmax": reach or 1.0}
    colors = {"colorscale": MAGNITUDE} if reach is None else two_sided
    return go.Heatmap(
        z=values.astype(np.float32),
        x=(np.arange(columns) + 0.5) / columns,
        y=(np.arange(rows) + 0.5) / rows,
        opacity=0.62,
        showscale=bool(bar),
        colorbar=_bar(values, reach, look, bar) if bar else None,
        hovertemplate="%{z:.3f}<extra></extra>",
        **colors,
    )


def _bar(values: np.ndarray, reach: float | None, look: Look, words: str) -> dict[str, object]:
    """A color bar whose ends have their values: of a short range plotly marks the middle alone."""
    ends = [float(values.min()), float(values.max())] if reach is None else [-reach, 0.0, reach]
    told = [f"{end:.2g}" if reach is None or not end else signed(f"{end:+.2g}") for end in ends]
    title = {"text": words, "side": "bottom", "font": {"size": look.size}}
    return {**BAR_BELOW, "tickvals": ends, "ticktext": told, "title": title}
