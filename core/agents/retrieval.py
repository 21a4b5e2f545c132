"""Facts in a long text: how often the one that is needed is found, by its place. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept
from core.numbers import paired_difference, require, whole, wilson

CURVES_FILE = "agents/curves.npz"

DTYPE = "bfloat16"
"""In what curves are recorded, and a visitor's facts are asked: three times as fast as float32 where a processor has
instructions for it."""

NUMBERED, PLAIN, HEADED, WORDS, TWICE, TWICE_NUMBERED = (
    "numbered",
    "plain",
    "under headings",
    "asked in words",
    "asked twice",
    "asked twice, numbered",
)
FORMATS = (NUMBERED, PLAIN, HEADED, WORDS, TWICE, TWICE_NUMBERED)
"""How the pairs are written, and how one is asked for."""

BASES: Mapping[str, str] = {NUMBERED: PLAIN, HEADED: PLAIN, TWICE: WORDS, TWICE_NUMBERED: WORDS}
"""By format, the one from which it differs by what is meant to help, so that the two can be compared."""

PEOPLE = (
    "Adam", "Lucy", "Peter", "Maria", "Frank", "Susan", "David", "Laura", "Henry", "Alice", "Simon", "Julia",
    "Thomas", "Emma", "Robert", "Anna", "Daniel", "Sarah", "Martin", "Helen", "George", "Nina", "Paul", "Clara",
)  # fmt: skip
THINGS = (
    "river", "candle", "window", "garden", "silver", "button", "forest", "mirror", "pepper", "bridge", "orange",
    "pencil", "rabbit", "hammer", "butter", "castle", "island", "carpet", "ladder", "monkey", "basket", "bottle",
    "camera", "circle", "desert", "engine", "flower", "guitar", "helmet", "jacket",
)  # fmt: skip
"""What pairs are drawn from. With a space before it, each thing is one token of SmolLM2's."""

MOST_PLACES = 7
"""Places at which the needed pair is put; more pairs are sampled in equal steps."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """Pairs in the order in which they are listed where the needed one stands first, which is the first of them."""

    pairs: tuple[Pair, ...]

    @property
    def asked(self) -> str:
        """Whose thing is asked for."""
        return self.pairs[0][0]

    def with_needed_at(self, place: int) -> tuple[Pair, ...]:
        """The same pairs with the needed one at another place; the order of the others stays."""
        others = self.pairs[1:]
        return (*others[:place], self.pairs[0], *others[place:])


@dataclass(frozen=True, eq=False)
class RetrievalCurve:
    """How often a model finds the needed pair, by its place among the pairs.

    Args:
        model: its name. dtype: in which it computed. format: one of FORMATS. pairs: how many are listed.
        seed: of the draws.
        positions: the place of the needed pair, 0 for the first, [place].
        chosen: the place of the pair whose thing was answered, -1 where the needed thing shares the first place with
            another, [place trial].
        right: the probability of the needed thing among the listed ones, [place trial].
        alone: by trial, whether it is found where the needed pair is the only one listed, [trial].
        nothing: by trial, whether it is guessed where no pair is listed, [trial].
    """

    model: str
    dtype: str
    format: str
    pairs: int
    seed: int
    positions: Int[np.ndarray, "place"]
    chosen: Int[np.ndarray, "place trial"]
    right: Float[np.ndarray, "place trial"]
    alone: Bool[np.ndarray, "trial"]
    nothing: Bool[np.ndarray, "trial"]

    @property
    def trials(self) -> int:
        """How many lists were drawn; each is asked at every place."""
        return len(self.alone)

    @property
    def found(self) -> Bool[np.ndarray, "place trial"]:
        """Whether the needed thing was answered."""
        return np.asarray(self.chosen == self.positions[:, None])

    @property
    def hits(self) -> Int[np.ndarray, "place"]:
        """How many trials are right at each place."""
        return np.asarray(self.found.sum(axis=1))

    @property
    def shares(self) -> Float[np.ndarray, "place"]:
        """The share of right trials at each place."""
        return np.asarray(self.hits / self.trials)

    @property
    def intervals(self) -> list[tuple[float, float]]:
        """Wilson's 95 % interval at each place."""
        return [wilson(int(hits), self.trials) for hits in self.hits]

    @property
    def middle(self) -> int:
        """The place among `positions` that is nearest to the middle of the list, the earlier one on a tie."""
        return int(np.argmin(np.abs(self.positions - (self.pairs - 1) / 2)))

    def gap(self, place: int, other: int) -> tuple[float, float]:
        """The 95 % interval of the share at one place minus that at another, on the same trials."""
        return gap(self.found[other], self.found[place])


