"""Titles and sentences say what the numbers say, on the edges too; what goes to the browser is small and whole."""

import json
from base64 import b64decode
from dataclasses import replace

import numpy as np
import pytest

from components.theme import Look
from core.learning import (
    DuelCurves,
    DuelParams,
    NetworkParams,
    NetworkRun,
    best_line,
    descend,
    duel,
    one_step,
    perceptron,
    train_network,
)
from pages.foundations.networks import words
from pages.foundations.networks.clouds import XOR, Cloud
from pages.foundations.networks.figures.descents import fall, path
from pages.foundations.networks.figures.losses import duel_losses, losses
from pages.foundations.networks.figures.mistakes import plane, proof
from pages.foundations.networks.panels.duels import beginning
from pages.foundations.networks.panels.perceptrons import line_checks
from pages.foundations.networks.player import kept_step, message

SMALL = NetworkParams(points=40, epochs=10)
LOOK = Look()


@pytest.fixture(scope="module")
def run() -> NetworkRun:
    return train_network(SMALL)


def test_a_run_that_diverges_says_at_which_update() -> None:
    run = train_network(replace(SMALL, learning_rate=1e9))
    assert words.finding(run) == "The run diverges: update 1 makes the weights longer than a million"
    assert "just before the run ends" in words.reading(run)


def test_nothing_changes_without_a_rate_or_an_epoch() -> None:
    for changed in ({"learning_rate": 0.0}, {"epochs": 0}):
        assert words.finding(train_network(replace(SMALL, **changed))).startswith("Nothing changes")


def errs(run: NetworkRun, train: float, test: float) -> str:
    told = replace(run, train_error=np.full_like(run.train_error, train), test_error=np.full_like(run.test_error, test))
    return words.finding(told)


def test_own_and_fresh_points_are_told_apart_only_beyond_their_intervals(run: NetworkRun) -> None:
    assert errs(run, 0.0, 0.0) == "The network gets all 500 fresh points right"
    assert "no better than a coin, within the noise" in errs(run, 0.1, 0.48)
    assert errs(run, 0.0, 0.3) == "The network errs on 0.0% of its own points and on 30.0% of fresh ones"
    assert errs(run, 0.05, 0.07) == "The network errs on 7.0% of fresh points"
    assert errs(run, 0.4, 0.2) == "The network errs on 20.0% of fresh points"


def test_dead_and_equal_neurons_are_named() -> None:
    equal = train_network(replace(SMALL, start="all equal", hidden=(4, 4)))
    assert words.finding(equal).startswith("The 4 neurons of each layer have stayed one and the same")
    dead = train_network(NetworkParams(hidden=(8, 8, 8), activation="relu", learning_rate=1.0))
    assert words.finding(dead).endswith("are dead: the network says the same of each of its points")
    assert len(np.unique(dead.params.net.forward(dead.weights[-1], dead.train.x)[-1])) == 1
    # Elsewhere a neuron that is silent on all points may still speak.
    corners = np.array([[1.5, 1.5], [-1.5, 1.5], [-1.5, -1.5], [1.5, -1.5]])
    assert len(np.unique(dead.params.net.forward(dead.weights[-1], corners)[-1])) > 1
    single = train_network(replace(SMALL, hidden=(1,)))
    assert "one and the same" not in words.finding(single)


def test_a_test_loss_that_turns_is_marked_only_where_it_does(run: NetworkRun) -> None:
    falling = replace(run, test_loss=np.linspace(1, 0.1, len(run.steps)))
    assert words.turning(falling) is None
    rising = replace(run, test_loss=np.abs(np.linspace(-1, 1, len(run.steps))) + 0.1)
    assert words.turning(rising) == int(np.argmin(rising.test_loss))
    assert words.turning(replace(rising, diverged_at=7)) is None


