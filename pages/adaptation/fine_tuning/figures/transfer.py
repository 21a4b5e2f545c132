"""Right answers by what was learned and what was asked, as a table in color."""

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import inks
from components.theme import Look, figure
from core.tuning import TASKS, TransferRecord
from pages.adaptation.fine_tuning.transferring import label


def transfer(record: TransferRecord, *, look: Look, title: str, height: int) -> go.Figure:
    """A row for what was learned, a column for each task; a guess has the paper's color."""
    names = list(TASKS)
    cells = [[record.cell(learned, task) for task in names] for learned in record.rows]
    rows = [label(learned) for learned in record.rows]
    columns = [f"{task}<br>({TASKS[task].family})" for task in names]
    shares = np.array([[cell.share for cell in row] for row in cells])
    field = go.Heatmap(
        x=columns,
        y=rows,
        z=shares,
        customdata=[[(cell.low, cell.high) for cell in row] for row in cells],
        zmin=0,
        zmax=1,
        colorscale=look.diverging,
        showscale=False,
        hovertemplate="learned: %{y}<br>asked: %{x}<br>%{z:.0%} (%{customdata[0]:.0%} to %{customdata[1]:.0%})"
        "<extra></extra>",
        xgap=2,
        ygap=2,
    )
    words = go.Scatter(
        x=columns * len(rows),
        y=[row for row in rows for _ in columns],
        mode="text",
        text=[f"{share:.0%}" for share in shares.ravel()],
        textfont={"color": inks(shares, look.diverging), "size": look.size},
        hoverinfo="skip",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[field, words],
        showlegend=False,
        shapes=list(_frames(record, names, look)),
        xaxis={"title": {"text": "task asked"}, "showgrid": False, "side": "bottom"},
        yaxis={"title": {"text": "learned"}, "showgrid": False, "autorange": "reversed"},
    )


def _frames(record: TransferRecord, names: list[str], look: Look) -> Iterator[dict[str, object]]:
    """A frame around the family of the learned task, and around the one that was held out."""
    for row, learned in enumerate(record.rows):
        if not learned:
            continue
        families = {TASKS[task].family for task in learned}
        framed = [place for place, task in enumerate(names) if (TASKS[task].family in families) == (len(learned) == 1)]
        yield {"type": "rect", "x0": min(framed) - 0.49, "x1": max(framed) + 0.49, "y0": row - 0.48, "y1": row + 0.48,
               "line": {"color": look.ink, "width": 2}}  # fmt: skip
