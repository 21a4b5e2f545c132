"""What searches solve over the same puzzles: shares with intervals, and the states that they cost."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from core.assets import kept
from core.numbers import wilson
from core.reasoning.backtracking import depth_first24
from core.reasoning.puzzles import TARGET, Values, solvable_multisets, successors
from core.reasoning.searching import Evaluator, Search24, search24

PUZZLES = 60
BEAMS = (1, 5, 20, 100)
ORACLE_BEAMS = BEAMS[:3]
CHAINS = (1, 10, 30, 100, 300)
DEPTHS = (3, 5, 10, 20, 50, 200)
ERRORS = (0.0, 0.1, 0.3, 0.5)
SEEDS = (0, 1, 2)
BEAMS_FILE = "reasoning/beams.npz"


@dataclass(frozen=True, slots=True)
class BeamShare:
    """What a search solves over the puzzles.

    Args:
        beam: states kept at a level; for a search depth first the states that it may go into, for chains their number.
        solved: puzzles solved, over all seeds; their expected number for chains.
        count: puzzles times seeds.
        nodes: states scored for a puzzle, mean.
        by_seed: the share solved with each seed.
    """

    beam: int
    solved: float
    count: int
    nodes: float
    by_seed: tuple[float, ...]

    @property
    def share(self) -> float:
        """The share solved."""
        return self.solved / self.count

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval over the puzzles; seeds on the same puzzles do not count as more of them."""
        return wilson(self.share * PUZZLES, PUZZLES)


@dataclass(frozen=True, eq=False)
class RecordedBeams:
    """What every beam solves.

    Args:
        heuristic: by beam, with the nearest number as the evaluator.
        oracle: error -> by beam.
        chance: one chain of steps by chance.
        chains: the best of many of them, which a checker finds.
        deep: depth first, with the nearest number as the evaluator.
    """

    heuristic: tuple[BeamShare, ...]
    oracle: Mapping[float, tuple[BeamShare, ...]]
    chance: BeamShare
    chains: tuple[BeamShare, ...]
    deep: tuple[BeamShare, ...]


@functools.cache
def recorded_beams() -> RecordedBeams:
    """The recorded shares.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(BEAMS_FILE, RecordedBeams)


@functools.cache
def drawn_hands(seed: int = 0) -> tuple[tuple[int, ...], ...]:
    """Sixty hands by chance of which 24 can be made."""
    hands = solvable_multisets()
    chosen = np.random.default_rng(seed).choice(len(hands), PUZZLES, replace=False)
    return tuple(hands[place] for place in sorted(chosen.tolist()))


def beam_share(beam: int, evaluator: Evaluator = "heuristic", error: float = 0.0) -> BeamShare:
    """What a beam solves over the puzzles, with every seed; see `search24` for arguments and errors.

    Invariant: the oracle without error solves all.
    """
    return _shared(beam, lambda hand, seed: search24(hand, beam=beam, evaluator=evaluator, error=error, seed=seed))


def deep_share(most: int) -> BeamShare:
    """What is solved depth first by the nearest number, with every seed; see `depth_first24` for arguments and errors.

    Invariant: it does not fall as `most` grows.
    """
    return _shared(most, lambda hand, seed: depth_first24(hand, seed=seed, most=most))


def _shared(width: int, search: Callable[[tuple[int, ...], int], Search24]) -> BeamShare:
    """The share that a search solves, with every seed."""
    found = [[search(hand, seed) for hand in drawn_hands()] for seed in SEEDS]
    solved = [sum(one.solution is not None for one in some) for some in found]
    nodes = float(np.mean([one.nodes for some in found for one in some]))
    return BeamShare(width, sum(solved), PUZZLES * len(SEEDS), nodes, tuple(count / PUZZLES for count in solved))


def guessed_chains(draws: int = 20) -> BeamShare:
    """What a single chain solves whose steps are taken by chance, over the puzzles.

    Args:
        draws: chains for each puzzle.
    """
    rng = np.random.default_rng(0)
    solved = sum(_walk(hand, rng) for hand in drawn_hands() for _ in range(draws))
    share = solved / (PUZZLES * draws)
    return BeamShare(1, solved, PUZZLES * draws, 3.0, (share,))


def chain_share(n: int) -> BeamShare:
    """What the best of n chains of steps by chance solves, over the puzzles: the mean of 1 - (1 - p)^n, exact.

    Args:
        n: chains; each scores three states, and a checker knows 24.

    Invariant: at n = 1 it is what `guessed_chains` estimates.
    """
    shares = [1 - (1 - lucky(tuple(map(Fraction, hand)))) ** n for hand in drawn_hands()]
    return BeamShare(n, float(sum(shares)), PUZZLES, 3.0 * n, (float(np.mean(shares)),))


@functools.cache
def lucky(state: Values) -> float:
    """The probability that steps by chance lead from some numbers to 24."""
    if len(state) == 1:
        return float(state == (TARGET,))
    return float(np.mean([lucky(after) for after in successors(state)]))


def _walk(hand: tuple[int, ...], rng: np.random.Generator) -> bool:
    state = tuple(map(Fraction, hand))
    while len(state) > 1:
        after = successors(state)
        state = after[rng.integers(len(after))]
    return state == (TARGET,)
