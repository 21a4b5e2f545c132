"""Figures of schedules of the draft's length, of Medusa's heads, and of lookahead's pool of n-grams."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from components.theme import MONO, Look, escape, figure, mixed
from core.decoding import Generation, PoolCall

COLUMNS, PRESENTED = 7, 6
"""N-grams in a row of the pool, at a desk and in a presenter's type."""
CELLS = 1160
"""The least width of a row of the pool's cells in pixels."""
LETTER = 0.62
"""The width of a letter of the mono font over its size."""
PUBLISHED_HEADS = (0.560, 0.316, 0.201)
"""First guesses of the heads of Medusa-7B, from the accuracies that its authors publish with the code."""
UNKNOWN, KNOWN, NEW, TRIED, USED = range(5)


def schedule_bars(
    speeds: Mapping[str, Mapping[str, float]], chosen: str, *, look: Look, title: str, height: int
) -> go.Figure:
    """The speed of each schedule over greedy decoding: a dot for each prompt, and a line at their geometric mean.

    Args:
        chosen: the schedule in color.
        height: pixels.
    """
    fig = figure(look, title=title, height=height, showlegend=False)
    for name, of_kind in speeds.items():
        color = look.accent("efficiency") if name == chosen else look.quiet
        paces = np.array(list(of_kind.values()), np.float32)
        fig.add_trace(
            go.Scatter(
                x=paces,
                y=[name] * len(paces),
                mode="markers",
                name=name,
                marker={"size": 9, "color": color, "opacity": 0.75},
                text=list(of_kind),
                hovertemplate="%{y} on %{text}: %{x:.2f}<extra></extra>",
            )
        )
        mean = float(np.exp(np.log(paces).mean()))
        fig.add_trace(
            go.Scatter(
                x=[mean],
                y=[name],
                mode="markers",
                marker={"symbol": "line-ns-open", "size": 20, "color": look.ink, "line": {"width": 3}},
                hovertemplate="%{y}, geometric mean: %{x:.2f}<extra></extra>",
            )
        )
    fig.add_vline(x=1, line={"color": look.ink, "width": 1, "dash": "dot"})
    fig.update_yaxes(autorange="reversed", showgrid=False)
    return fig.update_xaxes(title_text="forecast speed, greedy = 1")


def length_bars(run: Generation, *, look: Look, title: str, height: int) -> go.Figure:
    """The draft of each call: what stands of it and what was thrown away."""
    stands = np.array([len(step.accepted) for step in run.steps])
    lost = np.array([len(step.draft) for step in run.steps]) - stands
    fig = figure(look, title=title, height=height, showlegend=True, barmode="stack")
    for name, count, role in (("accepted", stands, "accepted"), ("thrown away", lost, "rejected")):
        fig.add_trace(
            go.Bar(
                x=np.arange(len(count)),
                y=count,
                name=name,
                marker_color=look.role(role),
                hovertemplate="call %{x}: %{y} " + name + "<extra></extra>",
            )
        )
    fig.update_layout(margin_t=76)
    fig.update_xaxes(title_text="call", showgrid=False)
    whole = {"dtick": 1} if (stands + lost).max(initial=0) <= 6 else {}
    return fig.update_yaxes(title_text="draft tokens", rangemode="tozero", **whole)


def head_bars(accuracy: Sequence[Sequence[float]], *, look: Look, title: str, height: int) -> go.Figure:
    """How often the first guess, one of three and one of eight of each Medusa head is right, beside a large model's."""
    depth = [f"head {head}: {head + 1} ahead" for head in range(1, len(accuracy) + 1)]
    fig = figure(look, title=title, height=height, showlegend=True, barmode="group")
    for ranks, share in ((1, 1.0), (3, 0.6), (8, 0.3)):
        name = "first guess" if ranks == 1 else f"one of {ranks}"
        fig.add_trace(
            go.Bar(
                x=depth,
                y=np.array([sum(row[:ranks]) for row in accuracy], np.float32),
                name=name,
                marker_color=mixed(look.role("draft"), look.paper, share),
                hovertemplate="%{x}: %{y:.0%}<extra>" + name + "</extra>",
            )
        )
    fig.add_trace(
        go.Scatter(
            x=depth,
            y=np.array(PUBLISHED_HEADS[: len(depth)], np.float32),
            mode="markers",
            name="first guess, Medusa-7B",
            marker={"symbol": "diamond-open", "size": 11, "color": look.ink, "line": {"width": 2}},
            hovertemplate="%{x}: %{y:.0%}<extra>Medusa-7B</extra>",
        )
    )
    fig.update_layout(margin_t=76)
    fig.update_xaxes(showgrid=False)
    return fig.update_yaxes(title_text="right on held-out text", tickformat=".0%", rangemode="tozero")


