"""Cosines of pictures with texts."""

from collections.abc import Sequence
from itertools import takewhile

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
    low: bool = False,
    short: bool = False,
    first: int = 0,
    limits: tuple[float, float] | None = None,
) -> go.Figure:
    """Pictures across, texts down, so that texts can be read; the color follows the cosine.

    Args:
        cosines: [picture text].
        pictures: data addresses, drawn above their columns, which are numbered: names would not fit a phone.
        low: each text stands on one line, so that the rows are as low as the type allows.
        short: the words that all texts begin with stand once, at the axis, so that it fits a narrow screen.
        first: the number of the first picture, where others stand in a figure before this one.
        limits: the least and the largest cosine of all figures that share these colors; those of this one without it.
    """
    start = common_start(texts) if short else ""
    rest = [text.removeprefix(start) for text in texts]
    labels, count = [one_line(text) if low else two_lines(text) for text in rest], len(pictures)
    places = list(range(first, first + count))
    rows = sum(15 if low else 14 + 13 * (1 + label.count("<br>")) for label in labels)
    top, bottom = (112, 76) if low else (118, 82)
    return figure(
        look,
        title=title,
        height=top + bottom + max(rows, 110),
        margin={"t": top, "b": bottom},
        traces=[_cells(cosines, texts, places, limits or (None, None))],
        images=_above_columns(pictures, places, height=70 / max(rows, 110)),
        xaxis={
            "title": {"text": "picture; the color is the cosine"},
            "range": [first - 0.5, first + count - 0.5],
            "showgrid": False,
            "tickvals": places,
        },
        yaxis={
            "title": {"text": f"{escape(start.strip())} …" if start else None},
            "range": [len(labels) - 0.5, -0.5],
            "showgrid": False,
            "tickvals": list(range(len(labels))),
            "ticktext": labels,
        },
    )


def _cells(
    cosines: np.ndarray, texts: Sequence[str], places: Sequence[int], limits: tuple[float | None, float | None]
) -> go.Heatmap:
    """The cosines [picture text] in color, with their numbers where they are few."""
    return go.Heatmap(
        z=cosines.T.astype(np.float32),
        x=places,
        y=list(range(len(texts))),
        zmin=limits[0],
        zmax=limits[1],
        colorscale=MAGNITUDE,
        colorbar=BAR_BELOW,
        text=[[escape(text[:200])] * len(places) for text in texts],
        texttemplate="%{z:.2f}" if cosines.size <= 240 else None,
        xgap=1,
        ygap=1,
        hovertemplate="picture %{x}<br>%{text}<br>cosine %{z:.3f}<extra></extra>",
    )


def _above_columns(pictures: Sequence[str], places: Sequence[int], *, height: float) -> list[dict[str, object]]:
    """The pictures over the columns of a chart; `height` is a share of the chart's."""
    placed = {"xref": "x", "yref": "y domain", "y": 1, "sizex": 0.92, "sizey": height, "sizing": "contain"}
    return [
        {"source": address, "x": place, "xanchor": "center", "yanchor": "bottom", **placed}
        for place, address in zip(places, pictures, strict=True)
    ]


def common_start(texts: Sequence[str], *, least: int = 6) -> str:
    """The words that all texts begin with, at least so many letters of them; otherwise nothing."""
    words = zip(*(text.split(" ")[:-1] for text in texts), strict=False) if len(texts) > 1 else ()
    start = "".join(f"{same[0]} " for same in takewhile(lambda same: len(set(same)) == 1, words))
    return start if len(start) >= least else ""


def bars(
    cosines: Sequence[np.ndarray],
    texts: Sequence[Sequence[str]],
    *,
    look: Look,
    title: str,
    classes: Sequence[str],
) -> go.Figure:
    """The cosine of one picture with each description, class after class, and the mean of each class as a line.

    Args:
        cosines, texts: of each class, in the order of the classes.
    """
    colors = [look.role("land"), look.role("water")]
    count = sum(map(len, texts))
    starts = np.cumsum([0, *map(len, texts)])
    traces = [
        go.Bar(
            x=values.astype(np.float32),
            y=np.arange(start, start + len(values)),
            orientation="h",
            name=escape(name),
            marker={"color": color},
            texttemplate="%{x:.2f}",
            textposition="inside",
            insidetextanchor="start",
            hovertemplate="cosine %{x:.3f}<extra>" + escape(name) + "</extra>",
        )
        for values, start, name, color in zip(cosines, starts, classes, colors, strict=False)
    ]
    means = [_mean_line(values, int(start), look) for values, start in zip(cosines, starts, strict=False)]
    return figure(
        look,
        title=title,
        height=max(280, 110 + 19 * count),
        traces=traces,
        shapes=means,
        showlegend=True,
        xaxis={"title": {"text": "cosine (dotted: mean)"}},
        yaxis={
            "range": [count - 0.5, -0.5],
            "tickvals": list(range(count)),
            "ticktext": [one_line(text, length=24) for group in texts for text in group],
            "showgrid": False,
        },
    )


def _mean_line(values: np.ndarray, start: int, look: Look) -> dict[str, object]:
    """The mean of one class, as a line over its bars, which begin in row `start`."""
    mean = float(values.mean())
    line = {"color": look.ink, "width": 2, "dash": "dot"}
    return {"type": "line", "x0": mean, "x1": mean, "y0": start - 0.5, "y1": start + len(values) - 0.5, "line": line}


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
