"""The perceptron's figures: the plane with its turning weights, and the two lengths that Novikoff's proof compares."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.learning import PerceptronRun

REACH = 1.25


def plane(run: PerceptronRun, step: int, *, look: Look, best: np.ndarray | None, height: int) -> go.Figure:
    """The points, and the line that the weights after `step` mistakes draw.

    Args:
        best: (w1, w2, b) of the best line there is, where it is to be drawn.
    """
    traces = [_points(run, side, look) for side in (1.0, -1.0)]
    reach = max(REACH, float(np.abs(run.x[:, :2]).max()) * 1.25)
    if best is not None:
        traces.append(_line(best, reach, look.quiet, "best line", "dash"))
    weights = run.path[step]
    traces.append(_line(np.append(weights, 0.0)[:3], reach, look.ink, "perceptron", "solid"))
    if step:
        at = run.x[run.wrong[step - 1]]
        ring = {"size": 17, "color": "rgba(0,0,0,0)", "line": {"color": look.ink, "width": 2.5}}
        traces.append(go.Scatter(x=[at[0]], y=[at[1]], mode="markers", name="last mistake", marker=ring))
    axis = {"range": [-reach, reach], "showgrid": False, "constrain": "domain"}
    return figure(
        look,
        title="",
        height=height,
        traces=traces,
        showlegend=True,
        annotations=_arrow(weights, reach, look),
        margin={"t": 84, "r": 12},
        xaxis={"title": {"text": "x₁"}, **axis},
        yaxis={"title": {"text": "x₂"}, "scaleanchor": "x", **axis},
    )


def _points(run: PerceptronRun, side: float, look: Look) -> go.Scatter:
    mine = run.y == side
    return go.Scatter(
        x=run.x[mine, 0],
        y=run.x[mine, 1],
        mode="markers",
        name=f"class {'+1' if side > 0 else '−1'}",
        marker={
            "color": look.role("key" if side > 0 else "query"),
            "size": 9,
            "symbol": "circle" if side > 0 else "square",
        },
        hovertemplate="(%{x:.3f}, %{y:.3f})<extra></extra>",
    )


def _line(weights: np.ndarray, reach: float, color: str, name: str, dash: str) -> go.Scatter:
    """The line w·x + b = 0 within the plane; nothing where w is 0."""
    normal, bias = weights[:2], weights[2]
    length = float(np.linalg.norm(normal))
    x = np.empty((0, 2))
    if length > 0:
        foot, along = -bias * normal / length**2, np.array([-normal[1], normal[0]]) / length
        x = foot + np.outer([-3 * reach, 3 * reach], along)
    return go.Scatter(
        x=x[:, 0],
        y=x[:, 1],
        mode="lines",
        name=name,
        line={"color": color, "width": 2.5, "dash": dash},
        hoverinfo="skip",
    )


def _arrow(weights: np.ndarray, reach: float, look: Look) -> list[dict[str, object]]:
    """The direction of w from the origin."""
    length = float(np.linalg.norm(weights[:2]))
    if length == 0:
        return []
    x, y = 0.55 * reach * weights[:2] / length
    arrow = {"showarrow": True, "arrowhead": 2, "arrowwidth": 2, "arrowcolor": look.ink}
    return [
        {"x": x, "y": y, "ax": 0, "ay": 0, "xref": "x", "yref": "y", "axref": "x", "ayref": "y", "text": "", **arrow},
        {"x": 1.15 * x, "y": 1.15 * y, "text": "w", "showarrow": False, "font": {"color": look.ink}},
    ]


def proof(run: PerceptronRun, step: int, *, look: Look, height: int) -> go.Figure:
    """After k mistakes: w·u is at least kγ and |w| at most R√k, and the first is at most the second."""
    count = np.arange(len(run.path))
    # An even choice of a long run draws the same curves.
    kept = np.unique(np.linspace(0, len(count) - 1, min(len(count), 400)).round().astype(int))
    most = run.bound * 1.15 if np.isfinite(run.bound) else float(max(len(count) - 1, 1))
    line = np.linspace(0, max(most, float(count[-1])), 200)
    curves = [
        ("|w|", kept, np.linalg.norm(run.path, axis=1)[kept], look.role("query"), "solid"),
        ("at most R√k", line, run.radius * np.sqrt(line), look.role("query"), "dot"),
    ]
    if run.margin > 0:
        curves += [
            ("w·u", kept, run.path[kept] @ run.separator, look.role("key"), "solid"),
            ("at least kγ", line, run.margin * line, look.role("key"), "dot"),
        ]
    traces = [
        go.Scatter(
            x=x, y=y, mode="lines+markers" if dash == "solid" and len(x) < 30 else "lines", name=name,
            line={"color": color, "dash": dash, "width": 2.5},
            hovertemplate="%{x:.0f} mistakes: %{y:.3f}<extra>" + name + "</extra>",
        )
        for name, x, y, color, dash in curves
    ]  # fmt: skip
    mark = {"color": look.ink, "width": 1, "dash": "dash"}
    return figure(
        look,
        title="",
        height=height,
        traces=traces,
        showlegend=True,
        shapes=[{"type": "line", "x0": step, "x1": step, "yref": "paper", "y0": 0, "y1": 1, "line": mark}],
        margin={"t": 84, "r": 12},
        xaxis={"title": {"text": "mistakes k"}, "showgrid": False, "rangemode": "tozero"},
        yaxis={"title": {"text": "length, in the unit of x"}, "rangemode": "tozero"},
    )
