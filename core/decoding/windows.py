"""What a draft of each size should earn, by the measured cost of verification. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np
from jaxtyping import Float, Int

from core.decoding.costs import Costs
from core.decoding.generation import Generation, acceptance_rate
from core.decoding.methods import MOST_WINDOW, DraftModel, EarlyExit, Jacobi, Lookahead, Medusa, Method, PromptLookup
from core.decoding.parts import medusa_accuracy
from core.decoding.races import NOISE
from core.decoding.theory import expected_tokens, walltime_speedup
from core.decoding.trees import best_tree, chances

LARGEST_TREE = 15
MOST_LEVELS = 4


@dataclass(frozen=True, eq=False)
class Earnings:
    """What drafts of several sizes should earn once the prompt is read, from the acceptance of one run.

    Args:
        sizes: draft tokens for each call; for lookahead decoding, levels.
        own: the size that the run had.
        tokens: E, expected for each call.
        free: speed over greedy if a call cost T(1) whatever it reads.
        priced: speed over greedy with T(k) / T(1) as measured.
    """

    sizes: Int[np.ndarray, "size"]
    own: int
    tokens: Float[np.ndarray, "size"]
    free: Float[np.ndarray, "size"]
    priced: Float[np.ndarray, "size"]

    @property
    def best(self) -> tuple[int, float]:
        """The size that should earn most by the measured cost, and its speed over greedy."""
        place = int(self.priced.argmax())
        return int(self.sizes[place]), float(self.priced[place])

    @property
    def near_best(self) -> tuple[int, int]:
        """The smallest and the largest size around the best one that should earn as much, but for NOISE."""
        good = self.priced >= (1 - NOISE) * self.priced.max()
        first = last = int(self.priced.argmax())
        while first > 0 and good[first - 1]:
            first -= 1
        while last < len(good) - 1 and good[last + 1]:
            last += 1
        return int(self.sizes[first]), int(self.sizes[last])

    @property
    def tokens_here(self) -> float:
        """E at the size that the run had."""
        return float(np.interp(self.own, self.sizes, self.tokens))


def with_window(method: Method, window: int) -> Method:
    """The method with another number of draft tokens for each call; a method without a draft stays as it is.

    For lookahead decoding it is the number of columns: each holds a guess of every level.

    Raises:
        ValueError: if the method cannot have that many.
    """
    match method:
        case PromptLookup() | EarlyExit() | DraftModel() | Jacobi() | Lookahead():
            return replace(method, window=window)
        case Medusa():
            return replace(method, nodes=window)
        case _:
            return method


def fit_windows(runs: Mapping[str, Generation], costs: Costs) -> dict[str, Method]:
    """Each run's method with the number of draft tokens that should earn most by its forecast.

    Args:
        runs: by name; what was accepted there, and how long the drafts took.
        costs: of verification, on the same machine.

    Returns:
        By name, the method; unchanged where it drafts nothing or nothing was tested, and for lookahead decoding, whose
        window earns n-grams for later calls.
    """
    return {name: _fitted(run, costs) for name, run in runs.items()}


def _fitted(run: Generation, costs: Costs) -> Method:
    if not run.proposed or isinstance(run.method, Lookahead):
        return run.method
    return with_window(run.method, earnings_by_size(run, costs).best[0])


def earnings_by_size(run: Generation, costs: Costs) -> Earnings:
    """The speed over greedy that drafts of each size should have.

    Chains of g tokens: E(alpha, g) / (T(g + 1) / T(1) + g c), where alpha is the run's acceptance and c its draft's
    seconds a token over T(1). Trees of n guesses: (1 + sum of the nodes' chances) / (T(n + 1) / T(1) + c), where c is
    the heads' seconds over T(1). Lookahead with g levels: as a chain, but each level has W + G tokens to read.

    Args:
        run: with a draft in some of its calls.
        costs: of verification, on the same machine.

    Raises:
        ValueError: if the run drafted nothing.

    Source: Leviathan et al. 2023 (2211.17192), theorem 3.8, with the measured T(k) in place of T(1); Cai et al. 2024,
    Medusa (2401.10774), section 2.3.3.
    """
    drafted = [step for step in run.steps if step.draft]
    if not drafted:
        raise ValueError("the run must have drafted something; none of its calls had a draft")
    unit = float(costs.seconds[0])
    longest = max(len(step.draft) for step in drafted)
    if isinstance(run.method, Medusa):
        heads = median(step.draft_seconds for step in drafted) / unit
        return _of_trees(run.method.top_k, longest, heads, costs)
    alpha = acceptance_rate(run)
    each = median(step.draft_seconds / len(step.draft) for step in drafted) / unit
    if isinstance(run.method, Lookahead):
        breadth = run.method.window + run.method.guesses
        return _of_levels(range(1, MOST_LEVELS + 1), run.method.ngram - 1, alpha, each, breadth, costs)
    return _of_levels(range(1, MOST_WINDOW + 1), longest, alpha, each, 1, costs)


def _of_trees(top_k: int, own: int, heads: float, costs: Costs) -> Earnings:
    expected = expected_by_size(medusa_accuracy(), top_k)
    tokens = np.array(list(expected.values()))
    verify = np.array([costs.ratio_at(size + 1) for size in expected])
    return Earnings(np.array(list(expected)), own, tokens, tokens / (1 + heads), tokens / (verify + heads))


def _of_levels(levels: Sequence[int], own: int, alpha: float, each: float, breadth: int, costs: Costs) -> Earnings:
    """Drafts of so many levels, each of `breadth` tokens, of which at most one is accepted; with 1, a chain."""
    draft = each * breadth
    verify = [costs.ratio_at(level * breadth + 1) for level in levels]
    free = [walltime_speedup(alpha, level, draft_cost=draft) for level in levels]
    priced = [
        walltime_speedup(alpha, level, draft_cost=draft, verify_cost=cost)
        for level, cost in zip(levels, verify, strict=True)
    ]
    tokens = [expected_tokens(alpha, level) for level in levels]
    return Earnings(np.array(levels), own, np.array(tokens), np.array(free), np.array(priced))


def expected_by_size(accuracy: Sequence[Sequence[float]], top_k: int) -> dict[int, float]:
    """By size of the best tree, up to 15 guesses: the tokens expected for each call, 1 + the sum of its chances.

    Args:
        accuracy: by head and rank, how often that guess is the right one.
        top_k: guesses of each head at most.
    """
    rows = [row[:top_k] for row in accuracy]
    trees = [best_tree(rows, nodes=size) for size in range(1, LARGEST_TREE + 1)]
    return {len(tree.parent): 1.0 + sum(chances(tree, rows)) for tree in trees}
