"""What the page on thinking aloud shows, kept in memory between runs."""

from core.reasoning import SAMPLES, Method, Outcome, Size, is_recorded, outcome, recorded_methods, vote

VOTE = "vote"
"""The way that is no method of one answer: the majority of sampled chains."""


def ways(size: Size) -> tuple[str, ...]:
    """The ways that were recorded on the problems of a size."""
    return (*recorded_methods(size), *((VOTE,) if has_votes(size) else ()))


def has_votes(size: Size) -> bool:
    """Whether chains were sampled for the problems of a size."""
    return is_recorded(size, "few-shot chain", SAMPLES)


def found(size: Size, way: str, k: int) -> Outcome:
    """How often a way is right; k counts for a vote alone."""
    if way == VOTE:
        return vote(size, k)
    method: Method = next(method for method in recorded_methods(size) if method == way)
    return outcome(size, method)
