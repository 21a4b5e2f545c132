"""A visitor's own facts: read from lines, and asked at every place. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.agents.retrieval import Pair, strictly_best
from core.numbers import require

FEWEST, MOST = 2, 12
"""Facts that may be asked about."""

LONGEST = 60
"""Characters of a name or a thing."""


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Facts in lines "name: thing", whose thing is asked for, and the format in which the model reads them."""

    text: str
    asked: str
    format: str


@dataclass(frozen=True, eq=False)
class OwnCurve:
    """What a model answers, by the place of the needed fact.

    Args:
        params: what was asked.
        things: the possible answers, the needed one first.
        probabilities: of each of them where the needed fact stands at each place, [place thing].
    """

    params: OwnFacts
    things: tuple[str, ...]
    probabilities: Float[np.ndarray, "place thing"]

    @property
    def right(self) -> Float[np.ndarray, "place"]:
        """The probability of the needed thing."""
        return np.asarray(self.probabilities[:, 0])

    @property
    def chosen(self) -> Int[np.ndarray, "place"]:
        """Which of `things` is answered; 0 is right, -1 where the right one shares the first place with another."""
        return strictly_best(self.probabilities)


def read_facts(text: str, asked: str) -> tuple[Pair, ...]:
    """Facts from lines "name: thing", the asked one first.

    Raises:
        ValueError: for fewer than 2 or more than 12 facts, a line without a name or a thing, one that is too long, a
            name or a thing that occurs twice, or somebody who is in no line.

    Invariant: the others stay in the order in which they stand.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    require(FEWEST <= len(lines) <= MOST, "facts", len(lines), f"{FEWEST} to {MOST}, one a line")
    pairs = [_pair(line) for line in lines]
    for what, words in (("name", [name for name, _ in pairs]), ("thing", [thing for _, thing in pairs])):
        twice = next((word for word in words if words.count(word) > 1), None)
        require(twice is None, what, twice, "of one line alone")
    needed = [pair for pair in pairs if pair[0] == asked.strip()]
    require(bool(needed), "asked", asked.strip(), f"one of {', '.join(name for name, _ in pairs)}")
    return (*needed, *(pair for pair in pairs if pair not in needed))


def _pair(line: str) -> Pair:
    name, colon, thing = (part.strip() for part in line.partition(":"))
    require(bool(colon and name and thing), "a line", line[:LONGEST], "a name, a colon and a thing")
    require(max(len(name), len(thing)) <= LONGEST, "a line", f"{line[:20]}…", f"at most {LONGEST} characters on a side")
    return name, thing
