"""Figures of formats and choices: the map, the balance of labels, and scores of an option."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.heights import room
from components.figures.lines import lines
from components.theme import MAGNITUDE, Look, escape, figure

ABOVE = 160
"""Pixels that the controls and the sentence take of the main figure's room."""


def map_figure(
    accuracies: np.ndarray, rows: Sequence[str], columns: Sequence[str], across: str, *, look: Look, title: str
) -> go.Figure:
    """Accuracy of every format on every task, or with every draw of examples, as cells with their numbers.

    Args:
        accuracies: by format, and by task or draw.
        rows, columns: their names.
        across: what the columns are.
        look: paper and type.
        title: the finding.
    """
    return figure(
        look,
        title=title,
        height=room(look, ABOVE),
        traces=[
            go.Heatmap(
                z=accuracies.astype(np.float32),
                x=np.arange(len(columns)),
                y=np.arange(len(rows)),
                zmin=0,
                zmax=1,
                colorscale=MAGNITUDE,
                texttemplate="%{z:.0%}",
                xgap=2,
                ygap=2,
                colorbar={
                    "title": {"text": "right", "side": "right"},
                    "tickformat": ".0%",
                    "outlinewidth": 0,
                    "thickness": 12,
                },
                hovertemplate="%{z:.0%} right<extra></extra>",
            )
        ],
        xaxis={
            "title": {"text": across},
            "tickvals": list(range(len(columns))),
            "ticktext": [escape(name) for name in columns],
            "showgrid": False,
        },
        yaxis={
            "tickvals": list(range(len(rows))),
            "ticktext": [escape(name) for name in rows],
            "autorange": "reversed",
            "showgrid": False,
        },
    )


def balance_figure(
    curves: Mapping[str, np.ndarray], shares: np.ndarray, chosen: float, *, look: Look, title: str
) -> go.Figure:
    """Mean accuracy over the share of a label, as measured and corrected.

    Args:
        curves: name -> mean accuracy at each share.
        shares: of the first label.
        chosen: the share of the slider.
        look: paper and type.
        title: the finding.
    """
    roles = ("mass", "key", "query")
    fig = lines(
        curves,
        look=look,
        title=title,
        x=shares,
        x_label="share of positive items",
        y_label="mean of items right",
        colors={name: look.role(role) for name, role in zip(curves, roles, strict=True)},
        height=room(look, ABOVE),
    )
    mark = {"type": "line", "x0": chosen, "x1": chosen, "yref": "paper", "y0": 0, "y1": 1}
    return fig.update_layout(
        shapes=[{**mark, "line": {"color": look.quiet, "dash": "dot"}}],
        xaxis={"tickformat": ".0%"},
        yaxis={"tickformat": ".0%"},
    )


def scored_figure(
    shares: Mapping[str, float],
    intervals: Mapping[str, tuple[float, float]],
    letters: Mapping[str, float],
    *,
    look: Look,
    title: str,
) -> go.Figure:
    """How often each score finds the right option, and which letters the letter score chooses.

    Args:
        shares, intervals: by way to score.
        letters: letter -> the share of questions in which it is chosen.
        look: paper and type.
        title: the finding.
    """
    base = make_subplots(1, 2, subplot_titles=["option chosen by", "letter chosen"], horizontal_spacing=0.12)
    names, values = list(shares), np.array(list(shares.values()))
    ends = np.array([intervals[name] for name in names])
    bars = {"array": ends[:, 1] - values, "arrayminus": values - ends[:, 0], "thickness": 2}
    hover = "%{x}: %{y:.0%}<extra></extra>"
    inks = [look.role("query"), look.role("draft"), look.role("key")]
    base.add_trace(go.Bar(x=names, y=values, error_y=bars, marker={"color": inks}, hovertemplate=hover), row=1, col=1)
    base.add_trace(
        go.Bar(x=list(letters), y=list(letters.values()), marker={"color": look.role("key")}, hovertemplate=hover),
        row=1,
        col=2,
    )
    base.update_yaxes(range=[0, 1.02], tickformat=".0%")
    base.add_hline(0.25, line={"color": look.quiet, "dash": "dot", "width": 1.5})
    base.update_yaxes(title_text="questions right", col=1)
    base.update_yaxes(title_text="questions", col=2)
    base.update_xaxes(title_text="score of an option, dotted: chance", col=1)
    base.update_xaxes(title_text="letter, dotted: each as often as right", col=2)
    return figure(look, title=title, height=room(look, ABOVE), base=base, showlegend=False, margin={"t": 64})
