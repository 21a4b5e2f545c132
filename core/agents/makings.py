"""How many examples a made tool needs: made from few and from more, over draws, and tested. Needs no torch."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from core.agents.families import FAMILIES, Arguments, drawn_arguments, examples_of
from core.agents.making import Tool, make_tool
from core.agents.using import EXAMPLE_SEED, EXAMPLES, MAKING_BUDGET
from core.assets import kept

MAKINGS_FILE = "agents/makings.npz"

MOST_EXAMPLES = 8
DRAWS = 12
"""Draws of the examples."""

TESTS, TEST_SEED = 20, 1_000
"""Questions that a made tool is tested on, and the seed of their numbers; examples have smaller seeds."""


@dataclass(frozen=True, slots=True)
class Making:
    """A tool made from some examples of a draw, and tested.

    Args:
        family: of the questions. draw: the seed of the examples. examples: how many of them were given.
        expression: of the tool; "" where none was found. tried: expressions that were tried.
        right: of the tests.
    """

    family: str
    draw: int
    examples: int
    expression: str
    tried: int
    right: int


@functools.cache
def recorded_makings() -> tuple[Making, ...]:
    """The recorded makings.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents makings`.
    """
    found: tuple[Making, ...] = kept(MAKINGS_FILE, tuple)
    return found


def made(family: str, examples: int, draw: int) -> Making:
    """Makes a tool from the first examples of a draw, with small numbers, and tests it on larger ones.

    Args:
        family: one of FAMILIES. examples: 1 or more. draw: the seed of the examples.

    Raises:
        ValueError: for an unknown family, or a value out of range.

    Invariant: a tool that was found gives each of its examples.
    """
    tool = make_tool(examples_of(family, examples, seed=draw, small=True), budget=MAKING_BUDGET)
    if tool is None:
        return Making(family, draw, examples, "", MAKING_BUDGET, 0)
    tests = drawn_arguments(family, TESTS, seed=TEST_SEED)
    right = sum(value_of(tool, one) == FAMILIES[family].truth(one) for one in tests)
    return Making(family, draw, examples, tool.expression, tool.tried, right)


@functools.cache
def made_tools(examples: int = EXAMPLES) -> Mapping[str, Tool]:
    """By family, the tool made from the first examples that its user's prompt is written from, where one is found.

    Raises:
        ValueError: for fewer than 1 example.
    """
    tools = {
        family: make_tool(examples_of(family, examples, seed=EXAMPLE_SEED), budget=MAKING_BUDGET) for family in FAMILIES
    }
    return MappingProxyType({family: tool for family, tool in tools.items() if tool is not None})


def value_of(tool: Tool, arguments: Arguments) -> Fraction | None:
    """What a tool computes; None where its expression has no value there."""
    try:
        return Fraction(tool(*arguments))
    except ValueError:
        return None


def left_out(examples: Sequence[tuple[tuple[Fraction, ...], Fraction]], *, budget: int = MAKING_BUDGET) -> list[bool]:
    """By example, whether a tool made from all the others gives it: a test that needs nothing but the examples.

    Args:
        examples: 2 or more, as `make_tool` takes them. budget: expressions that may be tried, each time.

    Raises:
        ValueError: as `make_tool`, also where a single example leaves none to make a tool from.

    Invariant: False where no tool is found.
    Source: the leave-one-out test; Stone 1974.
    """
    found = []
    for place, (arguments, result) in enumerate(examples):
        tool = make_tool([*examples[:place], *examples[place + 1 :]], budget=budget)
        found.append(tool is not None and _gives(tool, arguments, result))
    return found


def _gives(tool: Tool, arguments: tuple[Fraction, ...], result: Fraction) -> bool:
    try:
        return tool(*arguments) == result
    except ValueError:
        return False
