"""An agent's building blocks as one diagram; each block leads to what shows it."""

from collections.abc import Mapping

import plotly.graph_objects as go

from components.theme import Look, figure, mixed

BLOCKS: Mapping[str, tuple[float, float]] = {
    "task": (0.0, 1.0),
    "context": (1.0, 1.0),
    "thought": (2.0, 1.6),
    "plan": (2.0, 1.0),
    "act": (3.0, 1.0),
    "guard": (4.0, 1.0),
    "tool": (5.0, 1.0),
    "new tools": (5.0, 0.1),
    "observation": (3.0, -0.4),
    "memory": (1.0, 0.1),
}
"""Where each block stands."""

WAYS = (
    ("task", "context"),
    ("memory", "context"),
    ("context", "thought"),
    ("context", "plan"),
    ("thought", "act"),
    ("plan", "act"),
    ("act", "guard"),
    ("guard", "tool"),
    ("new tools", "tool"),
    ("tool", "observation"),
    ("observation", "context"),
)
HALF, TALL = 0.37, 0.22


def parts_figure(says: Mapping[str, str], *, look: Look, title: str, height: int) -> go.Figure:
    """The blocks with arrows between them; a click on a block opens what it says.

    Args:
        says: by block, what it opens. look: paper and type. title: what the whole is. height: pixels.
    """
    names, accent = list(BLOCKS), look.accent("agents")
    shapes = [
        {"type": "rect", "x0": x - HALF, "x1": x + HALF, "y0": y - TALL, "y1": y + TALL, "layer": "below",
         "line": {"color": accent, "width": 2}, "fillcolor": mixed(accent, look.paper, 0.1)}
        for x, y in BLOCKS.values()
    ]  # fmt: skip
    clickable = go.Scatter(
        x=[x for x, _ in BLOCKS.values()], y=[y for _, y in BLOCKS.values()], mode="markers+text",
        marker={"symbol": "square", "size": 60, "color": "rgba(0,0,0,0)"},
        text=[f"<b>{name}</b><br>{says[name]}" for name in names], textfont={"size": look.size, "color": look.ink},
        customdata=[[place] for place in range(len(names))], hovertemplate="%{text}<extra></extra>", name="blocks",
    )  # fmt: skip
    return figure(
        look,
        title=title,
        height=height,
        traces=[clickable],
        showlegend=False,
        shapes=shapes,
        annotations=[_arrow(one, other, look) for one, other in WAYS],
        xaxis={"visible": False, "range": [-0.5, 5.5], "fixedrange": True},
        yaxis={"visible": False, "range": [-0.8, 2.0], "fixedrange": True},
    )


def _arrow(one: str, other: str, look: Look) -> dict[str, object]:
    """From the side of one block to the side of another."""
    (ax, ay), (x, y) = BLOCKS[one], BLOCKS[other]
    if abs(x - ax) > 2 * HALF:
        sign = 1 if x > ax else -1
        ax, x = ax + sign * HALF, x - sign * HALF
    else:
        sign = 1 if y > ay else -1
        ay, y = ay + sign * TALL, y - sign * TALL
    return {"x": x, "y": y, "ax": ax, "ay": ay, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "",
            "showarrow": True, "arrowhead": 2, "arrowwidth": 2, "arrowcolor": look.quiet}  # fmt: skip
