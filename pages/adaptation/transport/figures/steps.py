"""Figures of transport by hand: a small plan with its prices, and the cost of every vertex."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import MONO, TITLE_ROOM, Look, escape, figure


def small_plan(
    plan: np.ndarray,
    costs: np.ndarray,
    prices: tuple[np.ndarray, np.ndarray],
    masses: tuple[np.ndarray, np.ndarray],
    *,
    basis: np.ndarray,
    entering: tuple[int, int] | None,
    change: np.ndarray,
    reduced: np.ndarray,
    look: Look,
    title: str,
) -> go.Figure:
    """A small plan as a table: mass large, cost small, the tree outlined, the loop of the better move in color.

    Cells that are filled are outlined in green, the one that starts the loop most; those that give in vermilion.

    Args:
        plan, costs, reduced, change: [source target]; see `core.transport.SimplexStep`.
        prices: u and v. masses: a and b.
        basis: the cells of the tree. entering: the cell to fill next.
    """
    n, m = plan.shape
    share = (plan / (plan.max() or 1.0)).astype(np.float32)
    shades = [[0, look.paper], [1, look.role("mass")]]
    cells = go.Heatmap(z=share, colorscale=shades, zmin=0, zmax=1.6, xgap=4, ygap=4, showscale=False, hoverinfo="skip")
    outlined = [_outline(i, j, look.quiet, 1.5) for i, j in np.argwhere(basis)]
    outlined += [
        _outline(i, j, look.role("accepted" if change[i, j] > 0 else "rejected"), 5 if (i, j) == entering else 3)
        for i, j in np.argwhere(change)
    ]
    words = [
        _words(i, j, plan, costs, change, reduced, basis=bool(basis[i, j]), look=look)
        for i in range(n)
        for j in range(m)
    ]
    (a, b), (u, v) = masses, prices
    heads = round(5.2 * look.size)
    columns = [f"target {j + 1}<br>needs {b[j]:.3g}<br>price {v[j]:.3g}" for j in range(m)]
    rows = [f"source {i + 1}<br>has {a[i]:.3g}<br>price {u[i]:.3g}" for i in range(n)]
    layout = {
        "title": {"text": escape(title)},
        "height": TITLE_ROOM + heads + 82 * n,
        "margin": {"t": TITLE_ROOM + heads},
        "shapes": outlined,
        "annotations": words,
        "xaxis": {"tickvals": np.arange(m), "ticktext": columns, "side": "top", "range": [-0.55, m - 0.45]},
        "yaxis": {"tickvals": np.arange(n), "ticktext": rows, "range": [n - 0.45, -0.55]},
    }
    layout["xaxis"]["showgrid"] = layout["yaxis"]["showgrid"] = False
    return go.Figure(cells, layout)


def _outline(i: int, j: int, color: str, width: float) -> dict[str, Any]:
    box = {"x0": int(j) - 0.47, "x1": int(j) + 0.47, "y0": int(i) - 0.47, "y1": int(i) + 0.47}
    return {"type": "rect", "line": {"color": color, "width": width}, **box}


def _words(
    i: int,
    j: int,
    plan: np.ndarray,
    costs: np.ndarray,
    change: np.ndarray,
    reduced: np.ndarray,
    *,
    basis: bool,
    look: Look,
) -> dict[str, Any]:
    """What a cell says: its mass, with + or − where it is about to change, its cost, and what a move there would do."""
    sign = {1.0: " +", -1.0: " −"}.get(float(change[i, j]), "")
    mass = f"{plan[i, j]:.3g}" if basis or plan[i, j] > 0 else "·"
    effect = f"saves {-reduced[i, j]:.3g}" if reduced[i, j] < 0 else f"adds {reduced[i, j]:.3g}"
    words = f"<b>{mass}{sign}</b><br>cost {costs[i, j]:.3g}" + ("" if basis else f"<br>{effect}")
    return {
        "x": j,
        "y": i,
        "text": words,
        "showarrow": False,
        "font": {"color": look.ink, "family": MONO, "size": look.size},
    }


def vertices(costs: np.ndarray, *, at: float, look: Look, title: str) -> go.Figure:
    """The cost of every vertex, the cheapest first, with the present one marked."""
    fig = figure(look, title=title, height=300, showlegend=False)
    fig.add_trace(
        go.Scatter(
            x=np.arange(1, len(costs) + 1),
            y=costs.astype(np.float32),
            mode="markers",
            marker={"color": look.role("mass"), "size": 5},
            hovertemplate="vertex %{x}<br>cost %{y:.3f}<extra></extra>",
        )
    )
    here = int(np.argmin(np.abs(costs - at)))
    fig.add_trace(
        go.Scatter(
            x=[here + 1],
            y=[float(at)],
            mode="markers+text",
            text=["this step"],
            textposition="top center",
            marker={"color": look.role("key"), "size": 12},
            hoverinfo="skip",
        )
    )
    fig.update_xaxes(title_text="vertex, the cheapest first", showgrid=False)
    fig.update_yaxes(title_text="cost", rangemode="tozero")
    return fig
