"""Figures of the transport page: clouds that move, their prices, and measures along the way."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.theme import TITLE_ROOM, Look, escape, figure
from pages.adaptation.transport.figures.compact import compact

LINGER = 3000
"""Milliseconds for which the last frame stands before another one follows it."""


def plane(points: np.ndarray) -> np.ndarray:
    """The first two features, `compact`; points on a line get a second feature of 0."""
    flat = points[:, :2] if points.shape[1] > 1 else np.column_stack([points, np.zeros(len(points))])
    return compact(flat)


def dots(points: np.ndarray, mass: np.ndarray, role: str, look: Look) -> go.Scatter:
    """A cloud in the color of its role, the area of each point after its mass."""
    size = (10.0 if len(points) <= 150 else 6.0) * np.sqrt(mass / (mass.mean() or 1.0)).clip(0.3, 2.5)
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        mode="markers",
        marker={"color": look.role(role), "size": size.astype(np.float32), "line": {"width": 1, "color": look.paper}},
        name=role,
        hovertemplate=f"{role} %{{pointNumber}}<br>%{{x:.4g}}, %{{y:.4g}}<extra></extra>",
    )


def _plane_axes(fig: go.Figure, points: np.ndarray) -> None:
    """Axes of one scale, since the lengths of moves are compared."""
    low, high = points.min(axis=0), points.max(axis=0)
    pad = 0.12 * float((high - low).max() or 1.0)
    fig.update_xaxes(title_text="feature 1", range=[float(low[0]) - pad, float(high[0]) + pad])
    fig.update_yaxes(title_text="feature 2", range=[float(low[1]) - pad, float(high[1]) + pad], scaleanchor="x")


@kept
def moving(
    frames: np.ndarray,
    target: np.ndarray,
    *,
    look: Look,
    title: str,
    start: int,
    labels: Sequence[str],
    names: tuple[str, str] = ("particles", "target"),
    masses: np.ndarray | None = None,
    arrows: np.ndarray | None = None,
    height: int | None = 430,
) -> go.Figure:
    """A cloud on its way to a target, which a button plays; then it stands again where the title speaks of it.

    Args:
        frames: [frame point d]. target: [target d].
        start: the frame that is shown first.
        labels: what each frame is called.
        names: of the cloud and of its target.
        masses: [point], for the size of the points.
        arrows: [point d], where each point of the first frame is pulled; drawn as short lines.
    """
    fig = figure(look, title=title, height=height)
    mass = np.ones(frames.shape[1]) if masses is None else masses
    goal, ground = plane(target), plane(frames[0])
    fig.add_trace(dots(ground, mass, "source", look))
    fig.data[0].update(opacity=0.25, name=f"{names[0]} at the start")
    if arrows is not None:
        fig.add_trace(_pulls(ground, plane(arrows), look))
    mover = dots(plane(frames[start]), mass, "source", look)
    mover.update(marker_symbol="diamond", name=names[0])
    fig.add_trace(mover)
    moves = len(fig.data) - 1
    fig.add_trace(dots(goal, np.ones(len(goal)), "target", look).update(name=names[1]))
    fig.frames = [
        go.Frame(
            name=labels[place],
            data=[{"x": plane(points)[:, 0], "y": plane(points)[:, 1]}],
            traces=[moves],
        )
        for place, points in enumerate(frames)
    ]
    fig.update_layout(updatemenus=[play_button(look, back=(labels, labels[start]))])
    _plane_axes(fig, np.concatenate([goal, *(plane(points) for points in frames)]))
    return fig


def _pulls(ground: np.ndarray, arrows: np.ndarray, look: Look) -> go.Scatter:
    """Where each point is pulled, as short lines."""
    gap = np.full(len(ground), np.nan, dtype=np.float32)
    across, up = (np.column_stack([ground[:, k], (ground + arrows)[:, k], gap]).ravel() for k in (0, 1))
    line = {"color": look.role("mass"), "width": 1}
    return go.Scatter(x=across, y=up, mode="lines", name="pull", hoverinfo="skip", line=line)


def play_button(
    look: Look, *, milliseconds: int = 90, redraw: bool = False, back: tuple[Sequence[str], str] | None = None
) -> dict[str, object]:
    """A button that plays a figure's frames from the first.

    Args:
        milliseconds: for each frame.
        redraw: whether more than points moves, such as cells and bars; then nothing glides from frame to frame.
        back: the names of all frames, and of the one that stands again when the last has been seen for a while: the
            page's title speaks of it.
    """
    frame = {"duration": milliseconds, "redraw": redraw}
    frames, played = None, [frame]
    if back is not None:
        frames, rest = [*back[0], back[1]], frame | {"duration": LINGER}
        played = [*[frame] * (len(back[0]) - 1), rest, frame]
    settings = {
        "frame": played if frames else frame,
        "transition": {"duration": 0 if redraw else 60},
        "fromcurrent": False,
    }
    return {
        "type": "buttons",
        "showactive": False,
        # Not at the upper right, where the figure's own tools appear under the mouse and would take the click.
        "x": 0.01,
        "xanchor": "left",
        "y": 0.98,
        "yanchor": "top",
        "bgcolor": look.paper,
        "bordercolor": look.faint,
        "font": {"color": look.ink},
        "buttons": [{"label": "Play", "method": "animate", "args": [frames, settings]}],
    }


def prices(
    source: np.ndarray, target: np.ndarray, u: np.ndarray, v: np.ndarray, *, look: Look, title: str
) -> go.Figure:
    """Both clouds, each point in the color of its dual price."""
    room = {"t": TITLE_ROOM + 3 * look.size}
    fig = figure(look, title=title, height=460, showlegend=False, margin=room)
    reach = float(max(np.abs(u).max(initial=0), np.abs(v).max(initial=0))) or 1.0
    sides = ((source, u, "circle", "fee u of source"), (target, v, "square", "fee v of target"))
    for points, price, symbol, name in sides:
        flat = plane(points)
        fig.add_trace(
            go.Scatter(
                x=flat[:, 0],
                y=flat[:, 1],
                mode="markers",
                marker={
                    "color": compact(price, of=reach),
                    "symbol": symbol,
                    "size": 12,
                    "colorscale": look.diverging,
                    "cmin": -reach,
                    "cmax": reach,
                    "line": {"width": 1, "color": look.quiet},
                    "colorbar": {"title": {"text": "fee", "side": "top"}, "thickness": 12, "outlinewidth": 0},
                    "showscale": symbol == "circle",
                },
                hovertemplate=name + " %{pointNumber}: %{marker.color:.4g}<extra></extra>",
            )
        )
    _plane_axes(fig, np.concatenate([plane(source), plane(target)]))
    # One below the other: side by side they would meet at the width of a phone.
    place = {"x": 0, "y": 1, "xref": "x domain", "yref": "y domain", "xanchor": "left", "yanchor": "bottom"}
    words = "● source: pick-up fee u<br>■ target: delivery fee v"
    fig.add_annotation(**place, text=words, align="left", showarrow=False, font={"color": look.quiet})
    return fig


def against_regularization(
    share: np.ndarray,
    cost: np.ndarray,
    feasible: np.ndarray,
    *,
    optimum: float | None,
    at: float,
    look: Look,
    title: str,
) -> go.Figure:
    """Sinkhorn's cost over the regularization: circles are plans, crosses are not; `at` is the one of the page."""
    # Room above for the name of the line.
    fig = figure(look, title=title, height=380, showlegend=False, margin={"t": TITLE_ROOM + 2 * look.size})
    finite = np.nan_to_num(cost, nan=0.0)
    shown = compact(finite, of=float(np.abs(finite).max()))
    fig.add_trace(
        go.Scatter(
            x=share,
            y=shown,
            mode="lines+markers",
            line={"color": look.role("mass"), "width": 1.5},
            marker={
                "size": 11,
                "symbol": np.where(feasible, "circle", "x"),
                "color": np.where(feasible, look.role("accepted"), look.role("rejected")),
            },
            hovertemplate="reg %{x:.4f} of the mean cost<br>⟨P, M⟩ %{y:.4g}<extra></extra>",
            # A cost of 0 lies on the axis, which would cut its cross in half.
            cliponaxis=False,
        )
    )
    fig.add_vline(x=at, line={"color": look.quiet, "dash": "dot", "width": 1})
    # On a logarithmic axis plotly places notes by the exponent.
    fig.add_annotation(x=float(np.log10(at)), y=1, yref="y domain", yanchor="bottom", text="this reg", showarrow=False)
    if optimum is not None:
        fig.add_hline(y=optimum, line={"color": look.ink, "dash": "dot", "width": 1.5})
        place = {"x": 1, "xref": "x domain", "y": optimum, "xanchor": "right", "yanchor": "bottom"}
        fig.add_annotation(**place, text="exact optimum", showarrow=False)
    _name_marks(fig, look)
    fig.update_xaxes(title_text="regularization, as a share of the mean cost", type="log", showgrid=False)
    fig.update_yaxes(title_text="cost ⟨P, M⟩", rangemode="tozero")
    return fig


