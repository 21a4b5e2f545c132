"""Figures of the page that goes deeper into attention: causes, contributions, lens, masks, generation."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from components.figures.fields import EXACT_CELLS, cells, inks
from components.figures.kept import kept
from components.figures.tokens import token_names
from components.phrases import shorten
from components.theme import MAGNITUDE, MONO, Look, escape, figure
from core.attention import NextToken
from pages.architecture.attention.figures.maps import BESIDE, click_targets

MOST_TOKENS = 192
"""A map of more tokens is shown coarser, so that three of them at once stay below 400 kB."""


@kept
def cause(
    likely: Sequence[NextToken],
    change: np.ndarray,
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    height: int | None = None,
) -> go.Figure:
    """What an intervention does: the next token before and after, and the change of the loss at each token.

    Args:
        likely: likely next tokens of either side, each with both of its probabilities.
        change: [token - 1]; loss after less loss before, in nats; entry i belongs to token i + 1.
    """
    # Tokens that look alike must not share a bar: each gets its own number of signs without a width.
    rows = [escape(shorten(token.piece)) + "\u200b" * place for place, token in enumerate(likely[::-1])]
    names = token_names(tokens)
    losses = go.Bar(
        x=names[1:],
        y=change.astype(np.float32),
        marker={"color": np.where(change > 0, look.role("rejected"), look.role("accepted"))},
        showlegend=False,
        hovertemplate="%{x}<br>change %{y:+.2f} nats<extra></extra>",
        xaxis="x2",
        yaxis="y2",
    )
    return figure(
        look,
        title=title,
        height=height,
        # Plotly stacks bars from below: the untouched ones come last to stand above.
        traces=[
            _shares(rows, [token.after for token in likely[::-1]], "changed", look.role("key")),
            _shares(rows, [token.before for token in likely[::-1]], "untouched", look.role("mass")),
            losses,
        ],
        margin={"t": 76},
        legend={"traceorder": "reversed"},
        **_cause_axes(tokens, look),
    )


def _cause_axes(tokens: Sequence[str], look: Look) -> dict[str, dict[str, object]]:
    """The likely tokens at the left, the text at the right."""
    likely = {"tickfont": {"family": MONO, "size": look.size - 1}, "showgrid": False, "ticklabelstandoff": 6}
    text = {"showgrid": False, **_word_axis(tokens, look)}
    return {
        "xaxis": {"domain": [0, 0.32], "title": {"text": "probability"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "next token"}, **likely},
        "xaxis2": {"domain": [0.44, 1], "anchor": "y2", "title": {"text": "token"}, **text},
        "yaxis2": {"anchor": "x2", "title": {"text": "change of the loss (nats)"}},
    }


def _shares(rows: Sequence[str], shares: Sequence[float], label: str, color: str) -> go.Bar:
    """The probability of each likely token, on one side."""
    return go.Bar(
        y=rows,
        x=shares,
        orientation="h",
        name=label,
        marker={"color": color},
        hovertemplate=f"{label} %{{x:.3f}}<extra></extra>",
    )


def token_map(
    values: np.ndarray,
    tokens: Sequence[str],
    *,
    look: Look,
    title: str,
    top: float,
    label: str = "weight",
    signed: bool = False,
    height: int = 420,
    clickable: bool = False,
) -> go.Figure:
    """One map from tokens to tokens, to stand beside others of the same scale.

    Args:
        values: [query key]; NaN cells stay empty in a map of up to 154 tokens.
        tokens: their names; of more than MOST_TOKENS every n-th is named, and a cell is the largest of n by n.
        top: the value with the brightest color, which larger ones share.
        signed: color around 0.
        clickable: a click on a cell that is not empty carries its query and key.
    """
    step = coarseness(len(tokens))
    shown = _largest_of_blocks(values, step)
    names = token_names(tokens)[::step]
    fig = figure(look, title=title, height=height)
    blank = shown.size <= EXACT_CELLS
    drawn = cells(
        shown if blank else np.nan_to_num(shown),
        look=look, x_label="key", y_label="query", label=label, top=top, signed=signed,
    )  # fmt: skip
    fig.add_trace(drawn.update(x=names, y=names, hoverongaps=False))
    if clickable:
        squares = click_targets(values, token_names(tokens), np.isfinite(values), label=label, most=BESIDE, drawn=step)
        fig.add_trace(squares)
    if not signed and np.nanmax(shown) > top:
        marks = np.linspace(0, 1, 4)
        written = [*(f"{mark * top:.2g}" for mark in marks[:-1]), f"≥ {top:g}"]
        fig.update_traces(colorbar={"tickvals": marks * drawn.zmax, "ticktext": written}, selector={"type": "heatmap"})
    axis = _word_axis(tokens, look)
    # Without its ranges, a map with click targets would leave room around them.
    ends = [-0.5, len(names) - 0.5]
    fig.update_xaxes(title_text="key", showgrid=False, constrain="domain", range=ends, **axis)
    square = {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"}
    fig.update_yaxes(title_text="query", showgrid=False, range=ends[::-1], **{**axis, **square, "tickangle": 0})
    return fig


def coarseness(count: int) -> int:
    """How many tokens share a row of a map of so many tokens."""
    return -(-count // MOST_TOKENS)


def _largest_of_blocks(values: np.ndarray, step: int) -> np.ndarray:
    """Of each block of step by step cells the one farthest from 0, so that a single bright cell is not lost."""
    if step == 1:
        return values
    count = len(values)
    side = -(-count // step)
    padded = np.zeros((side * step, side * step), values.dtype)
    padded[:count, :count] = np.nan_to_num(values)
    blocks = padded.reshape(side, step, side, step).swapaxes(1, 2).reshape(side, side, -1)
    return np.take_along_axis(blocks, np.abs(blocks).argmax(axis=-1)[..., None], axis=-1)[..., 0]


def lens(
    likeliest: Sequence[Sequence[str]], shares: np.ndarray, *, look: Look, title: str, height: int = 450
) -> go.Figure:
    """What the model would say after each layer.

    Args:
        likeliest: at each depth the likeliest tokens; depth 0 is the embedding.
        shares: [depth top], their probabilities.
    """
    fig = figure(look, title=title, height=height)
    depth, top = shares.shape
    named = [[escape(shorten(token, 12)) for token in row[:top]] for row in likeliest]
    fig.add_trace(
        go.Heatmap(
            z=shares.astype(np.float32),
            x=[f"{place + 1}" for place in range(top)],
            text=named,
            colorscale=MAGNITUDE,
            zmin=0,
            zmax=1,
            xgap=2,
            ygap=1,
            colorbar={"title": {"text": "probability", "side": "top"}, "thickness": 12, "outlinewidth": 0},
            hovertemplate="after layer %{y}: %{text}<br>probability %{z:.3f}<extra></extra>",
        )
    )
    words = [token for row in named for token in row]
    fig.add_trace(written(words, [f"{place + 1}" for place in range(top)], inks(shares, MAGNITUDE), look.size - 3))
    fig.update_xaxes(title_text="rank of the prediction", showgrid=False)
    fig.update_yaxes(title_text="layers passed", range=[depth - 0.5, -0.5], showgrid=False, dtick=2)
    return fig


def lens_rank(rank: np.ndarray, *, answer: str, look: Look, title: str, height: int = 370) -> go.Figure:
    """The rank of the model's final answer after each layer.

    Args:
        rank: [depth], 1 for the likeliest token.
        answer: the token that the model says in the end.
    """
    fig = figure(look, title=title, height=height)
    fig.add_trace(
        go.Scatter(
            x=rank,
            y=np.arange(len(rank)),
            mode="lines+markers",
            line={"color": look.role("query"), "width": 2.5},
            hovertemplate=f"after layer %{{y}}: rank of {escape(answer)} %{{x}}<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="rank (log scale)", type="log", dtick=1)
    fig.update_yaxes(title_text="layers passed", range=[len(rank) - 0.5, -0.5], showgrid=False, dtick=2)
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
    looked = tokens[: len(attention)]
    fig.add_trace(
        go.Bar(
            x=token_names(looked),
            y=attention.astype(np.float32),
            marker_color=np.where(np.arange(len(looked)) < prompt, look.role("mass"), look.role("query")),
            hovertemplate="%{x}<br>weight %{y:.3f}<extra></extra>",
        )
    )
    fig.update_xaxes(title_text="token (gray: the prompt)", showgrid=False, **_word_axis(looked, look))
    fig.update_yaxes(title_text="weight", rangemode="tozero")
    return fig


def written(words: Sequence[str], columns: Sequence[object], colors: Sequence[str], size: int) -> go.Scatter:
    """The words of a field's cells, row by row, each in an ink of its own: a heat map has one for all."""
    rows = len(words) // len(columns)
    return go.Scatter(
        x=list(columns) * rows,
        y=np.repeat(np.arange(rows), len(columns)),
        mode="text",
        text=words,
        textfont={"family": MONO, "size": size, "color": colors},
        hoverinfo="skip",
        showlegend=False,
    )


def _word_axis(tokens: Sequence[str], look: Look) -> dict[str, object]:
    """An axis of tokens by their names. Plotly leaves out labels where the screen is too narrow for all of them."""
    words = [escape(shorten(token)) for token in tokens]
    return {
        "type": "category",
        "labelalias": dict(zip(token_names(tokens), words, strict=True)),
        "tickfont": {"family": MONO, "size": look.size - 1 if len(tokens) <= 30 else max(9, look.size - 4)},
        "tickangle": -60 if len(tokens) > 8 else 0,
    }