def test_a_duel_is_told_by_its_wins() -> None:
    found = duel(DuelParams(SMALL, SMALL, seeds=2))
    assert (found.wins, found.verdict) == ((0, 0), "neither")
    assert words.told_duel(found, "x") == "“x” changes nothing here: each start ends as before"
    found.__dict__["ends"] = np.full((2, 2), np.inf)
    assert words.told_duel(found, "x") == "Neither wins: both settings diverge from each of 2 starts"
    found.__dict__["ends"] = np.array([[1.0, 2.0], [0.5, float("inf")]])
    assert (found.wins, found.verdict) == ((1, 1), "neither")
    assert words.told_duel(found, "x").startswith("Neither wins from every start")
    found.__dict__["ends"] = np.array([[1.0, 2.0], [0.5, 1.5]])
    assert found.verdict == "changed"
    assert words.told_duel(found, "x").startswith("The change wins")
    found.__dict__["ends"] = np.array([[1.0, 2.0], [3.0, float("inf")]])
    assert words.told_duel(found, "x").startswith("As it is wins")
    assert words.told_guess("neither", "neither") == "You guessed “neither”: right."
    assert "it is “changed”" in words.told_guess("as it is", "changed")


def test_a_diverged_run_loses() -> None:
    found = duel(DuelParams(SMALL, replace(SMALL, learning_rate=1e9), seeds=2))
    assert found.verdict == "as it is"


def test_mistakes_are_told_with_their_end() -> None:
    x, y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, 1.0])
    assert words.told_mistakes(perceptron(x, y)) == "After 2 mistakes every point is right; Novikoff allows 2"
    assert words.told_mistakes(perceptron(x[:1], y[:1])).startswith("After 1 mistake every")
    assert "not done" in words.told_mistakes(perceptron(np.array([[1.0, 0.0], [-1.0, 0.1]]), y, passes=1))
    assert words.told_mistakes(perceptron(x[[0, 0]], np.array([1.0, -1.0]), passes=3)).startswith("No line through 0")
    ones = np.ones((2, 3))
    assert words.told_mistakes(perceptron(ones, np.array([1.0, -1.0]), passes=3)).startswith("No separator exists")
    assert words.told_best(best_line(x, y)) == "A line gets all 2 points right"


def test_weights_without_a_line_are_told_so() -> None:
    run = perceptron(*Cloud(XOR, 0.05, 4, 0).data(), passes=2)
    assert [words.told_no_line(run, step) != "" for step in range(5)] == [True, False, False, False, True]
    assert "still 0" in words.told_no_line(run, 0)
    assert "back at 0" in words.told_no_line(run, 4)
    upright = perceptron(np.array([[0.0, 0.0, 1.0]]), np.array([1.0]))
    assert "no direction in the plane" in words.told_no_line(upright, 1)


def test_a_step_says_which_way_the_loss_went() -> None:
    weights = [0.5, -0.3, 0.8, 0.2, 0.1, -0.1, 1.0, -0.7, 0.05]
    assert "lowers" in words.told_step(one_step(weights, [1.0, 0.5], 1, learning_rate=0.5))
    assert "leaves" in words.told_step(one_step(weights, [1.0, 0.5], 1, learning_rate=0.0))
    raised = one_step([5.0, -5, 5, -5, 0, 0, 5, -5, 0], [0.1, 0.1], -1, learning_rate=100)
    assert ("raises" in words.told_step(raised)) == (raised.loss_after > raised.loss)


@pytest.mark.parametrize(
    ("rate", "told"), [(0.0, "stays"), (0.1, "is below"), (0.2, "swings"), (0.2000001, "is above"), (0.3, "is above")]
)
def test_a_rate_is_told_by_its_side_of_the_threshold(rate: float, told: str) -> None:
    run = descend(np.array([10.0, 1.0]), np.array([1.0, 1.4]), learning_rate=rate, steps=30)
    assert told in words.told_descent(run)
    assert len(path(run, look=LOOK, height=300).data) == 2
    assert len(fall(run, look=LOOK, height=300).data) == 1


@pytest.mark.parametrize(
    ("rate", "told"),
    [
        (0.05, "coordinate shrinks to 0.5 of itself"),
        (0.15, "changes its sign and shrinks to 0.5 of itself"),
        (0.21, "turns the steep coordinate over and makes it 1.1 times as large"),
    ],
)
def test_a_coordinate_that_changes_its_sign_is_told_so(rate: float, told: str) -> None:
    assert told in words.told_descent(descend(np.array([10.0, 1.0]), np.array([1.0, 1.4]), learning_rate=rate, steps=5))


