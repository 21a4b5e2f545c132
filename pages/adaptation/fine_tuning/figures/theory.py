"""Two linear layers: errors over the error of the features, how far these moved, and the same ways on a real model."""

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure, mixed
from core.tuning import WAYS, LinearTheory, TheoryGrid, TuningRecord

ROLES = {"probe": "query", "full": "key", "lp_ft": "value"}
ROUNDED = 1e-20
"""Up to which a squared error is that of rounding."""

WAY_NAMES = {"probe": "probe", "full": "full", "lp_ft": "LP-FT"}


def theory(
    grid: TheoryGrid, mark: int, found: LinearTheory, record: TuningRecord, *, look: Look, title: str, moved: str,
    height: int,
) -> go.Figure:  # fmt: skip
    """Errors of the three ways over many worlds; what full tuning moved in one of them; the ways on a real model.

    Args:
        mark: the place of the step among those that the grid keeps.
        found: the world in the middle; the error of its features is marked at the left.
        record: the real runs at the right.
        moved: what the part in the middle finds.
    """
    fig = make_subplots(
        rows=1,
        cols=3,
        column_widths=[0.46, 0.31, 0.23],
        horizontal_spacing=0.08,
        subplot_titles=("", moved.replace(", ", ",<br>"), "SmolLM2: wrong<br>● meals, ○ stories"),
    )
    for column, traces in enumerate((_errors(grid, mark, look), _moves(found, look), _real(record, look)), start=1):
        for trace in traces:
            fig.add_trace(trace, row=1, col=column)
    at = found.params.feature_error
    marks = [
        {"type": "line", "xref": "x", "yref": "y domain", "x0": at, "x1": at, "y0": 0, "y1": 1,
         "line": {"color": look.quiet, "dash": "dot"}},
        {"type": "line", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "y0": 1, "y1": 1,
         "line": {"color": look.quiet, "width": 1}},
    ]  # fmt: skip
    styled = figure(look, title=title, height=height, base=fig, shapes=marks, showlegend=True, bargap=0.1,
                    legend={"x": 0.52, "y": 0.98, "yanchor": "top", "orientation": "v"},
                    margin={"t": 92 if look.presenter else 84})  # fmt: skip
    styled.add_annotation(x=0.12, xref="x domain", y=0, yref="y", xanchor="left", yanchor="top", showarrow=False,
                          text="1: always answering 0", font={"color": look.quiet, "size": look.size})  # fmt: skip
    return _axes(styled, len(found.seen_change) + len(found.unseen_change))


def _axes(fig: go.Figure, directions: int) -> go.Figure:
    """Names and ranges of the axes of the three parts."""
    fig.update_xaxes(title_text="error of the features ε", showgrid=False, range=[-0.03, 1.9], row=1, col=1)
    fig.update_yaxes(title_text="mean squared error", type="log", dtick=1, exponentformat="power",
                     row=1, col=1)  # fmt: skip
    fig.update_xaxes(title_text="direction u of the input", showgrid=False, range=[0, directions + 1], row=1, col=2)
    fig.update_yaxes(title_text="|(B − B₀) u|", rangemode="tozero", exponentformat="power", row=1, col=2)
    fig.update_xaxes(title_text="what is tuned", showgrid=False, row=1, col=3)
    fig.update_yaxes(title_text="share", tickformat=".0%", rangemode="tozero", row=1, col=3)
    return fig


def _errors(grid: TheoryGrid, mark: int, look: Look) -> Iterator[go.Scatter]:
    """Bands behind, then lines; of perfect features, an error that is 0 but for rounding has no place on a logarithmic
    axis, and the line comes from below it."""
    x = grid.feature_errors
    errors = {way: grid.errors(way, shifted=True, mark=mark).astype(float) for way in WAYS}
    found = {way: np.where(values > ROUNDED, values, 0.0) for way, values in errors.items()}
    for way, values in found.items():
        edge = {"x": x, "mode": "lines", "line": {"width": 0}, "showlegend": False, "hoverinfo": "skip"}
        yield go.Scatter(y=_drawn(values.min(axis=1)), **edge)
        ground = mixed(look.role(ROLES[way]), look.paper, 0.3)
        yield go.Scatter(y=_drawn(values.max(axis=1)), fill="tonexty", opacity=0.5, fillcolor=ground, **edge)
    for way, values in found.items():
        name, color = WAY_NAMES[way], look.role(ROLES[way])
        yield go.Scatter(
            x=x,
            y=values.mean(axis=1),
            mode="lines+markers+text",
            text=[""] * (len(x) - 1) + [name],
            textposition="middle right" if way != "lp_ft" else "bottom right",
            textfont={"color": look.word(color)},
            name=name,
            showlegend=False,
            line={"color": color, "width": 2.5},
            hovertemplate=f"{name}<br>ε %{{x}}<br>%{{y:.4f}}<extra></extra>",
        )


def _drawn(heights: np.ndarray) -> np.ndarray:
    """Without 0, which would close a band on a logarithmic axis."""
    drawn: np.ndarray = np.where(heights > 0, heights, np.nan)
    return drawn


def _moves(found: LinearTheory, look: Look) -> Iterator[go.Bar]:
    """How far full tuning moved the features along each seen and each unseen direction, the largest first."""
    start = 0
    for name, change, role in (("seen", found.seen_change, "key"), ("unseen", found.unseen_change, "mass")):
        yield go.Bar(
            x=np.arange(start, start + len(change)) + 1,
            y=np.sort(change)[::-1],
            name=f"{name} in training",
            marker={"color": look.role(role)},
            hovertemplate=f"{name} direction<br>moved by %{{y:.2g}}<extra></extra>",
        )
        start += len(change)


def _real(record: TuningRecord, look: Look) -> Iterator[go.Scatter]:
    """Shares of wrong answers of the same ways on SmolLM2, a mark for each seed that ended."""
    for domain, filled in (("meals", True), ("stories", False)):
        pairs = [(way, run) for way in WAYS if way in record.methods for run in record.ended(way)]
        right = [run.id_accuracy if filled else run.ood_accuracy for _, run in pairs]
        yield go.Scatter(
            x=[WAY_NAMES[way] for way, _ in pairs],
            y=[1 - share for share in right],
            mode="markers",
            name=domain,
            marker={"symbol": "circle" if filled else "circle-open", "size": 10, "line": {"width": 2},
                    "color": [look.role(ROLES[way]) for way, _ in pairs]},
            customdata=[[run.params.seed] for _, run in pairs],
            showlegend=False,
            hovertemplate=f"%{{x}}, {domain}, seed %{{customdata[0]}}<br>%{{y:.1%}} wrong<extra></extra>",
        )  # fmt: skip
