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
    written = ".0%" if percent else ".2f"
    traces = (
        _path(price.mean(1), gain.mean(1), names, written, look),
        _dots(price[chosen], gain[chosen], kinds, written, look),
        _mean(price[chosen], gain[chosen], names[chosen], look, left=chosen == 1),
    )
    fig = figure(look, title="", height=height, traces=traces, showlegend=False)
    widest = float(max(price.mean(1).max(), price[chosen].max()))
    fig.update_xaxes(title_text=x_label, range=[-0.03 * widest, 1.06 * widest])
    if percent:
        fig.update_xaxes(tickformat=".0%")
    return fig.update_yaxes(title_text="tokens a call", range=[0.95, float(gain.max()) * 1.06])


def _path(price: np.ndarray, gain: np.ndarray, names: tuple[str, ...], written: str, look: Look) -> go.Scatter:
    """The rules' means, from the strictest to the loosest: thresholds are kept from 0 up."""
    path = [0, *range(len(names) - 1, 0, -1)]
    return go.Scatter(
        x=price[path],
        y=gain[path],
        mode="lines+markers",
        line={"color": look.quiet, "width": 2},
        marker={"size": 9, "color": look.quiet, "symbol": ["diamond", *["circle"] * (len(names) - 1)]},
        text=[names[rule] for rule in path],
        hovertemplate=f"%{{text}}, mean: %{{y:.2f}} tokens a call, %{{x:{written}}}<extra></extra>",
    )


def _dots(price: np.ndarray, gain: np.ndarray, kinds: tuple[str, ...], written: str, look: Look) -> go.Scatter:
    """The chosen rule on each prompt."""
    return go.Scatter(
        x=price,
        y=gain,
        mode="markers",
        marker={"size": 9, "color": look.accent("efficiency"), "opacity": 0.55},
        text=kinds,
        hovertemplate=f"%{{text}}: %{{y:.2f}} tokens a call, %{{x:{written}}}<extra></extra>",
    )


def _mean(price: np.ndarray, gain: np.ndarray, name: str, look: Look, *, left: bool) -> go.Scatter:
    """The chosen rule's mean, with its name."""
    return go.Scatter(
        x=price.mean(keepdims=True),
        y=gain.mean(keepdims=True),
        mode="markers+text",
        marker={"size": 15, "color": look.accent("efficiency"), "line": {"color": look.ink, "width": 2}},
        text=[name],
        textposition="middle left" if left else "bottom right",
        textfont={"color": look.ink, "size": look.size},
        hoverinfo="skip",
    )
