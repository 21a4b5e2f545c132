"""Figures of the panels of the RLHF page."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.lines import lines
from components.phrases import signed
from components.theme import CATEGORIES, Look, escape, figure


def sigmoid_figure(gap: float, *, look: Look, title: str, height: int = 340) -> go.Figure:
    """P(chosen wins) and its loss against the reward gap, with a point at the gap on screen.

    The number of the higher point stands above it, that of the lower one below, in the room under zero.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    grid = np.linspace(-5, 5, 201)
    curves = {
        "probability": (1 / (1 + np.exp(-grid)), look.role("query"), 1 / (1 + np.exp(-gap))),
        "loss (nats)": (np.logaddexp(0, -grid), look.role("key"), float(np.logaddexp(0, -gap))),
    }
    higher = max(here for *_, here in curves.values())
    side = "right" if gap < -4 else "left" if gap > 4 else "center"
    for name, (values, color, here) in curves.items():
        fig.add_trace(_line(grid, values, name, color))
        fig.add_trace(
            go.Scatter(
                x=[gap],
                y=[here],
                mode="markers+text",
                text=[f"{here:.3f}"],
                textposition=f"{'top' if here == higher else 'bottom'} {side}",
                textfont={"color": look.word(color)},
                marker={"size": 11, "color": color, "line": {"color": look.ink, "width": 1}},
                hovertemplate=escape(name) + " %{y:.4f}<extra></extra>",
            )
        )
    for word, x, y, anchor, role in (
        ("probability", 4.9, 0.5, "right", "query"),
        ("loss", -3.0, 3.7, "center", "key"),
    ):
        color = look.word(look.role(role))
        fig.add_annotation(x=x, y=y, text=word, showarrow=False, xanchor=anchor, font_color=color)
    fig.update_xaxes(title_text="reward gap, chosen − rejected (points)", showgrid=False)
    fig.update_yaxes(title_text="probability, nats", range=[-1, 6.1], tickvals=[0, 1, 2, 3, 4, 5])
    return fig


