"""Two small worlds to act in: records that are looked up, and rooms with a key and a locked door. Needs no torch."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import numpy as np

from core.numbers import as_real, require, whole

State = tuple[str, ...]
"""Where an episode stands, in a world's own words."""

FOUND = "done"
"""The last word of a state in which the task is done."""


@runtime_checkable
class World(Protocol):
    """What an actor acts in."""

    @property
    def task(self) -> str:
        """What is to be done, in words."""

    @property
    def start(self) -> State:
        """Where an episode begins."""

    def acts(self, state: State) -> tuple[str, ...]:
        """What can be done in a state; empty where nothing can."""

    def step(self, state: State, act: str, luck: float) -> tuple[State, str]:
        """The state after an act, and what is observed.

        Args:
            luck: a number from 0 to 1 that decides whether a tool fails.

        Raises:
            ValueError: for an act that cannot be done.
        """

    def done(self, state: State) -> bool:
        """Whether the task is done."""

    def founded(self, state: State, act: str) -> bool:
        """Whether an act rests on what has been observed: a right guess does not."""

    def as_seen(self, state: State) -> "World":
        """The world in which all that was observed is true."""


NAMES = ("Adam", "Lucy", "Peter", "Maria", "Frank", "Susan", "David", "Laura", "Henry", "Alice")
CITIES = ("Boston", "Paris", "London", "Berlin", "Tokyo", "Madrid", "Rome", "Dublin")
PEOPLE = 6
MOST_HOPS = 3
"""Records that may have to be seen."""

RECORD = re.compile(r"The teacher of (\w+) is (\w+)\. \1 lives in (\w+)\.")
"""How a record reads."""


@dataclass(frozen=True, slots=True)
class Records:
    """People with a teacher and a city each; asked is the city of somebody, of their teacher, or of that one's teacher.

    A look-up shows one record. A tool that fails announces it, or shows the record of somebody else.

    Args:
        teacher, city: by name. asked: from whom the question starts.
        noise: probability that a look-up fails. silent: whether it then shows another record.
        hops: records that must be seen, 1 to 3: of the asked person, of the teacher, and so on.
    """

    teacher: Mapping[str, str]
    city: Mapping[str, str]
    asked: str
    noise: float = 0.0
    silent: bool = False
    hops: int = 2

    @property
    def task(self) -> str:
        """The question."""
        return f"In which city does {'the teacher of ' * (self.hops - 1)}{self.asked} live?"

    @property
    def start(self) -> State:
        """Nobody has been looked up."""
        return ()

    @property
    def answer(self) -> str:
        """The right city."""
        who = self.asked
        for _ in range(self.hops - 1):
            who = self.teacher[who]
        return self.city[who]

    def acts(self, state: State) -> tuple[str, ...]:
        """A look-up of each person and an answer with each city; none after an answer."""
        if state and state[-1] in (FOUND, "wrong"):
            return ()
        cities = sorted(set(self.city.values()))
        return (*(f"Look up: {name}" for name in self.teacher), *(f"Answer: {city}" for city in cities))

    def step(self, state: State, act: str, luck: float = 1.0) -> tuple[State, str]:
        """Shows a record, or ends with an answer."""
        require(act in self.acts(state), "act", act, f"one of {', '.join(self.acts(state)) or 'none: it is over'}")
        kind, _, what = act.partition(": ")
        if kind == "Answer":
            right = what == self.answer
            return (*state, FOUND if right else "wrong"), "Right." if right else "Wrong."
        if luck < self.noise and not self.silent:
            return state, "Error: the records do not answer."
        whose = what
        if luck < self.noise:
            others = [name for name in self.teacher if name != what]
            # The same luck that made it fail says whose record is shown.
            whose = others[min(int(luck / self.noise * len(others)), len(others) - 1)]
        teacher, city = self.teacher[whose], self.city[whose]
        return _with(state, what, teacher, city), f"The teacher of {what} is {teacher}. {what} lives in {city}."

    def founded(self, state: State, act: str) -> bool:
        """A look-up of the asked person or of a teacher that was seen; an answer that the records seen give."""
        seen, (kind, _, what) = self.seen(state), act.partition(": ")
        if kind != "Answer":
            return what == self.asked or what in {teacher for teacher, _ in seen.values()}
        who = self.asked
        for _ in range(self.hops - 1):
            who = seen.get(who, ("", ""))[0]
        return who in seen and what == seen[who][1]

    def seen(self, state: State) -> dict[str, tuple[str, str]]:
        """By name, the teacher and the city that were shown last."""
        words = (word.split("|") for word in state if "|" in word)
        return {name: (teacher, city) for name, teacher, city in words}

    def as_seen(self, state: State) -> "Records":
        """The world in which every record that was shown is true."""
        seen = self.seen(state)
        return replace(
            self,
            teacher=dict(self.teacher) | {name: teacher for name, (teacher, _) in seen.items()},
            city=dict(self.city) | {name: city for name, (_, city) in seen.items()},
        )

    def told(self, state: State, act: str, observation: str) -> State:
        """What a record says is seen, of whomever it is; other words show nothing."""
        found = RECORD.search(observation)
        return _with(state, *found.groups()) if found else state

    def done(self, state: State) -> bool:
        """Whether the right city was answered."""
        return bool(state) and state[-1] == FOUND


