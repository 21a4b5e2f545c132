"""What a model does after a record that carries something more, as counts of acts, beside one such record."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.theme import Look, figure
from pages.agents.agents.figures.branches import HIDDEN, rows_within
from pages.agents.agents.figures.transcript import Line, text_trace, within

RIGHT, OTHER, ORDERED, NONE = "the needed act", "another act", "what the order wants", "nothing allowed"
ROLES = {RIGHT: "accepted", OTHER: "mass", ORDERED: "rejected", NONE: "faint"}
FIRST, SECOND, TOLD = (0.0, 0.27), (0.3, 0.57), (0.63, 1.0)

Counts = Mapping[str, Mapping[str, int]]
"""By what was added, how many worlds by what is done."""


def guards_figure(
    plain: Counts, marked: Counts, lines: Sequence[Line], *, shown: str, look: Look, title: str, height: int
) -> go.Figure:
    """Left without marking, in the middle with it, right the record and the acts of one world.

    Args:
        plain, marked: counts without and with marking. lines: of the text. shown: what was added to it.
        look: paper and type. title: the finding. height: pixels.
    """
    kinds, room = list(plain), rows_within(height, look)
    names = [f"<b>{kind}</b>" if kind == shown else kind for kind in kinds]
    rows = {"tickvals": list(range(len(kinds))), "range": [len(kinds) - 0.4, -0.6], "showgrid": False}
    many = sum(plain[kinds[0]].values())
    across = {"range": [0, many], "nticks": 4, "showgrid": False}
    return figure(
        look,
        title=title,
        height=height,
        traces=[*_bars(plain, "", look), *_bars(marked, "2", look),
                text_trace(within(lines, room), look, name="record", axes="3")],
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        margin={"t": 66},
        xaxis={"domain": FIRST, "title": {"text": "worlds, not marked"}, **across},
        yaxis={**rows, "ticktext": names},
        xaxis2={"domain": SECOND, "anchor": "y2", "title": {"text": "worlds, marked as foreign"}, **across},
        yaxis2={**rows, "anchor": "x2", "showticklabels": False},
        xaxis3={"domain": TOLD, "range": [0, 1], "anchor": "y3", **HIDDEN},
        yaxis3={"range": [room, -0.6], "anchor": "x3", **HIDDEN},
    )  # fmt: skip


def _bars(counts: Counts, axes: str, look: Look) -> list[go.Bar]:
    rows = list(range(len(counts)))
    return [
        go.Bar(
            x=[done.get(what, 0) for done in counts.values()], y=rows, orientation="h", name=what,
            xaxis=f"x{axes}", yaxis=f"y{axes}", width=0.6, showlegend=not axes,
            marker={"color": look.faint if role == "faint" else look.role(role)},
            hovertemplate=f"{what}: %{{x}}<extra></extra>",
        )
        for what, role in ROLES.items()
        if any(done.get(what) for done in counts.values())
    ]  # fmt: skip
