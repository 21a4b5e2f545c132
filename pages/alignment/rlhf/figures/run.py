"""Figures of the RLHF page: the curves of a run with what the policy says at a step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from textwrap import wrap

import numpy as np
import plotly.graph_objects as go

from components.figures.kept import kept
from components.phrases import signed
from components.theme import CATEGORIES, MONO, Look, completed, escape, figure
from pages.alignment.rlhf.figures.ends import end_names

TEXTS = 0.66
"""The share of the width that the curves take; the policy's words stand to the right of it."""

MAIN = ("proxy", "gold")

LETTER, NARROW = 0.0115, 0.032
"""The part of the axis that a letter takes at a desk and on a phone."""

PROJECTED = 1.3
"""How much wider a letter is for a projector."""

EVERY = 2
"""The slider in the figure stops at every second step; a click or the control in "More" reaches each."""


AXIS, RESPONSE = 110, 88
"""Pixels of a projector's figure below and above its plot, and those that a response of three lines takes in it."""

TAKEN = ("#E69F00", "#885C3D")
"""Orange is the proxy's, and brown too near to gold."""


@dataclass(frozen=True, eq=False)
class Said:
    """Responses at one step: their words, the reward model's score and the gold score."""

    texts: Sequence[str]
    proxy: np.ndarray
    gold: np.ndarray


@kept
def curves_figure(
    x: np.ndarray,
    proxy: np.ndarray,
    gold: np.ndarray,
    *,
    others: Mapping[str, tuple[np.ndarray, np.ndarray]],
    step: int,
    x_label: str,
    look: Look,
    title: str,
    height: int | None = 340,
    letter: float = LETTER,
    arm: str = "",
) -> go.Figure:
    """Proxy and gold reward over steps or divergence, with a marker at a step; a click carries the step.

    Args:
        x: place of each step on the axis.
        others: name -> (x, gold) of runs to compare with, each in a color of its own.
        arm: how the run is called among them, behind the names of its two curves.
        step: the step that is marked.
        letter: the part of the axis that a letter of a name takes.
    """
    main = {"proxy": (x, proxy), "gold": (x, gold)}
    traces = [
        *(_curve(*others[name], name, color=color, width=1.6) for name, color in other_colors(others).items()),
        # A line and a marker at one place would share a click, and only the marker's counts.
        *(_curve(x, y, name, color=look.role(name), width=3.0, silent=True) for name, (_, y) in main.items()),
        _targets(x, proxy, gold),
        _marker(x, proxy, gold, step, look),
    ]
    every = np.concatenate([proxy, gold, *(values for _, values in others.values())])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    pad = 0.06 * (high - low or 1.0)
    letter *= PROJECTED if look.presenter else 1.0
    written = {f"{name}, {arm}" if arm else name: main[name] for name in MAIN}
    room = max(0.13, 0.02 + letter * max(map(len, [*written, *others])))
    colors = {**other_colors(others), **{name: look.role(role) for name, role in zip(written, MAIN, strict=True)}}
    places = np.concatenate([x, *(at for at, _ in others.values())])
    first, span = float(places.min()), float(np.ptp(places)) or 1.0
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=False,
        annotations=end_names({**others, **written}, colors, look, letter=letter),
        xaxis={
            "title": {"text": x_label},
            "showgrid": False,
            "range": [first - 0.01 * span, first + (1 + room) * span],
        },
        yaxis={"title": {"text": "reward (points)"}, "range": [low - pad, high + pad]},
    )


@kept
def run_figure(
    x: np.ndarray,
    proxy: np.ndarray,
    gold: np.ndarray,
    said: Sequence[Said],
    *,
    others: Mapping[str, tuple[np.ndarray, np.ndarray]],
    step: int,
    step_name: Sequence[str],
    x_label: str,
    look: Look,
    title: str,
    height: int | None = None,
    arm: str = "",
) -> go.Figure:
    """The curves, and beside them the policy's words at a step, which can be dragged.

    Args:
        x: place of each step on the axis.
        said: what the policy says at each step.
        others: name -> (x, gold) of runs to compare with, each in a color of its own.
        arm: how the run is called among them.
        step: the step shown at first.
        step_name: how each step is called below the figure.
    """
    fig = curves_figure(
        x, proxy, gold, others=others, step=step, x_label=x_label, look=look, title=title, height=height, arm=arm
    )
    marker, words = len(fig.data) - 1, len(fig.data)
    fig.add_trace(_words(said[step], look))
    stops = [place for place in range(len(said)) if place % EVERY == 0 or place in (step, len(said) - 1)]
    frames = [
        {
            "name": str(place),
            "data": [
                {"type": "scatter", **_marker_at(x, proxy, gold, place)},
                {"type": "scatter", "text": _lines(said[place], look)},
            ],
            "traces": [marker, words],
        }
        for place in stops
    ]
    fig.update_layout(
        xaxis={"domain": [0, TEXTS]},
        xaxis2={"domain": [TEXTS + 0.03, 1], "range": [0, 1], "visible": False, "fixedrange": True, "anchor": "y2"},
        yaxis2={"range": [_shown(look) - 0.4, -0.6], "visible": False, "fixedrange": True, "anchor": "x2"},
    )
    return completed(fig, frames=frames, sliders=[_rail(stops, step, step_name, look)])


def other_colors(names: Iterable[str]) -> dict[str, str]:
    """A color for each curve that the run is compared with: none of them is that of proxy or gold."""
    colors = [color for color in CATEGORIES if color not in TAKEN]
    return {name: colors[place % len(colors)] for place, name in enumerate(names)}


