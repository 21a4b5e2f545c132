"""Races: several methods on one prompt, by the same clock. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from core.checks import Check
from core.decoding.costs import Costs, Precision
from core.decoding.generation import Generation
from core.decoding.methods import Method, is_lossless


@dataclass(frozen=True, slots=True)
class RaceParams:
    """Who races where.

    Args:
        prompt: what all of them continue.
        methods: by the name shown; the first is the one that the others are compared with.
        max_new_tokens: 1 to 1024.
        repeats: rounds; in each round every method writes once.
        model: in the catalogue.
        dtype: of weights and arithmetic.
        temperature: 0 for greedy texts, else up to 5.
        seed: of all draws.
        tune: measure this machine's cost of verification first, run each method once as given, and then race it with
            the number of draft tokens that should earn most.
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


@dataclass(frozen=True, slots=True)
class Race:
    """What each method wrote, with each step's fastest time of all rounds.

    Args:
        params: who raced.
        runs: by name. A text is the same in every round; only the times differ.
        threads: that the model ran on.
        costs: of verification, measured before the race; None where windows were given.
    """

    params: RaceParams
    runs: Mapping[str, Generation]
    threads: int
    costs: Costs | None = None

    @property
    def reference(self) -> Generation:
        """The run that the others are compared with."""
        return next(iter(self.runs.values()))

    def speedup(self, name: str) -> float:
        """Tokens per second, divided by the reference's."""
        return self.runs[name].tokens_per_second / self.reference.tokens_per_second

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
    """For each method that promises the reference's text: how many tokens differ; none where texts are drawn."""
    checks: list[Check] = []
    if raced.params.temperature > 0:
        return checks
    for name, run in raced.runs.items():
        if not is_lossless(run.method) or run is raced.reference:
            continue
        mine, theirs = np.array(run.token_ids), np.array(raced.reference.token_ids)
        same = min(len(mine), len(theirs))
        differing = int((mine[:same] != theirs[:same]).sum()) + abs(len(mine) - len(theirs))
        detail = f"tokens that differ, of {len(theirs)}; {raced.params.dtype}"
        checks.append(Check(f"{name} writes the greedy text", float(differing), 0.0, detail))
    return checks
