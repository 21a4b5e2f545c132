"""Losses over a training: of one run, and of two settings over each other."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from components.theme import TITLE_ROOM, Look, figure
from core.learning import DuelCurves, NetworkRun

COIN = float(np.log(2))
"""The loss of one who says one half of every point, in nats."""

HIGHEST = 1e30
"""A loss beyond it is drawn here: an axis that reaches further shows nothing else."""


def losses(run: NetworkRun, *, look: Look, turning: int | None, height: int) -> go.Figure:
    """Training and test loss over the epochs, on a logarithmic axis.

    Args:
        turning: the step of the lowest test loss, to be marked; None for none.
        height: of the plot, in pixels.
    """
    series = {"training": (run.train_loss, look.role("query")), "test": (run.test_loss, look.role("key"))}
    shown = {name: pair for name, pair in series.items() if np.isfinite(pair[0]).any()}
    traces = [
        go.Scatter(
            x=run.epochs.astype(np.float32),
            y=np.clip(values, 1e-9, HIGHEST).astype(np.float32),
            customdata=run.steps.astype(np.int32),
            name=name,
            mode="lines+markers" if len(run.steps) < 20 else "lines",
            line={"color": color, "width": 2.5},
            hovertemplate="update %{customdata}, epoch %{x:.2f}<br>%{y:.4g} nats<extra>" + name + "</extra>",
        )
        for name, (values, color) in shown.items()
    ]
    notes = [_coin(look, below=_stay_just_above(shown, look)), *_end_names(shown, look)]
    if turning is not None:
        notes.append(_lowest(float(run.epochs[turning]), float(run.test_loss[turning]), look))
    return figure(
        look,
        title="",
        # The component beside has the same height at a desk and on a projector, which gives figures a sixth more.
        height=round((height + TITLE_ROOM) * (6 / 7 if look.presenter else 1)),
        traces=traces,
        showlegend=False,
        annotations=notes,
        shapes=[_coin_line(look)],
        margin={"t": 44, "r": 8 + 5 * look.size},
        xaxis={"title": {"text": "epoch"}, "showgrid": False},
        yaxis={"title": {"text": "loss, nats"}, **_axis([values for values, _ in shown.values()])},
    )


def _lowest(epoch: float, loss: float, look: Look) -> dict[str, object]:
    """An arrow to the lowest test loss."""
    color = look.word(look.role("key"))
    # As far away as its type is large, so that on a projector too it lies above a curve that rises at once.
    away = {"ax": 2.6 * look.size, "ay": -5 * look.size}
    arrow = {"showarrow": True, "arrowhead": 2, "arrowcolor": color, **away}
    return {"x": epoch, "y": float(np.log10(loss)), "text": "lowest", "font": {"color": color}, **arrow}


def _end_names(shown: Mapping[str, tuple[np.ndarray, str]], look: Look) -> list[dict[str, object]]:
    """The curves' names behind their ends, a line's height apart."""
    ends = {name: float(np.log10(np.clip(values[-1], 1e-9, HIGHEST))) for name, (values, _) in shown.items()}
    high, room = _range([values for values, _ in shown.values()])[1], _line(shown, look)
    places: dict[str, float] = {}
    for name, end in sorted(ends.items(), key=lambda pair: pair[1]):
        places[name] = max(end, max(places.values(), default=-np.inf) + room)
    over = max(0.0, max(places.values()) + room / 2 - high)
    place = {"x": 1.01, "xref": "paper", "xanchor": "left", "showarrow": False}
    return [
        {**place, "y": y - over, "text": name, "font": {"color": look.word(shown[name][1])}}
        for name, y in places.items()
    ]


def _line(shown: Mapping[str, tuple[np.ndarray, str]], look: Look) -> float:
    """The height of a line of words, in exponents of ten."""
    low, high = _range([values for values, _ in shown.values()])
    return (high - low) * 1.5 * look.size / 300


def _range(values: list[np.ndarray]) -> tuple[float, float]:
    """The exponents of ten between which the losses and a coin's lie, with a little room."""
    every = np.concatenate([np.clip(part[np.isfinite(part)], 1e-9, HIGHEST) for part in values])
    return float(np.log10(min(every.min(), COIN)) - 0.08), float(np.log10(max(every.max(), COIN)) + 0.12)


