"""Races: several methods on one prompt, by the same clock. Needs no torch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.checks import Check
from core.decoding.costs import HELD_UP, UNSTEADY, Costs, Precision
from core.decoding.generation import Generation
from core.decoding.methods import Method, is_lossless

NOISE = 0.03
"""Speeds that differ by no more than this share are called equal: two timings of one run may differ as much."""

MOST_READ = 2200
"""Tokens of a race's prompt. At 2,030 the process that races takes 2.1 GB, and scores grow with the square of them."""

Standing = Literal["faster", "slower", "equal"]


@dataclass(frozen=True, slots=True)
class RaceParams:
    """Who races where.

    Args:
        prompt: what all of them continue, at most MOST_READ tokens.
        methods: by the name shown; the first is the one that the others are compared with.
        max_new_tokens: 1 to 1024.
        repeats: rounds; in each round every method writes once.
        model: in the catalogue.
        dtype: of weights and arithmetic.
        temperature: 0 for greedy texts, else up to 5.
        seed: of all draws.
        tune: measure this machine's cost of verification first, run each method once as given, and then race it with
            the number of draft tokens that should earn most.
        attempt: 0 for the first race; each other number races anew.
    """

    prompt: str
    methods: Mapping[str, Method]
    max_new_tokens: int = 64
    repeats: int = 2
    model: str = "smollm2-135m"
    dtype: Precision = "float32"
    temperature: float = 0.0
    seed: int = 0
    tune: bool = False
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Race:
    """What each method wrote, with each step's fastest time of all rounds.

    Args:
        params: who raced.
        runs: by name. A text is the same in every round; only the times differ.
        threads: that the model ran on.
        costs: of verification, measured before the race; None where windows were given.
        plain: the greedy text as the model writes it without a cache, to which no method's cache can have contributed;
            None where texts are drawn, and in bfloat16, where rounding decides near ties.
        rounds: by name, the seconds of each round; empty where only the fastest steps were kept.
        running: the share of the clock during which the writing thread ran, 0 to 1; None where it was not taken.
    """

    params: RaceParams
    runs: Mapping[str, Generation]
    threads: int
    costs: Costs | None = None
    plain: tuple[int, ...] | None = None
    rounds: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    running: float | None = None

    @property
    def reference(self) -> Generation:
        """The run that the others are compared with."""
        return next(iter(self.runs.values()))

    def speedup(self, name: str) -> float:
        """Tokens per second, divided by the reference's."""
        return self.runs[name].tokens_per_second / self.reference.tokens_per_second

    def speedup_after_prompt(self, name: str) -> float:
        """The same without the first call of each, which reads the prompt; NaN where there is no other call."""
        return self.runs[name].pace / self.reference.pace

    def speedups(self, name: str) -> tuple[float, ...]:
        """Tokens per second over the reference's in each round; empty where the rounds were not kept."""
        run, reference = self.runs[name], self.reference
        ratio = len(run.token_ids) / max(len(reference.token_ids), 1)
        theirs = self.rounds.get(next(iter(self.runs)), ())
        return tuple(ratio * other / mine for mine, other in zip(self.rounds.get(name, ()), theirs, strict=False))

    def standing(self, name: str) -> Standing:
        """How a method's speed compares with the reference's: equal where any round, or the whole, lies within NOISE.

        Rounds on both sides of the band are equal as well: what the next round would say is open.
        """
        speeds = (self.speedup(name), *self.speedups(name))
        if min(speeds) > 1 + NOISE:
            return "faster"
        return "slower" if max(speeds) < 1 - NOISE else "equal"

    @property
    def unsteadiness(self) -> float:
        """The share by which the reference's slowest round exceeds its fastest; 0 where none or one is kept."""
        rounds = self.rounds.get(next(iter(self.runs)), ())
        return max(rounds) / min(rounds) - 1 if rounds else 0.0

    @property
    def disturbed(self) -> bool:
        """Whether something else ran on the machine meanwhile, by the rounds and by the clock of the thread."""
        held_up = self.running is not None and self.running < 1 - HELD_UP
        return held_up or self.unsteadiness > UNSTEADY

    def calls_saved(self, name: str) -> float:
        """1 - calls per token, the share of target calls saved; negative never, as each call gives a token."""
        run = self.runs[name]
        return 1.0 - run.target_calls / max(len(run.token_ids), 1)

    def parts_at(self, name: str) -> int | None:
        """The first token that differs from the reference's text; None when there is none."""
        mine, theirs = self.runs[name].token_ids, self.reference.token_ids
        for place, (one, other) in enumerate(zip(mine, theirs, strict=False)):
            if one != other:
                return place
        return None if len(mine) == len(theirs) else min(len(mine), len(theirs))


def fastest(one: Generation, other: Generation) -> Generation:
    """Two runs of the same text, with each step's faster times.

    Raises:
        ValueError: if the runs differ in more than their times.
    """
    if one.token_ids != other.token_ids or len(one.steps) != len(other.steps):
        raise ValueError("two runs of one method wrote different texts")
    steps = tuple(
        replace(
            mine,
            draft_seconds=min(mine.draft_seconds, yours.draft_seconds),
            verify_seconds=min(mine.verify_seconds, yours.verify_seconds),
        )
        for mine, yours in zip(one.steps, other.steps, strict=True)
    )
    return replace(one, steps=steps, seconds=sum(step.seconds for step in steps))


def lossless_checks(raced: Race) -> list[Check]:
    """For greedy decoding and each lossless method, how many tokens differ from the text of a pass without a cache.

    None where there is no such text: where tokens are drawn, and in bfloat16.
    """
    if raced.plain is None:
        return []
    detail = f"tokens that differ from a pass without a cache, of {len(raced.plain)}; {raced.params.dtype}"
    return [
        Check(f"{name} writes the greedy text", float(differing(run.token_ids, raced.plain)), 0.0, detail)
        for name, run in raced.runs.items()
        if is_lossless(run.method)
    ]


def differing(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens of two texts differ, place by place; a place that only one of them has counts as well."""
    return sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