def pool_figure(
    calls: Sequence[PoolCall],
    at: int,
    pieces: Mapping[int, str],
    told: Sequence[Sequence[str]],
    *,
    look: Look,
    title: str,
    height: int,
) -> go.Figure:
    """The pool before a call, each n-gram at a place of its own; a button plays all calls.

    The title stands above all calls, so each call's own words are in the figure and change with it.

    Args:
        at: the call that stands first.
        pieces: by token id, the token as a person would write it.
        told: by call, its lines.
        height: pixels.
    """
    ngrams = list(dict.fromkeys(ngram for call in calls for ngram in call.pool))
    place = {ngram: number for number, ngram in enumerate(ngrams)}
    columns = PRESENTED if look.presenter else COLUMNS
    rows = max(1, -(-len(ngrams) // columns))
    words = [" ".join(pieces.get(token, "…") for token in ngram) for ngram in ngrams]
    paint = [look.paper, look.faint, look.role("draft"), look.quiet, look.role("accepted")]
    colors = [paint[0], paint[1], *(mixed(color, look.paper, 0.45) for color in paint[2:])]
    frames = [_states(calls, number, place, words, (rows, columns)) for number in range(len(calls))]
    fig = figure(look, title=title, height=height, showlegend=False)
    fig.add_trace(
        go.Heatmap(
            **frames[at],
            zmin=-0.5,
            zmax=4.5,
            colorscale=[[edge / 5, color] for number, color in enumerate(colors) for edge in (number, number + 1)],
            showscale=False,
            xgap=3,
            ygap=3,
            texttemplate="%{text}",
            textfont={"family": MONO, "size": _letters(words, columns, look), "color": look.ink},
            hovertemplate="%{text}<extra></extra>",
        )
    )
    fig.frames = [
        go.Frame(
            name=f"call {number}",
            data=[go.Heatmap(frame)],
            traces=[0],
            layout={"annotations": [_counter(told[number], look)]},
        )
        for number, frame in enumerate(frames)
    ]
    fig.update_layout(updatemenus=[_play(look)], annotations=[_counter(told[at], look)], margin_b=60)
    fig.update_xaxes(visible=False, range=[-0.5, columns - 0.5])
    return fig.update_yaxes(visible=False, range=[rows - 0.5, -0.5])


def _letters(words: Sequence[str], columns: int, look: Look) -> float:
    """The size of the letters with which the longest n-gram fits its cell, in pixels."""
    longest = max(map(len, words), default=1)
    return min(look.size - 3, CELLS / columns / (LETTER * longest))


def _states(
    calls: Sequence[PoolCall],
    number: int,
    place: Mapping[tuple[int, ...], int],
    words: Sequence[str],
    shape: tuple[int, int],
) -> dict[str, Any]:
    """The cells before one call: their state, and the words of what is known.

    Args:
        shape: rows and columns.
    """
    call, before = calls[number], set(calls[number - 1].pool if number else ())
    state = np.zeros(shape[0] * shape[1], np.int64)
    text = [""] * len(state)
    tried = {(call.last, *tail) for tail in call.tried}
    for ngram in call.pool:
        state[place[ngram]] = TRIED if ngram in tried else KNOWN if ngram in before else NEW
        text[place[ngram]] = escape(words[place[ngram]])
    if call.used is not None:
        state[place[call.used]] = USED
    grid = [text[row * shape[1] : (row + 1) * shape[1]] for row in range(shape[0])]
    return {"z": state.reshape(shape), "text": grid}


def _counter(told: Sequence[str], look: Look) -> dict[str, Any]:
    """What the cells show while they play: the call, the n-grams of its pool, and what it took from them.

    Beside the button, in sight also on a phone, where the cells are wider than the screen.
    """
    return {
        "text": "<br>".join(escape(line) for line in told),
        "align": "left",
        "xref": "paper",
        "yref": "paper",
        "x": 0.0,
        "xanchor": "left",
        "xshift": 9.5 * look.size,
        "y": -0.02,
        "yanchor": "top",
        "showarrow": False,
        "font": {"color": look.ink},
    }


def _play(look: Look) -> dict[str, Any]:
    """A button below the cells that plays all calls, half a second each."""
    timing = {"frame": {"duration": 500, "redraw": True}, "transition": {"duration": 0}, "fromcurrent": False}
    return {
        "type": "buttons",
        "showactive": False,
        "x": 0.0,
        "xanchor": "left",
        "y": -0.02,
        "yanchor": "top",
        "bgcolor": look.paper,
        "bordercolor": look.faint,
        "font": {"color": look.ink},
        "buttons": [{"label": "Play all calls", "method": "animate", "args": [None, timing]}],
    }
