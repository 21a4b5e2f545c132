"""What the page on thinking aloud shows, kept in memory between runs."""

from core.reasoning import (
    ASKED,
    METHODS,
    SAMPLES,
    WARM,
    Kind,
    Method,
    Outcome,
    is_recorded,
    methods_for,
    outcome,
    recorded_kinds,
    recorded_methods,
    vote,
)

VOTE = "vote"
"""The way that is no method of one answer: the majority of sampled chains."""


def ways(kind: Kind) -> tuple[str, ...]:
    """The ways that were recorded on the problems of a kind."""
    return (*recorded_methods(kind), *((VOTE,) if has_votes(kind) else ()))


def has_votes(kind: Kind) -> bool:
    """Whether chains were sampled for the problems of a kind."""
    return is_recorded(kind, "few-shot chain", SAMPLES)


def voting_kinds() -> tuple[Kind, ...]:
    """The kinds of problems for which chains were sampled."""
    return tuple(kind for kind in recorded_kinds() if has_votes(kind))


def missing(kind: Kind) -> tuple[list[str], list[str], list[str]]:
    """The ways that a kind of problem does not have.

    Returns:
        Those that need a sum where there is none, those that ask for a number where there is none, and those that could
        be asked and were not recorded.
    """
    allowed = methods_for(kind)
    barred = [method for method in METHODS if method not in allowed]
    left = [way for way in (*allowed, VOTE) if way not in ways(kind)]
    return [way for way in barred if way not in ASKED], [way for way in barred if way in ASKED], left


def found(kind: Kind, way: str, k: int, heat: float = WARM) -> Outcome:
    """How often a way is right; k and the temperature count for a vote alone."""
    if way == VOTE:
        return vote(kind, k, heat=heat)
    method: Method = next(method for method in recorded_methods(kind) if method == way)
    return outcome(kind, method)
