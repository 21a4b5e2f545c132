"""What makes a policy that may say "I don't know" refuse everything: one knob turned at a time. Needs no torch."""

import functools
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.rlhf.abstention import AbstainParams, refusals_after, refusals_of, refused_at_best

REFUSALS = "rlhf/refusals.npz"
"""The recorded ends, below `core/assets`."""

REFUSAL_SEEDS = 5

USUAL_ABSTAIN = AbstainParams(abstain=0.3)
"""Where the other knobs stand while one is turned."""

KNOBS: dict[str, tuple[int | float, ...]] = {
    "abstain": (-0.5, 0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    "wrong": (0.0, -1.0, -2.0, -3.0, -5.0, -10.0),
    "misjudged": (0.0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5),
    "hard": (0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0),
    "blur": (0.0, 0.7, 1.5, 2.0, 3.0),
    "beta": (0.0, 0.1, 0.3, 0.6, 1.0),
    "steps": (50, 100, 200, 400, 800, 1600),
}
"""Fields of AbstainParams, each with the values that it takes, from few refusals to many but for beta."""

REFUSING: dict[str, int | float] = {"abstain": 0.9, "wrong": -10.0, "misjudged": 0.35, "hard": 1.0}
"""Where each of these knobs refuses much: there the updates and beta are turned too."""

ALL = 0.95
"""A policy refuses everything where it refuses so large a share of the questions that it is sure to know."""


@dataclass(frozen=True, eq=False)
class RefusalTable:
    """Where training ends by the value of each knob, over seeds, on the same 4,000 questions, half of them hard.

    Args:
        silent: by knob, the share of all questions that it refuses.
        sure: by knob, the share refused of the questions that it would get right four times in five or oftener.
        late: the same by number of updates, with the named knob where REFUSING has it.
        leashed: the same by beta, with the named knob where REFUSING has it.
    """

    silent: dict[str, Float[np.ndarray, "value seed"]]
    sure: dict[str, Float[np.ndarray, "value seed"]]
    late: dict[str, Float[np.ndarray, "count seed"]]
    leashed: dict[str, Float[np.ndarray, "beta seed"]]

    def everything_from(self, knob: str) -> int | float | None:
        """The first value of a knob from which on every seed refuses everything; None where it never does."""
        short = np.flatnonzero((self.sure[knob] < ALL).any(1))
        place = int(short[-1]) + 1 if len(short) else 0
        return KNOBS[knob][place] if place < len(KNOBS[knob]) else None


def knob_runs(knob: str) -> tuple[AbstainParams, ...]:
    """The runs of one knob, of the first seed."""
    changes: list[dict[str, Any]] = [{knob: value} for value in KNOBS[knob]]
    return tuple(replace(USUAL_ABSTAIN, **change) for change in changes)


def refusing_run(knob: str) -> AbstainParams:
    """The run with one knob where REFUSING has it, of the first seed."""
    change: dict[str, Any] = {knob: REFUSING[knob]}
    return replace(USUAL_ABSTAIN, **change)


@functools.cache
def best_refusals(knob: str) -> Float[np.ndarray, "value seed"]:
    """By the value of a knob, the share of the sure questions that do not pay an answer: see `refused_at_best`."""
    return np.array(
        [[refused_at_best(replace(run, seed=seed)) for seed in range(REFUSAL_SEEDS)] for run in knob_runs(knob)]
    )


def refusal_table() -> RefusalTable:
    """Trains every policy of the table."""
    ends = {
        knob: np.array(
            [[refusals_of(replace(run, seed=seed)) for seed in range(REFUSAL_SEEDS)] for run in knob_runs(knob)]
        )
        for knob in KNOBS
    }
    silent, sure = ({knob: found[:, :, place] for knob, found in ends.items()} for place in (0, 1))
    late, leashed = {}, {}
    for knob in REFUSING:
        runs = [replace(refusing_run(knob), seed=seed) for seed in range(REFUSAL_SEEDS)]
        longest = [replace(run, steps=int(KNOBS["steps"][-1])) for run in runs]
        late[knob] = np.array([refusals_after(run, KNOBS["steps"]) for run in longest]).T
        leashed[knob] = np.array([[refusals_of(replace(run, beta=beta))[1] for run in runs] for beta in KNOBS["beta"]])
    return RefusalTable(silent, sure, late, leashed)


@functools.cache
def recorded_refusals() -> RefusalTable:
    """The recorded table.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record rlhf refusals`.
    """
    return kept(REFUSALS, RefusalTable)
