"""The grammar as a map with the way of a search on it, and its best prompt so far, seen and held out."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import inks
from components.theme import MAGNITUDE, Look, figure, mixed
from core.prompting import GRAMMAR, SLOTS, Wording
from pages.prompting.searching_prompts.results import Found

INSTRUCTION_WORDS = ("(none)", "Classify …", "How … feel?", "You are …")
PLACE_WORDS = ("bare", "Review:", "“ ”")
CUE_WORDS = ("Sentiment:", "Answer:", "The review<br>is", "All in all,<br>it was")
ROWS, COLUMNS = 12, 8


def cell_of(wording: Wording) -> tuple[int, int]:
    """Row and column of a prompt on the map."""
    return divmod(GRAMMAR.index(wording), COLUMNS)


def search_figure(found: Found, step: int, *, look: Look, title: str) -> go.Figure:
    """The map at the left, curves at the right.

    Args:
        found: the search. step: the evaluation in question, from 1.
    """
    base = make_subplots(rows=1, cols=2, column_widths=[0.6, 0.4], horizontal_spacing=0.14 if look.presenter else 0.09)
    base.add_traces(_map(found, step, look), rows=[1] * 3, cols=[1] * 3)
    curves = _curves(found, step, look)
    base.add_traces(curves, rows=[1] * len(curves), cols=[2] * len(curves))
    return figure(
        look,
        title=title,
        height=None,
        base=base,
        showlegend=False,
        shapes=[_frame(found, step, look), _moment(step, look), _optimum(found, look)],
        annotations=_names(found, look),
        margin={"t": 70, "r": 12},
        xaxis={
            "tickvals": list(range(COLUMNS)),
            "ticktext": [f"{cue}<br>{label.split()[0]}" for cue in CUE_WORDS for label in SLOTS[3]],
            "tickangle": 0,
            "tickfont": {"size": 12 if look.presenter else 10},
            "showgrid": False,
            "range": [-0.5, COLUMNS - 0.5],
            "title": {"text": "cue, and the praising label"},
        },
        yaxis={
            "tickvals": list(range(ROWS)),
            "ticktext": [f"{said} · {place}" for said in INSTRUCTION_WORDS for place in PLACE_WORDS],
            "showgrid": False,
            "range": [ROWS - 0.5, -0.5],
            "title": {"text": "instruction · place of the review"},
        },
        xaxis2={
            "title": {"text": "evaluation"},
            "showgrid": False,
            "range": [0.5, len(found.search.tried) * 1.02 + 0.5],
        },
        yaxis2={"title": {"text": "share of reviews right"}, "tickformat": ".0%", "range": [_floor(found), 1.04]},
    )


BAR_ABOVE = {
    "orientation": "h",
    "x": 0.29,
    "y": 1.04,
    "yanchor": "bottom",
    "lenmode": "pixels",
    "len": 220,
    "thickness": 8,
    "ypad": 0,
    "tickformat": ".0%",
    "nticks": 3,
    "tickangle": 0,
    "outlinewidth": 0,
}
"""A color bar in the middle above the map."""


def _floor(found: Found) -> float:
    return max(0.0, min(float(found.bands.min()), min(found.search.scores)) - 0.06)


def _map(found: Found, step: int, look: Look) -> list[Any]:
    """Colors of all prompts, the evaluations in their cells, and squares to be clicked."""
    scores = np.array([found.table[wording] for wording in GRAMMAR])
    order = {wording: place + 1 for place, wording in enumerate(found.search.tried)}
    words = [str(order[wording]) if order.get(wording, step + 1) <= step else "" for wording in GRAMMAR]
    low, high = float(scores.min()), float(scores.max())
    papers = inks((scores - low) / ((high - low) or 1.0), MAGNITUDE)
    cells = go.Heatmap(
        z=scores.reshape(ROWS, COLUMNS).astype(np.float32),
        zmin=low,
        zmax=high if high > low else low + 1e-9,
        colorscale=MAGNITUDE,
        xgap=2,
        ygap=2,
        colorbar={
            **BAR_ABOVE,
            "title": {"text": "score ", "side": "right", "font": {"color": look.quiet, "size": look.size - 1}},
        },
        hoverinfo="skip",
    )
    x, y = np.tile(np.arange(COLUMNS), ROWS), np.repeat(np.arange(ROWS), COLUMNS)
    numbers = go.Scatter(
        x=x, y=y, mode="text", text=words, textfont={"color": papers, "size": look.size}, hoverinfo="skip"
    )
    held = [found.held_out[wording] for wording in GRAMMAR]
    squares = go.Scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 24, "opacity": 0.0, "symbol": "square"},
        customdata=[
            [
                order.get(wording, 0),
                float(score),
                share,
                " ⏎ ".join(filter(None, wording[:3])).replace("{}", "[review]"),
            ]
            for wording, score, share in zip(GRAMMAR, scores, held, strict=True)
        ],
        hovertemplate="%{customdata[3]}<br>score %{customdata[1]:.0%}, held out %{customdata[2]:.0%}<extra></extra>",
    )
    return [cells, numbers, squares]


def _curves(found: Found, step: int, look: Look) -> list[Any]:
    at = np.arange(1, len(found.search.tried) + 1)
    seen, held = look.role("proxy"), look.role("gold")
    soft = mixed(held, look.paper, 0.25)
    band = {"x": at, "mode": "lines", "line": {"width": 0, "shape": "hv"}, "hoverinfo": "skip"}
    return [
        go.Scatter(**band, y=found.bands[:, 0]),
        go.Scatter(**band, y=found.bands[:, 1], fill="tonexty", fillcolor=soft),
        go.Scatter(
            x=at,
            y=found.search.scores,
            mode="markers",
            marker={"color": look.role("mass"), "size": 6},
            name="tried",
            hovertemplate="evaluation %{x}: %{y:.0%}<extra>tried</extra>",
        ),
        go.Scatter(
            x=at,
            y=found.kept,
            mode="lines",
            line={"color": held, "width": 2.5, "shape": "hv"},
            name="held out",
            hovertemplate="evaluation %{x}: %{y:.0%}<extra>held out</extra>",
        ),
        go.Scatter(
            x=at,
            y=found.search.history,
            mode="lines",
            line={"color": seen, "width": 2.5, "shape": "hv"},
            name="best score so far",
            hovertemplate="evaluation %{x}: %{y:.0%}<extra>best score so far</extra>",
        ),
    ]


def _names(found: Found, look: Look) -> list[dict[str, Any]]:
    """The names of the two curves inside the plot, the upper above its end, the lower below."""
    score, held = found.search.history[-1], float(found.kept[-1])
    up = score >= held
    place = {"x": 1.0, "xref": "x2 domain", "xanchor": "right", "yref": "y2", "showarrow": False}
    return [
        {
            **place,
            "y": score,
            "yanchor": "bottom" if up else "top",
            "text": "best score so far",
            "font": {"color": look.word(look.role("proxy"))},
        },
        {
            **place,
            "y": held,
            "yanchor": "top" if up else "bottom",
            "text": "the same prompt, held out",
            "font": {"color": look.word(look.role("gold"))},
        },
    ]


def _frame(found: Found, step: int, look: Look) -> dict[str, Any]:
    row, column = cell_of(found.search.tried[step - 1])
    place = {"x0": column - 0.48, "x1": column + 0.48, "y0": row - 0.48, "y1": row + 0.48}
    return {"type": "rect", "xref": "x", "yref": "y", **place, "line": {"color": look.role("rejected"), "width": 3}}


def _moment(step: int, look: Look) -> dict[str, Any]:
    line = {"color": look.role("rejected"), "width": 1.5}
    return {"type": "line", "xref": "x2", "yref": "y2 domain", "x0": step, "x1": step, "y0": 0, "y1": 1, "line": line}


def _optimum(found: Found, look: Look) -> dict[str, Any]:
    line = {"color": look.quiet, "width": 1.5, "dash": "dot"}
    place = {"xref": "x2 domain", "yref": "y2", "x0": 0, "x1": 1, "y0": found.optimum, "y1": found.optimum}
    return {"type": "line", **place, "line": line}