def calibration(predicted: np.ndarray, observed: np.ndarray, *, look: Look, title: str, height: int = 340) -> go.Figure:
    """How often the rater agreed against how sure the model was; the diagonal is perfect."""
    fig = figure(look, title=title, height=height, showlegend=False)
    fig.add_trace(_line(np.array([0.0, 1.0]), np.array([0.0, 1.0]), "perfect", look.quiet, dash="dot"))
    there = ~np.isnan(predicted)
    fig.add_trace(
        go.Scatter(
            x=predicted[there].astype(np.float32),
            y=observed[there].astype(np.float32),
            mode="lines+markers",
            line={"color": look.role("proxy"), "width": 2.5},
            hovertemplate="predicted %{x:.2f}<br>observed %{y:.2f}<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="predicted probability", range=[0, 1], showgrid=False)
    fig.update_yaxes(title_text="share preferred", range=[0, 1])
    return fig


def bars(
    values: Mapping[str, float],
    *,
    look: Look,
    title: str,
    y_label: str,
    colors: Sequence[str] | None = None,
    errors: np.ndarray | None = None,
    height: int = 340,
) -> go.Figure:
    """One bar for each name, with its number; whiskers where a spread is known."""
    fig = figure(look, title=title, height=height, showlegend=False)
    names, heights = [escape(name) for name in values], np.array(list(values.values()), dtype=float)
    fig.add_trace(
        go.Bar(
            x=names,
            y=heights.astype(np.float32),
            marker_color=list(colors) if colors else look.role("query"),
            error_y={"type": "data", "array": errors, "color": look.quiet} if errors is not None else None,
            text=[signed(f"{value:.3g}") for value in heights] if errors is None else None,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}<br>%{y:.4f}<extra></extra>",
        )
    )
    low, high = min(0.0, float(np.nanmin(heights))), max(0.0, float(np.nanmax(heights)))
    if errors is not None:
        low, high = min(low, float(np.nanmin(heights - errors))), max(high, float(np.nanmax(heights + errors)))
    pad = 0.14 * (high - low or 1.0)
    fig.update_yaxes(title_text=y_label, range=[low - (pad if low < 0 else 0), high + pad])
    # Without its type an axis takes the name "500" for a number.
    fig.update_xaxes(showgrid=False, type="category")
    return fig


def lying_bars(
    values: Mapping[str, float], *, look: Look, title: str, x_label: str, errors: np.ndarray, height: int = 340
) -> go.Figure:
    """One lying bar for each name, where names are too long to stand below a column; whiskers are the spread."""
    fig = figure(look, title=title, height=height, showlegend=False)
    lengths = np.array(list(values.values()), dtype=np.float32)
    fig.add_trace(
        go.Bar(
            x=lengths,
            y=[escape(name) for name in values],
            orientation="h",
            marker_color=look.role("query"),
            error_x={"type": "data", "array": errors, "color": look.quiet},
            hovertemplate="%{y}<br>%{x:.4f}<extra></extra>",
        )
    )
    fig.update_xaxes(title_text=x_label)
    return fig.update_yaxes(showgrid=False, type="category", autorange="reversed")


def grouped_bars(
    groups: Mapping[str, np.ndarray],
    places: Sequence[str],
    *,
    look: Look,
    title: str,
    y_label: str,
    height: int = 340,
    errors: Mapping[str, np.ndarray] | None = None,
) -> go.Figure:
    """Bars side by side: one color for each group, one cluster for each place; whiskers where a spread is known."""
    fig = figure(look, title=title, height=height, barmode="group", showlegend=True, margin_t=80)
    for place, (name, values) in enumerate(groups.items()):
        fig.add_trace(
            go.Bar(
                x=[escape(label) for label in places],
                y=np.asarray(values, dtype=np.float32),
                name=escape(name),
                marker_color=CATEGORIES[place % len(CATEGORIES)],
                error_y={"type": "data", "array": errors[name], "color": look.quiet} if errors else None,
                hovertemplate="%{x}<br>%{y:.4f}<extra>" + escape(name) + "</extra>",
            )
        )
    fig.update_yaxes(title_text=y_label, zeroline=True, zerolinecolor=look.quiet)
    fig.update_xaxes(showgrid=False, type="category")
    return fig


def over_seeds(
    arms: Mapping[str, Sequence[np.ndarray]],
    *,
    look: Look,
    title: str,
    x_label: str,
    y_label: str,
    x: np.ndarray | None = None,
    height: int = 340,
    colors: Mapping[str, str] | None = None,
) -> go.Figure:
    """The mean of each arm as a curve named at its end, and each of its seeds as a thin one."""
    means = {name: np.mean(runs, axis=0) for name, runs in arms.items()}
    every = np.concatenate([np.ravel(values) for runs in arms.values() for values in runs])
    fig = lines(
        means, look=look, title=title, x_label=x_label, y_label=y_label, x=x, height=height, beside=every, colors=colors
    )
    for place, (name, runs) in enumerate(arms.items()):
        for seed, values in enumerate(runs):
            color = (colors or {}).get(name, CATEGORIES[place])
            thin = _line(np.arange(len(values)) if x is None else x, values, f"{name}, seed {seed}", color)
            fig.add_trace(thin.update(line={"width": 1}, opacity=0.45))
    return fig


def forms(
    measured: Mapping[str, tuple[np.ndarray, np.ndarray]],
    fitted: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    look: Look,
    title: str,
    height: int = 420,
) -> go.Figure:
    """Measured gain of gold against sqrt(KL): each step, and means of bins; the fitted forms as lines."""
    fig = figure(look, title=title, height=height, showlegend=True, margin_t=80)
    for place, (name, (d, gain)) in enumerate(measured.items()):
        fig.add_trace(
            go.Scatter(
                x=d.astype(np.float32),
                y=gain.astype(np.float32),
                mode="markers",
                name=escape(name),
                marker={
                    "size": 8 if "mean" in name else 4,
                    "color": [look.quiet, look.role("gold")][place % 2],
                    "opacity": 0.9 if "mean" in name else 0.35,
                },
                hovertemplate="√KL %{x:.2f}<br>gain %{y:.2f}<extra>" + escape(name) + "</extra>",
            )
        )
    for place, (name, (d, gain)) in enumerate(fitted.items()):
        order = np.argsort(d)
        color = [look.role("key"), look.role("value")][place % 2]
        fig.add_trace(_line(d[order], gain[order], name, color, dash="dash" if place % 2 else "solid"))
    fig.update_xaxes(title_text="√KL from the start (√nats)", showgrid=False)
    fig.update_yaxes(title_text="gold − gold at the start (points)")
    return fig


def fates(
    accuracy: np.ndarray, gold: np.ndarray, labels: Sequence[str], *, look: Look, title: str, height: int = 380
) -> go.Figure:
    """Final gold against the accuracy of the reward model, one point for each run, named by what it was fitted to."""
    fig = figure(look, title=title, height=height, showlegend=True, margin_t=80)
    names = np.array(labels)
    for place, name in enumerate(dict.fromkeys(labels)):
        these = names == name
        fig.add_trace(
            go.Scatter(
                x=accuracy[these].astype(np.float32),
                y=gold[these].astype(np.float32),
                mode="markers",
                name=escape(name),
                marker={"size": 10, "color": CATEGORIES[place % len(CATEGORIES)]},
                hovertemplate="accuracy %{x:.3f}<br>final gold %{y:.2f}<extra>" + escape(name) + "</extra>",
            )
        )
    fig.update_xaxes(title_text="accuracy of the reward model on unseen pairs", tickformat=".0%", showgrid=False)
    fig.update_yaxes(title_text="final gold (points)")
    return fig


def clip_figure(
    ratio: np.ndarray, objective: np.ndarray, here: tuple[float, float], *, clip: float, look: Look, title: str
) -> go.Figure:
    """PPO's objective against the ratio; the trusted range is shaded, a point stands at the ratio on screen."""
    fig = figure(look, title=title, height=340, showlegend=False)
    fig.add_vrect(x0=1 - clip, x1=1 + clip, fillcolor=look.faint, line_width=0, layer="below")
    fig.add_trace(_line(ratio, objective, "objective", look.role("query")))
    fig.add_trace(
        go.Scatter(
            x=[here[0]],
            y=[here[1]],
            mode="markers",
            marker={"size": 12, "color": look.role("key"), "line": {"color": look.ink, "width": 1}},
            hovertemplate="ratio %{x:.2f}<br>objective %{y:.3f}<extra></extra>",
        )
    )
    fig.add_annotation(x=1, y=0.02, yref="paper", text="trusted range", showarrow=False, font={"color": look.quiet})
    fig.update_xaxes(title_text="ratio π / π_old of a word", showgrid=False)
    fig.update_yaxes(title_text="objective of the word")
    return fig


def _line(x: np.ndarray, y: np.ndarray, name: str, color: str, *, dash: str = "solid") -> go.Scatter:
    return go.Scatter(
        x=np.asarray(x, dtype=np.float32),
        y=np.asarray(y, dtype=np.float32),
        mode="lines",
        name=escape(name),
        line={"color": color, "width": 2.5, "dash": dash},
        hovertemplate="%{x:.2f}<br>%{y:.3f}<extra>" + escape(name) + "</extra>",
    )
