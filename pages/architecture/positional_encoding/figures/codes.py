"""Figures of the positional encodings: arrays in, plotly figures out."""

from collections.abc import Mapping, Sequence
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import cells, field, inks, thinned
from components.figures.kept import kept
from components.figures.lines import lines
from components.figures.tokens import token_ticks
from components.theme import CATEGORIES, TITLE_ROOM, Look, escape, figure, mixed

SCHEME_COLORS: dict[str, str] = {
    "none": CATEGORIES[7],
    "sinusoidal": CATEGORIES[0],
    "learned": CATEGORIES[2],
    "rope": CATEGORIES[1],
    "alibi": CATEGORIES[3],
    "t5": CATEGORIES[4],
}
"""A scheme has the same color in every figure."""


@kept
def code_map(code: np.ndarray, *, look: Look, title: str, top: float) -> go.Figure:
    """A code as a field: positions across, dimensions down. A large one is thinned, pair by pair of dimensions.

    Args:
        code: [position dimension].
        top: the size of entry with the strongest color.
    """
    pairs, step = thinned(code.shape[1], code.shape[0])
    dimensions, positions = np.arange(code.shape[1]), np.arange(0, code.shape[0], step)
    dimensions = dimensions[(dimensions // 2) % pairs == 0]
    return field(
        code[np.ix_(positions, dimensions)].T,
        look=look,
        title=title,
        x_label="position (tokens)",
        y_label="dimension",
        label="value",
        x=positions,
        y=dimensions,
        top=top,
    )


def two_fields(
    left: tuple[str, np.ndarray], right: tuple[str, np.ndarray], *, look: Look, title: str, height: int = 400
) -> go.Figure:
    """Two square fields over the same positions, each with its own scale.

    Args:
        left, right: (what it says in words, [position position]).
    """
    names = ["<br>".join(wrap(escape(words), 40)) for words, _ in (left, right)]
    base = make_subplots(rows=1, cols=2, subplot_titles=names, horizontal_spacing=0.22)
    fig = figure(look, title=title, height=height, base=base, margin_t=76)
    for column, (_, values) in enumerate((left, right), start=1):
        trace = cells(values, look=look, x_label="position", y_label="position", label="score")
        trace.colorbar.x = (0.395, 1.005)[column - 1]
        fig.add_trace(trace, row=1, col=column)
        last = len(values) - 0.5
        fig.update_xaxes(
            title_text="position of the key (tokens)",
            row=1,
            col=column,
            range=[-0.5, last],
            showgrid=False,
            constrain="domain",
        )
        fig.update_yaxes(
            title_text="position of the query (tokens)",
            row=1,
            col=column,
            range=[last, -0.5],
            showgrid=False,
            scaleanchor="x" if column == 1 else "x2",
            constrain="domain",
        )
    return fig


@kept
def beside(
    matrix: go.Heatmap,
    curves: Mapping[str, np.ndarray],
    places: np.ndarray,
    *,
    chosen: str,
    steps: bool,
    look: Look,
    title: str,
    y_label: str,
    height: int | None = None,
) -> go.Figure:
    """A field over queries and keys, and beside it what it is made of: curves over the offset.

    Args:
        matrix: the field, as `cells` makes it.
        curves: name -> [place]; all but the chosen one are drawn thin and gray.
        places: the offsets.
        steps: the curves stay the same over ranges of the offset.
    """
    base = make_subplots(rows=1, cols=2, column_widths=[0.4, 0.6], horizontal_spacing=0.2)
    fig = figure(look, title=title, height=height, base=base, showlegend=False)
    matrix.colorbar.x, matrix.colorbar.len = 0.333, 1.0
    fig.add_trace(matrix, row=1, col=1)
    last = len(matrix.z) - 0.5
    square = {"row": 1, "col": 1, "constrain": "domain", "showgrid": False}
    fig.update_xaxes(title_text="key position (tokens)", range=[-0.5, last], **square)
    fig.update_yaxes(title_text="query position (tokens)", range=[last, -0.5], scaleanchor="x", **square)
    for name in sorted(curves, key=lambda name: name == chosen):
        fig.add_trace(
            go.Scatter(
                x=places.astype(np.float32),
                y=curves[name].astype(np.float32),
                mode="lines",
                line={
                    "color": look.role("query" if name == chosen else "mass"),
                    "width": 3 if name == chosen else 1,
                    "shape": "hvh" if steps else "linear",
                },
                hovertemplate=f"offset %{{x}}<br>{escape(y_label)} %{{y:.3f}}<extra>{escape(name)}</extra>",
            ),
            row=1,
            col=2,
        )
    fig.update_xaxes(title_text="offset: key − query (tokens)", row=1, col=2, showgrid=False)
    fig.update_yaxes(title_text=y_label, row=1, col=2)
    return fig


def marked(fig: go.Figure, x: float, y: float, text: str, *, look: Look, role: str = "key") -> go.Figure:
    """A figure of curves with one point marked and named."""
    fig.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers+text",
            text=[escape(text)],
            textposition="top right",
            textfont={"color": look.word(look.role(role))},
            marker={"size": 12, "color": look.role(role), "line": {"color": look.paper, "width": 2}},
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    )
    return fig


def shifted(
    before: np.ndarray,
    after: np.ndarray,
    mapped: np.ndarray,
    *,
    offset: int,
    look: Look,
    title: str,
    height: int = 360,
) -> go.Figure:
    """A code, the code some positions on, and what the shift map makes of the first: curves over the dimensions."""
    fig = lines(
        {"PE(p)": before, f"PE(p + {offset})": after},
        look=look,
        title=title,
        x_label="dimension",
        y_label="value",
        colors={"PE(p)": look.role("mass"), f"PE(p + {offset})": look.role("query")},
        height=height,
    )
    fig.add_trace(
        go.Scatter(
            x=np.arange(len(mapped)),
            y=mapped.astype(np.float32),
            mode="markers",
            marker={"symbol": "circle-open", "size": 10, "color": look.role("key"), "line": {"width": 2}},
            hovertemplate="dimension %{x}<br>M PE(p) %{y:.3f}<extra></extra>",
        )
    )
    fig.add_annotation(
        text="○ M PE(p)",
        x=0.99,
        y=1.0,
        yanchor="bottom",
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"color": look.word(look.role("key"))},
    )
    return fig.update_layout(margin_t=TITLE_ROOM + 2 * look.size)