def _name_marks(fig: go.Figure, look: Look) -> None:
    """Says in the corner what circles and crosses are."""
    for place, (words, role) in enumerate((("● feasible", "accepted"), ("✕ not a plan", "rejected"))):
        fig.add_annotation(
            x=0.01,
            xref="x domain",
            xanchor="left",
            y=0.98 - 0.08 * place,
            yref="y domain",
            text=words,
            showarrow=False,
            font={"color": look.word(look.role(role))},
        )


def shift_measure(
    shifts: np.ndarray, values: np.ndarray, *, name: str, color: str, at: float, look: Look, title: str, height: int
) -> go.Figure:
    """One measure over the distance moved; where it is infinite the figure is shaded.

    Args:
        name: what is measured. at: the distance that is marked.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    shown = np.where(np.isfinite(values), values, np.nan).astype(np.float32)
    fig.add_trace(
        go.Scatter(
            x=shifts,
            y=shown,
            mode="lines+markers",
            marker_size=4,
            line={"color": color, "width": 2.5},
            hovertemplate=f"moved %{{x:.2f}}<br>{escape(name)} %{{y:.3f}}<extra></extra>",
        )
    )
    lost = shifts[~np.isfinite(values)]
    if len(lost):
        first, last = float(lost[0]) - 0.12, float(shifts[-1])
        fig.add_vrect(x0=first, x1=last, fillcolor=look.role("rejected"), opacity=0.12, line_width=0)
        words = {"text": "infinite: no slope", "y": 0.5, "yref": "y domain", "showarrow": False}
        fig.add_annotation(x=(first + last) / 2, **words)
    fig.add_vline(x=at, line={"color": look.ink, "dash": "dot", "width": 1})
    fig.update_xaxes(title_text="distance moved", range=[float(shifts[0]), float(shifts[-1])])
    fig.update_yaxes(title_text=name)
    return fig
