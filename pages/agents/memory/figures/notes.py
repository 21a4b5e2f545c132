"""Notes by their score, each with the parts that it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

import plotly.graph_objects as go

from components.theme import Look, escape, figure

PARTS = ("relevance", "recency", "importance")
ROLES = dict(zip(PARTS, ("query", "value", "target"), strict=True))
LONGEST = 66
"""Characters of a note that are shown."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A note in its rank: what it says, its weighted parts, its age in hours, and whether it answers."""

    text: str
    parts: tuple[float, float, float]
    age: float
    answers: bool


def notes_figure(notes: Sequence[Ranked], *, first: int, look: Look, title: str, height: int) -> go.Figure:
    """The notes from the best, each a bar of its three weighted parts.

    Args:
        notes: in their order. first: the rank of the first of them, 1 for the best.
        look: paper and type. title: the finding. height: pixels.
    """
    rows = [first + place for place in range(len(notes))]
    return figure(
        look,
        title=title,
        height=height,
        traces=[_part(notes, rows, number, look) for number in range(len(PARTS))],
        barmode="relative",
        showlegend=True,
        legend={"orientation": "h", "x": 0.55, "y": 1.0, "yanchor": "bottom"},
        margin={"t": 66, "r": 8},
        annotations=[_words(note, row, look) for note, row in zip(notes, rows, strict=True)],
        xaxis={"domain": [0.56, 1], "title": {"text": "score: the sum of the weighted parts"}},
        yaxis={"range": [first + len(notes) - 0.4, first - 0.6], "tickvals": rows, "showgrid": False,
               "title": {"text": "rank"}, "anchor": "free", "position": 0.0},
    )  # fmt: skip


def _part(notes: Sequence[Ranked], rows: Sequence[int], number: int, look: Look) -> go.Bar:
    return go.Bar(
        x=[note.parts[number] for note in notes],
        y=list(rows),
        orientation="h",
        name=PARTS[number],
        marker={"color": look.role(ROLES[PARTS[number]])},
        hovertemplate=f"{PARTS[number]} %{{x:.2f}}<extra></extra>",
    )


def _words(note: Ranked, row: int, look: Look) -> dict[str, object]:
    """What a note says and how old it is, left of its bar; in bold where it answers."""
    text = escape(shorten(note.text, LONGEST, placeholder=" …"))
    told = f"<b>{text}</b>" if note.answers else text
    color = look.word(look.role("accepted")) if note.answers else look.ink
    age = f"<span style='color:{look.quiet}'>{aged(note.age)}</span>"
    return {"text": f"{told}  {age}", "x": 0.015, "xref": "paper", "y": row, "xanchor": "left", "showarrow": False,
            "font": {"size": look.size - 1, "color": color}}  # fmt: skip


def aged(hours: float) -> str:
    """An age in days, or in hours below two days."""
    return f"{hours / 24:.0f} d" if hours >= 48 else f"{hours:.0f} h"
