"""Which tool was chosen, by which is right; and how likely each was for one question."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import MONO, Look, figure
from core.tools import LABELS, Choice, confusion

LIGHT, DARK = "#FCFCFA", "#1A1C1F"
"""Numbers on the dark and on the bright end of the scale, the same on any paper."""


def choice_figure(choices: Sequence[Choice], one: Choice, *, look: Look, height: int, title: str) -> go.Figure:
    """Left: a table of right tools against chosen ones, shade and number alike. Right: the question on screen.

    Args:
        choices: every question under every order of the list.
        one: the question whose probabilities among the tools are shown.
        look: paper and type. height: pixels. title: the finding.
    """
    table = confusion(choices)
    heat = go.Heatmap(
        z=table.astype(np.float32),
        colorscale="Viridis",
        zmin=0,
        showscale=False,
        xgap=2,
        ygap=2,
        hovertemplate="right: row %{y}, chosen: column %{x}, %{z} times<extra></extra>",
    )
    mono = {"family": MONO, "size": look.size - 2}
    level = {"tickvals": list(range(len(LABELS))), "ticktext": list(LABELS), "tickfont": mono, "showgrid": False}
    # Side by side the names have room in two lines, also on a phone.
    below = [name.replace("_", "_<br>") for name in LABELS]
    return figure(
        look,
        title=title,
        height=height,
        traces=[heat, _bars(one, look)],
        showlegend=False,
        annotations=_numbers(table, look),
        xaxis={
            **level,
            "ticktext": below,
            "domain": [0, 0.46],
            "title": {"text": "chosen"},
            "side": "bottom",
            "tickangle": 0,
        },
        yaxis={**level, "title": {"text": "right"}, "autorange": "reversed"},
        xaxis2={
            "domain": [0.66, 0.97],
            "anchor": "y2",
            "title": {"text": "probability among the four"},
            "range": [0, 1.08],
            "tickformat": ".0%",
        },
        yaxis2={"anchor": "x2", "autorange": "reversed", "tickfont": mono, "showgrid": False},
    )


def _numbers(table: np.ndarray, look: Look) -> list[dict[str, object]]:
    """The number of each cell of the table."""
    return [
        {
            "x": column,
            "y": row,
            "text": str(count),
            "showarrow": False,
            "font": {"size": look.size + 2, "color": LIGHT if count < 0.6 * table.max() else DARK},
        }
        for (row, column), count in np.ndenumerate(table)
    ]


def _bars(one: Choice, look: Look) -> go.Bar:
    """The probability of each tool among the tools for one question."""
    share = np.exp(np.array(one.log_probs) - max(one.log_probs))
    share /= share.sum()
    return go.Bar(
        x=share,
        y=list(LABELS),
        orientation="h",
        xaxis="x2",
        yaxis="y2",
        marker={"color": [look.role("accepted" if name == one.truth else "query") for name in LABELS]},
        text=[f"{value:.0%}" for value in share],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{x:.3f}<extra></extra>",
    )
