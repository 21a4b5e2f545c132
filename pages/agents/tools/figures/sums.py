"""Bare sums: right ones by number of digits, and where the wrong ones go wrong first."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from components.figures.shares import share_lines
from components.theme import Look, figure
from core.tools import CONDITIONS, Share, Sum, wrong_places


def sums_figure(
    by_case: Mapping[str, Mapping[int, Sequence[Sum]]],
    *,
    shown: str,
    length: int,
    look: Look,
    height: int,
    title: str,
) -> go.Figure:
    """Left: right sums by number of digits under both conditions. Right: the first wrong digit at one length.

    Args:
        by_case: condition -> digits -> sums.
        shown: the condition whose wrong digits are counted. length: their number of digits.
        look: paper and type.
        height: pixels.
        title: the finding.
    """
    colors = dict(zip(CONDITIONS, (look.role("query"), look.role("key")), strict=True))
    shares = {
        name: [Share(sum(one.correct for one in some), len(some)) for some in by.values()]
        for name, by in by_case.items()
    }
    series = {name: [(one.right, one.count, one.interval) for one in some] for name, some in shares.items()}
    return figure(
        look,
        title=title,
        height=height,
        traces=[
            *share_lines(series, list(by_case[shown]), colors=colors, hover="digits"),
            _wrong(by_case[shown][length], colors[shown]),
        ],
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"t": 84},
        xaxis={"domain": [0, 0.55], "title": {"text": "digits of each number"}, "dtick": 1, "showgrid": False},
        yaxis={"title": {"text": "share right"}, "range": [-0.03, 1.05], "tickformat": ".0%"},
        xaxis2={
            "domain": [0.66, 1],
            "anchor": "y2",
            "title": {"text": "first wrong digit of the answer"},
            "type": "category",
        },
        yaxis2={"anchor": "x2", "title": {"text": f"sums of {length} digits"}, "rangemode": "tozero"},
    )


def _wrong(sums: Sequence[Sum], color: str) -> go.Bar:
    """How many sums go wrong first at each digit of the answer, or after it."""
    places = wrong_places(sums)
    return go.Bar(
        x=[*(str(place + 1) for place in range(len(places) - 1)), "after"],
        y=places,
        xaxis="x2",
        yaxis="y2",
        marker={"color": color},
        text=places,
        textposition="outside",
        cliponaxis=False,
        name="first wrong digit",
        showlegend=False,
        hovertemplate="digit %{x} of the answer: %{y} sums<extra></extra>",
    )
