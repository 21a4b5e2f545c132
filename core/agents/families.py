"""Questions in words whose answers follow a rule: examples for a maker of tools, and questions for their user.

Needs no torch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from core.agents.making import Tool
from core.numbers import require, whole

Arguments = tuple[int, ...]

MOST_DRAWN = 200


@dataclass(frozen=True, slots=True)
class Family:
    """Questions of one kind.

    Args:
        asks: the question; {x} and {y} are numbers.
        rule: what is right, as an expression of `core.tools` in x and y. Who makes a tool never sees it.
        ranges: by argument, the smallest and the largest number that is drawn.
        small: the same for examples that a person would write down.
        edges: the smallest numbers with which the question has an answer, which no draw reaches.
    """

    asks: str
    rule: str
    ranges: tuple[tuple[int, int], ...]
    small: tuple[tuple[int, int], ...]
    edges: tuple[Arguments, ...]

    def asked(self, arguments: Arguments) -> str:
        """The question with its numbers."""
        return self.asks.format(**dict(zip("xy", arguments, strict=False)))

    def truth(self, arguments: Arguments) -> Fraction:
        """The right answer."""
        return Fraction(Tool(self.rule, len(self.ranges), 0)(*arguments))


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "taxi": Family(
            "A taxi takes 5 at the start and 3 for each kilometer. What do {x} kilometers cost?", "5 + 3 * x",
            ((11, 99),), ((1, 12),), ((0,), (1,), (2,)),
        ),
        "fence": Family(
            "A field is {x} meters long and {y} meters wide. How long is the fence around it?", "2 * (x + y)",
            ((11, 99), (11, 99)), ((1, 6), (1, 6)), ((1, 1), (1, 2), (2, 1)),
        ),
        "shirts": Family(
            "From {x} meters of cloth, {y} shirts of 3 meters each are cut. How many meters are left?", "x - 3 * y",
            ((70, 99), (3, 19)), ((20, 29), (1, 6)), ((0, 0), (3, 1), (4, 1)),
        ),
        "eggs": Family(
            "{x} eggs are packed into boxes of {y}. How many eggs are left over?", "x % y",
            ((30, 99), (4, 12)), ((5, 19), (2, 5)), ((0, 1), (1, 1), (1, 2)),
        ),
        "handshakes": Family(
            "{x} people all shake hands once with each other. How many handshakes are there?", "x * (x - 1) / 2",
            ((5, 40),), ((2, 12),), ((0,), (1,), (2,)),
        ),
        "tiles": Family(
            "A wall of {x} by {y} tiles has a window in the place of 5 tiles. How many tiles does it take?",
            "x * y - 5", ((11, 40), (11, 40)), ((3, 6), (3, 6)),
            ((1, 5), (5, 1), (1, 6)),
        ),
    }
)  # fmt: skip
"""Six kinds of questions, by the name of their tool."""


def drawn_arguments(family: str, count: int, *, seed: int, small: bool = False) -> tuple[Arguments, ...]:
    """Numbers for questions of a family, no two questions alike.

    Args:
        family: one of FAMILIES. count: 0 to 200; fewer where there are not so many. seed: of the draws.
        small: whether the numbers are small.

    Raises:
        ValueError: for an unknown family or a value out of range.

    Invariant: with a smaller count and the same seed, they are the first of these.
    """
    require(family in FAMILIES, "family", family, f"one of {', '.join(FAMILIES)}")
    number = whole("count", count, 0, MOST_DRAWN)
    rng = np.random.default_rng([whole("seed", seed, 0), list(FAMILIES).index(family)])
    ranges = FAMILIES[family].small if small else FAMILIES[family].ranges
    found: dict[Arguments, None] = {}
    for _ in range(20 * number):
        if len(found) == number:
            break
        found[tuple(int(rng.integers(low, high + 1)) for low, high in ranges)] = None
    return tuple(found)


def examples_of(family: str, count: int, *, seed: int, small: bool = False) -> tuple[tuple[Arguments, Fraction], ...]:
    """Arguments with their right results, as `make_tool` takes them; see `drawn_arguments`."""
    return tuple((one, FAMILIES[family].truth(one)) for one in drawn_arguments(family, count, seed=seed, small=small))