def _with(state: State, name: str, teacher: str, city: str) -> State:
    """A state with one more record; one that is seen anew takes the place of the old one, so that looking again leads
    back to the same state."""
    return tuple(({word.partition("|")[0]: word for word in state} | {name: f"{name}|{teacher}|{city}"}).values())


@dataclass(frozen=True, slots=True)
class Rooms:
    """Rooms with ways between them, one of which is a locked door; the treasure lies in one of them.

    Args:
        ways: by room, the rooms next to it, the one behind the door too.
        door: the two rooms between which the locked door is.
        key, goal: where the key lies, and where the way should end.
        begin: the first room.
    """

    ways: Mapping[str, tuple[str, ...]]
    door: tuple[str, str]
    key: str
    goal: str
    begin: str

    @property
    def task(self) -> str:
        """What is to be reached."""
        return f"Go to the {self.goal}. The door between {self.door[0]} and {self.door[1]} is locked."

    @property
    def start(self) -> State:
        """The first room, without the key, the door locked."""
        return (self.begin, "no key", "locked")

    def acts(self, state: State) -> tuple[str, ...]:
        """The ways that lead on, the key where it lies, and the door where it is."""
        if self.done(state):
            return ()
        room, key, door = state
        ways = [
            f"go to {other}" for other in self.ways.get(room, ()) if door == "open" or {room, other} != {*self.door}
        ]
        return (
            *ways,
            *(("take the key",) if room == self.key and key == "no key" else ()),
            *(("open the door",) if room in self.door and door == "locked" else ()),
        )

    def step(self, state: State, act: str, luck: float = 1.0) -> tuple[State, str]:
        """Goes, takes or opens; a locked door stays shut without the key."""
        require(act in self.acts(state), "act", act, f"one of {', '.join(self.acts(state)) or 'none: it is over'}")
        room, key, door = state
        if act == "take the key":
            return (room, "key", door), "You have the key."
        if act == "open the door":
            if key == "no key":
                return state, "The door is locked, and you have no key."
            return (room, key, "open"), "The door is open."
        other = act.removeprefix("go to ")
        return (other, key, door), f"You are in the {other}." + (" The key lies here." if other == self.key else "")

    def done(self, state: State) -> bool:
        """Whether the goal is reached."""
        return state[0] == self.goal

    def founded(self, state: State, act: str) -> bool:
        """Any act that can be done: the rooms and the door are known."""
        return act in self.acts(state)

    def as_seen(self, state: State) -> "Rooms":
        """The world itself: nothing that is seen is wrong."""
        return self

    def told(self, state: State, act: str, observation: str) -> State:
        """Where the act leads: rooms stay where they are, whatever is said of them."""
        return self.step(state, act)[0]


def records_world(seed: int, *, hops: int = 2, noise: float = 0.0, silent: bool = False) -> Records:
    """Six people with teachers and cities, and a question that takes some look-ups.

    Args:
        seed: of the draws. hops: look-ups that it takes, 1 to 3.
        noise: probability that a look-up fails, from 0 to 1. silent: whether it then shows another record.

    Raises:
        ValueError: for a value out of range.

    Invariant: nobody is their own teacher, all cities differ, and the seed alone decides people and records.
    """
    taken = whole("hops", hops, 1, MOST_HOPS)
    require(0 <= as_real(noise) <= 1, "noise", noise, "a probability from 0 to 1")
    rng = np.random.default_rng(whole("seed", seed, 0))
    names = [str(name) for name in rng.permutation(NAMES)[:PEOPLE]]
    cities = [str(city) for city in rng.permutation(CITIES)[:PEOPLE]]
    # A walk through all in a circle gives everybody a teacher who is somebody else.
    order = rng.permutation(PEOPLE)
    teacher = {names[order[place]]: names[order[(place + 1) % PEOPLE]] for place in range(PEOPLE)}
    listed = {name: teacher[name] for name in names}
    asked = names[int(rng.integers(PEOPLE))]
    return Records(listed, dict(zip(names, cities, strict=True)), asked, noise, silent, taken)


ROOMS = ("hall", "kitchen", "library", "garden", "cellar")


def rooms_world(seed: int) -> Rooms:
    """Five rooms; four of them hang together as a tree, and the goal lies behind a locked door.

    Args:
        seed: of the draws.

    Raises:
        ValueError: for a seed below 0.

    Invariant: there is a way, and it leads over the key.
    """
    rng = np.random.default_rng(whole("seed", seed, 0))
    rooms = [str(room) for room in rng.permutation(ROOMS)]
    *open_rooms, goal = rooms
    ways: dict[str, list[str]] = {room: [] for room in rooms}
    pairs = [(open_rooms[int(rng.integers(place))], open_rooms[place]) for place in range(1, len(open_rooms))]
    door = (open_rooms[int(rng.integers(len(open_rooms)))], goal)
    for one, other in (*pairs, door):
        ways[one].append(other)
        ways[other].append(one)
    begin, key = (str(room) for room in rng.permutation(open_rooms)[:2])
    return Rooms({room: tuple(others) for room, others in ways.items()}, door, key, goal, begin)
