"""Problems whose answer stands in their text: where somebody lives, and where somebody's teacher lives."""

from dataclasses import dataclass

import numpy as np

from core.reasoning.word_problems import NAMES

CITIES = ("Rome", "Paris", "London", "Berlin", "Madrid", "Vienna", "Dublin", "Athens", "Tokyo", "Boston")
PEOPLE = 4


@dataclass(frozen=True, slots=True)
class LookUp:
    """Where one of some people lives, or the teacher of one.

    Args:
        names, cities: of the people, and where each lives.
        asked: the place of the one whose city is asked.
        pupils: where teachers are asked, for each person the place of the one whom they teach; else None.
    """

    names: tuple[str, ...]
    cities: tuple[str, ...]
    asked: int
    pupils: tuple[int, ...] | None = None

    @property
    def text(self) -> str:
        """The problem as it is asked."""
        homes = " ".join(map(self._home, range(len(self.names))))
        if self.pupils is None:
            return f"{homes} In which city does {self.names[self.asked]} live?"
        teachers = " ".join(self._teacher(place) for place in np.argsort(self.pupils).tolist())
        pupil = self.names[self.pupils[self.asked]]
        return f"{teachers} {homes} In which city does the teacher of {pupil} live?"

    @property
    def truth(self) -> str:
        """The right answer."""
        return self.cities[self.asked]

    @property
    def direct(self) -> str:
        """The answer alone, as an example says it."""
        return f"The answer is {self.truth}."

    @property
    def chain(self) -> str:
        """The same behind its steps, all right."""
        first = "" if self.pupils is None else f"{self._teacher(self.asked)} "
        return f"{first}{self._home(self.asked)} {self.direct}"

    def _home(self, place: int) -> str:
        return f"{self.names[place]} lives in {self.cities[place]}."

    def _teacher(self, place: int) -> str:
        assert self.pupils is not None
        return f"The teacher of {self.names[self.pupils[place]]} is {self.names[place]}."


def one_hop(rng: np.random.Generator, _: bool) -> LookUp:
    """Four people, four cities, and one of them asked."""
    names, cities = (tuple(map(str, rng.choice(some, PEOPLE, replace=False))) for some in (NAMES, CITIES))
    return LookUp(names, cities, int(rng.integers(PEOPLE)))


def two_hops(rng: np.random.Generator, even: bool) -> LookUp:
    """The same where each teaches another, and the teacher of one is asked."""
    one = one_hop(rng, even)
    ring = rng.permutation(PEOPLE)
    pupils = np.empty(PEOPLE, int)
    pupils[ring] = np.roll(ring, 1)  # a ring, so that nobody teaches themselves
    return LookUp(one.names, one.cities, one.asked, tuple(pupils.tolist()))
