"""Figures of what is copied from one run into another, and of whose work an answer is."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import cells
from components.phrases import shorten
from components.theme import MONO, Look, escape, figure


def recovered_map(
    recovered: np.ndarray, rows: Sequence[str], *, look: Look, title: str, row_label: str, height: int
) -> go.Figure:
    """How much of the answer comes back: layers across, tokens or heads down. NaN cells, still to come, stay empty.

    Args:
        recovered: [layer row].
        rows: their names, in order.
    """
    top = max(1.0, float(np.nanmax(np.abs(recovered), initial=0.0)))
    trace = cells(recovered.T, look=look, x_label="layer", y_label=row_label, label="recovered", top=top)
    layers, count = recovered.shape
    step = 1 if count <= 24 else 2
    return figure(
        look,
        title=title,
        height=height,
        traces=[trace.update(xgap=1, ygap=1, zmin=-top, zmax=top, colorscale=look.diverging)],
        margin={"t": 34, "b": 44},
        xaxis={"title": {"text": "layer"}, "showgrid": False, "dtick": 1 if layers <= 12 else 5},
        yaxis={
            "title": {"text": row_label},
            "showgrid": False,
            "range": [count - 0.5, -0.5],
            "tickmode": "array",
            "tickvals": list(range(0, count, step)),
            "ticktext": [escape(shorten(name, 16)) for name in rows[::step]],
            "tickfont": {"family": MONO, "size": look.size - 1 if count <= 16 else max(9, look.size - 4)},
        },
    )


def parts_bars(
    names: Sequence[str], values: Sequence[float], heads: Sequence[bool | None], *, look: Look, title: str, height: int
) -> go.Figure:
    """What the largest parts write toward the answer, heads and MLPs in two colors, each with its number; what is
    neither, several parts together, in a third."""
    roles = {True: "query", False: "value", None: "mass"}
    inks = [look.role(roles[head]) for head in heads]
    reach = 1.35 * (max((abs(value) for value in values), default=0.0) or 1.0)
    bars = go.Bar(
        x=np.asarray(values, dtype=np.float32),
        y=list(names),
        orientation="h",
        marker_color=inks,
        text=[f"{value:+.1f}".replace("-", "−") for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y} writes %{x:.2f} logits<extra></extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[bars],
        bargap=0.25,
        margin={"t": 34, "b": 44},
        xaxis={"title": {"text": "logits toward the answer"}, "range": [-reach, reach], "showgrid": False},
        yaxis={"autorange": "reversed", "showgrid": False, "tickfont": {"family": MONO}},
    )
