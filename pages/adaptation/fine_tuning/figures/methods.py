"""The main figure: methods as points in and out of distribution, and the losses of one of them."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure
from core.tuning import METHODS, Spread, TuningRecord
from pages.adaptation.fine_tuning.figures.runs import COLORS, seeds

APART = 1.3
"""Where two methods cost the same, the factor by which they are drawn to either side."""


NEAR = 5.0
"""Names of lines that are nearer than this factor stand to their left."""


def methods(
    record: TuningRecord, costs: Mapping[str, float], names: Mapping[str, str], chosen: str, *, look: Look, title: str,
    label: str,
) -> go.Figure:  # fmt: skip
    """Accuracy over what a method costs, its two domains joined by a line; the losses of the chosen one beside it.

    Args:
        costs: method -> what stands across, above 0.
        names: method -> its name on screen.
        label: of the axis.
    """
    fig = make_subplots(
        rows=1, cols=2, column_widths=[0.7, 0.3], horizontal_spacing=0.1,
        subplot_titles=("", f"{names[chosen]}: loss by update"),
    )  # fmt: skip
    places = drawn_at(costs)
    for method in METHODS:
        x = places[method]
        # A name stands on the side where no other line is near.
        left = any(x < other < NEAR * x for other in places.values())
        for trace in _pair(record, method, x, names[method], chosen=method == chosen, left=left, look=look):
            fig.add_trace(trace, row=1, col=1)
    for trace in seeds(record.chosen(chosen)):
        fig.add_trace(trace, row=1, col=2)
    styled = figure(look, title=title, height=None, base=fig, showlegend=True, legend={"y": 1.0})
    wide = (np.log10(min(places.values()) / 2.5), np.log10(max(places.values()) * 2.5))
    styled.update_xaxes(type="log", title_text=label, range=wide, exponentformat="power", dtick=1, row=1, col=1)
    styled.update_yaxes(title_text="share of right answers", tickformat=".0%", row=1, col=1)
    styled.update_xaxes(title_text="update", showgrid=False, row=1, col=2)
    styled.update_yaxes(title_text="cross entropy, nats", rangemode="tozero", row=1, col=2)
    return styled


def drawn_at(costs: Mapping[str, float]) -> dict[str, float]:
    """Where each method is drawn: at its cost, or a little beside it where another one costs the same."""
    found = dict(costs)
    for method, cost in costs.items():
        alike = [other for other, its in costs.items() if abs(np.log(its / cost)) < np.log(APART)]
        middle = (len(alike) - 1) / 2
        found[method] = cost * APART ** (2 * (alike.index(method) - middle))
    return found


def _pair(
    record: TuningRecord, method: str, x: float, name: str, *, chosen: bool, left: bool, look: Look
) -> Sequence[go.Scatter]:
    """A method's two marks with their ranges over seeds, the line that joins them, and its name beside the line."""
    inside, outside = (record.spread(method, f"{domain}_accuracy") for domain in ("id", "ood"))
    color = COLORS[method]
    line = go.Scatter(
        x=[x] * 3,
        y=[inside.mean, (inside.mean + outside.mean) / 2, outside.mean],
        mode="lines+text",
        text=["", f"<b>{name}</b>" if chosen else name, ""],
        textposition="middle left" if left else "middle right",
        textfont={"color": look.word(color)},
        hoverinfo="skip",
        showlegend=False,
        line={"color": color, "width": 5 if chosen else 2.5},
    )
    return [
        line,
        *(_mark(found, method, x, name, where, chosen) for where, found in (("meals", inside), ("stories", outside))),
    ]


def _mark(found: Spread, method: str, x: float, name: str, where: str, chosen: bool) -> go.Scatter:
    """The mean of a domain with the range over seeds; a click opens the method."""
    color, filled = COLORS[method], where == "meals"
    return go.Scatter(
        x=[x],
        y=[found.mean],
        mode="markers",
        marker={"symbol": "circle" if filled else "circle-open", "size": 17 if chosen else 11, "color": color,
                "line": {"width": 3, "color": color}},
        error_y={"type": "data", "symmetric": False, "array": [found.high - found.mean],
                 "arrayminus": [found.mean - found.low], "color": color, "thickness": 1.5, "width": 6},
        customdata=[[method]],
        name="meals: like the training texts" if filled else "stories: the shift",
        showlegend=method == METHODS[0],
        hovertemplate=f"{name}, {where}<br>%{{y:.1%}} ({found.low:.1%} to {found.high:.1%})<extra></extra>",
    )  # fmt: skip
