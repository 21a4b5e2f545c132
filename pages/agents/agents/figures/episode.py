"""One moment of an episode: the map of the world, what was done and seen so far, and how likely each act is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from components.figures.heights import room
from components.theme import Look, escape, figure
from core.agents import Episode, World
from pages.agents.agents.figures.maps import map_traces
from pages.agents.agents.figures.transcript import LINE, percent, told_lines, within

MAP, TOLD, BARS = (0.0, 0.27), 0.295, (0.76, 1.0)
"""Where map, transcript and bars stand, as parts of the width."""

WIDTH = {False: 50, True: 34}
"""Letters of a line of the transcript, at a desk and on a projector."""


@dataclass(frozen=True, eq=False)
class Moment:
    """An episode before one of its acts.

    Args:
        world: where. episode: whose. place: of the act that comes next, from 0; the number of acts for the end.
        right: the acts with which a shortest way goes on, as a planner has them.
    """

    world: World
    episode: Episode
    place: int
    right: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Whether all acts are done."""
        return self.place >= len(self.episode.steps)

    @property
    def state(self) -> tuple[str, ...]:
        """The state of the world."""
        steps = self.episode.steps
        return steps[self.place].state if not self.over else steps[-1].after if steps else self.world.start

    @property
    def act(self) -> str:
        """What is done next; "" at the end."""
        return "" if self.over else self.episode.steps[self.place].decision.act

    @property
    def probabilities(self) -> Mapping[str, float]:
        """Of each act that can be done; empty at the end, and for an actor without."""
        return {} if self.over else self.episode.steps[self.place].decision.probabilities


def episode_figure(moment: Moment, *, hidden: bool, look: Look, title: str, taken: int = 0) -> go.Figure:
    """Left the map, in the middle the transcript, right a bar for each act that can be done.

    Args:
        moment: what is shown. hidden: whether the probabilities and the act are not shown yet.
        look: paper and type. title: the finding. taken: pixels of its height that go to what stands above it.
    """
    traces, notes, ranges = map_traces(moment.world, moment.state, look)
    acts, told = list(moment.probabilities), () if hidden else moment.right
    return figure(
        look,
        title=title,
        height=room(look, taken) if taken else None,
        traces=[*traces, *_bars(moment, acts, hidden=hidden, look=look)],
        showlegend=False,
        bargap=0.3,
        barmode="overlay",
        annotations=[*notes, *_transcript(moment, look.hero - taken, hidden=hidden, look=look)],
        xaxis={"domain": MAP, "visible": False, "range": ranges[0]},
        yaxis={"visible": False, "range": ranges[1]},
        xaxis2={"domain": BARS, "anchor": "y2", "range": [0, 1.16], "tickvals": [0, 0.5, 1], "tickformat": ".0%",
                "title": {"text": "probability of the next act"}, "showgrid": False},
        yaxis2={"anchor": "x2", "tickvals": list(range(len(acts))), "ticktext": [_named(act, told) for act in acts],
                "range": [max(len(acts), 4) - 0.4, -0.6], "showgrid": False},
    )  # fmt: skip


def _named(act: str, right: Sequence[str]) -> str:
    """An act as a label; in bold where it is on a shortest way, which would give a guess away."""
    return f"<b>{escape(act)}</b>" if act in right else escape(act)


def _bars(moment: Moment, acts: Sequence[str], *, hidden: bool, look: Look) -> list[go.Bar]:
    """The act that is done in blue, others quiet; under all of them a wide bar that can be clicked."""
    shares = [0.0 if hidden else moment.probabilities[act] for act in acts]
    colors = [look.role("query" if act == moment.act else "mass") for act in acts]
    clickable = go.Bar(
        x=[1.0] * len(acts), y=list(range(len(acts))), orientation="h", xaxis="x2", yaxis="y2", name="acts",
        marker={"color": look.faint}, customdata=[[number] for number in range(len(acts))], width=0.7,
        hovertemplate="%{text}<extra></extra>", text=acts, textposition="none",
    )  # fmt: skip
    bars = go.Bar(
        x=shares, y=list(range(len(acts))), orientation="h", xaxis="x2", yaxis="y2", name="probability", width=0.7,
        marker={"color": colors}, text=["" if hidden else percent(share) for share in shares],
        textposition="outside", cliponaxis=False, textfont={"color": look.ink, "size": look.size - 1},
        customdata=[[number] for number in range(len(acts))],
        hovertemplate="%{x:.2%}<extra></extra>" if not hidden else "<extra></extra>",
    )  # fmt: skip
    return [clickable, bars] if acts else []


def _transcript(moment: Moment, height: int, *, hidden: bool, look: Look) -> list[dict[str, object]]:
    """Task, acts and observations so far, and the next act, a line each from the top of a figure so high."""
    steps = moment.episode.steps[: moment.place]
    lines = told_lines(moment.world, steps, width=WIDTH[look.presenter], look=look)
    if moment.act:
        told = "<b>What next?</b>" if hidden else f"<b>{escape(moment.act)}</b>  ← next"
        lines.append((told, look.word(look.role("query"))))
    step = LINE * look.size / (height - 90)
    return [
        {"x": TOLD, "xref": "paper", "y": 1 - step * number, "yref": "paper", "xanchor": "left", "yanchor": "top",
         "align": "left", "showarrow": False, "text": text, "font": {"size": look.size, "color": color}}
        for number, (text, color) in enumerate(within(lines, int(1 / step)))
    ]  # fmt: skip
