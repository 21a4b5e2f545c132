"""Methods as points in and out of distribution; what an update holds and takes; the losses of one of them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.theme import Look, figure
from core.tuning import SeedRange, StepCost, TuningRecord, TuningRun

APART = 1.35
"""Where two methods train as many numbers, the factor by which they are drawn to either side."""


def methods(
    record: TuningRecord, costs: Mapping[str, StepCost], names: Mapping[str, str], chosen: str, *, look: Look,
    title: str, height: int | None = None,
) -> go.Figure:  # fmt: skip
    """Accuracy over trained numbers, the two domains of a method joined; bytes, seconds and losses beside it.

    Args:
        costs: method -> one update of it.
        names: method -> its name on screen.
        chosen: the method that is lit, whose losses are drawn.
        height: without one that of a main figure.
    """
    fig = make_subplots(
        rows=1, cols=3, column_widths=[0.53, 0.25, 0.22], horizontal_spacing=0.085,
        subplot_titles=("", "one update: MB, seconds", f"{names[chosen]}: losses"),
    )  # fmt: skip
    places = drawn_at({method: record.chosen(method)[0].trainable for method in record.methods})
    for method, x in places.items():
        color = look.role("key" if method == chosen else "query")
        for trace in _pair(record, method, x, names[method], color):
            fig.add_trace(trace, row=1, col=1)
    fig.add_trace(_bars(costs, names, chosen, look), row=1, col=2)
    for trace in _losses(record.chosen(chosen), look):
        fig.add_trace(trace, row=1, col=3)
    guess = [{"type": "line", "xref": "x domain", "yref": "y", "x0": 0, "x1": 1, "y0": 0.5, "y1": 0.5,
              "line": {"color": look.quiet, "dash": "dot"}}]  # fmt: skip
    styled = figure(look, title=title, height=height, base=fig, showlegend=True, legend={"y": 1.0}, shapes=guess)
    for note in (*_names(record, places, names, chosen, look), _guess(look)):
        styled.add_annotation(note)
    wide = (np.log10(min(places.values()) / 2.5), np.log10(max(places.values()) * 1.8))
    styled.update_xaxes(type="log", title_text="trained numbers", range=wide, exponentformat="power", dtick=1, col=1)
    low = min(0.5, *(record.over_seeds(method, "ood_accuracy").low for method in places))
    # Above the marks stand their names, upright.
    letter = 0.0016 * look.size
    top = max(
        1.24, *(record.over_seeds(name, "id_accuracy").high + 0.04 + letter * len(names[name]) for name in places)
    )
    styled.update_yaxes(title_text="share of right answers", tickformat=".0%", range=[low - 0.0045 * look.size, top],
                        tickvals=np.arange(0, 1.05, 0.1), row=1, col=1)  # fmt: skip
    most = max(cost.memory for cost in costs.values()) / 1e6
    styled.update_xaxes(title_text="MB held for one update", range=[0, 1.75 * most], nticks=4, showgrid=False, col=2)
    styled.update_yaxes(showgrid=False, row=1, col=2)
    styled.update_xaxes(title_text="update", showgrid=False, col=3)
    styled.update_yaxes(title_text="loss, nats", rangemode="tozero", row=1, col=3)
    return styled


def drawn_at(numbers: Mapping[str, int]) -> dict[str, float]:
    """Where each method is drawn: at its trained numbers, or a little beside them where another one has the same."""
    found = {method: float(count) for method, count in numbers.items()}
    for method, count in numbers.items():
        alike = [other for other, its in numbers.items() if its == count]
        middle = (len(alike) - 1) / 2
        found[method] = count * APART ** (2 * (alike.index(method) - middle))
    return found


def _names(
    record: TuningRecord, places: Mapping[str, float], names: Mapping[str, str], chosen: str, look: Look
) -> Iterator[dict[str, object]]:
    """Each method's name above its line: upright ones stand where those beside one another would overlap."""
    for method, x in places.items():
        top = max(record.over_seeds(method, f"{domain}_accuracy").high for domain in ("id", "ood"))
        color = look.word(look.role("key" if method == chosen else "query"))
        yield {"x": float(np.log10(x)), "xref": "x", "y": top, "yref": "y", "yanchor": "bottom", "yshift": 9,
               "textangle": -90, "text": names[method], "showarrow": False,
               "font": {"color": color, "size": look.size}}  # fmt: skip


def _guess(look: Look) -> dict[str, object]:
    return {"x": 1, "xref": "x domain", "y": 0.5, "yref": "y", "xanchor": "right", "yanchor": "top", "showarrow": False,
            "text": "a guess", "font": {"color": look.quiet, "size": look.size}}  # fmt: skip


def _bars(costs: Mapping[str, StepCost], names: Mapping[str, str], chosen: str, look: Look) -> go.Bar:
    """What must be held for an update, the fewest trained numbers at the top, and the seconds that it takes."""
    order = sorted(costs, key=lambda method: (-costs[method].trainable, method))
    return go.Bar(
        y=[names[method] for method in order],
        x=[costs[method].memory / 1e6 for method in order],
        orientation="h",
        marker={"color": [look.role("key" if method == chosen else "query") for method in order]},
        text=[f"{costs[method].seconds:.2g} s" for method in order],
        textposition="outside",
        cliponaxis=False,
        showlegend=False,
        name="memory",
        customdata=[[method] for method in order],
        hovertemplate="%{y}<br>%{x:,.0f} MB, %{text}<extra></extra>",
    )


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


def _pair(record: TuningRecord, method: str, x: float, name: str, color: str) -> Sequence[go.Scatter]:
    """A method's two marks with their ranges over seeds, and the line that joins them."""
    inside, outside = (record.over_seeds(method, f"{domain}_accuracy") for domain in ("id", "ood"))
    line = go.Scatter(x=[x] * 2, y=[inside.mean, outside.mean], mode="lines", hoverinfo="skip", showlegend=False,
                      line={"color": color, "width": 2.5})  # fmt: skip
    first = method == record.methods[0]
    return [line, *(_mark(found, method, x, name, color, domain, first=first)
                    for domain, found in (("meals", inside), ("stories", outside)))]  # fmt: skip


def _mark(found: SeedRange, method: str, x: float, name: str, color: str, domain: str, *, first: bool) -> go.Scatter:
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