@pytest.mark.parametrize(
    ("rate", "flat", "told"),
    [
        (0.15, 1.0, "<b>-0.500</b> and w₂ by <b>0.850</b>: a rate small enough for the steep coordinate is slow"),
        (0.21, 1.0, "<b>-1.100</b> and w₂ by <b>0.790</b>: the flat coordinate still shrinks, and the steep one"),
        (0.15, 10.0, "<b>-0.500</b> and w₂ by <b>-0.500</b>."),
        (0.19, 1.0, "<b>-0.900</b> and w₂ by <b>0.810</b>."),
        (0.2, 1.0, "<b>-1.000</b> and w₂ by <b>0.800</b>."),
        (0.0, 1.0, "<b>1.000</b> and w₂ by <b>1.000</b>."),
        (0.15, 0.0, "<b>-0.500</b> and w₂ by <b>1.000</b>."),
        (0.5, 9.0, "<b>-4.000</b> and w₂ by <b>-3.500</b>."),
    ],
)
def test_the_slow_coordinate_is_named_only_where_it_is_the_flat_one(rate: float, flat: float, told: str) -> None:
    run = descend(np.array([10.0, flat]), np.array([1.0, 1.4]), learning_rate=rate, steps=5)
    said = words.told_factors(run)
    assert told in said
    assert said.endswith("slow for the flat one." if "slow" in told else "f away." if "flat" in told else "</b>.")


def test_what_the_browser_gets_is_the_run_and_below_400_kb() -> None:
    params = NetworkParams(hidden=(8, 8, 8), epochs=300)
    run = train_network(params)
    sent = message(run, look=LOOK, height=400, alt="", beside="")
    assert len(json.dumps(sent)) < 400_000
    weights = np.frombuffer(b64decode(sent["weights"]), "<f4").reshape(len(sent["steps"]), -1)
    np.testing.assert_allclose(weights, run.weights, rtol=6e-8)
    points = np.frombuffer(b64decode(sent["points"]), "<f4").reshape(-1, 3)
    assert (points[:, 2] == run.train.y).all()
    largest = train_network(NetworkParams(hidden=(8,) * 5, epochs=50))
    assert len(json.dumps(message(largest, look=LOOK, height=400, alt="", beside=""))) < 400_000


def test_losses_draw_what_the_run_holds(run: NetworkRun) -> None:
    fig = losses(run, look=LOOK, turning=None, height=400)
    assert [trace.name for trace in fig.data] == ["training", "test"]
    np.testing.assert_allclose(fig.data[0].y, run.train_loss, rtol=1e-6)
    alone = train_network(NetworkParams(data="yours", own=((0.1, 0.2, 1), (0.3, 0.1, -1)), epochs=5))
    assert [trace.name for trace in losses(alone, look=LOOK, turning=None, height=400).data] == ["training"]


@pytest.mark.parametrize("scale", [1.0, 1.02, 1.2, 3.0, 30.0, 1e4])
def test_an_axis_of_losses_has_two_numbers_at_least(run: NetworkRun, scale: float) -> None:
    coin = np.full(len(run.steps), np.log(2))
    for ends in (scale, 1 / scale):
        level = replace(run, train_loss=coin, test_loss=np.linspace(1, ends, len(coin)) * coin)
        axis = losses(level, look=LOOK, turning=None, height=400).layout.yaxis
        low, high = axis.range
        ticks = np.log10(axis.tickvals) if axis.tickvals else np.arange(np.ceil(low), high, axis.dtick)
        assert 2 <= np.count_nonzero((ticks >= low) & (ticks <= high)) <= 12


@pytest.mark.parametrize(("factor", "side"), [(1.05, "top"), (0.95, "bottom")])
def test_the_name_of_a_coin_stands_where_the_curves_do_not(run: NetworkRun, factor: float, side: str) -> None:
    level = np.full(len(run.steps), factor * np.log(2))
    fig = losses(replace(run, train_loss=level, test_loss=level), look=LOOK, turning=None, height=400)
    assert [note.yanchor for note in fig.layout.annotations if note.text == "a coin: ln 2"] == [side]


def test_the_name_of_a_coin_keeps_clear_of_the_epochs_below_a_run_that_diverges(run: NetworkRun) -> None:
    grown = np.geomspace(np.log(2), 1e13, len(run.steps))
    fig = losses(replace(run, train_loss=grown, test_loss=grown), look=LOOK, turning=None, height=400)
    assert [note.yanchor for note in fig.layout.annotations if note.text == "a coin: ln 2"] == ["bottom"]


