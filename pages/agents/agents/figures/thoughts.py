"""Success and tokens with thoughts and without, beside one episode in full."""

from collections.abc import Mapping

import plotly.graph_objects as go

from components.theme import Look, figure
from core.agents import Episode, Runs, World
from pages.agents.agents.figures.branches import HIDDEN, rows_within
from pages.agents.agents.figures.transcript import text_trace, told_lines, within

SHARES, TOKENS, TOLD = (0.0, 0.2), (0.25, 0.48), (0.54, 1.0)
WIDTH = {False: 62, True: 56}


def thoughts_figure(
    every: Mapping[str, Runs], world: World, episode: Episode, *, look: Look, title: str, height: int
) -> go.Figure:
    """Left the share of worlds got through by style, then the tokens of an episode, right one episode.

    Args:
        every: the recorded episodes by style. world, episode: what is told in full.
        look: paper and type. title: the finding. height: pixels.
    """
    styles = list(every)
    rows = {"tickvals": list(range(len(styles))), "range": [len(styles) - 0.4, -0.6], "showgrid": False}
    room = rows_within(height, look)
    lines = within(told_lines(world, episode.steps, width=WIDTH[look.presenter], look=look, shares=True), room)
    return figure(
        look,
        title=title,
        height=height,
        traces=[_shares(every, look), *_tokens(every, look), text_trace(lines, look, name="episode", axes="3")],
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "x": TOKENS[0], "y": 1.0, "yanchor": "bottom"},
        margin={"t": 66},
        xaxis={"domain": SHARES, "range": [-0.04, 1.04], "tickformat": ".0%", "tickvals": [0, 0.5, 1],
               "title": {"text": "worlds got through"}},
        yaxis={**rows, "ticktext": styles},
        xaxis2={"domain": TOKENS, "anchor": "y2", "title": {"text": "tokens of an episode, mean"}, "nticks": 4},
        yaxis2={**rows, "anchor": "x2", "showticklabels": False},
        xaxis3={"domain": TOLD, "range": [0, 1], "anchor": "y3", **HIDDEN},
        yaxis3={"range": [room, -0.6], "anchor": "x3", **HIDDEN},
    )  # fmt: skip


def _shares(every: Mapping[str, Runs], look: Look) -> go.Scatter:
    shares = [float(runs.success.mean()) for runs in every.values()]
    ends = [runs.interval for runs in every.values()]
    return go.Scatter(
        x=shares, y=list(range(len(shares))), mode="markers", name="share of worlds", showlegend=False,
        marker={"size": 11, "color": look.role("query")},
        error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 5, "color": look.role("query"),
                 "array": [high - share for share, (_, high) in zip(shares, ends, strict=True)],
                 "arrayminus": [share - low for share, (low, _) in zip(shares, ends, strict=True)]},
        text=[f"{int(runs.success.sum())} of {len(runs)}" for runs in every.values()],
        hovertemplate="%{text}<extra></extra>",
    )  # fmt: skip


def _tokens(every: Mapping[str, Runs], look: Look) -> list[go.Bar]:
    """What is given to read and what is written: each token once, however often a prompt is read again."""
    rows = list(range(len(every)))
    read = [float(runs.given.mean()) for runs in every.values()]
    wrote = [float(runs.wrote.sum(axis=1).mean()) for runs in every.values()]
    return [
        go.Bar(x=values, y=rows, orientation="h", xaxis="x2", yaxis="y2", name=name, marker={"color": look.role(role)},
               hovertemplate=f"%{{x:.0f}} tokens {name}, each once<extra></extra>", width=0.5)
        for name, values, role in (("given to read", read, "mass"), ("written", wrote, "target"))
    ]  # fmt: skip
