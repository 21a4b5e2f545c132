"""Methods as points in and out of distribution, and the losses of one of them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure
from core.tuning import Spread, TuningRecord, TuningRun

APART = 1.3
"""Where two methods cost the same, the factor by which they are drawn to either side."""

NEAR = 5.0
"""Names of lines that are nearer than this factor stand to their left."""


def methods(
    record: TuningRecord, costs: Mapping[str, float], names: Mapping[str, str], chosen: str, *, look: Look, title: str,
    label: str, height: int,
) -> go.Figure:  # fmt: skip
    """Accuracy over what a method costs, its two domains joined by a line; the losses of the chosen one beside it.

    Args:
        costs: method -> what stands across, above 0.
        names: method -> its name on screen.
        label: of the axis.
    """
    fig = make_subplots(
        rows=1, cols=2, column_widths=[0.7, 0.3], horizontal_spacing=0.1,
        subplot_titles=("", f"{names[chosen]}: loss of each seed"),
    )  # fmt: skip
    places = drawn_at(costs)
    for method, x in places.items():
        color = look.role("key" if method == chosen else "query")
        # A name stands on the side where no other line is near.
        left = any(x < other < NEAR * x for other in places.values())
        for trace in _pair(record, method, x, names[method], color, left=left, look=look):
            fig.add_trace(trace, row=1, col=1)
    for trace in _losses(record.chosen(chosen), look):
        fig.add_trace(trace, row=1, col=2)
    guess = [{"type": "line", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5,
              "line": {"color": look.quiet, "dash": "dot"}}]  # fmt: skip
    styled = figure(look, title=title, height=height, base=fig, showlegend=True, legend={"y": 1.0}, shapes=guess)
    styled.add_annotation(x=0, xref="x domain", y=0.5, yref="y", xanchor="left", yanchor="top", showarrow=False,
                          text="a guess", font={"color": look.quiet, "size": look.size})  # fmt: skip
    wide = (np.log10(min(places.values()) / 2.5), np.log10(max(places.values()) * 3.5))
    styled.update_xaxes(type="log", title_text=label, range=wide, exponentformat="power", dtick=1, row=1, col=1)
    styled.update_yaxes(title_text="share of right answers", tickformat=".0%", row=1, col=1)
    styled.update_xaxes(title_text="update", showgrid=False, row=1, col=2)
    styled.update_yaxes(title_text="loss, nats", rangemode="tozero", row=1, col=2)
    return styled


def drawn_at(costs: Mapping[str, float]) -> dict[str, float]:
    """Where each method is drawn: at its cost, or a little beside it where another one costs the same."""
    found = dict(costs)
    for method, cost in costs.items():
        alike = [other for other, its in costs.items() if abs(np.log(its / cost)) < np.log(APART)]
        middle = (len(alike) - 1) / 2
        found[method] = cost * APART ** (2 * (alike.index(method) - middle))
    return found


def _losses(runs: Sequence[TuningRun], look: Look) -> Iterator[go.Scatter]:
    for run in runs:
        yield go.Scatter(
            x=np.arange(1, len(run.loss) + 1),
            y=run.loss.astype(np.float32),
            mode="lines",
            opacity=0.75,
            showlegend=False,
            name=f"seed {run.params.seed}",
            line={"color": look.role("key"), "width": 2},
            hovertemplate=f"seed {run.params.seed}<br>update %{{x}}<br>%{{y:.3f}} nats<extra></extra>",
        )


def _pair(
    record: TuningRecord, method: str, x: float, name: str, color: str, *, left: bool, look: Look
) -> Sequence[go.Scatter]:
    """A method's two marks with their ranges over seeds, the line that joins them, and its name beside the line."""
    inside, outside = (record.spread(method, f"{domain}_accuracy") for domain in ("id", "ood"))
    line = go.Scatter(
        x=[x] * 3,
        y=[inside.mean, (inside.mean + outside.mean) / 2, outside.mean],
        mode="lines+text",
        text=["", name, ""],
        textposition="middle left" if left else "middle right",
        textfont={"color": look.word(color)},
        hoverinfo="skip",
        showlegend=False,
        line={"color": color, "width": 2.5},
    )
    first = method == record.methods[0]
    return [line, *(_mark(found, method, x, name, color, domain, first=first)
                    for domain, found in (("meals", inside), ("stories", outside)))]  # fmt: skip


def _mark(found: Spread, method: str, x: float, name: str, color: str, domain: str, *, first: bool) -> go.Scatter:
    """The mean of a domain with the range over seeds; a click opens the method."""
    filled = domain == "meals"
    return go.Scatter(
        x=[x],
        y=[found.mean],
        mode="markers",
        marker={"symbol": "circle" if filled else "circle-open", "size": 13, "color": color,
                "line": {"width": 3, "color": color}},
        error_y={"type": "data", "symmetric": False, "array": [found.high - found.mean],
                 "arrayminus": [found.mean - found.low], "color": color, "thickness": 1.5, "width": 6},
        customdata=[[method]],
        name="meals: like the training texts" if filled else "stories: the shift",
        showlegend=first,
        hovertemplate=f"{name}, {domain}<br>%{{y:.1%}} ({found.low:.1%} to {found.high:.1%})<extra></extra>",
    )  # fmt: skip