def test_a_covered_duel_shows_only_its_beginning() -> None:
    curves = duel(DuelParams(SMALL, replace(SMALL, learning_rate=1.0), seeds=2)).curves
    cut = duel_losses(curves, look=LOOK, title="", last=10, until=2.0)
    assert max(trace.x.max() for trace in cut.data) <= 2.0
    assert tuple(cut.layout.xaxis.range) == (0, 10)
    whole = duel_losses(curves, look=LOOK, title="", last=10)
    assert max(trace.x.max() for trace in whole.data) == 10.0


def test_a_duel_tells_what_it_has_seen_so_far() -> None:
    heard: list[tuple[float, str, DuelCurves]] = []
    params = DuelParams(SMALL, replace(SMALL, learning_rate=1e9), seeds=2)
    found = duel(params, on_progress=lambda share, words, seen: heard.append((share, words, seen)))
    shares = [share for share, _, _ in heard]
    assert shares == sorted(shares)
    assert 0.5 in shares
    halfway = next(seen for share, _, seen in heard if share == 0.5)
    assert halfway.changed == ()
    for (epochs, seen), run in zip(halfway.as_it_is, found.runs, strict=True):
        whole = np.isin(run.epochs, epochs)
        np.testing.assert_allclose(seen, run.test_loss[whole], rtol=1e-12)
    # Each start of the other side diverges in its first update: only what was before it is seen.
    assert [len(epochs) for epochs, _ in heard[-1][2].changed] == [1, 1]
    assert duel_losses(heard[-1][2], look=LOOK, title="", last=10).data


def test_the_beginning_of_a_duel_is_that_of_the_whole() -> None:
    ask = DuelParams(replace(SMALL, epochs=25), replace(SMALL, epochs=25, activation="relu"), seeds=2)
    short, whole = duel(beginning(ask)), duel(ask)
    assert short.runs[0].params.epochs == 3
    for one, other in zip((*short.runs, *short.others), (*whole.runs, *whole.others), strict=True):
        both = np.intersect1d(one.steps, other.steps)
        assert len(both) > 2
        np.testing.assert_array_equal(one.weights[np.isin(one.steps, both)], other.weights[np.isin(other.steps, both)])


def test_a_step_in_a_link_is_the_nearest_that_is_kept(run: NetworkRun) -> None:
    assert [kept_step(run, update) for update in (-1, 0, 3, 10**9)] == [len(run.steps) - 1, 0, 3, len(run.steps) - 1]
    assert message(run, look=LOOK, height=400, alt="", beside="", step=3)["step"] == 3


def test_the_plane_and_the_proof_hold_at_every_step() -> None:
    x, y = np.array([[1.0, 0.2], [0.3, 1.0], [-1.0, 0.1]]), np.array([1.0, 1.0, -1.0])
    run = perceptron(x, y)
    for step in range(run.mistakes + 1):
        fig = plane(run, step, look=LOOK, best=None, height=300)
        assert len(fig.data) == 3 + (step > 0)
        assert len(fig.layout.annotations) == (2 if step else 0)
    curves = {trace.name: trace for trace in proof(run, 0, look=LOOK, height=300).data}
    count = np.arange(run.mistakes + 1)
    assert (curves["|w|"].y <= run.radius * np.sqrt(count) + 1e-12).all()
    assert (curves["w·u"].y >= run.margin * count - 1e-12).all()


def test_few_fresh_points_claim_nothing() -> None:
    own = ((0.5, 0.5, 1), (-0.5, -0.5, -1), (0.4, 0.6, 1), (0.6, 0.5, 1))
    run = train_network(NetworkParams(data="yours", own=own, epochs=2))
    assert errs(run, 0.0, 0.0) == "1 fresh point cannot tell the network from a coin: it errs on 0.0%"
    assert "on 1 fresh point the loss" in words.reading(run)
    many = train_network(NetworkParams(data="yours", own=own * 8, epochs=2))
    assert errs(many, 0.0, 0.0) == "The network gets all 8 fresh points right"
    assert errs(many, 0.0, 0.5).startswith("8 fresh points cannot tell")


def test_a_wrong_best_line_is_seen() -> None:
    cloud = Cloud(XOR, 0.05, 4, 0)
    best = best_line(cloud.data()[0][:, :2], cloud.data()[1])
    assert best.share == 0.75
    assert all(check.passed for check in line_checks(cloud, best))
    assert [check.passed for check in line_checks(cloud, replace(best, weights=-best.weights))] == [False, True]
    assert [check.passed for check in line_checks(cloud, replace(best, right=2))] == [False, False]
