"""Figures of the page on agents: lists have room for their lines, at a desk and on a projector."""

from itertools import pairwise

import numpy as np
import pytest

from components.figures.heights import room
from components.theme import ENLARGED, Look
from core.agents import REACT, ROOMS_WORLD, Rooms, Setting, recorded_run, recorded_thoughts, shortest_acts
from pages.agents.agents.figures.beside import beside_figure
from pages.agents.agents.figures.episode import Moment, episode_figure
from pages.agents.agents.figures.maps import map_traces
from pages.agents.agents.figures.parts import BLOCKS, HALF, TALL, WAYS, parts_figure
from pages.agents.agents.figures.thoughts import thoughts_figure
from pages.agents.agents.panels.plan import ABOVE

COUNTS = {"search": (60, 60, (0.94, 1.0)), "random acts": (6, 60, (0.05, 0.2))}


@pytest.mark.parametrize("presenter", [False, True])
@pytest.mark.parametrize("acts", [0, 6, 12, 40])
def test_acts_beside_the_plan_do_not_overlap_and_are_all_counted(presenter: bool, acts: int) -> None:
    look, world = Look(presenter=presenter), Setting(ROOMS_WORLD).world(0)
    assert isinstance(world, Rooms)
    height = room(look, ABOVE)
    fig = beside_figure(world, (), ["open the door"] * acts, COUNTS, look=look, title="", height=height)
    told = [note for note in fig.layout.annotations if note.x == 0.5 and note.xref == "paper"]
    drawn = height * (ENLARGED if presenter else 1) - 70
    gaps = [(one.y - other.y) * drawn for one, other in pairwise(told)]
    assert all(gap >= 1.25 * (look.size - 1) for gap in gaps) and told[-1].y > 0
    shown = sum("open the door" in note.text for note in told)
    more = int(told[-1].text.split()[1]) if "more" in told[-1].text else 0
    assert shown + more == acts


def test_counts_stand_beside_their_bars_where_no_interval_crosses_them() -> None:
    world = Setting(ROOMS_WORLD).world(0)
    assert isinstance(world, Rooms)
    fig = beside_figure(world, (), (), COUNTS, look=Look(), title="", height=300)
    assert fig.layout.yaxis2.ticktext == ("search<br>60 of 60", "random acts<br>6 of 60")
    assert fig.data[-1].textposition == "none"


def test_no_way_between_blocks_runs_through_another_block() -> None:
    fig = parts_figure(dict.fromkeys(BLOCKS, ""), look=Look(), title="", height=400)
    for (one, other), way in zip(WAYS, fig.layout.annotations, strict=True):
        for share in np.linspace(0, 1, 101):
            x, y = way.ax + share * (way.x - way.ax), way.ay + share * (way.y - way.ay)
            through = [name for name, (across, up) in BLOCKS.items() if abs(x - across) < HALF and abs(y - up) < TALL]
            assert set(through) <= {one, other}, (one, other, through)


def test_no_ring_around_a_place_is_cut_at_the_edge_of_a_map() -> None:
    for setting in (Setting(), Setting(ROOMS_WORLD)):
        world = setting.world(0)
        traces, _, _ = map_traces(world, world.start, Look())
        rings = [trace for trace in traces if trace.mode == "markers"]
        assert rings and all(trace.cliponaxis is False for trace in rings)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nothing_gives_the_act_away_before_the_guess(place: int) -> None:
    runs, world = recorded_run(Setting()), Setting().world(0)
    assert runs is not None
    episode = runs.episode(0)
    state = episode.steps[place].state
    moment = Moment(world, episode, place, shortest_acts(world, state))
    shown, hidden = (episode_figure(moment, hidden=flag, look=Look(), title="") for flag in (False, True))
    assert "<b>" in "".join(shown.layout.yaxis2.ticktext) and "<b>" not in "".join(hidden.layout.yaxis2.ticktext)
    bars = hidden.data[-1]
    assert set(bars.x) == {0.0} and set(bars.text) == {""}
    assert not any(moment.act in note.text and "next" in note.text for note in hidden.layout.annotations)


def test_no_token_is_counted_as_read_and_as_written() -> None:
    every = recorded_thoughts()
    fig = thoughts_figure(every, Setting().world(0), every[REACT].episode(0), look=Look(), title="", height=300)
    bars = {bar.name: bar.x for bar in fig.data if bar.type == "bar"}
    for given, written, runs in zip(bars["given to read"], bars["written"], every.values(), strict=True):
        last = (runs.acts >= 0).sum(axis=1) - 1
        rows = np.arange(len(runs))
        assert given + written == pytest.approx(float((runs.read + runs.wrote)[rows, last].mean()))
