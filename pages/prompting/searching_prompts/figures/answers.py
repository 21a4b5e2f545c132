"""What the model answers to each review under one prompt: a bar for each, by truth and by the side it was dealt to."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.phrases import shorten
from components.theme import Look, figure
from pages.prompting.searching_prompts.results import SIDES, Reply

BETWEEN_SIDES, BETWEEN_TRUTHS = 2.0, 4.0
"""Widths of a bar that are left free between two groups."""


def answers_figure(replies: Sequence[Reply], *, look: Look, height: int) -> go.Figure:
    """The log-odds of the praising label for each review, in descending order within its group; above 0 it is said.

    Args:
        replies: in the order of the reviews, both truths among them. The first one's bar has an outline.
    """
    groups = list(_groups(replies))
    praise = next(one.truth for one in replies if one.praises)
    odds = [reply.log_odds for reply in replies]
    low, high = min(0.0, *odds), max(0.0, *odds)
    room = 0.16 * (high - low)
    return figure(
        look,
        title="",
        height=height,
        traces=[_bars(groups, right, replies[0], look) for right in (True, False)],
        barmode="overlay",
        bargap=0.15,
        margin={"t": 84, "r": 8},
        legend={"yref": "container", "y": 1.0, "yanchor": "top"},
        annotations=[_half(groups, praises, look) for praises in (True, False)],
        xaxis={
            "tickvals": [float(np.mean(places)) for places, _ in groups],
            "ticktext": [f"{members[0].side}<br>{_count(members)}" for _, members in groups],
            "tickangle": 0,
            "tickfont": {"size": 14 if look.presenter else 12},
            "showgrid": False,
        },
        yaxis={
            "title": {"text": f"log-odds of “{praise}”, nats"},
            "range": [low - room, high + room],
            "zeroline": True,
            "zerolinecolor": look.ink,
            "zerolinewidth": 1.5,
        },
    )


def _groups(replies: Sequence[Reply]) -> Iterator[tuple[np.ndarray, list[Reply]]]:
    """The places on the axis and the replies of each group, from the left."""
    place, before = 0.0, True
    for praises in (True, False):
        for side in SIDES:
            members = sorted(
                (one for one in replies if one.praises == praises and one.side == side), key=lambda one: -one.log_odds
            )
            if not members:
                continue
            if place:
                place += BETWEEN_SIDES if praises == before else BETWEEN_TRUTHS
            before = praises
            yield place + np.arange(len(members)), members
            place += len(members)


def _count(members: Sequence[Reply]) -> str:
    return f"{sum(one.right for one in members)} of {len(members)}"


def _bars(groups: Sequence[tuple[np.ndarray, list[Reply]]], right: bool, first: Reply, look: Look) -> go.Bar:
    """The bars of right or of wrong answers."""
    shown = [
        (float(place), one)
        for places, members in groups
        for place, one in zip(places, members, strict=True)
        if one.right == right
    ]
    return go.Bar(
        x=[place for place, _ in shown],
        y=[one.log_odds for _, one in shown],
        width=0.85,
        name="right" if right else "wrong",
        marker={
            "color": look.role("accepted" if right else "rejected"),
            "line": {"color": look.ink, "width": [2.0 if one is first else 0 for _, one in shown]},
        },
        text=[shorten(one.review, 60) for _, one in shown],
        textposition="none",
        hovertemplate="%{text}<br>log-odds %{y:.2f} nats<extra></extra>",
    )


def _half(groups: Sequence[tuple[np.ndarray, list[Reply]]], praises: bool, look: Look) -> dict[str, Any]:
    """The name of the groups of one truth, above their middle."""
    places = np.concatenate([places for places, members in groups if members[0].praises == praises])
    return {
        "x": float(places.min() + places.max()) / 2,
        "y": 1.0,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": "reviews that praise" if praises else "reviews that complain",
        "font": {"color": look.quiet, "size": look.size},
    }
