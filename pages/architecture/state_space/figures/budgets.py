"""Memory and speed by length, on log axes, each line named at its end."""

from collections.abc import Callable, Sequence

import numpy as np
import plotly.graph_objects as go

from components.theme import Look, figure
from core.state_space import Writing, sequence_bytes

ROLES = ("query", "value", "target", "key")
TICKS = [2**exponent for exponent in range(6, 21, 2)]
RATES = [1, 10, 100, 1000, 10_000, 100_000]
OPERATIONS = {factor * 1e10: f"{10 * factor} billion" for factor in (1, 2, 5, 10, 20, 50)}
SIZES = {1e6: "1 MB", 1e7: "10 MB", 1e8: "100 MB", 1e9: "1 GB", 1e10: "10 GB", 1e11: "100 GB", 1e12: "1 TB"}


def memory(
    written: Sequence[Writing], at: int, crossing: int | None, *, look: Look, title: str, height: int
) -> go.Figure:
    """What one sequence holds by its length; the length of the slider and the break-even are marked."""
    fig = _over_length(
        written, lambda one: sequence_bytes(one.model, one.length), look, title, height, "bytes of one sequence"
    )
    fig.update_yaxes(tickvals=list(SIZES), ticktext=list(SIZES.values()))
    marks = [_upright(at, look.quiet)]
    if crossing is not None and crossing > written[0].length[0]:
        marks.append(_upright(crossing, look.role("key")))
    return fig.update_layout(shapes=marks)


def throughput(written: Sequence[Writing], at: int, *, look: Look, title: str, height: int) -> go.Figure:
    """The most tokens a second by length; dotted where weights, caches and states do not fit into one GPU."""
    fig = _over_length(written, lambda one: one.tokens_a_second, look, title, height, "tokens a second, at most")
    fig.update_yaxes(tickvals=RATES, ticktext=[f"{rate:,}" for rate in RATES])
    return fig.update_layout(shapes=[_upright(at, look.quiet)])


def operations(written: Sequence[Writing], at: int, *, look: Look, title: str, height: int) -> go.Figure:
    """Operations for one token of one sequence by the length of the text before it."""
    fig = _over_length(written, lambda one: one.work, look, title, height, "operations for a token")
    fig.update_yaxes(tickvals=list(OPERATIONS), ticktext=list(OPERATIONS.values()))
    return fig.update_layout(shapes=[_upright(at, look.quiet)])


def _over_length(
    written: Sequence[Writing],
    height_of: Callable[[Writing], np.ndarray],
    look: Look,
    title: str,
    height: int,
    label: str,
) -> go.Figure:
    traces = []
    for one, role in zip(written, ROLES, strict=True):
        y, color = height_of(one), look.role(role)
        fits = one.fits.astype(bool)
        for inside, dash in ((True, "solid"), (False, "dot")):
            # The lines meet: what does not fit begins at the last length that does.
            part = fits if inside else ~fits | np.append(~fits[1:], False)
            if not part.any():
                continue
            traces.append(
                go.Scatter(
                    x=one.length[part],
                    y=y[part],
                    mode="lines",
                    name=one.model.name,
                    legendgroup=one.model.name,
                    showlegend=inside or not fits.any(),
                    line={"color": color, "width": 2.5, "dash": dash},
                    hovertemplate=f"{one.model.name}<br>%{{x:,}} tokens<br>%{{y:,.4g}}<extra></extra>",
                )
            )
    ticks = [f"{tick:,}" if tick < 1024 else f"{tick // 1024}K" for tick in TICKS]
    return figure(
        look,
        title=title,
        height=height,
        traces=traces,
        showlegend=True,
        legend={"font": {"size": look.size - 1}},
        xaxis={"type": "log", "title": {"text": "tokens in the text"}, "tickvals": TICKS, "ticktext": ticks},
        yaxis={"type": "log", "title": {"text": label}},
    )


def _upright(x: float, color: str) -> dict[str, object]:
    return {
        "type": "line",
        "x0": x,
        "x1": x,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": color, "dash": "dot"},
    }
