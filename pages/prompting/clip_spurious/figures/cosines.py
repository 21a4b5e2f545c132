"""Cosines of pictures with texts."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import MAGNITUDE, Look, escape, figure
from pages.prompting.clip_spurious.figures.notes import BAR_BELOW


def similarity(
    cosines: np.ndarray,
    texts: Sequence[str],
    pictures: Sequence[str],
    *,
    look: Look,
    title: str,
    names: Sequence[str] | None = None,
    low: bool = False,
) -> go.Figure:
    """Pictures across, texts down, so that texts can be read; the color follows the cosine.

    Args:
        cosines: [picture text].
        pictures: data addresses, drawn above their columns.
        names: of the pictures, below their columns; their numbers without it.
        low: each text stands on one line, so that the rows are as low as the type allows.
    """
    labels, count = [one_line(text) if low else two_lines(text) for text in texts], len(pictures)
    rows = sum(15 if low else 14 + 13 * (1 + label.count("<br>")) for label in labels)
    top, bottom = (112, 76) if low else (118, 82)
    fig = figure(look, title=title, height=top + bottom + max(rows, 110), margin={"t": top, "b": bottom})
    fig.add_trace(
        go.Heatmap(
            z=cosines.T.astype(np.float32),
            y=list(range(len(labels))),
            colorscale=MAGNITUDE,
            colorbar=BAR_BELOW,
            text=[[escape(text[:200])] * count for text in texts],
            texttemplate="%{z:.2f}" if cosines.size <= 240 else None,
            xgap=1,
            ygap=1,
            hovertemplate="picture %{x}<br>%{text}<br>cosine %{z:.3f}<extra></extra>",
        )
    )
    placed = {"xref": "x", "yref": "y domain", "y": 1, "sizex": 0.92, "sizey": 70 / max(rows, 110), "sizing": "contain"}
    fig.update_layout(
        images=[
            {"source": address, "x": place, "xanchor": "center", "yanchor": "bottom", **placed}
            for place, address in enumerate(pictures)
        ]
    )
    fig.update_xaxes(
        title_text="picture; the color is the cosine",
        range=[-0.5, count - 0.5],
        showgrid=False,
        tickvals=list(range(count)),
        ticktext=None if names is None else [escape(name[:14]) for name in names],
        tickangle=0 if names is None else None,
    )
    return fig.update_yaxes(
        range=[len(labels) - 0.5, -0.5], showgrid=False, tickvals=list(range(len(labels))), ticktext=labels
    )


def two_lines(text: str, *, length: int = 20) -> str:
    """A label of at most two lines, broken at a space where it is long, and cut where it is longer still."""
    if len(text) <= length:
        return escape(text)
    cut = text.rfind(" ", 0, length + 1)
    first, second = (text[:cut], text[cut + 1 :]) if cut > 0 else (text[:length], text[length:])
    return f"{escape(first)}<br>{escape(second if len(second) <= length else second[: length - 1] + '…')}"


def one_line(text: str, *, length: int = 34) -> str:
    """A label of one line, cut where it is longer."""
    return escape(text if len(text) <= length else text[: length - 1] + "…")