def _axis(values: list[np.ndarray]) -> dict[str, object]:
    """A logarithmic axis that holds the losses and a coin's, with ticks at powers of ten, at 1, 2, 5, or even steps."""
    low, high = _range(values)
    if high - low > 2.5:
        return {
            "type": "log",
            "range": [low, high],
            "dtick": max(1, round((high - low) / 6)),
            "exponentformat": "power",
        }
    powers = range(int(np.floor(low)), int(np.ceil(high)) + 1)
    every = [step * 10.0**power for power in powers for step in (1, 2, 5)]
    ticks = [tick for tick in every if low <= np.log10(tick) <= high]
    if len(ticks) < 2:
        start, end = 10**low, 10**high
        step = 10.0 ** np.floor(np.log10((end - start) / 2))
        ticks = (np.arange(np.ceil(start / step), np.floor(end / step) + 1) * step).tolist()
    return {"type": "log", "range": [low, high], "tickvals": ticks, "ticktext": [f"{tick:.6g}" for tick in ticks]}


def _coin_line(look: Look) -> dict[str, object]:
    line = {"color": look.quiet, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": COIN, "y1": COIN, "line": line}


def _stay_just_above(shown: Mapping[str, tuple[np.ndarray, str]], look: Look) -> bool:
    """Whether the later half of each curve mostly lies where it would strike out the name above a coin's loss.

    A curve that has left for higher losses does not, and there a name below would lie on the numbers of the epochs.
    """
    later = [float(np.median(values[len(values) // 2 :])) for values, _ in shown.values()]
    return all(COIN <= loss <= COIN * 10 ** (2 * _line(shown, look)) for loss in later)


def _coin(look: Look, *, below: bool = False) -> dict[str, object]:
    return {
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": float(np.log10(COIN)),
        "yanchor": "top" if below else "bottom",
        "showarrow": False,
        "text": "a coin: ln 2",
        "font": {"color": look.quiet},
    }


def duel_losses(
    curves: DuelCurves, *, look: Look, title: str, last: int, until: float | None = None, height: int | None = None
) -> go.Figure:
    """Test losses of two settings over each other, a thin line for each start.

    Args:
        last: the epoch at which the axis ends.
        until: the epoch at which the curves are cut, as long as a guess is asked; None for all of them.
    """
    sides = {"as it is": (curves.as_it_is, look.role("query")), "changed": (curves.changed, look.role("key"))}
    traces, values = [], []
    for name, (drawn, color) in sides.items():
        for place, (epochs, losses) in enumerate(drawn):
            seen = epochs <= (np.inf if until is None else until)
            values.append(losses[seen])
            traces.append(
                go.Scatter(
                    x=epochs[seen].astype(np.float32),
                    y=np.clip(losses[seen], 1e-9, HIGHEST).astype(np.float32),
                    name=name,
                    legendgroup=name,
                    showlegend=place == 0,
                    mode="lines",
                    line={"color": color, "width": 2},
                    opacity=0.75,
                    hovertemplate=f"seed {place}, epoch %{{x:.1f}}<br>%{{y:.4g}} nats<extra>{name}</extra>",
                )
            )
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        annotations=[_coin(look)],
        shapes=[_coin_line(look)],
        margin={"t": 76, "r": 2 * look.size},
        xaxis={"title": {"text": "epoch"}, "showgrid": False, "range": [0, max(last, 1)]},
        yaxis={"title": {"text": "test loss, nats"}, **_axis(values)},
    )
