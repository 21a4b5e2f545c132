"""Figures of all races on a machine: the table of prompts by methods, speeds by batch, and the model's error."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from components.figures.fields import inks
from components.phrases import signed
from components.theme import CATEGORIES, Look, escape, figure
from core.decoding import Band, Misses, Table

APART = "may change the text:"
"""The empty row between the lossless methods and those that may write another text."""
EDGE = 2.0
"""Beyond which a miss stands at the edge of its chart, in units of the band's larger side."""
WIDE = "most calls wider than measured"
"""What a dotted part of a curve is: more than half of its calls have more rows than any that was measured."""
UNTOLD = "cannot tell"
"""Whether a draft in the gray band is ahead of greedy: no longer than a method's name, or the legend has one column."""
OWN = "*"
"""Marks a method that has a band of its own, of which the gray one says nothing."""
MOST_CURVES = 5
"""Rivals of greedy decoding in the chart of batches: those with the highest peaks."""
STRONGEST = 2.0
"""log2 of the speed over greedy that has the strongest color: four times as fast, or a quarter."""


def table_figure(
    table: Table,
    spread: Mapping[tuple[str, str], tuple[float, float]],
    *,
    look: Look,
    title: str,
    height: int,
    real: bool = True,
) -> go.Figure:
    """Tokens a second by method and prompt, in the color of the speed over greedy, with two means for each method.

    Args:
        spread: by method and kind, the interval of tokens a second; may be empty.
        height: pixels.
        real: whether the numbers can be had; where not, no cell has a color and all numbers are gray.
    """
    rows = [*table.names[: table.lossless], *([APART] if table.lossless < len(table.names) else [])]
    rows += table.names[table.lossless :]
    place = {name: rows.index(name) for name in table.names}
    color = np.full((len(rows), len(table.kinds)), np.nan)
    words, spoken = ([[""] * len(table.kinds) for _ in rows] for _ in range(2))
    for name, pace, speed in zip(table.names, table.tokens_per_second, table.speed, strict=True):
        color[place[name]] = np.clip(np.log2(speed), -STRONGEST, STRONGEST) if real else 0.0
        for at, kind in enumerate(table.kinds):
            told = _told(float(pace[at]), spread.get((name, kind)))
            spoken[place[name]][at] = told
            # A presenter's type has no room for the interval; it stands under the pointer.
            words[place[name]][at] = told.split(" ")[0] if look.presenter else told
    fig = make_subplots(rows=1, cols=2, column_widths=[0.7, 0.3], shared_yaxes=True, horizontal_spacing=0.015)
    fig = figure(look, title=title, height=height, base=fig, showlegend=False)
    names = [escape(name) for name in rows]
    fig.add_trace(_speeds(color, words, spoken, table.kinds, names, look), 1, 1)
    fig.add_trace(_means(table, rows, look), 1, 2)
    if not real:
        fig.update_traces(textfont_color=look.quiet)
        fig.data[0].text = [[escape(word) for word in row] for row in words]
    # Names of prompts stand as close as the columns are wide.
    small = {"size": look.size - 3}
    fig.update_xaxes(showgrid=False, side="top", tickangle=0, tickfont=small, row=1, col=1)
    fig.update_xaxes(
        showgrid=False,
        side="top",
        range=[-0.5, 2.5],
        tickvals=[0, 1, 2],
        # A presenter's type has no room for a second line; the caption says of what they are.
        ticktext=["speed", "tokens", "roof"] if look.presenter else ["speed", "tokens<br>a call", "of the<br>roof"],
        tickangle=0,
        tickfont=small if look.presenter else None,
        row=1,
        col=2,
    )
    return fig.update_yaxes(showgrid=False, range=[len(rows) - 0.5, -0.5], tickvals=names)


def _told(pace: float, spread: tuple[float, float] | None) -> str:
    if spread is not None:
        return f"{pace:.0f} ({spread[0]:.0f}–{spread[1]:.0f})"
    if pace >= 1e6:
        return f"{pace / 1e6:.2f}M"
    if pace >= 1e4:
        return f"{pace / 1e3:.0f}k" if pace >= 1e5 else f"{pace / 1e3:.1f}k"
    return f"{pace:,.0f}" if pace >= 100 else f"{pace:.1f}"


def _speeds(
    color: np.ndarray,
    words: list[list[str]],
    spoken: list[list[str]],
    kinds: Sequence[str],
    names: Sequence[str],
    look: Look,
) -> go.Heatmap:
    """The cells, each with its word, and under the pointer what is spoken of it."""
    scale = [[0.0, look.role("rejected")], [0.5, look.faint], [1.0, look.role("accepted")]]
    # A cell without a value has no word; its ink is never seen.
    shades = np.nan_to_num(color) / (2 * STRONGEST) + 0.5
    return go.Heatmap(
        z=color.astype(np.float32),
        x=list(kinds),
        y=names,
        zmin=-STRONGEST,
        zmax=STRONGEST,
        colorscale=scale,
        showscale=False,
        xgap=2,
        ygap=2,
        text=[
            [f'<span style="color:{ink}">{word}</span>' for word, ink in zip(row, inks(shade, scale), strict=True)]
            for row, shade in zip(words, shades, strict=True)
        ],
        texttemplate="%{text}",
        textfont={"size": look.size - 3},
        customdata=spoken,
        hovertemplate="%{y} on %{x}: %{customdata} tokens a second<extra></extra>",
    )


