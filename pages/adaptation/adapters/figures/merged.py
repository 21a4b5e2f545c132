"""Two LoRA adapters in SmolLM2: right answers by what is added, and how far logits differ."""

import math

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import inks
from components.theme import Look, figure
from core.tuning import PAIR, MergeRecord
from pages.adaptation.adapters.figures.pair import ROLES, STATE_NAMES

LEAST = 1e-7
"""The left end of the axis of differences: less than the last bit of a logit."""


def merged(record: MergeRecord, *, look: Look, title: str, height: int) -> go.Figure:
    """Right answers with their intervals at the left; the largest differences of a logit at the right."""
    fig = make_subplots(rows=1, cols=2, column_widths=[0.55, 0.45], horizontal_spacing=0.2)
    for task, (name, role) in enumerate(zip(PAIR, ROLES, strict=True)):
        shares = [record.share(state, task) for state in STATE_NAMES]
        fig.add_trace(
            go.Bar(
                x=list(STATE_NAMES.values()),
                y=[found.share for found in shares],
                error_y={
                    "type": "data",
                    "array": [found.high - found.share for found in shares],
                    "arrayminus": [found.share - found.low for found in shares],
                    "color": look.quiet,
                },
                marker={"color": look.role(role)},
                text=[f"{found.share:.0%}" for found in shares],
                textposition="inside",
                insidetextanchor="start",
                insidetextfont={"color": inks(np.zeros(1), [[0, look.role(role)], [1, look.role(role)]])[0]},
                textangle=0,
                name=f"task {task + 1}, {name}",
                hovertemplate=f"{name}, adapters added: %{{x}}<br>%{{y:.0%}} right<extra></extra>",
            ),
            row=1,
            col=1,
        )
    fig.add_trace(_differences(record, look), row=1, col=2)
    styled = figure(look, title=title, height=height, base=fig, showlegend=True, barmode="group")
    styled.update_xaxes(title_text="adapters added to SmolLM2", showgrid=False, row=1, col=1)
    styled.update_yaxes(title_text="share of right answers", tickformat=".0%", range=[0, 1.1], row=1, col=1)
    styled.update_xaxes(title_text="largest difference of a logit", type="log", dtick=2, exponentformat="power",
                        range=[math.log10(LEAST), 3], row=1, col=2)  # fmt: skip
    styled.update_yaxes(showgrid=False, row=1, col=2)
    return styled


def differences(record: MergeRecord) -> dict[str, float]:
    """What is compared with what -> the largest difference of a logit of all runs, the last row first."""
    runs = record.runs
    return {
        "both added, and bare": max(run.moved["both"] for run in runs),
        "first added, and bare": max(run.moved["first"] for run in runs),
        "the same in float64": max(max(run.exact_gap.values()) for run in runs),
        "merged, and beside": max(max(run.gap.values()) for run in runs),
        "first, and first again": max(run.back for run in runs),
        "B = 0, and bare": max(run.start for run in runs),
    }


def _differences(record: MergeRecord, look: Look) -> go.Bar:
    found = differences(record)
    return go.Bar(
        y=list(found),
        # A bar of 0 has no place on a logarithmic axis: its number stands at the axis.
        x=[max(value, LEAST) for value in found.values()],
        orientation="h",
        marker={"color": look.role("mass")},
        text=[f" {value:.2g} " for value in found.values()],
        textposition="outside",
        cliponaxis=False,
        showlegend=False,
        hovertemplate="%{y}<br>%{text}<extra></extra>",
    )
