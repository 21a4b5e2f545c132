"""Figures of thinking that is bounded: accuracy over tokens for cut thoughts, and for switches."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from components.theme import Look, figure
from core.reasoning import Outcome, Switched


def over_tokens(
    curves: Mapping[str, Sequence[Outcome]],
    points: Mapping[str, Outcome],
    *,
    chosen: Outcome,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Curves of outcomes over the tokens that they write, with 95 % intervals, and single outcomes beside them.

    Args:
        curves: name -> outcomes. points: name -> an outcome with a dot of its own.
        chosen: the outcome that is marked.
    """
    traces = [
        _curve(name, [one.tokens for one in some], [one.accuracy for one in some], look, "query",
               [one.interval for one in some])
        for name, some in curves.items()
    ]  # fmt: skip
    traces += [_dot(name, one.tokens, one.accuracy, look, "mass", one.interval) for name, one in points.items()]
    traces.append(_ring(chosen.tokens, chosen.accuracy, look))
    return _laid(traces, look, title, height)


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
    traces += [
        _curve(name, [one.tokens for one in some], [one.accuracy for one in some], look, role)
        for (name, some), role in zip(curves.items(), roles, strict=True)
    ]
    for name, one in (("never", never), ("always", always), ("all-knowing", best)):
        traces.append(_dot(name, one.tokens, one.accuracy, look, "mass"))
    traces.append(_ring(chosen.tokens, chosen.accuracy, look))
    return _laid(traces, look, title, height, legend=True)


def _curve(
    name: str,
    x: Sequence[float],
    y: Sequence[float],
    look: Look,
    role: str,
    ends: Sequence[tuple[float, float]] = (),
) -> go.Scatter:
    color = look.role(role)
    bars: dict[str, Any] = (
        {"type": "data", "symmetric": False, "array": [high - v for v, (_, high) in zip(y, ends, strict=True)],
         "arrayminus": [v - low for v, (low, _) in zip(y, ends, strict=True)], "thickness": 1.5, "width": 4}
        if ends
        else {}
    )  # fmt: skip
    return go.Scatter(
        x=list(x), y=list(y), name=name, mode="lines+markers", line={"color": color, "width": 2.5},
        marker={"size": 6}, error_y=bars or None, cliponaxis=False,
        hovertemplate=f"{name}<br>%{{y:.1%}} for %{{x:.1f}} tokens<extra></extra>",
    )  # fmt: skip


def _dot(name: str, x: float, y: float, look: Look, role: str, ends: tuple[float, float] | None = None) -> go.Scatter:
    color = look.role(role)
    bars: dict[str, Any] | None = ends and {"type": "data", "symmetric": False, "array": [ends[1] - y],
                                            "arrayminus": [y - ends[0]], "thickness": 1.5, "width": 4}  # fmt: skip
    return go.Scatter(
        x=[x], y=[y], mode="markers+text", text=[name], textposition="bottom right", cliponaxis=False,
        textfont={"color": look.word(color), "size": look.size}, showlegend=False,
        marker={"color": color, "size": 9, "symbol": "diamond"}, error_y=bars,
        hovertemplate=f"{name}<br>%{{y:.1%}} for %{{x:.1f}} tokens<extra></extra>",
    )  # fmt: skip


def _ring(x: float, y: float, look: Look) -> go.Scatter:
    """Marks what the controls have chosen."""
    return go.Scatter(
        x=[x], y=[y], mode="markers", hoverinfo="skip", showlegend=False, cliponaxis=False,
        marker={"size": 17, "color": "rgba(0,0,0,0)", "line": {"width": 2.5, "color": look.ink}},
    )  # fmt: skip


def _laid(traces: Sequence[go.Scatter], look: Look, title: str, height: int, *, legend: bool = False) -> go.Figure:
    return figure(
        look,
        title=title,
        height=height,
        traces=list(traces),
        showlegend=legend,
        margin={"t": 76 if legend else 48, "r": 8},
        xaxis={"title": {"text": "tokens written for an answer, mean"}},
        yaxis={"title": {"text": "share right"}, "tickformat": ".0%", "range": [-0.02, 1.04]},
    )
