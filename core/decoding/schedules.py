"""Schedules of the draft's length, replayed exactly from recorded chains. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.decoding.chains import CHAIN_DEPTH, Chains
from core.decoding.generation import Generation, Step
from core.decoding.machines import Machine, forecast
from core.decoding.methods import Greedy, Method
from core.decoding.prompts import KINDS
from core.decoding.trees import chain


@dataclass(frozen=True, slots=True)
class Constant:
    """Drafts the same number of tokens in each call, 0 to 12."""

    length: int

    def __post_init__(self) -> None:
        if not 0 <= self.length <= CHAIN_DEPTH:
            raise ValueError(f"length must be from 0 to {CHAIN_DEPTH}; got {self.length}")


@dataclass(frozen=True, slots=True)
class Growing:
    """Drafts two tokens more after a call that accepted all, and one fewer after any other, down to one.

    Args:
        start: draft tokens of the first call, 1 to 12, which is also the most.

    Source: the schedule "heuristic" of transformers' assisted generation.
    """

    start: int = 3

    def __post_init__(self) -> None:
        if not 1 <= self.start <= CHAIN_DEPTH:
            raise ValueError(f"start must be from 1 to {CHAIN_DEPTH}; got {self.start}")


@dataclass(frozen=True, slots=True)
class Unsure:
    """Drafts up to 12 tokens, and stops with the first to which the draft itself gives less than the threshold.

    Args:
        threshold: probability, 0 to 1.

    Source: `assistant_confidence_threshold` of transformers' assisted generation.
    """

    threshold: float = 0.4

    def __post_init__(self) -> None:
        if not 0 <= self.threshold <= 1:
            raise ValueError(f"threshold must be from 0 to 1; got {self.threshold}")


Schedule = Constant | Growing | Unsure


def replay(chains: Chains, schedule: Schedule, method: Method, *, most: int | None = None) -> Generation:
    """The trace of a greedy text with another schedule, from the chains that were recorded at every place.

    Args:
        chains: of a draft.
        schedule: of its length.
        method: that drafted them; its window does not matter.
        most: tokens that the text might have had, had it not ended; as many as it has without it.

    Returns:
        A trace without times.

    Invariant: with a constant length it has the drafts and the accepted tokens of a run with that window.
    """
    steps: list[Step] = []
    place, length = 0, schedule.start if isinstance(schedule, Growing) else 0
    while place < len(chains.text):
        known = int((chains.tokens[place] >= 0).sum())
        asked = length if isinstance(schedule, Growing) else _asked(chains, place, schedule)
        drafted = min(asked, known, (most or len(chains.text)) - place - 1)
        right = chains.right(place, drafted)
        added = chains.text[place : place + right + 1]
        prob = tuple(chains.prob[place, :drafted].tolist())
        tokens = tuple(chains.tokens[place, :drafted].tolist())
        steps.append(Step(tokens, chain(drafted), tuple(range(right)), added, (), prob, 0.0, 0.0, 30))
        length = min(length + 2, CHAIN_DEPTH) if right == drafted else max(length - 1, 1)
        place += len(added)
    return Generation(method, "", 0.0, chains.text, "", tuple(steps), 0.0)


def _asked(chains: Chains, place: int, schedule: Constant | Unsure) -> int:
    """The draft tokens that a schedule without memory asks for at a place."""
    if isinstance(schedule, Constant):
        return schedule.length
    unsure = (depth for depth, prob in enumerate(chains.prob[place].tolist(), 1) if prob < schedule.threshold)
    return next(unsure, CHAIN_DEPTH)


def speeds_of(
    chains: Mapping[str, Chains],
    schedules: Mapping[str, Schedule],
    method: Method,
    machine: Machine,
    *,
    most: int | None = None,
) -> dict[str, dict[str, float]]:
    """By schedule and kind of prompt, the forecast speed over greedy decoding of the same text.

    Args:
        chains: by kind of prompt, of those in `KINDS`.
        schedules: by name.
        method: that drafted.
        machine: for the forecast, with the tokens of each prompt in its cache.
        most: as in `replay`.
    """
    found: dict[str, dict[str, float]] = {}
    for name, schedule in schedules.items():
        found[name] = {}
        for kind, one in chains.items():
            there = replace(machine, context=KINDS[kind].tokens)
            alone = forecast(replay(one, Constant(0), Greedy()), there)
            found[name][kind] = alone.seconds / forecast(replay(one, schedule, method, most=most), there).seconds
    return found
