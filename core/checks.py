"""Identities recomputed for the very numbers on screen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One identity, with its measured error and the bound it must stay under.

    Args:
        name: the identity in words, as the page shows it ("Rows sum to 1").
        error: the measured error, in the unit of the quantity checked. NaN counts as a failure.
        bound: the largest error that rounding alone explains.
        detail: where the bound comes from, or what the error is the maximum of.
    """

    name: str
    error: float
    bound: float
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether the error stays within the bound; a NaN error never does."""
        return self.error <= self.bound