BASE_PARTS = ("turn at least once", "turn in part", "hardly move")


def base_bars(bases: Sequence[float], counts: np.ndarray, *, chosen: int, look: Look, title: str) -> go.Figure:
    """How many pairs of dimensions a base makes fast and slow: stacked bars.

    Args:
        counts: [base part], the parts as in BASE_PARTS.
        chosen: the row whose base is in use; it is drawn in full color.
    """
    fig = figure(look, title=title, height=440, barmode="stack", margin_t=76)
    names = np.array([f"{base:,.15g}" for base in bases])
    colors = (look.role("query"), CATEGORIES[4], look.role("mass"))
    written = counts > counts.sum(axis=1, keepdims=True) / 16
    # The others are mixed with the paper, not made transparent: the text's color is picked by the bar's own.
    for places, strength in ((np.delete(np.arange(len(bases)), chosen), 0.45), (np.array([chosen]), 1.0)):
        for part, (label, color) in enumerate(zip(BASE_PARTS, colors, strict=True)):
            filled = mixed(color, look.paper, strength)
            fig.add_trace(
                go.Bar(
                    x=names[places],
                    y=counts[places, part],
                    name=label,
                    legendgroup=label,
                    showlegend=strength == 1.0,
                    marker={"color": filled},
                    insidetextfont={"color": inks(np.zeros(1), [[0, filled], [1, filled]])[0]},
                    text=np.where(written[places, part], counts[places, part].astype(str), ""),
                    textangle=0,
                    textposition="inside",
                    insidetextanchor="middle",
                    hovertemplate="base %{x}<br>%{y} pairs " + label + "<extra></extra>",
                )
            )
    fig.update_xaxes(
        title_text="base", type="category", categoryorder="array", categoryarray=names.tolist(), showgrid=False
    )
    fig.update_yaxes(title_text="pairs of dimensions")
    return fig


