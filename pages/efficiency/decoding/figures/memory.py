"""Figures of memory and of parallel writing on the decoding page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.heights import room
from components.figures.lines import lines
from components.theme import CATEGORIES, MONO, Look, escape, figure, mixed
from core.decoding import (
    BYTES,
    Costs,
    Earnings,
    Shape,
    Tile,
    Unfolding,
    block_rows,
    bytes_moved,
    flash_traffic,
    kv_bytes,
    operations,
    roofline,
    standard_traffic,
)

AROUND = 168
"""Pixels around both charts of the roof for the tokens seen above them and the sentence below, also on a projector."""


def cost_curves(costs: Mapping[str, Costs], *, look: Look, title: str) -> go.Figure:
    """T(k) / T(1) for each precision, with the line on which all tokens cost the price of one.

    A dot is one round of one width, where the rounds were kept.
    """
    first = next(iter(costs.values()))
    k = np.array(first.widths)
    series = {name: kept.ratio for name, kept in costs.items()} | {"free": np.ones(len(k))}
    colors = {"float32": look.accent("efficiency"), "bfloat16": look.role("query"), "free": look.quiet}
    fig = lines(
        series,
        look=look,
        title=title,
        x_label="tokens verified in one call, k",
        y_label="T(k) / T(1)",
        x=k,
        colors=colors,
    )
    for name, kept in costs.items():
        if kept.rounds is not None:
            ratios = kept.rounds / kept.rounds[:, :1]
            fig.add_scatter(
                x=np.tile(k, len(ratios)),
                y=ratios.ravel().astype(np.float32),
                mode="markers",
                name=f"{name}, rounds",
                marker={"size": 6, "color": colors[name], "opacity": 0.35},
                showlegend=False,
                hovertemplate="one round, k = %{x}: %{y:.2f}<extra></extra>",
            )
    return fig


def roof_figure(costs: Costs, *, length: int, look: Look, title: str) -> go.Figure:
    """The machine's roof, where calls of 1 to 16 tokens were measured, and the most that one could reach after a text.

    Args:
        costs: measured after `costs.params.past` tokens.
        length: tokens of the text, whose keys and values one more token has to read.
    """
    shape, number, past = Shape(), BYTES[costs.params.dtype], costs.params.past
    work = np.array([operations(shape, k, past=past) for k in costs.widths], float)
    moved = np.array([bytes_moved(shape, k, past=past, bytes_per_number=number) for k in costs.widths], float)
    intensity = np.geomspace(0.2, 200, 80)
    fig = figure(look, title=title, height=room(look, AROUND), showlegend=False)
    roof = roofline(intensity, bandwidth=costs.bandwidth, peak=costs.peak)
    fig.add_trace(_line(intensity, roof / 1e9, look.quiet, "roof"))
    fig.add_trace(
        go.Scatter(
            x=(work / moved).astype(np.float32),
            y=(work / costs.seconds / 1e9).astype(np.float32),
            mode="markers+text",
            marker={"size": 10, "color": look.accent("efficiency")},
            text=[f"k = {k}" if k in (1, 4, 16) else "" for k in costs.widths],
            textposition="bottom right",
            customdata=np.array(costs.widths),
            hovertemplate="k = %{customdata}: %{y:.1f} · 10⁹ operations/s<extra></extra>",
        )
    )
    here = np.array([intensity_of(length, number)])
    top = roofline(here, bandwidth=costs.bandwidth, peak=costs.peak) / 1e9
    fig.add_trace(
        go.Scatter(
            x=here.astype(np.float32),
            y=top.astype(np.float32),
            mode="markers",
            name="bound",
            marker={"size": 13, "color": look.role("key"), "symbol": "diamond-open", "line": {"width": 2.5}},
            hovertemplate="%{x:.2f} operations a byte: at most %{y:.1f} · 10⁹ a second<extra></extra>",
        )
    )
    fig.update_xaxes(type="log", title_text="operations for each byte moved", showgrid=False, tickvals=[1, 10, 100])
    fig.update_yaxes(type="log", title_text="10⁹ operations per second", tickvals=[1, 3, 10, 30, 100, 300, 1000])
    return fig


def intensity_of(length: int, number: int) -> float:
    """Operations for each byte of a call that reads one token after a text.

    Args:
        length: tokens of the text. number: bytes of a number.
    """
    moved = bytes_moved(Shape(), 1, past=length, bytes_per_number=number)
    return float(operations(Shape(), 1, past=length) / moved)


def read_figure(length: int, number: int, *, look: Look, title: str) -> go.Figure:
    """What one call reads by the tokens seen: the weights, and keys and values with and without grouped queries.

    Args:
        length: tokens seen, which are marked. number: bytes of a number.
    """
    seen = np.arange(0, 8193, 128)
    cache = np.array([kv_bytes(Shape(), int(tokens), bytes_per_number=number) for tokens in seen]) / 1e6
    every = np.array([kv_bytes(Shape(kv_heads=9), int(tokens), bytes_per_number=number) for tokens in seen]) / 1e6
    fig = lines(
        {
            "weights": np.full(len(seen), Shape().weights * number / 1e6),
            "cache": cache,
            "ungrouped": every,
        },
        look=look,
        title=title,
        x_label="tokens seen",
        y_label="MB read by one call",
        x=seen,
        colors={"weights": look.quiet, "cache": look.accent("efficiency"), "ungrouped": look.role("key")},
        height=room(look, AROUND),
    )
    return fig.add_vline(x=length, line={"color": look.ink, "width": 1, "dash": "dot"})


def _line(x: np.ndarray, y: np.ndarray, color: str, name: str) -> go.Scatter:
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="lines",
        line={"color": color, "width": 2.5},
        hovertemplate="%{x:.2f}: %{y:.2f}<extra>" + name + "</extra>",
    )


def tile_figure(tile: Tile, scores: np.ndarray, met: np.ndarray, *, block: int, look: Look, title: str) -> go.Figure:
    """The score matrix with the tiles met so far, the present one framed, beside the running sums of its rows.

    Args:
        scores: the whole matrix, which the tiled run never holds.
        met: by cell, whether it has been met.
    """
    fig = figure(look, title=title, height=370, showlegend=False)
    fig = make_subplots(rows=1, cols=2, column_widths=[0.5, 0.5], horizontal_spacing=0.16, figure=fig)
    limit = float(np.abs(scores).max())
    fig.add_trace(
        go.Heatmap(
            z=np.where(met, scores, np.nan).astype(np.float32),
            zmin=-limit,
            zmax=limit,
            colorscale=look.diverging,
            colorbar={"title": {"text": "score", "side": "top"}, "thickness": 12, "x": 0.43},
            xgap=1,
            ygap=1,
            hoverongaps=False,
            hovertemplate="query %{y}, key %{x}: %{z:.2f}<extra></extra>",
        ),
        1,
        1,
    )
    top, left = tile.query_block * block - 0.5, tile.key_block * block - 0.5
    fig.add_shape(
        type="rect",
        x0=left,
        x1=left + tile.scores.shape[1],
        y0=top,
        y1=top + tile.scores.shape[0],
        line={"color": look.ink, "width": 3},
        row=1,
        col=1,
    )
    rows = np.arange(len(tile.running_sum)) + tile.query_block * block
    for name, values, color in (
        ("running maximum m", tile.running_max, look.role("key")),
        ("running sum l", tile.running_sum, look.role("query")),
    ):
        fig.add_trace(go.Bar(y=rows, x=values.astype(np.float32), orientation="h", name=name, marker_color=color), 1, 2)
    fig.update_layout(showlegend=True, margin_t=76)
    # Cells are square, and the map stands beside the bar of its colors.
    side = {"showgrid": False, "constrain": "domain", "row": 1, "col": 1}
    fig.update_xaxes(title_text="key", range=[-0.5, scores.shape[1] - 0.5], constraintoward="right", **side)
    fig.update_yaxes(title_text="query", range=[scores.shape[0] - 0.5, -0.5], scaleanchor="x", **side)
    fig.update_yaxes(title_text="query of this block", dtick=1, autorange="reversed", row=1, col=2)
    fig.update_xaxes(title_text="m and l so far", row=1, col=2)
    return fig


def traffic_figure(length: int, d: int, sram: int, *, look: Look, title: str) -> go.Figure:
    """Bytes that one head moves, standard and in tiles, against the fast memory and the rows of a block that it holds.

    Args:
        length: tokens. d: width of a head. sram: the numbers of 2 bytes that the marked memory holds.
    """
    sizes = np.geomspace(1024, 262_144, 40).astype(int)
    tiled = np.array([flash_traffic(length, d, sram=int(size)) for size in sizes])
    standard = np.full(len(sizes), standard_traffic(length, d))
    fig = lines(
        {"standard": standard * 2 / 1e6, "tiles": tiled * 2 / 1e6},
        look=look,
        title=title,
        x_label="fast memory in KiB, and below it the rows of a block",
        y_label="MB moved by one head",
        x=sizes * 2 / 1024,
        colors={"standard": look.quiet, "tiles": look.accent("efficiency")},
        log_y=True,
    )
    ticks = [2, 8, 32, 128, 512]
    words = [f"{tick}<br>{block_rows(d, sram=tick * 512)}" for tick in ticks]
    fig.update_xaxes(type="log", tickvals=ticks, ticktext=words)
    return fig.add_vline(x=sram * 2 / 1024, line={"color": look.ink, "width": 1, "dash": "dot"})


def phrase_figure(choice: np.ndarray, phrases: Sequence[Sequence[str]], *, look: Look, title: str) -> go.Figure:
    """Some decoded texts, one in each row, each word in the color of the phrase that it comes from.

    Args:
        choice: by text and place, which of the two phrases the word comes from.
        phrases: the words of both.
    """
    fig = figure(look, title=title, height=344)
    fig.add_trace(
        go.Heatmap(
            z=choice.astype(np.uint8),
            zmin=0,
            zmax=1,
            colorscale=[[0, CATEGORIES[5]], [1, CATEGORIES[4]]],
            showscale=False,
            xgap=2,
            ygap=2,
            text=[[phrases[of][place] for place, of in enumerate(row)] for row in choice.tolist()],
            texttemplate="%{text}",
            # Both colors are light; plotly's own gray is too faint on them.
            textfont={"family": MONO, "size": look.size - 1, "color": "#000000"},
            hovertemplate="text %{y}, token %{x}: phrase %{z}<extra></extra>",
        )
    )
    marks = ["✓" if len(set(row)) == 1 else "" for row in choice.tolist()]
    fig.update_xaxes(title_text="token", showgrid=False, dtick=1)
    fig.update_yaxes(
        title_text="text; ✓ is one of the two phrases",
        showgrid=False,
        autorange="reversed",
        tickvals=list(range(len(marks))),
        ticktext=marks,
        tickfont={"color": look.word(look.role("accepted"))},
    )
    return fig


def guess_grid(unfolding: Unfolding, pieces: Mapping[int, str], *, look: Look, title: str) -> go.Figure:
    """What stands and what is guessed at each place, call by call; the last row is the text.

    Args:
        unfolding: of a run. pieces: by token id, the token as a person would write it.
    """
    calls, places = unfolding.token.shape
    fig = figure(look, title=title, height=120 + 30 * calls)
    share = 0.3
    colors = [
        look.paper,
        mixed(look.role("rejected"), look.paper, share),
        mixed(look.role("accepted"), look.paper, share),
        look.faint,
    ]
    states = ("", "guess, wrong", "guess, right", "stands")
    words = [[escape(pieces[token][:9]) if token >= 0 else "" for token in row] for row in unfolding.token.tolist()]
    fig.add_trace(
        go.Heatmap(
            z=unfolding.state.astype(np.uint8),
            zmin=-0.5,
            zmax=3.5,
            colorscale=[[edge / 4, color] for place, color in enumerate(colors) for edge in (place, place + 1)],
            showscale=False,
            xgap=2,
            ygap=2,
            text=words,
            customdata=[[states[state] for state in row] for row in unfolding.state.tolist()],
            texttemplate="%{text}",
            textfont={"family": MONO, "size": look.size - 3, "color": look.ink},
            hovertemplate="place %{x}: %{text} %{customdata}<extra></extra>",
        )
    )
    ends = [-0.5, calls - 0.5]  # plotly cannot place the picture on a hidden tab without them
    fig.update_xaxes(title_text="place in the text", showgrid=False, dtick=1, range=[-0.5, places - 0.5])
    return fig.update_yaxes(
        showgrid=False,
        range=ends[::-1],
        tickvals=list(range(calls)),
        ticktext=[*(f"call {call}" for call in range(calls - 1)), "text"],
    )


def speed_by_window(
    expected: Earnings, measured: Mapping[str, float], *, unit: str, reference: str, look: Look, title: str
) -> go.Figure:
    """The speed that theory forecasts for each size of a draft, with and without the cost of reading it, and this run.

    Args:
        expected: by theory.
        measured: of this run over the reference, by what was counted; what is not a number is left out.
        unit: what the size counts.
        reference: the name of what speeds are compared with.
    """
    fig = lines(
        {"if reading were free": expected.free, "forecast with T(k)": expected.priced},
        look=look,
        title=title,
        x_label=f"{unit} for each call",
        y_label=f"speed, {reference} = 1",
        x=expected.sizes,
        colors={"if reading were free": look.quiet, "forecast with T(k)": look.accent("efficiency")},
    )
    for mark, name in _measured(expected, measured, look):
        fig.add_trace(mark)
        fig.add_annotation(name)
    return fig.add_hline(y=1, line={"color": look.ink, "width": 1, "dash": "dot"})


def _measured(
    expected: Earnings, measured: Mapping[str, float], look: Look
) -> Iterator[tuple[go.Scatter, dict[str, Any]]]:
    """Each measured speed as a mark, and its name beside it."""
    ink = look.role("accepted")
    # Two lines of type fit beside marks that lie a fifteenth of the axis apart; nearer ones are named above and below.
    drawn = np.concatenate([expected.free, expected.priced, [*measured.values()], [1.0]])
    span = float(np.nanmax(drawn) - np.nanmin(drawn))
    lifts, beside = (0, 0) if np.ptp([*measured.values()]) > span / 15 else (11, -11), _beside(expected, measured, span)
    for (name, speed), symbol, lift in zip(measured.items(), ("diamond", "diamond-open"), lifts, strict=False):
        if speed != speed:
            continue
        mark = go.Scatter(
            x=[expected.own],
            y=[speed],
            mode="markers",
            name=name,
            marker={"size": 13, "color": ink, "symbol": symbol, "line": {"width": 2, "color": ink}},
            showlegend=False,
            hovertemplate=f"{name}: %{{y:.2f}}<extra></extra>",
        )
        font = {"color": look.word(ink)}
        words = {"text": name, "showarrow": False, "bgcolor": look.paper, "borderpad": 0, "font": font}
        yield mark, {"y": speed, "yshift": lift, **words, **beside}


def _beside(expected: Earnings, measured: Mapping[str, float], span: float) -> dict[str, Any]:
    """Where the names of the marks stand.

    At the last size they stand outside, where no curve is under them, unless the curves' names are there.
    """
    ends = (expected.free[-1], expected.priced[-1])
    if expected.own == expected.sizes[-1] and all(
        abs(speed - end) > span / 9 for speed in measured.values() for end in ends
    ):
        # By the plot's edge, not by the size: a name that begins at the last size would make the axis longer.
        return {"x": 1.005, "xref": "x domain", "xanchor": "left"}
    to_the_left = expected.own > expected.sizes[len(expected.sizes) // 2]
    return {"x": expected.own, "xshift": -10 if to_the_left else 10, "xanchor": "right" if to_the_left else "left"}