def _curve(
    x: np.ndarray, values: np.ndarray, name: str, *, color: str, width: float, silent: bool = False
) -> go.Scatter:
    told = f"%{{x:.3~f}}<br>{escape(name)} %{{y:.2f}}<extra></extra>"
    return go.Scatter(
        x=x.astype(np.float32),
        y=values.astype(np.float32),
        mode="lines",
        name=escape(name),
        line={"color": color, "width": width},
        **({"hoverinfo": "skip"} if silent else {"hovertemplate": told}),
    )


def _targets(x: np.ndarray, proxy: np.ndarray, gold: np.ndarray) -> go.Scatter:
    """Invisible markers on both curves; a click carries the step."""
    steps = np.arange(len(x))
    return go.Scatter(
        x=np.concatenate([x, x]).astype(np.float32),
        y=np.concatenate([proxy, gold]).astype(np.float32),
        mode="markers",
        customdata=np.concatenate([steps, steps])[:, None],
        marker={"size": 12, "opacity": 0},
        hovertemplate="step %{customdata[0]}<br>reward %{y:.2f}<extra></extra>",
    )


def _marker(x: np.ndarray, proxy: np.ndarray, gold: np.ndarray, step: int, look: Look) -> go.Scatter:
    return go.Scatter(
        **_marker_at(x, proxy, gold, step),
        mode="lines+markers",
        line={"color": look.ink, "width": 1},
        marker={"size": 9, "color": [look.role("proxy"), look.role("gold")], "line": {"color": look.ink, "width": 1}},
        hoverinfo="skip",
    )


def _marker_at(x: np.ndarray, proxy: np.ndarray, gold: np.ndarray, step: int) -> dict[str, list[float]]:
    at = round(float(x[step]), 4)
    return {"x": [at, at], "y": [round(float(proxy[step]), 3), round(float(gold[step]), 3)]}


def _shown(look: Look) -> int:
    """How many responses have room: on a projector the votes of a class may stand above the figure."""
    return min(4, (look.hero - AXIS) // RESPONSE) if look.presenter else 6


def _lines(said: Said, look: Look) -> list[str]:
    """Each response below what both rewards say of it."""
    room = 32 if look.presenter else 44
    proxy_word, gold_word = look.word(look.role("proxy")), look.word(look.role("gold"))
    parts = list(zip(said.texts, said.proxy, said.gold, strict=True))[: _shown(look)]
    return [
        f'<span style="color:{proxy_word}">proxy {_signed(proxy)}</span>  '
        f'<span style="color:{gold_word}">gold {_signed(gold)}</span><br>{_wrapped(text, room)}'
        for text, proxy, gold in parts
    ]


def _signed(reward: float) -> str:
    return signed(f"{reward:+.1f}")


def _words(said: Said, look: Look) -> go.Scatter:
    text = _lines(said, look)
    return go.Scatter(
        x=[0] * len(text),
        y=list(range(len(text))),
        mode="text",
        text=text,
        textposition="middle right",
        textfont={"family": MONO, "size": look.size - 1, "color": look.ink},
        hoverinfo="skip",
        xaxis="x2",
        yaxis="y2",
        cliponaxis=False,
    )


@lru_cache(maxsize=4096)
def _wrapped(text: str, room: int) -> str:
    """A response in lines of at most so many characters."""
    return "<br>".join(escape(line) for line in wrap(text, room)) or "(says nothing)"


def _rail(stops: Sequence[int], step: int, names: Sequence[str], look: Look) -> dict[str, object]:
    """A slider under the curves that moves the marker and the words in the browser, without asking the server."""
    now = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    return {
        "active": stops.index(step),
        "x": TEXTS + 0.03,
        "len": 0.97 - TEXTS,
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 8, "b": 0},
        "steps": [{"method": "animate", "label": names[place], "args": [[str(place)], now]} for place in stops],
        "currentvalue": {"prefix": "The policy says at ", "font": {"color": look.quiet, "size": look.size}},
        "font": {"color": look.paper, "size": 1},
        "ticklen": 0,
        "minorticklen": 0,
        "bgcolor": look.faint,
        "bordercolor": look.faint,
        "activebgcolor": look.quiet,
    }


@kept
def series_figure(
    values: np.ndarray, *, look: Look, title: str, color: str, x_label: str, height: int = 190
) -> go.Figure:
    """One of many small curves; its title carries name and unit."""
    curve = go.Scatter(
        y=values.astype(np.float32),
        mode="lines",
        line={"color": color, "width": 2},
        hovertemplate=f"{x_label} %{{x}}<br>%{{y:.3f}}<extra>{escape(title)}</extra>",
    )
    return figure(
        look,
        title=title,
        height=height,
        traces=[curve],
        showlegend=False,
        xaxis={"title": {"text": x_label}, "showgrid": False},
        yaxis={"nticks": 5},
    )


def live_curves(curves: Mapping[str, np.ndarray], *, look: Look, height: int = 380) -> go.Figure:
    """Proxy and gold of a run that is still going on."""
    so_far = {name: (np.arange(len(curves[name])), np.asarray(curves[name])) for name in ("proxy", "gold")}
    return figure(
        look,
        title="Proxy and gold so far",
        height=height,
        traces=[_curve(x, y, name, color=look.role(name), width=3.0) for name, (x, y) in so_far.items()],
        showlegend=False,
        annotations=end_names(so_far, {name: look.role(name) for name in so_far}, look, letter=LETTER),
        xaxis={"title": {"text": "step"}, "showgrid": False},
        yaxis={"title": {"text": "reward (points)"}},
    )
