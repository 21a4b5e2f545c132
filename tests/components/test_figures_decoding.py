"""The figures of the decoding page, by their data."""

import numpy as np
import pytest

from components.figures import decoding as figures
from components.figures import decoding_memory as memory
from components.theme import Look
from core.decoding import Race, recorded_costs, recorded_race, tiles, tree_mask

LOOK = Look()


@pytest.fixture
def race() -> Race:
    return recorded_race("copy")


@pytest.mark.parametrize("chosen", ["greedy", "prompt lookup"])
def test_stairs_end_at_all_tokens_and_all_seconds(race: Race, chosen: str) -> None:
    fig = figures.race_figure(race, chosen, 0, look=LOOK, title="t")
    run = race.runs[chosen]
    stairs = next(trace for trace in fig.data if trace.name == chosen)
    assert stairs.y[-1] == len(run.token_ids)
    assert stairs.x[-1] == pytest.approx(sum(step.seconds for step in run.steps), rel=1e-5)
    assert fig.data[-1].customdata.shape == (run.target_calls, 1)
    assert fig.data[-1].hoverinfo != "skip"
    assert len(fig.to_json()) < 400_000


def test_bars_of_calls_leave_no_gap(race: Race) -> None:
    fig = figures.race_figure(race, "prompt lookup", 1, look=LOOK, title="t")
    bars = [trace for trace in fig.data if trace.type == "bar" and trace.y[0] == "prompt lookup"]
    (start, drafting), (middle, verifying) = [(np.array(bar.base, float), np.array(bar.x, float)) for bar in bars]
    np.testing.assert_allclose(start + drafting, middle, atol=1e-4)
    np.testing.assert_allclose((middle + verifying)[:-1], start[1:], atol=1e-4)


def test_speed_bars_are_sorted_and_the_reference_is_one(race: Race) -> None:
    fig = figures.speed_bars(race, look=LOOK, title="t")
    assert list(fig.data[0].x) == sorted(fig.data[0].x)
    assert fig.data[0].x[list(fig.data[0].y).index("greedy")] == 1.0


def test_names_of_a_visitor_are_escaped() -> None:
    laws = {"target": np.array([0.5, 0.5])}
    fig = figures.law_bars(laws, ["<b>", "a"], look=LOOK, title="<i>")
    assert fig.data[0].x[0] == "0 &lt;b&gt;"
    assert fig.layout.title.text == "&lt;i&gt;"


def test_a_tree_draws_each_edge_and_marks_the_accepted_path() -> None:
    parent = (-1, -1, 0, 0, 2)
    fig = figures.tree_figure(parent, list("abcde"), (0, 2), tree_mask(parent), look=LOOK, title="t")
    edges = [trace for trace in fig.data if trace.type == "scatter" and trace.mode == "lines"]
    assert len(edges) == 5
    assert [edge.line.color == LOOK.role("accepted") for edge in edges] == [True, False, True, False, False]
    nodes = next(trace for trace in fig.data if trace.type == "scatter" and trace.mode == "markers+text")
    assert len(set(zip(nodes.x, nodes.y, strict=True))) == 6


def test_costs_start_at_one_and_the_roof_covers_every_call() -> None:
    costs = recorded_costs()
    fig = memory.cost_curves({"float32": costs}, look=LOOK, title="t")
    assert fig.data[0].y[0] == 1.0
    roof = memory.roof_figure(costs, past=128, look=LOOK, title="t")
    assert (roof.data[1].y > 0).all()


def test_the_tile_figure_hides_what_was_not_met() -> None:
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 6, 4))
    tile = next(iter(tiles(query, key, value, block=2)))
    met = np.zeros((6, 6), bool)
    met[:2, :2] = True
    fig = memory.tile_figure(tile, query @ key.T, met, block=2, look=LOOK, title="t")
    assert np.isfinite(fig.data[0].z).sum() == 4
