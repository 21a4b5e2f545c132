"""The sets of problems: the same for all methods, and none of them among the examples."""

from collections.abc import Callable, Mapping
from typing import Literal, Protocol, get_args, runtime_checkable

import numpy as np

from core.reasoning.lookups import CITIES, one_hop, two_hops
from core.reasoning.opinions import LABELS, reviews, shown
from core.reasoning.spelling import number, word
from core.reasoning.word_problems import ENGLISH, FRENCH, GERMAN, day, drawer

Kind = Literal[
    "small numbers",
    "larger numbers",
    "letters",
    "dates",
    "sentiment",
    "copying",
    "look-up",
    "two hops",
    "in German",
    "in French",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
SETS = (0, 1, 2, 3)
"""The seeds of the recorded sets: each has problems and examples of its own."""

FEWER = 3
"""Sets of every kind but the first; of the sixty reviews there are no more."""

COUNT = 20
"""Problems in a set; half of them sums and half differences where there are such."""

EXAMPLES = 4


@runtime_checkable
class Problem(Protocol):
    """What is asked, and how it may be answered."""

    @property
    def text(self) -> str:
        """The problem as it is asked."""

    @property
    def truth(self) -> int | str:
        """The right answer: a whole number, or a word."""

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""


Draw = Callable[[np.random.Generator, bool], Problem]

DRAWS: Mapping[Kind, tuple[int, Draw]] = {
    "small numbers": (0, drawer(ENGLISH, 2, 9)),
    "larger numbers": (1, drawer(ENGLISH, 11, 60)),
    "letters": (3, word),
    "dates": (2, day),
    "copying": (4, number),
    "look-up": (5, one_hop),
    "two hops": (6, two_hops),
    "in German": (0, drawer(GERMAN, 2, 9)),
    "in French": (0, drawer(FRENCH, 2, 9)),
}
"""Kind -> its part of the seed, and what draws one; the same part draws the same numbers in every language."""


def sets_of(kind: str) -> tuple[int, ...]:
    """The seeds of a kind's recorded sets: four for small numbers, else three.

    Raises:
        ValueError: for a kind of none.
    """
    return SETS if _known(kind) == "small numbers" else SETS[:FEWER]


def offered_by(kind: str) -> tuple[str, ...]:
    """The words that may be the answer; empty where it is a number."""
    return {"sentiment": LABELS, "look-up": CITIES, "two hops": CITIES}.get(_known(kind), ())


def problems(kind: str, seed: int, count: int = COUNT) -> tuple[Problem, ...]:
    """Problems that differ from each other and from the examples of every recorded set.

    Args:
        kind: of the problems: in sums with "small numbers" these are from 2 to 9, with "larger numbers" from 11 to 60;
            a difference is above 0.
        seed: of the draws; for reviews the set, from 0 to 2.
        count: from 1 to 200, for reviews to 20.

    Raises:
        ValueError: for another kind or a count or set out of range.

    Invariant: of an even count half are sums, where there are such; a smaller count gives the first of a larger one.
    """
    most = COUNT if _known(kind) == "sentiment" else 200
    if not 1 <= count <= most:
        raise ValueError(f"count must be from 1 to {most}; got {count}")
    if kind == "sentiment":
        return reviews(_place(seed), COUNT)[:count]
    known = {one.text for other in SETS for one in examples(kind, other)}
    part, draw = DRAWS[_known(kind)]
    rng = np.random.default_rng((seed, part))
    found: dict[str, Problem] = {}
    while len(found) < count:
        one = draw(rng, len(found) % 2 == 0)
        if one.text not in known:
            found.setdefault(one.text, one)
    return tuple(found.values())


def examples(kind: str, seed: int) -> tuple[Problem, ...]:
    """The solved examples of a set in an order by chance, two sums and two differences; arguments as for `problems`."""
    if _known(kind) == "sentiment":
        return shown(_place(seed))
    part, draw = DRAWS[_known(kind)]
    rng = np.random.default_rng((seed, part, 1))
    found = [draw(rng, place % 2 == 0) for place in range(EXAMPLES)]
    return tuple(found[place] for place in rng.permutation(EXAMPLES))


def _place(seed: int) -> int:
    if seed not in range(FEWER):
        raise ValueError(f"seed must be from 0 to {FEWER - 1} for reviews; got {seed}")
    return seed


def _known(kind: str) -> Kind:
    found = next((one for one in KINDS if one == kind), None)
    if found is None:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}; got {kind!r}")
    return found
