"""Figures of typical acceptance: what a threshold gains against what it costs the text."""

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure


def trade(
    price: np.ndarray,
    gain: np.ndarray,
    names: tuple[str, ...],
    kinds: tuple[str, ...],
    chosen: int,
    *,
    look: Look,
    x_label: str,
    percent: bool,
    height: int,
) -> go.Figure:
    """Tokens a call against a price, one place for each rule, means over the prompts; dots are the chosen rule's.

    Args:
        price: [rule kind], on the x axis.
        gain: [rule kind], tokens a call.
        names: of the rules, the greedy one first.
        chosen: the rule in color.
        x_label: of the price.
        percent: whether it is a share.
        height: pixels.
    """
    fig = figure(look, title="", height=height, showlegend=False)
    color = look.accent("efficiency")
    written = ".0%" if percent else ".2f"
    # From the strictest rule to the loosest: thresholds are kept from 0 up.
    path = [0, *range(len(names) - 1, 0, -1)]
    fig.add_trace(
        go.Scatter(
            x=price.mean(1)[path],
            y=gain.mean(1)[path],
            mode="lines+markers",
            line={"color": look.quiet, "width": 2},
            marker={"size": 9, "color": look.quiet, "symbol": ["diamond", *["circle"] * (len(names) - 1)]},
            text=[names[rule] for rule in path],
            hovertemplate=f"%{{text}}, mean: %{{y:.2f}} tokens a call, %{{x:{written}}}<extra></extra>",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=price[chosen],
            y=gain[chosen],
            mode="markers",
            marker={"size": 9, "color": color, "opacity": 0.55},
            text=kinds,
            hovertemplate=f"%{{text}}: %{{y:.2f}} tokens a call, %{{x:{written}}}<extra></extra>",
        )
    )
    fig.add_trace(
        go.Scatter(
            x=price[chosen].mean(keepdims=True),
            y=gain[chosen].mean(keepdims=True),
            mode="markers+text",
            marker={"size": 15, "color": color, "line": {"color": look.ink, "width": 2}},
            text=[names[chosen]],
            textposition="middle left" if chosen == 1 else "bottom right",
            textfont={"color": look.ink, "size": look.size},
            hoverinfo="skip",
        )
    )
    widest = float(max(price.mean(1).max(), price[chosen].max()))
    fig.update_xaxes(title_text=x_label, range=[-0.03 * widest, 1.06 * widest])
    if percent:
        fig.update_xaxes(tickformat=".0%")
    return fig.update_yaxes(title_text="tokens a call", range=[0.95, float(gain.max()) * 1.06])
