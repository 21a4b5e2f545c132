"""Tree of thoughts on the game of 24: a beam over states, with an evaluator that guesses which can still make 24."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Literal, SupportsIndex, get_args

import numpy as np

from core.numbers import as_real, whole
from core.reasoning.jobs import judged
from core.reasoning.puzzles import TARGET, Values, four, reachable, solvable_multisets, successors

Evaluator = Literal["heuristic", "oracle", "model"]
SIGNS = ("+", "-", "*", "/")

Score = Callable[[Sequence[Values]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Thought:
    """A state of the game: what is left after some operations.

    Args:
        values: the numbers that are left, sorted; one at the last level.
        parent: the place, in the level above, of the state that it came from; 0 at the first level.
        step: the operation that led here, such as "10 - 4 = 6".
        written: the values as expressions of the four numbers, in the order of `values`.
        score: the evaluator's; larger is kept first.
        kept: whether the beam goes on from here.
    """

    values: Values
    parent: int
    step: str
    written: tuple[str, ...]
    score: float
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Search24:
    """A search for 24.

    Args:
        numbers: the four numbers, ascending.
        solution: an expression that makes 24 and uses each number once; None where the search found none.
        nodes: how many states were scored, `sum(map(len, levels))`.
        levels: the states that were scored, by the number of operations: one, two, three.
    """

    numbers: tuple[int, ...]
    solution: str | None
    nodes: int
    levels: tuple[tuple[Thought, ...], ...]


def search24(
    numbers: Iterable[SupportsIndex | float],
    *,
    beam: SupportsIndex | float,
    evaluator: str = "heuristic",
    error: float = 0.0,
    seed: int = 0,
    added: Collection[Values] = (),
    struck: Collection[Values] = (),
) -> Search24:
    """Looks for 24 breadth first, and goes on from the best few states of each level only.

    The proposer is no language model: it lists every state one operation away, each once a level. The evaluator scores
    them all, the `beam` best are kept. Equal scores keep the order of a shuffle that depends on the seed. At the last
    level one number is left, and arithmetic decides.

    Args:
        numbers: four whole numbers from 1 to 13.
        beam: how many states are kept at a level, at least 1.
        evaluator: "heuristic": minus the distance of the nearest number from 24; "oracle": 1 where 24 can still be
            made, else 0; "model": SmolLM2's log-odds of " sure" against " impossible".
        error: the probability that a verdict of the oracle is turned around, from 0 to 1; for the others 0.
        seed: of the shuffle and of the errors, from 0 up.
        added: states that are kept wherever they are proposed, whatever their score, beside the `beam` best.
        struck: states that are not kept; the next best takes the place.

    Raises:
        ValueError: for a value out of range, or an error with another evaluator than the oracle.

    Invariant: the oracle without error solves every puzzle that can be solved, with any beam; a solution replayed gives
    24.
    Source: Yao et al. 2023 (2305.10601), section 3, algorithm 1 (breadth first), with b = `beam`.
    """
    hand = four(numbers)
    require_error(evaluator, error, seed)
    beam = whole("beam", beam, 1)
    rng = np.random.default_rng(seed)
    score = scorer(evaluator, error, rng)
    kept = [Thought(tuple(map(Fraction, hand)), 0, "", tuple(map(str, hand)), 0.0)]
    levels: list[tuple[Thought, ...]] = []
    for _ in range(3):
        found = proposals(kept, levels[-1] if levels else ())
        level = _ranked(found, score([thought.values for thought in found]), beam, rng, added=added, struck=struck)
        kept = [thought for thought in level if thought.kept]
        levels.append(level)
    solved = next((thought.written[0] for thought in levels[-1] if thought.values == (TARGET,)), None)
    return Search24(hand, bare(solved), sum(map(len, levels)), tuple(levels))


def states_of(*, seed: int, each: int = 25) -> tuple[Values, ...]:
    """States with two and with three numbers, as a search meets them: as many that can make 24 as cannot.

    Args:
        seed: of the draws.
        each: of every kind, from 1 to 100.
    """
    rng = np.random.default_rng(seed)
    hands = solvable_multisets()
    found: dict[tuple[int, bool], dict[Values, None]] = {(left, can): {} for left in (2, 3) for can in (True, False)}
    while any(len(some) < each for some in found.values()):
        state = tuple(map(Fraction, hands[rng.integers(len(hands))]))
        for left in (3, 2):
            after = successors(state)
            state = after[rng.integers(len(after))]
            some = found[left, reachable(state)]
            if len(some) < each:
                some[state] = None
    return tuple(state for some in found.values() for state in some)


def proposals(kept: Sequence[Thought], level: Sequence[Thought]) -> list[Thought]:
    """Every state one operation away from those that were kept, each set of values once.

    Args:
        kept: the states to go on from. level: the level that they stand in; empty for the start.
    """
    places = {id(thought): place for place, thought in enumerate(level)}
    found: dict[Values, Thought] = {}
    for thought in kept:
        for i, j in combinations(range(len(thought.values)), 2):
            for value, sign, one, other in _operations(thought.values, i, j):
                rest = [(v, w) for place, (v, w) in enumerate(zip(thought.values, thought.written, strict=True))
                        if place not in (i, j)]  # fmt: skip
                written = f"({thought.written[one]} {sign} {thought.written[other]})"
                pairs = sorted([*rest, (value, written)])
                state = tuple(v for v, _ in pairs)
                step = f"{_plain(thought.values[one])} {sign} {_plain(thought.values[other])} = {_plain(value)}"
                found.setdefault(
                    state, Thought(state, places.get(id(thought), 0), step, tuple(w for _, w in pairs), 0.0)
                )
    return list(found.values())


def _operations(values: Values, i: int, j: int) -> list[tuple[Fraction, str, int, int]]:
    """The outcomes of two numbers, with the sign and the order; a division by zero is none."""
    a, b = values[i], values[j]
    found = [(a + b, "+", i, j), (a * b, "*", i, j), (b - a, "-", j, i), (a - b, "-", i, j)]
    if a != 0:
        found.append((b / a, "/", j, i))
    if b != 0:
        found.append((a / b, "/", i, j))
    return found


def _ranked(
    found: Sequence[Thought],
    scores: Sequence[float],
    beam: int,
    rng: np.random.Generator,
    *,
    added: Collection[Values],
    struck: Collection[Values],
) -> tuple[Thought, ...]:
    """The states of a level in the order in which they were proposed, the best and the added ones marked as kept."""
    order = sorted(rng.permutation(len(found)).tolist(), key=lambda place: -scores[place])
    best = set([place for place in order if found[place].values not in struck][:beam])
    best |= {place for place, one in enumerate(found) if one.values in added and one.values not in struck}
    return tuple(
        Thought(one.values, one.parent, one.step, one.written, float(scores[place]), place in best)
        for place, one in enumerate(found)
    )


def scorer(evaluator: str, error: float, rng: np.random.Generator) -> Score:
    """An evaluator of states; see `search24`."""
    if evaluator == "oracle":
        return lambda states: [
            float(reachable(state) != turned)
            for state, turned in zip(states, rng.random(len(states)) < error, strict=True)
        ]
    if evaluator == "heuristic":
        return lambda states: [-float(min(abs(value - TARGET) for value in state)) for state in states]
    return judged


def require_error(evaluator: str, error: float, seed: int) -> None:
    """Refuses an unknown evaluator, an error or a seed out of range, and an error of another than the oracle."""
    if evaluator not in get_args(Evaluator):
        raise ValueError(f"evaluator must be one of {', '.join(get_args(Evaluator))}; got {evaluator!r}")
    if not 0 <= as_real(error) <= 1:
        raise ValueError(f"error must be from 0 to 1; got {error!r}")
    if error and evaluator != "oracle":
        raise ValueError(
            f"error must be 0 for {evaluator!r}: only the oracle's verdicts are turned around; got {error}"
        )
    whole("seed", seed, 0)


def _plain(value: Fraction) -> str:
    """A number as it stands in a step: one below 0 in brackets."""
    return f"({value})" if value < 0 else str(value)


def bare(written: str | None) -> str | None:
    """An expression without the brackets around the whole."""
    return written[1:-1] if written else None
