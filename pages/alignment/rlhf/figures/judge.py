"""Figures of the visitor's own reward: its weights, and what follows it."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.theme import Look, escape, figure


def weights(
    names: Sequence[str], values: np.ndarray, spread: np.ndarray, *, look: Look, title: str, height: int
) -> go.Figure:
    """One point for each word and for length, with the spread of the labels; 0 is no opinion.

    Args:
        values, spread: points for each word.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    fig.add_trace(
        go.Scatter(
            x=values.astype(np.float32),
            y=[escape(name) for name in names],
            mode="markers",
            name="weight",
            marker={"size": 9, "color": look.role("proxy"), "line": {"color": look.ink, "width": 1}},
            error_x={
                "array": spread.astype(np.float32),
                "color": look.quiet,
                "thickness": 1.5,
            },
            hovertemplate="%{y}: %{x:.2f}<extra></extra>",
        )
    )
    fig.add_vline(x=0, line={"color": look.quiet, "width": 1})
    fig.update_xaxes(title_text="weight ± spread (points for each word)", showgrid=True)
    fig.update_yaxes(autorange="reversed", type="category", dtick=1, showgrid=False)
    return fig


X_LABEL = "√KL from the start (√nats)"


def start(rewards: Mapping[str, float], *, look: Look, title: str, height: int) -> go.Figure:
    """The rewards of the start, on axes that are free for a policy that leaves it.

    Args:
        rewards: the mean over what the start says, by name.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    for name, reward in rewards.items():
        fig.add_trace(
            go.Scatter(
                x=[0.0],
                y=[float(reward)],
                mode="markers+text",
                name=name,
                text=[f"{name} of the start"],
                textposition="middle right",
                textfont={"color": look.word(look.role(name))},
                marker={"size": 10, "color": look.role(name), "line": {"color": look.ink, "width": 1}},
                hovertemplate=f"{name} %{{y:.2f}}<extra></extra>",
                cliponaxis=False,
            )
        )
    fig.update_xaxes(title_text=X_LABEL, range=[-0.2, 6], showgrid=False)
    return fig.update_yaxes(title_text="reward (points)", range=[-3, 5])


def followed(
    run: Mapping[str, np.ndarray],
    best: Mapping[str, np.ndarray],
    step: int,
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """Rewards against √KL of a policy that follows the visitor's reward, and of best-of-n as diamonds.

    Args:
        run: "kl", "proxy" and, where it is shown, "gold" after each step.
        best: the same for each n, and "n".
        step: where the line stands.
    """
    curves = {name: values for name, values in run.items() if name != "kl"}
    colors = {name: look.role(name) for name in curves}
    both = np.concatenate([best[name] for name in curves])
    x = np.sqrt(run["kl"])
    fig = lines(
        curves,
        look=look,
        title=title,
        x_label=X_LABEL,
        y_label=f"{'reward' if len(curves) > 1 else next(iter(curves))} (points)",
        x=x,
        colors=colors,
        height=height,
        beside=both,
    )
    fig.update_traces(mode="lines")
    for name in curves:
        fig.add_trace(
            go.Scatter(
                x=np.sqrt(best["kl"]).astype(np.float32),
                y=best[name].astype(np.float32),
                mode="markers",
                name=f"{name}, best of n",
                text=[f"n = {n}" for n in best["n"]],
                marker={"symbol": "diamond", "size": 8, "color": colors[name], "line": {"color": look.ink, "width": 1}},
                hovertemplate="%{text}<br>√KL %{x:.2f}<br>%{y:.2f}<extra></extra>",
            )
        )
    fig.add_vline(x=float(x[step]), line={"color": look.quiet, "width": 1, "dash": "dot"})
    return fig
