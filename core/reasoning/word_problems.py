"""One-step word problems, made from templates: the same for all methods, and none of them from the examples."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

Size = Literal["small numbers", "larger numbers"]
SIZES: tuple[Size, ...] = get_args(Size)
SETS = (0, 1, 2, 3)
"""The seeds of the recorded sets: each has problems and examples of its own."""

COUNT = 20
"""Problems in a set: half of them sums, half differences."""

EXAMPLES = 4

NAMES = ("Mia", "Tom", "Ana", "Ben", "Eva", "Leo", "Ida", "Max", "Zoe", "Sam")
THINGS = ("coins", "apples", "books", "cards", "stamps", "shells", "pens", "cups", "balls", "eggs")
GAINS = ("buys", "finds", "wins", "collects")
LOSSES = ("sells", "loses", "drops", "breaks")
RANGES: Mapping[str, tuple[int, int]] = {"small numbers": (2, 9), "larger numbers": (11, 60)}


@dataclass(frozen=True, slots=True)
class Problem:
    """Somebody has some things and gets or loses others.

    Args:
        name, thing, verb: words of the story.
        first: what there is at the start. second: what is added or taken away.
        adds: whether it is added.
    """

    name: str
    thing: str
    verb: str
    first: int
    second: int
    adds: bool

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        return (
            f"{self.name} has {self.first} {self.thing}. {self.name} {self.verb} {self.second} {self.thing}. "
            f"How many {self.thing} does {self.name} have now?"
        )

    @property
    def truth(self) -> int:
        """The right answer, at least 1."""
        return self.first + self.second if self.adds else self.first - self.second

    @property
    def sign(self) -> str:
        """The operation that it takes, "+" or "-"."""
        return "+" if self.adds else "-"


def problems(size: str, seed: int, count: int = COUNT) -> tuple[Problem, ...]:
    """Problems that differ from each other and from the examples of every recorded set.

    Args:
        size: of the numbers: "small numbers" are from 2 to 9, "larger numbers" from 11 to 60; a difference is above 0.
        seed: of the draws.
        count: from 1 to 200.

    Raises:
        ValueError: for another size or a count out of range.

    Invariant: of an even count half are sums; a smaller count gives the first of a larger one.
    """
    if not 1 <= count <= 200:
        raise ValueError(f"count must be from 1 to 200; got {count}")
    known = {one.text for other in SETS for one in examples(size, other)}
    rng = np.random.default_rng((seed, _place(size)))
    found: dict[str, Problem] = {}
    while len(found) < count:
        one = _drawn(rng, size, adds=len(found) % 2 == 0)
        if one.text not in known:
            found.setdefault(one.text, one)
    return tuple(found.values())


def examples(size: str, seed: int) -> tuple[Problem, ...]:
    """The solved examples of a set, two sums and two differences in an order by chance; arguments as for `problems`."""
    rng = np.random.default_rng((seed, _place(size), 1))
    found = [_drawn(rng, size, adds=place % 2 == 0) for place in range(EXAMPLES)]
    return tuple(found[place] for place in rng.permutation(EXAMPLES))


def _place(size: str) -> int:
    if size not in RANGES:
        raise ValueError(f"size must be one of {', '.join(SIZES)}; got {size!r}")
    return list(RANGES).index(size)


def _drawn(rng: np.random.Generator, size: str, *, adds: bool) -> Problem:
    low, high = RANGES[size]
    first, second = sorted(rng.choice(np.arange(low, high + 1), 2, replace=False).tolist(), reverse=True)
    if adds and rng.random() < 0.5:
        first, second = second, first
    name, thing, verb = (str(rng.choice(some)) for some in (NAMES, THINGS, GAINS if adds else LOSSES))
    return Problem(name, thing, verb, first, second, adds)
