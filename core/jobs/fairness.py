"""Whose job is next: round robin between visitors."""

from collections.abc import Mapping, Sequence


def in_turn(owners: Sequence[str], served: Mapping[str, int]) -> list[int]:
    """The order in which waiting jobs are sent, as their places in `owners`.

    Next is the job whose owner was served longest ago, of equals the one that came first. An owner who was never served
    comes before all others.

    Args:
        owners: the owner of each waiting job, in the order in which the jobs came.
        served: when each owner was last served, as a count that grows.

    Returns:
        A permutation of range(len(owners)). Invariant: of two jobs of one owner the one that came first is sent first;
        between two jobs of one owner every other waiting owner is sent at least once.
    """
    last, clock = dict(served), max(served.values(), default=0)
    left, order = list(range(len(owners))), []
    while left:
        chosen = min(left, key=lambda place: (last.get(owners[place], -1), place))
        left.remove(chosen)
        order.append(chosen)
        clock += 1
        last[owners[chosen]] = clock
    return order
