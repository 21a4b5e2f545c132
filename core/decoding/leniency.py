"""Typical acceptance at several thresholds: what is gained, and what the text becomes. Needs no torch."""

from dataclasses import dataclass

from core.decoding.generation import Generation

THRESHOLDS = (0.0, 0.01, 0.03, 0.09, 0.2, 0.4, 0.7, 1.0)
"""epsilon of the typical rule; delta is its square root, as in Medusa's code."""


@dataclass(frozen=True, slots=True)
class Lenient:
    """A text written with typical acceptance, and what the target thinks of it.

    Args:
        run: how it was written; its method has the threshold.
        nats: the mean of -ln p over its tokens by the target at temperature 1, read in one pass without a cache.
    """

    run: Generation
    nats: float
