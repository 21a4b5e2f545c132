"""Figures of accuracy over tokens: switches that decide whether to think, and thoughts that are cut."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from components.theme import Look, figure
from core.reasoning import Outcome, Switched


def frontiers(
    curves: Mapping[str, Sequence[Switched]],
    never: Switched,
    always: Switched,
    best: Switched,
    *,
    chosen: Switched,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Switches over the tokens that they write, between never and always thinking, below the one that knows all."""
    roles = ("key", "query", "accepted")
    traces = [
        go.Scatter(
            x=[never.tokens, always.tokens], y=[never.accuracy, always.accuracy], mode="lines", name="at random",
            line={"color": look.role("mass"), "dash": "dot", "width": 2}, hoverinfo="skip",
        )
    ]  # fmt: skip
    traces += [_curve(name, some, look, role) for (name, some), role in zip(curves.items(), roles, strict=True)]
    traces += [_dot(name, one, look) for name, one in (("never", never), ("always", always), ("all-knowing", best))]
    traces.append(_ring(chosen.tokens, chosen.accuracy, look))
    highest = max(one.accuracy for some in (*curves.values(), (best,)) for one in some)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        margin={"t": 76, "r": 24},
        xaxis={"title": {"text": "tokens written for an answer, mean"}},
        yaxis={"title": {"text": "share right"}, "tickformat": ".0%", "range": [0, 1.25 * highest]},
    )


def budgets(
    curve: Sequence[Outcome],
    beside: Mapping[str, Outcome],
    *,
    chosen: Outcome,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Cut thoughts over the tokens that they write, with 95 % intervals, and other ways as single dots.

    Args:
        curve: by budget. beside: name -> a way with a dot of its own.
        chosen: the outcome that is marked.
    """
    color = look.role("query")
    traces = [
        go.Scatter(
            x=[one.tokens for one in curve], y=[one.accuracy for one in curve], mode="lines+markers",
            line={"color": color, "width": 2.5}, marker={"size": 8}, error_y=_bars(curve, color), cliponaxis=False,
            customdata=[one.name for one in curve],
            hovertemplate="%{customdata}<br>%{y:.1%} for %{x:.1f} tokens<extra></extra>",
        )
    ]  # fmt: skip
    traces += [
        _dot(name, one, look).update(error_y=_bars([one], look.role("mass")), textposition="bottom right")
        for name, one in beside.items()
    ]
    traces.append(_ring(chosen.tokens, chosen.accuracy, look))
    every = [*curve, *beside.values()]
    most = max(one.tokens for one in every)
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        margin={"t": 48, "r": 24},
        xaxis={"title": {"text": "tokens written for an answer, thought and answer together, mean"},
               "range": [0, 1.15 * most]},
        yaxis={"title": {"text": "share right"}, "tickformat": ".0%",
               "range": [-0.02, min(1.04, 1.15 * max(one.interval[1] for one in every))]},
    )  # fmt: skip


def _bars(some: Sequence[Outcome], color: str) -> dict[str, Any]:
    """The 95 % intervals of some outcomes."""
    return {"type": "data", "symmetric": False, "array": [one.interval[1] - one.accuracy for one in some],
            "arrayminus": [one.accuracy - one.interval[0] for one in some], "color": color, "thickness": 1.5,
            "width": 4}  # fmt: skip


def _curve(name: str, some: Sequence[Switched], look: Look, role: str) -> go.Scatter:
    return go.Scatter(
        x=[one.tokens for one in some], y=[one.accuracy for one in some], name=name, mode="lines+markers",
        line={"color": look.role(role), "width": 2.5}, marker={"size": 6}, cliponaxis=False,
        hovertemplate=f"{name}<br>%{{y:.1%}} for %{{x:.1f}} tokens<extra></extra>",
    )  # fmt: skip


def _dot(name: str, one: Switched | Outcome, look: Look) -> go.Scatter:
    color = look.role("mass")
    return go.Scatter(
        x=[one.tokens], y=[one.accuracy], mode="markers+text", text=[name], cliponaxis=False, showlegend=False,
        textposition="top center" if name == "all-knowing" else "bottom center",
        textfont={"color": look.word(color), "size": look.size},
        marker={"color": color, "size": 9, "symbol": "diamond"},
        hovertemplate=f"{name}<br>%{{y:.1%}} for %{{x:.1f}} tokens<extra></extra>",
    )  # fmt: skip


def _ring(x: float, y: float, look: Look) -> go.Scatter:
    """Marks what the controls have chosen."""
    return go.Scatter(
        x=[x], y=[y], mode="markers", hoverinfo="skip", showlegend=False, cliponaxis=False,
        marker={"size": 17, "color": "rgba(0,0,0,0)", "line": {"width": 2.5, "color": look.ink}},
    )  # fmt: skip
