"""Windows chosen from the measured cost of verification. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median

from core.decoding.costs import Costs
from core.decoding.generation import Generation, acceptance_rate
from core.decoding.methods import MOST_WINDOW, DraftModel, EarlyExit, Jacobi, Medusa, Method, PromptLookup
from core.decoding.parts import medusa_accuracy
from core.decoding.theory import best_window
from core.decoding.trees import best_tree, chances

LARGEST_TREE = 15


def with_window(method: Method, window: int) -> Method:
    """The method with another number of draft tokens for each call; a method without a draft stays as it is.

    Raises:
        ValueError: if the method cannot have that many.
    """
    match method:
        case PromptLookup() | EarlyExit() | DraftModel() | Jacobi():
            return replace(method, window=window)
        case Medusa():
            return replace(method, nodes=window)
        case _:
            return method


def fit_windows(runs: Mapping[str, Generation], costs: Costs) -> dict[str, Method]:
    """Each run's method with the number of draft tokens that should earn most.

    Chains: the window g in 1..16 with the largest E(alpha, g) / (T(g + 1) / T(1) + g c), where alpha is the run's
    acceptance and c its draft's seconds a token over T(1). Trees: the size n with the largest
    (1 + sum of the nodes' chances) / (T(n + 1) / T(1) + c), where c is the heads' seconds over T(1).

    Args:
        runs: by name; what was accepted there, and how long the drafts took.
        costs: of verification, on the same machine.

    Returns:
        By name, the method; unchanged where it drafts nothing or nothing was tested.
    """
    return {name: _fitted(run, costs) for name, run in runs.items()}


def _fitted(run: Generation, costs: Costs) -> Method:
    drafted = [step for step in run.steps if step.draft]
    if not drafted:
        return run.method
    if isinstance(run.method, Medusa):
        heads = median(step.draft_seconds for step in drafted) / float(costs.seconds[0])
        return with_window(run.method, best_size(medusa_accuracy(), run.method.top_k, draft_cost=heads, costs=costs))
    unit = float(costs.seconds[0])
    each = median(step.draft_seconds / len(step.draft) for step in drafted) / unit
    verify = [costs.ratio_at(window + 1) for window in range(1, MOST_WINDOW + 1)]
    return with_window(run.method, best_window(acceptance_rate(run), draft_cost=each, verify_costs=verify, first=1)[0])


def best_size(accuracy: Sequence[Sequence[float]], top_k: int, *, draft_cost: float, costs: Costs) -> int:
    """How many guesses a tree should hold, 1 to 15, for the most expected tokens in a time.

    Args:
        accuracy: by head and rank, how often that guess is the right one.
        top_k: guesses of each head at most.
        draft_cost: of all heads together, in units of T(1).
        costs: of verification.
    """
    rows = [row[:top_k] for row in accuracy]
    sizes = sorted({len(best_tree(rows, nodes=size).parent) for size in range(1, LARGEST_TREE + 1)})

    def earned(size: int) -> float:
        gain = 1.0 + sum(chances(best_tree(rows, nodes=size), rows))
        return gain / (costs.ratio_at(size + 1) + draft_cost)

    return max(sizes, key=earned)
