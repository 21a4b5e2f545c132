"""Searches for the prompt with the best score, with a budget of evaluations. Needs no torch."""

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Generic, SupportsFloat, SupportsIndex, TypeVar

import numpy as np

from core.numbers import whole

P = TypeVar("P", bound=Hashable)

PATIENCE = 20
"""Repeats in a row, which cost nothing, after which annealing and the genetic algorithm go to an untried prompt."""

HOT, COLD = 0.3, 0.01
"""Annealing's first and last temperature, as shares of the spread of the scores that it has seen."""

POPULATION = 8
"""The most prompts that the genetic algorithm keeps alive; at most a third of the budget begins it."""

MUTATION = 0.7
"""The probability that a child of the genetic algorithm is changed in one slot."""


@dataclass(frozen=True, eq=False)
class Search(Generic[P]):
    """What a search tried.

    Args:
        method, budget, seed: what was asked.
        tried: distinct prompts in the order of their evaluation, at most `budget`.
        scores: the score of each of them.
    """

    method: str
    budget: int
    seed: int
    tried: list[P]
    scores: list[float]

    @property
    def best(self) -> P:
        """The prompt with the highest score; the first of them on a tie."""
        return self.tried[self.scores.index(max(self.scores))]

    @property
    def history(self) -> list[float]:
        """The best score so far after each evaluation. Invariant: it never falls."""
        return list(accumulate(self.scores, max))

    def best_after(self, evaluations: int) -> P:
        """The best prompt of the first so many evaluations, at least 1; the first of them on a tie."""
        first = self.scores[:evaluations]
        return self.tried[first.index(max(first))]


def search(
    method: str,
    scores: Mapping[P, SupportsFloat] | Callable[[P], SupportsFloat],
    *,
    budget: SupportsIndex,
    seed: SupportsIndex,
    candidates: Iterable[P] | None = None,
    neighbours: Callable[[P], Iterable[P]] | None = None,
    start: P | None = None,
) -> Search[P]:
    """Looks for the prompt with the highest score, and evaluates at most `budget` prompts.

    Neighbors of a tuple are the candidates of its length that differ from it in one slot; of any other candidate, all
    candidates. Where nothing near is left to try, a search goes on from an untried prompt drawn at random.

    Args:
        method: one of METHODS. "random" draws without looking. "hill_climbing" goes to the first neighbor that is not
            worse. "greedy_edits" tries all neighbors and goes to the best while it is better. "annealing" goes to a
            random neighbor, also to one worse by d with probability exp(-d / T), T falling. "genetic" crosses two good
            prompts slot by slot and changes a slot of the child.
        scores: prompt -> score, a mapping, whose keys are the candidates, or a function. It is asked once a prompt.
        budget: evaluations, at least 1. A prompt that was evaluated before is looked up, and costs nothing.
        seed: of every draw, at least 0.
        candidates: what may be tried. Of a mapping, a part of its keys.
        neighbours: from a prompt to those near it, in place of the rule above. With it and `start`, a function needs no
            candidates: what is reached from the start may be tried.
        start: the prompt that is tried first; drawn at random where it is left out.

    Raises:
        ValueError: for an unknown method, a budget or seed out of range, no candidate, one that cannot be a key, a
            start that is none, scores that are neither mapping nor function, a score that is no number, or a function
            without candidates that lacks neighbours or start.

    Invariants: `.tried` holds distinct prompts, and as many as the budget unless fewer candidates can be reached;
    `.history` never falls and ends with the highest of the scores; the same arguments give the same search.
    Source: Prasad et al. 2022 (2203.07281) for greedy edits; Kirkpatrick et al. 1983 for annealing; Fernando et al.
    2023 (2309.16797) for genetic search among prompts.
    """
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    spent, drawn = whole("budget", budget, 1), whole("seed", seed, 0)
    world = _world(scores, spent, drawn, candidates, neighbours, start)
    first = world.fresh() if start is None else start
    world.visit(first)
    METHODS[method](world, first)
    return Search(method, spent, drawn, list(world.seen), list(world.seen.values()))