def _means(table: Table, rows: Sequence[str], look: Look) -> go.Scatter:
    """For each method the speed over greedy, the tokens of a call and the share of the roof, over all prompts."""
    means = ("geometric mean", "mean", "mean")
    cells = [
        (column, name, word)
        for name, speed, gain, share in zip(
            table.names, table.mean_speed, table.tokens_per_call.mean(1), table.roof_share.mean(1), strict=True
        )
        for column, word in enumerate((f"× {speed:.2f}", f"{gain:.2f}", f"{share:.0%}"))
    ]
    return go.Scatter(
        x=[column for column, _, _ in cells],
        y=[escape(name) for _, name, _ in cells],
        mode="text",
        text=[word for _, _, word in cells],
        textfont={"size": look.size - 1, "color": look.ink},
        customdata=[means[column] for column, _, _ in cells],
        hovertemplate="%{y}, %{customdata} of the prompts: %{text}<extra></extra>",
    )


def batch_figure(
    by_batch: Mapping[str, np.ndarray],
    batches: Sequence[int],
    *,
    measured: Mapping[str, float],
    batch: int,
    band: Band,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The speed of the lossless methods over greedy against the batch; within the gray band they are not told from it.

    Args:
        measured: by method, the batch up to which most calls are as wide as those that were measured; dotted beyond.
        batch: that the table has.
        band: how far a speed may be off.
        height: pixels.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    every = np.array(batches)
    for name, color in zip(_worth_drawing(by_batch), (look.ink, *CATEGORIES), strict=False):
        known = int((every <= measured[name]).sum())
        curve = by_batch[name].astype(np.float32)
        name = f"{name}{OWN if name in band.own else ''}"
        fig.add_trace(_speed_curve(every[:known], curve[:known], name, color))
        if known < len(every):
            wide = slice(max(known - 1, 0), None)
            fig.add_trace(_speed_curve(every[wide], curve[wide], name, color, wide=True))
            # Plotly has no entry for a curve without a point.
            fig.data[-1].update(name=escape(name) if not known else fig.data[-1].name, showlegend=not known)
    dotted = f"<br>dotted: {WIDE}" * any(trace.line.dash == "dot" for trace in fig.data)
    gray = {"fillcolor": look.quiet, "opacity": 0.2, "line_width": 0}
    fig.add_hrect(y0=1 + band.low, y1=1 + band.high, name=UNTOLD, showlegend=True, **gray)
    fig.add_vline(x=batch, line={"color": look.quiet, "width": 1})
    fig.update_layout(showlegend=True, margin_t=96)
    marked = any(trace.name.endswith(OWN) for trace in fig.data)
    name = f"texts side by side{f' ({OWN} own band)' * marked}{dotted}"
    fig.update_xaxes(type="log", title_text=name, tickvals=list(batches)[::2], showgrid=False)
    return fig.update_yaxes(title_text="speed, greedy = 1")


def _speed_curve(x: np.ndarray, y: np.ndarray, name: str, color: str, *, wide: bool = False) -> go.Scatter:
    """The speed of one method, or the part of it where most calls are wider than measured."""
    told = f"{escape(name)}, {WIDE}" if wide else escape(name)
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        name=told,
        showlegend=not wide,
        line={"color": color, "width": 2.5, "dash": "dot" if wide else "solid"},
        hovertemplate="%{x} texts: %{y:.2f}<extra>" + told + "</extra>",
    )


def _worth_drawing(by_batch: Mapping[str, np.ndarray]) -> list[str]:
    """Greedy decoding, and the rivals whose best batch is the best."""
    greedy, *rivals = by_batch
    ahead = sorted(rivals, key=lambda name: -float(by_batch[name].max()))
    return [greedy, *ahead[:MOST_CURVES]]


def miss_figure(found: Misses, *, look: Look, title: str, height: int) -> go.Figure:
    """How far the forecast of each speed over greedy is from the clock's, sorted, with the band of nine in ten.

    A run that is far off stands at the edge, as a triangle that points away.
    """
    order = np.argsort(found.speeds)
    misses, names = found.speeds[order], [found.rivals[run] for run in order]
    (low, high), edge = found.speed_band, miss_edge(found)
    shown = np.clip(misses, -edge, edge)
    fig = figure(look, title=title, height=height, showlegend=False)
    fig.add_trace(
        go.Scatter(
            x=np.arange(1, len(order) + 1),
            y=shown.astype(np.float32),
            mode="markers",
            marker={
                "size": np.where(np.abs(misses) > edge, 11, 7),
                "symbol": [_symbol(float(miss), edge) for miss in misses],
                "color": look.accent("efficiency"),
            },
            text=[signed(f"{name} on {kind}: {miss:+.1%}") for (name, kind), miss in zip(names, misses, strict=True)],
            hovertemplate="%{text}<extra></extra>",
        )
    )
    fig.add_hrect(y0=low, y1=high, fillcolor=look.quiet, opacity=0.2, line_width=0)
    fig.add_hline(y=0, line={"color": look.ink, "width": 1, "dash": "dot"})
    fig.update_xaxes(title_text="runs other than greedy, sorted", showgrid=False)
    ends = [min(0.0, float(shown.min())) - edge / 10, max(0.0, float(shown.max())) + edge / 10]
    return fig.update_yaxes(title_text="miss of the speed", tickformat=".0%", range=ends)


def miss_edge(found: Misses) -> float:
    """The largest miss that stands at its own place in the chart of misses."""
    low, high = found.speed_band
    return EDGE * max(-low, high)


def _symbol(miss: float, edge: float) -> str:
    if abs(miss) <= edge:
        return "circle"
    return "triangle-up" if miss > 0 else "triangle-down"
