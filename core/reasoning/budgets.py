"""A thought that is cut off after some tokens, and then asked for its answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.reasoning.answers import Written

BUDGETS = (0, 8, 16, 24)
"""Tokens after which the thought is cut."""

CUE = " The answer is"
"""What is written behind a cut thought, for which no token is counted."""


def thought_of(text: str) -> str:
    """What a chain writes before its answer; all of it where it never comes to one."""
    return text.partition(CUE)[0]


@dataclass(frozen=True, eq=False)
class CutThoughts:
    """What a model answers where its thought is cut, by the tokens that it had.

    Args:
        by_budget: tokens -> what was written, by set: thought, cue and answer, and the tokens of thought and answer.
    """

    by_budget: Mapping[int, tuple[Written, ...]]
