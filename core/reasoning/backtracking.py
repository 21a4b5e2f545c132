"""The game of 24 depth first: go into the best state, and come back where it leads nowhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import SupportsIndex

import numpy as np

from core.numbers import whole
from core.reasoning.puzzles import TARGET, Values, four
from core.reasoning.searching import Score, Search24, Thought, bare, proposals, require_error, scorer

MOST = 10_000
"""States that are gone into at most; four numbers have fewer."""


def depth_first24(
    numbers: Iterable[SupportsIndex | float],
    *,
    evaluator: str = "heuristic",
    error: float = 0.0,
    seed: int = 0,
    most: SupportsIndex | float = MOST,
) -> Search24:
    """Looks for 24 depth first, with backtracking.

    Of a state it scores every state one operation away, goes into them from the best to the worst, and comes back where
    none of them leads to 24. A state that the oracle calls impossible is never gone into. Each set of numbers is gone
    into once.

    Args:
        numbers: four whole numbers from 1 to 13.
        evaluator, error, seed: as for `search24`.
        most: how many states it may go into, the four numbers included, at least 1.

    Returns:
        The search: `.levels` are the states that were scored, `.kept` those that were gone into, and 24 itself.

    Raises:
        ValueError: for a value out of range.

    Invariant: without a verdict that strikes states it finds 24 where it can be made, if `most` is large enough; with
    an oracle without error it never comes back.
    Source: Yao et al. 2023 (2305.10601), section 3, algorithm 2 (depth first).
    """
    hand = four(numbers)
    require_error(evaluator, error, seed)
    rng = np.random.default_rng(seed)
    search = _Search(scorer(evaluator, error, rng), rng, whole("most", most, 1), strikes=evaluator == "oracle")
    solution = search.goes(Thought(tuple(map(Fraction, hand)), 0, "", tuple(map(str, hand)), 0.0), 0)
    levels = tuple(map(tuple, search.levels))
    return Search24(hand, bare(solution), sum(map(len, levels)), levels)


@dataclass
class _Search:
    """A search under way.

    Args:
        score: the evaluator. rng: breaks ties. most: see `depth_first24`.
        strikes: whether a score of 0 closes a state.
        levels: what was scored so far. seen: the sets of numbers that were gone into.
    """

    score: Score
    rng: np.random.Generator
    most: int
    strikes: bool
    levels: list[list[Thought]] = field(default_factory=lambda: [[], [], []])
    seen: set[Values] = field(default_factory=set)

    def goes(self, state: Thought, depth: int) -> str | None:
        """Goes into a state; returns the expression that makes 24, or None where it comes back."""
        if len(self.seen) >= self.most or state.values in self.seen:
            return None
        self.seen.add(state.values)
        level, start = self.levels[depth], len(self.levels[depth])
        found = proposals([state], ())
        parent = self._place(state, depth)
        scores = self.score([one.values for one in found])
        level += [replace(one, parent=parent, score=float(score)) for one, score in zip(found, scores, strict=True)]
        for place in self._order(scores):
            one = level[start + place]
            if len(one.values) == 1:
                if one.values == (TARGET,):
                    level[start + place] = replace(one, kept=True)
                    return one.written[0]
            elif not (self.strikes and one.score == 0) and one.values not in self.seen and len(self.seen) < self.most:
                level[start + place] = replace(one, kept=True)
                if (solution := self.goes(level[start + place], depth + 1)) is not None:
                    return solution
        return None

    def _place(self, state: Thought, depth: int) -> int:
        """Where a state stands in the level above."""
        return next(place for place, one in enumerate(self.levels[depth - 1]) if one is state) if depth else 0

    def _order(self, scores: Iterable[float]) -> Iterator[int]:
        every = list(scores)
        yield from sorted(self.rng.permutation(len(every)).tolist(), key=lambda place: -every[place])