def gap(before: Bool[np.ndarray, "trial"], after: Bool[np.ndarray, "trial"]) -> tuple[float, float]:
    """The 95 % interval of a difference of shares on the same trials, after minus before; see `paired_difference`."""
    return paired_difference(int((after & ~before).sum()), int((before & ~after).sum()), len(before))


def strictly_best(probabilities: Float[np.ndarray, "row thing"]) -> Int[np.ndarray, "row"]:
    """The likeliest thing of each row; -1 where the needed one, which is the first, shares that place with another."""
    shared = (probabilities[:, 1:] == probabilities[:, :1]).any(axis=1)
    first = probabilities.argmax(axis=1)
    return np.where((first == 0) & shared, -1, first)


def places_of(pairs: int) -> Int[np.ndarray, "place"]:
    """The places at which the needed one of some pairs is put: all, or seven in equal steps with both ends.

    Raises:
        ValueError: for no pair, or more than there are people.
    """
    count = whole("pairs", pairs, 1, len(PEOPLE))
    return np.round(np.linspace(0, count - 1, min(count, MOST_PLACES))).astype(int)


def drawn_trials(pairs: int, trials: int, *, seed: int) -> tuple[Trial, ...]:
    """Lists of people with a thing each; nobody and nothing occurs twice in one.

    Raises:
        ValueError: for a number of pairs or trials, or a seed, out of range.

    Invariant: the same arguments give the same lists, whatever the format.
    """
    count, rng = whole("pairs", pairs, 1, len(PEOPLE)), np.random.default_rng(whole("seed", seed, 0))
    return tuple(
        Trial(tuple(zip(_some(PEOPLE, count, rng), _some(THINGS, count, rng), strict=True)))
        for _ in range(whole("trials", trials, 1, 1000))
    )


def _some(words: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    return [str(word) for word in rng.permutation(words)[:count]]


def retrieval_prompt(pairs: Sequence[Pair], asked: str, format: str) -> str:
    """What stands before the answer, which follows with a space in front.

    Args:
        pairs: in their order; none are allowed. asked: whose thing is asked for. format: one of FORMATS.

    Raises:
        ValueError: for an unknown format.
    """
    require(format in FORMATS, "format", format, f"one of {', '.join(FORMATS)}")
    lines = [_before(place, name, format) + f"{name}: {thing}" for place, (name, thing) in enumerate(pairs, start=1)]
    first = [f"What is the word of {asked}?"] if format in (TWICE, TWICE_NUMBERED) else []
    last = f"{asked}:" if format in (NUMBERED, PLAIN, HEADED) else f"The word of {asked} is:"
    return "\n".join([*first, *lines, last])


def _before(place: int, name: str, format: str) -> str:
    """What stands before a pair: its number, a heading with its name, or nothing."""
    if format == HEADED:
        return f"## {name}\n"
    return f"{place}. " if format in (NUMBERED, TWICE_NUMBERED) else ""


@cache
def recorded_curves() -> tuple[RetrievalCurve, ...]:
    """The recorded curves; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents curves`.
    """
    found: tuple[RetrievalCurve, ...] = kept(CURVES_FILE, tuple)
    return found


def recorded_curve(format: str, pairs: int) -> RetrievalCurve:
    """The recorded curve of a format and a number of pairs.

    Raises:
        ValueError: where none was recorded.
    """
    every = recorded_curves()
    known = {(one.format, one.pairs): one for one in every}
    require((format, pairs) in known, "format, pairs", (format, pairs), f"one of {', '.join(map(str, known))}")
    return known[format, pairs]
