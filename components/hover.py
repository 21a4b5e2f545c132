"""What a figure says under the mouse, for those who watch it and have nothing to click."""

import re
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from components.theme import Drawn

HINT = re.compile(r"[\s:;,.]*\b[Cc]licks?\b.*")
"""The part of a line that says what a click does."""


def watched(fig: go.Figure) -> go.Figure:
    """The figure, or a copy of it that says under the mouse what it shows and not what a click does.

    Where nothing is left to say, nothing is said.
    """
    parts = fig.to_dict()
    traces = [_watched(trace) for trace in parts["data"]]
    if all(one is other for one, other in zip(traces, parts["data"], strict=True)):
        return fig
    return Drawn({**parts, "data": traces})


def _watched(trace: Mapping[str, Any]) -> Mapping[str, Any]:
    said = trace.get("hovertemplate")
    left = without_hints(said) if isinstance(said, str) else said
    if left == said:
        return trace
    rest = {name: part for name, part in trace.items() if name != "hovertemplate"}
    return {**rest, "hovertemplate": left} if left else {**rest, "hoverinfo": "skip"}


def without_hints(template: str) -> str:
    """A text under the mouse without the lines, and the ends of lines, that say what a click does."""
    body, box, name = template.partition("<extra>")
    lines = [HINT.sub("", line) for line in body.split("<br>")]
    kept = "<br>".join(line for line in lines if line)
    return f"{kept}{box}{name}" if kept else ""