def slopes(used: np.ndarray, naive: np.ndarray, *, head: int, look: Look, title: str) -> go.Figure:
    """ALiBi's slope of each head, beside the formula taken literally: markers on a logarithmic axis."""
    fig = figure(look, title=title, height=360, margin_t=76)
    places = np.arange(len(used))
    color = [look.role("key") if place == head else look.role("query") for place in places]
    dash = {"symbol": "line-ew", "size": 16, "line": {"color": look.role("mass"), "width": 3}}
    for name, values, marker in (
        ("2^(−8h/n) for any n", naive, dash),
        ("the slopes that models use", used, {"size": 11, "color": color}),
    ):
        fig.add_trace(
            go.Scatter(
                x=places,
                y=values,
                mode="markers",
                name=name,
                marker=marker,
                hovertemplate="head %{x}<br>slope %{y:.4g} per token<extra></extra>",
            )
        )
    fig.update_xaxes(title_text="head", showgrid=False, range=[-0.5, len(used) - 0.5])
    fig.update_yaxes(title_text="slope (score per token)", type="log", dtick=1)
    return fig


def bands(
    curves: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    offsets: np.ndarray,
    *,
    names: Mapping[str, str],
    look: Look,
    title: str,
    y_label: str,
    height: int = 440,
) -> go.Figure:
    """Curves over the offset, each with the range of its values at one offset as a band.

    Args:
        curves: scheme -> (mean, low, high), each [offset].
        names: scheme -> what the legend calls it.
    """
    fig = figure(look, title=title, height=height)
    x = offsets.astype(np.float32)
    for scheme, (mean, low, high) in curves.items():
        color = SCHEME_COLORS[scheme]
        if float((high - low).max()) > 1e-6:
            fig.add_trace(
                go.Scatter(
                    x=np.concatenate([x, x[::-1]]),
                    y=np.concatenate([low, high[::-1]]).astype(np.float32),
                    fill="toself",
                    fillcolor=color,
                    opacity=0.22,
                    line={"width": 0},
                    hoverinfo="skip",
                    showlegend=False,
                )
            )
        fig.add_trace(
            go.Scatter(
                x=x,
                y=mean.astype(np.float32),
                mode="lines",
                name=escape(names[scheme]),
                line={"color": color, "width": 2.5, "shape": "hvh" if scheme == "t5" else "linear"},
                hovertemplate=f"offset %{{x}}<br>score %{{y:.3f}}<extra>{escape(names[scheme])}</extra>",
            )
        )
    fig.update_xaxes(title_text="offset: key position − query position (tokens)", showgrid=False)
    fig.update_yaxes(title_text=y_label)
    return fig


def staircase(
    distances: np.ndarray, values: Mapping[str, np.ndarray], *, look: Look, title: str, y_label: str, height: int = 360
) -> go.Figure:
    """Values that stay the same over ranges of the offset: steps."""
    fig = lines(
        values,
        look=look,
        title=title,
        x_label="offset: key position − query position (tokens)",
        y_label=y_label,
        x=distances,
        height=height,
    )
    fig.update_traces(mode="lines", line_shape="hvh")
    return fig


def changes(
    tokens: Sequence[str], series: Mapping[str, np.ndarray], *, colors: Mapping[str, str], look: Look, title: str
) -> go.Figure:
    """How far each token's output moved, in several runs: points on a logarithmic axis.

    Args:
        series: name -> [token]; a change of exactly 0 has no place on such an axis: it is an open point at 1e-8.
    """
    fig = figure(look, title=title, height=360, margin_t=76)
    places = np.arange(len(tokens))
    for name, values in series.items():
        fig.add_trace(
            go.Scatter(
                x=places,
                y=np.maximum(values, 1e-8),
                mode="lines+markers",
                name=escape(name),
                line={"color": colors[name], "width": 1, "dash": "dot"},
                marker={
                    "size": 11,
                    "color": colors[name],
                    "symbol": np.where(values == 0, "circle-open", "circle"),
                },
                customdata=[
                    [escape(token), f"{value:.2g}" if value else "exactly 0"]
                    for token, value in zip(tokens, values, strict=True)
                ],
                hovertemplate="%{customdata[0]}<br>largest change %{customdata[1]}<extra>" + escape(name) + "</extra>",
            )
        )
    fig.update_xaxes(
        title_text="token",
        showgrid=False,
        **token_ticks(tokens, look, 60),
    )
    zero = any((values == 0).any() for values in series.values())
    label = "largest change of an output" + ("<br>(open point: exactly 0)" if zero else "")
    fig.update_yaxes(title_text=label, type="log", exponentformat="power", dtick=2)
    return fig
