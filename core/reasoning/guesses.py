"""What one gets without a model: the line that an accuracy must pass before it says anything."""

import functools
from collections import Counter

from core.reasoning.lookups import PEOPLE
from core.reasoning.problem_sets import Kind
from core.reasoning.records import Outcome, truths


@functools.cache
def guess(kind: Kind) -> float:
    """The share right by the best single answer to all recorded problems of a kind.

    Where a city is asked for, the share right by any of those that the problem names.

    Raises:
        ValueError: for a kind of none.

    Invariant: no way that says the same to every problem is right more often, but where a city is asked for.
    """
    if kind in ("look-up", "two hops"):
        return 1 / PEOPLE
    counts = Counter(truth for some in truths(kind) for truth in some)
    return max(counts.values()) / counts.total()


def beats_a_guess(one: Outcome, kind: Kind) -> bool:
    """Whether the 95 % interval of an accuracy lies above the guess."""
    return one.interval[0] > guess(kind)
