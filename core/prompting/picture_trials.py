"""What the network makes of new pictures: exact answers by operation, with and without a pair. Needs no torch."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.prompting.picture_network import PictureNetwork, solve
from core.prompting.pictures import COMPOSED, OPERATIONS, PictureTask, applied, picture_tasks

TASKS = 100
"""New tasks of each operation."""

TASK_SEED = 50_000
"""Trials are drawn from here on; training draws from other streams."""

MOST_PAIRS = 3


@dataclass(frozen=True, eq=False)
class PictureTrials:
    """Shares of tasks answered exactly, over networks trained with different seeds.

    Args:
        exact: with 0, 1, 2 and 3 pairs, by operation [seed pairs operation].
        wrong_pair: with one pair of another operation: the query's own operation done [seed operation].
        follows: the same tasks: the wrong pair's operation done [seed operation].
        composed: of COMPOSED, with two pairs [seed composition].
        untouched: the share of those tasks where the first operation alone already gives the answer [composition].
        losses: [seed test], every 25 updates, in nats.
        seconds: of processor for training [seed].
        network: the weights of the first seed, in half precision.
        seeds: of training.
    """

    exact: Float[np.ndarray, "seed 4 10"]
    wrong_pair: Float[np.ndarray, "seed 10"]
    follows: Float[np.ndarray, "seed 10"]
    composed: Float[np.ndarray, "seed 5"]
    untouched: Float[np.ndarray, "5"]
    losses: Float[np.ndarray, "seed test"]
    seconds: Float[np.ndarray, "seed"]
    network: PictureNetwork
    seeds: tuple[int, ...]


def exact_share(network: PictureNetwork, tasks: PictureTask, answer: np.ndarray | None = None) -> float:
    """The share of tasks whose every cell is right.

    Args:
        network: its weights. tasks: what is asked.
        answer: what counts as right, [task 12 12]; the tasks' own answers without it.
    """
    found = solve(network, tasks.before, tasks.after, tasks.query).colors
    return float((found == (tasks.answer if answer is None else answer)).all(axis=(1, 2)).mean())


def by_pairs(network: PictureNetwork) -> Float[np.ndarray, "4 10"]:
    """Exact shares with 0 to 3 pairs, by operation."""
    return np.array(
        [[exact_share(network, recorded_tasks(name, pairs)) for name in OPERATIONS] for pairs in range(MOST_PAIRS + 1)]
    )


def recorded_tasks(operation: str, pairs: int) -> PictureTask:
    """The new tasks of one operation on which the recorded shares were measured."""
    return picture_tasks([operation], TASKS, pairs, TASK_SEED + list(OPERATIONS).index(operation))


def with_wrong_pair(network: PictureNetwork) -> tuple[Float[np.ndarray, "10"], Float[np.ndarray, "10"]]:
    """One pair of the next operation in the list: how often the query's own is done, and how often the pair's."""
    names, own, other = list(OPERATIONS), [], []
    for place, name in enumerate(names):
        tasks = recorded_tasks(name, 1)
        wrong = names[(place + 1) % len(names)]
        shown = picture_tasks([wrong], TASKS, 1, TASK_SEED + 100 + place)
        mixed = PictureTask((name,), shown.before, shown.after, tasks.query, tasks.answer)
        own.append(exact_share(network, mixed))
        other.append(exact_share(network, mixed, applied([wrong], tasks.query)))
    return np.array(own), np.array(other)


def on_composed(network: PictureNetwork) -> Float[np.ndarray, "5"]:
    """Exact shares on two operations in a row, with two pairs."""
    return np.array([exact_share(network, _composed(place)) for place in range(len(COMPOSED))])


def untouched() -> Float[np.ndarray, "5"]:
    """The share of those tasks that one of the two operations alone would answer: there, nothing is composed."""
    shares = []
    for place, names in enumerate(COMPOSED):
        tasks = _composed(place)
        alone = [(applied([name], tasks.query) == tasks.answer).all(axis=(1, 2)) for name in names]
        shares.append(float(np.logical_or.reduce(alone).mean()))
    return np.array(shares)


def _composed(place: int) -> PictureTask:
    return picture_tasks(COMPOSED[place], TASKS, 2, TASK_SEED + 200 + place)


def recorded_share_check(found: Sequence[float], kept: Sequence[float]) -> Check:
    """The kept network, asked anew, gives the shares that were recorded; half precision may turn a cell of one task."""
    error = float(np.abs(np.asarray(found) - np.asarray(kept)).max()) if len(found) == len(kept) else float("nan")
    return Check("Recorded shares, computed anew", error, 1e-12, "the same weights, the same tasks")
