"""What the page on thinking aloud shows, kept in memory between runs."""

from core.reasoning import SAMPLES, WARM, Kind, Method, Outcome, is_recorded, outcome, recorded_methods, vote

VOTE = "vote"
"""The way that is no method of one answer: the majority of sampled chains."""


def ways(kind: Kind) -> tuple[str, ...]:
    """The ways that were recorded on the problems of a kind."""
    return (*recorded_methods(kind), *((VOTE,) if has_votes(kind) else ()))


def has_votes(kind: Kind) -> bool:
    """Whether chains were sampled for the problems of a kind."""
    return is_recorded(kind, "few-shot chain", SAMPLES)


def found(kind: Kind, way: str, k: int, heat: float = WARM) -> Outcome:
    """How often a way is right; k and the temperature count for a vote alone."""
    if way == VOTE:
        return vote(kind, k, heat=heat)
    method: Method = next(method for method in recorded_methods(kind) if method == way)
    return outcome(kind, method)
