"""The messages of a conversation, from top to bottom, between a client and a server."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.tools import Message, named

MOST = 26
"""Messages that fit, so that the recorded conversations stand whole; of a longer conversation the latest are drawn."""


def messages_figure(messages: Sequence[Message], chosen: int, *, look: Look, height: int, title: str) -> go.Figure:
    """An arrow for each message, from who wrote it to who reads it; an error has a color of its own.

    Args:
        messages: in order.
        chosen: the one that is shown in full, which is framed.
        look: paper and type. height: pixels. title: the finding.
    """
    first = max(0, len(messages) - MOST)
    words = named(messages)
    rows = list(range(first, len(messages)))
    traces = [_lines(messages, rows, sender, look) for sender in ("client", "server")]
    traces.append(
        go.Scatter(
            x=[1.06] * len(rows),
            y=rows,
            mode="text",
            text=[f"{words[row]}{' · error' if failed(messages[row]) else ''}" for row in rows],
            textposition="middle right",
            textfont={"size": look.size - 2, "color": look.ink},
            customdata=np.array([[row] for row in rows], dtype=object),
            hovertemplate=[f"{messages[row].seconds:.2f} s<extra></extra>" for row in rows],
            name="messages",
            cliponaxis=False,
        )
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        shapes=[_frame(chosen, look)] if chosen in rows else [],
        margin={"b": 6, "l": 60},
        xaxis={
            "range": [-0.06, 2.6],
            "tickvals": [0, 1],
            "ticktext": ["client", "server"],
            "side": "top",
            "showgrid": True,
            "fixedrange": True,
        },
        yaxis={
            "range": [len(messages) - 0.4, first - 0.6],
            "showgrid": False,
            "tickvals": rows,
            "ticktext": [f"{messages[row].seconds:.1f} s" for row in rows],
            "tickfont": {"size": look.size - 4},
            "title": {"text": "time since the start"},
        },
    )


def failed(message: Message) -> bool:
    """Whether a message says that something went wrong."""
    content = message.content
    return "error" in content or bool(dict(content.get("result") or {}).get("isError"))


def _lines(messages: Sequence[Message], rows: Sequence[int], sender: str, look: Look) -> go.Scatter:
    """The arrows of one side, with a head where they arrive."""
    mine = [row for row in rows if messages[row].sender == sender]
    start, end = (0, 1) if sender == "client" else (1, 0)
    color = look.role("query" if sender == "client" else "key")
    colors = [look.role("rejected") if failed(messages[row]) else color for row in mine]
    return go.Scatter(
        x=[value for _ in mine for value in (start, end, None)],
        y=[value for row in mine for value in (row, row, None)],
        mode="lines+markers",
        line={"color": color, "width": 2},
        marker={
            "symbol": "triangle-right" if sender == "client" else "triangle-left",
            "size": [value for _ in mine for value in (0, 10, 0)],
            "color": [value for one in colors for value in (one, one, one)],
        },
        customdata=np.array([[row] for row in mine for _ in range(3)], dtype=object),
        hovertemplate="message %{y}<extra>" + sender + "</extra>",
        name=sender,
    )


def _frame(row: int, look: Look) -> dict[str, object]:
    return {
        "type": "rect",
        "x0": -0.05,
        "x1": 2.55,
        "y0": row - 0.48,
        "y1": row + 0.48,
        "line": {"color": look.ink, "width": 1.5},
    }