def _world(
    scores: Mapping[P, SupportsFloat] | Callable[[P], SupportsFloat],
    budget: int,
    seed: int,
    candidates: Iterable[P] | None,
    neighbours: Callable[[P], Iterable[P]] | None,
    start: P | None,
) -> "_World[P]":
    """What is searched, from the arguments of `search`; raises ValueError where they do not fit together."""
    ask = _asked(scores)
    listed = scores if candidates is None and isinstance(scores, Mapping) else () if candidates is None else candidates
    known = list(dict.fromkeys(_key("a candidate", prompt) for prompt in listed))
    if isinstance(scores, Mapping):
        strange = [prompt for prompt in known if prompt not in scores]
        if strange:
            raise ValueError(f"candidates holds {strange[0]!r}, which has no score; it must be a part of the keys")
    bounded = candidates is not None or isinstance(scores, Mapping)
    if not bounded and (neighbours is None or start is None):
        raise ValueError("scores is a function; it must come with candidates, or with neighbours and start")
    if bounded and not known:
        raise ValueError("there are 0 candidates; there must be at least 1")
    if bounded and start is not None and _key("start", start) not in set(known):
        raise ValueError(f"start is {start!r}; it must be one of the {len(known)} candidates")
    near = neighbours or _Slots(known).around
    return _World(ask, budget, np.random.default_rng(seed), known if bounded else None, near)


def _asked(scores: object) -> Callable[[Any], SupportsFloat]:
    """What gives the score of a prompt; raises ValueError for what is neither mapping nor function."""
    if isinstance(scores, Mapping):
        found: Callable[[Any], SupportsFloat] = scores.__getitem__
        return found
    if callable(scores):
        return scores
    raise ValueError(f"scores is of type {type(scores).__name__}; it must be a mapping or a function")


def _key(name: str, prompt: P) -> P:
    """A prompt that can be looked up; raises ValueError for another one."""
    try:
        hash(prompt)
    except TypeError as error:
        raise ValueError(f"{name} is {prompt!r}; it must be hashable, as a text or a tuple is") from error
    return prompt


class _Slots(Generic[P]):
    """The neighbors of candidates: of a tuple those that differ in one slot, of anything else all of them."""

    def __init__(self, candidates: Sequence[P]) -> None:
        self._all = candidates
        self._alike: dict[Hashable, list[P]] = {}
        for prompt in candidates:
            for pattern in self._patterns(prompt):
                self._alike.setdefault(pattern, []).append(prompt)

    @staticmethod
    def _patterns(prompt: Hashable) -> Iterator[Hashable]:
        """What a tuple shares with its neighbors: for each slot its length, the slot, and all others."""
        if isinstance(prompt, tuple):
            for slot in range(len(prompt)):
                yield len(prompt), slot, prompt[:slot] + prompt[slot + 1 :]

    def around(self, prompt: P) -> Sequence[P]:
        """The neighbors, among which the prompt itself may be."""
        if not isinstance(prompt, tuple):
            return self._all
        return [other for pattern in self._patterns(prompt) for other in self._alike.get(pattern, ())]


class _World(Generic[P]):
    """What a search may look at: it scores prompts, counts, and knows which are still untried.

    Args:
        ask: prompt -> score. budget: how often it may be asked.
        rng: of every draw of the search.
        candidates: what may be tried; None where that is whatever `near` leads to.
        near: prompt -> its neighbors.
    """

    def __init__(
        self,
        ask: Callable[[P], SupportsFloat],
        budget: int,
        rng: np.random.Generator,
        candidates: Sequence[P] | None,
        near: Callable[[P], Iterable[P]],
    ) -> None:
        self.seen: dict[P, float] = {}
        self.budget, self.rng = budget, rng
        self._ask, self._near = ask, near
        self._allowed: Mapping[P, P] | None = (
            None if candidates is None else dict(zip(candidates, candidates, strict=True))
        )
        self._untried: list[P] = list(candidates or ())
        self._listed: set[P] = set(self._untried)
        self._around: dict[P, list[P]] = {}

    @property
    def open(self) -> bool:
        """Whether there is budget left, and a prompt to spend it on."""
        return len(self.seen) < min(self.budget, len(self._listed))

    def allows(self, prompt: Hashable) -> bool:
        """Whether a prompt is a candidate; of one that no candidates were named for, nobody knows."""
        return self._allowed is not None and prompt in self._allowed

    def _own(self, prompt: P) -> P:
        """The candidate that a prompt equals: a tuple made slot by slot may stand for one of another type."""
        return prompt if self._allowed is None else self._allowed.get(prompt, prompt)

    def visit(self, prompt: P) -> float:
        """The score of a prompt, asked for where it is not known."""
        prompt = self._own(prompt)
        if prompt not in self.seen:
            self.seen[prompt] = _number(self._ask(prompt), prompt)
            if self._allowed is None:
                self._listed.add(prompt)
                reached = [other for other in self.around(prompt) if other not in self._listed]
                self._untried.extend(reached)
                self._listed.update(reached)
        return self.seen[prompt]

    def around(self, prompt: P) -> list[P]:
        """The neighbors of a prompt, each once, itself left out."""
        prompt = self._own(prompt)
        if prompt not in self._around:
            found = dict.fromkeys(self._near(prompt))
            self._around[prompt] = [
                other for other in found if other != prompt and (self._allowed is None or other in self._allowed)
            ]
        return self._around[prompt]

    def shuffled_around(self, prompt: P) -> list[P]:
        """The untried neighbors of a prompt, in random order."""
        untried = [other for other in self.around(prompt) if other not in self.seen]
        return [untried[place] for place in self.rng.permutation(len(untried))]

    def pick(self, prompts: Sequence[P]) -> P:
        """One of some prompts at random."""
        return prompts[int(self.rng.integers(len(prompts)))]

    def fresh(self) -> P:
        """An untried prompt, each with the same probability. Only while `open`, or before the first visit."""
        while True:
            place = int(self.rng.integers(len(self._untried)))
            self._untried[place], self._untried[-1] = self._untried[-1], self._untried[place]
            if self._untried[-1] not in self.seen:
                return self._untried[-1]
            self._untried.pop()

    def restart(self) -> P:
        """A visit to an untried prompt, from which the search goes on."""
        prompt = self.fresh()
        self.visit(prompt)
        return prompt


