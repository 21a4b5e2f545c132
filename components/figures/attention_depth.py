"""Figures of the page that goes deeper into attention: causes, contributions, lens, masks, generation."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.attention import shorten, token_ticks
from components.theme import MAGNITUDE, MONO, Look, escape, figure

Ranked = Sequence[tuple[str, float]]


def cause(
    before: Ranked,
    after: Ranked,
    change: np.ndarray,
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    height: int = 510,
) -> go.Figure:
    """What an intervention does: the next token before and after, and the change of the loss at each token.

    Args:
        before: likeliest next tokens with their probabilities, untouched.
        after: the same after the intervention.
        change: [token - 1]; loss after less loss before, in nats; entry i belongs to token i + 1.
    """
    two = make_subplots(rows=1, cols=2, column_widths=[0.36, 0.64], horizontal_spacing=0.12)
    fig = figure(look, title=title, height=height, base=two)
    names = list(dict.fromkeys([*[token for token, _ in before[:6]], *[token for token, _ in after[:4]]]))[::-1]
    for ranked, label, color in ((before, "untouched", look.role("mass")), (after, "changed", look.role("key"))):
        shares = dict(ranked)
        fig.add_trace(
            go.Bar(
                y=[escape(shorten(name)) + "​" * place for place, name in enumerate(names)],
                x=[shares.get(name, 0.0) for name in names],
                orientation="h",
                name=label,
                marker_color=color,
                hovertemplate=f"{label} %{{x:.3f}}<extra></extra>",
            ),
            row=1,
            col=1,
        )
    fig.add_trace(
        go.Bar(
            x=np.arange(1, len(tokens)),
            y=change.astype(np.float32),
            marker_color=np.where(change > 0, look.role("rejected"), look.role("accepted")),
            customdata=[escape(token) for token in tokens[1:]],
            showlegend=False,
            hovertemplate="%{x} %{customdata}<br>change %{y:+.2f} nats<extra></extra>",
        ),
        row=1,
        col=2,
    )
    fig.update_xaxes(title_text="probability of the next token", row=1, col=1, rangemode="tozero")
    fig.update_yaxes(tickfont={"family": MONO, "size": look.size - 1}, showgrid=False, row=1, col=1)
    fig.update_xaxes(title_text="token", showgrid=False, row=1, col=2, **token_ticks(tokens, look, 40))
    fig.update_yaxes(title_text="change of the loss (nats)", row=1, col=2)
    fig.update_layout(legend={"orientation": "v", "x": 0.34, "y": 0.06, "xanchor": "right", "yanchor": "bottom"})
    return fig


def side_by_side(
    maps: dict[str, np.ndarray],
    tokens: Sequence[Sequence[str]] | Sequence[str],
    *,
    look: Look,
    title: str,
    label: str = "weight",
    top: float | None = None,
    signed: bool = False,
    height: int = 430,
) -> go.Figure:
    """Maps on one color scale, each under its name.

    Args:
        maps: name -> [query key]; NaN cells stay empty.
        tokens: of all maps, or one list for each.
        top: the value with the brightest color; the largest in sight without it.
        signed: color around 0.
    """
    count = len(maps)
    lists = [tokens] * count if tokens and isinstance(tokens[0], str) else tokens
    row = make_subplots(
        rows=1, cols=count, subplot_titles=[escape(name) for name in maps], horizontal_spacing=0.22 / count
    )
    fig = figure(look, title=title, height=height, base=row, margin_t=78)
    largest = top if top is not None else max(float(np.nanmax(np.abs(values))) for values in maps.values()) or 1.0
    for column, (values, words) in enumerate(zip(maps.values(), lists, strict=True), start=1):
        names = [f"{place} {escape(word)}" for place, word in enumerate(words)]
        fig.add_trace(
            go.Heatmap(
                z=values.astype(np.float32),
                x=names,
                y=names,
                coloraxis="coloraxis",
                hoverongaps=False,
                hovertemplate=f"query %{{y}}<br>key %{{x}}<br>{label} %{{z:.3f}}<extra></extra>",
            ),
            row=1,
            col=column,
        )
        room = 60 // count
        fig.update_xaxes(showgrid=False, row=1, col=column, **token_ticks(words, look, room, named=True))
        ticks = token_ticks(words, look, 36, named=True, upright=True)
        fig.update_yaxes(showgrid=False, autorange="reversed", showticklabels=column == 1, row=1, col=column, **ticks)
    fig.update_xaxes(title_text="key", row=1)
    fig.update_yaxes(title_text="query", col=1)
    colors = (
        {"colorscale": look.diverging, "cmin": -largest, "cmax": largest}
        if signed
        else {"colorscale": MAGNITUDE, "cmin": 0, "cmax": largest}
    )
    bar = {"title": {"text": label, "side": "top"}, "thickness": 12, "outlinewidth": 0}
    fig.update_layout(coloraxis={**colors, "colorbar": bar})
    return fig


def lens(
    likeliest: Sequence[Sequence[str]],
    shares: np.ndarray,
    rank: np.ndarray,
    *,
    look: Look,
    title: str,
    answer: str,
    height: int = 620,
) -> go.Figure:
    """What the model would say after each layer, and the rank of what it says in the end.

    Args:
        likeliest: at each depth the likeliest tokens; depth 0 is the embedding.
        shares: [depth top], their probabilities.
        rank: [depth], the rank of the final answer, 1 for the likeliest.
    """
    two = make_subplots(rows=1, cols=2, column_widths=[0.66, 0.34], shared_yaxes=True, horizontal_spacing=0.04)
    fig = figure(look, title=title, height=height, base=two)
    depth, top = shares.shape
    fig.add_trace(
        go.Heatmap(
            z=shares.astype(np.float32),
            text=[[escape(shorten(token, 12)) for token in row] for row in likeliest],
            texttemplate="%{text}",
            textfont={"family": MONO, "size": look.size - 3},
            x=[f"{place + 1}" for place in range(top)],
            colorscale=MAGNITUDE,
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=1,
            colorbar={"title": {"text": "probability", "side": "top"}, "thickness": 12, "outlinewidth": 0, "x": 1.02},
            hovertemplate="after layer %{y}: %{text}<br>probability %{z:.3f}<extra></extra>",
        ),
        row=1,
        col=1,
    )
    fig.add_trace(
        go.Scatter(
            x=rank,
            y=np.arange(depth),
            mode="lines+markers",
            line={"color": look.role("query"), "width": 2.5},
            showlegend=False,
            hovertemplate=f"rank of {escape(answer)}: %{{x}}<extra></extra>",
        ),
        row=1,
        col=2,
    )
    fig.update_xaxes(title_text="rank of the prediction", showgrid=False, row=1, col=1)
    fig.update_xaxes(title_text=f"rank of “{escape(answer)}” (log scale)", type="log", row=1, col=2)
    fig.update_yaxes(title_text="layers passed", range=[depth - 0.5, -0.5], showgrid=False, row=1, col=1, dtick=2)
    fig.update_yaxes(range=[depth - 0.5, -0.5], showgrid=False, row=1, col=2)
    return fig


def looked_at(
    attention: np.ndarray, tokens: Sequence[str], *, prompt: int, look: Look, title: str, height: int = 330
) -> go.Figure:
    """How much a generated token took from each token before it.

    Args:
        attention: [key].
        tokens: at least as many as keys.
        prompt: how many of them were typed; the others were generated.
    """
    fig = figure(look, title=title, height=height, bargap=0.15)
    places = np.arange(len(attention))
    fig.add_trace(
        go.Bar(
            x=places,
            y=attention.astype(np.float32),
            marker_color=np.where(places < prompt, look.role("mass"), look.role("query")),
            customdata=[escape(token) for token in tokens[: len(attention)]],
            hovertemplate="%{x} %{customdata}<br>weight %{y:.3f}<extra></extra>",
        )
    )
    fig.update_xaxes(
        title_text="token (gray: the prompt)", showgrid=False, **token_ticks(tokens[: len(attention)], look, 60)
    )
    fig.update_yaxes(title_text="weight", rangemode="tozero")
    return fig


def matrices(steps: dict[str, np.ndarray], *, look: Look, title: str, height: int = 300) -> go.Figure:
    """Small matrices in a row with every number written into its cell.

    Args:
        steps: name -> matrix; -inf is written as −∞ and stays empty.
    """
    row = make_subplots(
        rows=1, cols=len(steps), subplot_titles=[escape(name) for name in steps], horizontal_spacing=0.03
    )
    fig = figure(look, title=title, height=height, base=row, margin_t=78)
    for column, values in enumerate(steps.values(), start=1):
        finite = np.where(np.isfinite(values), values, np.nan)
        reach = float(np.nanmax(np.abs(finite))) if np.isfinite(finite).any() else 1.0
        fig.add_trace(
            go.Heatmap(
                z=finite.astype(np.float32),
                text=[["−∞" if np.isneginf(cell) else f"{cell:.2f}" for cell in row] for row in values],
                texttemplate="%{text}",
                textfont={"family": MONO, "size": look.size - 1},
                colorscale=look.diverging,
                zmin=-(reach or 1.0),
                zmax=reach or 1.0,
                showscale=False,
                xgap=2,
                ygap=2,
                hoverinfo="skip",
            ),
            row=1,
            col=column,
        )
    fig.update_xaxes(showgrid=False, showticklabels=False)
    fig.update_yaxes(showgrid=False, autorange="reversed", dtick=1, title_text=None)
    return fig