def _number(score: SupportsFloat, prompt: object) -> float:
    """A score as float64; raises ValueError for NaN, and for what is no number."""
    try:
        number = float(score) if isinstance(score, SupportsFloat) else math.nan
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number):
        raise ValueError(f"the score of {prompt!r} is {score!r}; it must be a number")
    return number


def _random(world: _World[P], here: P) -> None:
    while world.open:
        world.restart()


def _hill_climbing(world: _World[P], here: P) -> None:
    while world.open:
        there = next((near for near in _visited(world, here) if world.seen[near] >= world.seen[here]), None)
        if there is not None:
            here = there
        elif world.open:
            here = world.restart()


def _greedy_edits(world: _World[P], here: P) -> None:
    while world.open:
        for _ in _visited(world, here):
            pass
        known = [near for near in world.around(here) if near in world.seen]
        there = max(known, key=world.seen.__getitem__, default=here)
        if world.seen[there] > world.seen[here]:
            here = there
        elif world.open:
            here = world.restart()


def _visited(world: _World[P], here: P) -> Iterator[P]:
    """Visits the untried neighbors of a prompt one after another while the budget lasts."""
    for near in world.shuffled_around(here):
        if not world.open:
            return
        world.visit(near)
        yield near


def _annealing(world: _World[P], here: P) -> None:
    repeats = 0
    while world.open:
        around = world.around(here)
        if not around or repeats >= PATIENCE:
            here, repeats = world.restart(), 0
            continue
        there = world.pick(around)
        repeats = repeats + 1 if there in world.seen else 0
        lost = world.seen[here] - world.visit(there)
        if not lost > 0 or world.rng.random() < math.exp(-lost / _temperature(world)):
            here = there


def _temperature(world: _World[P]) -> float:
    """T = spread * HOT (COLD / HOT)^(part of the budget that is spent), above 0."""
    finite = [score for score in world.seen.values() if math.isfinite(score)]
    spread = (max(finite) - min(finite) if finite else 0.0) or 1.0
    cooled = min(spread, 1e300) * HOT * math.pow(COLD / HOT, len(world.seen) / world.budget)
    return max(cooled, 5e-324)


def _genetic(world: _World[P], here: P) -> None:
    size, alive, repeats = max(2, min(POPULATION, world.budget // 3)), [here], 0
    while world.open:
        if len(alive) < size or repeats >= PATIENCE:
            child, repeats = world.fresh(), 0
        else:
            child = _child(world, alive)
        repeats = repeats + 1 if child in world.seen else 0
        world.visit(child)
        if child not in alive:
            # The oldest goes first where several are worst.
            alive = sorted([*alive, child], key=world.seen.__getitem__)[-size:]


def _child(world: _World[P], alive: Sequence[P]) -> P:
    """A cross of two parents, each the better of two, and in most cases a neighbor of it."""
    first, second = (max(world.pick(alive), world.pick(alive), key=world.seen.__getitem__) for _ in range(2))
    child = first
    if isinstance(first, tuple) and isinstance(second, tuple) and len(first) == len(second):
        crossed = tuple(pair[int(world.rng.integers(2))] for pair in zip(first, second, strict=True))
        child = crossed if world.allows(crossed) else first  # type: ignore[assignment]
    around = world.around(child)
    return world.pick(around) if around and world.rng.random() < MUTATION else child


METHODS: dict[str, Callable[[_World[Any], Any], None]] = {
    "random": _random,
    "hill_climbing": _hill_climbing,
    "greedy_edits": _greedy_edits,
    "annealing": _annealing,
    "genetic": _genetic,
}
"""Name -> how it goes on from the prompt that was tried first."""
