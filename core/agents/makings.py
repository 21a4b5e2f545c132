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
from core.numbers import require

MAKINGS_FILE = "agents/makings.npz"

MOST_EXAMPLES = 10
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


def makings_of(family: str, draw: int, *, most: int = MOST_EXAMPLES) -> tuple[Making, ...]:
    """Makes tools from the first example of a draw, the first two, and so on, and tests each on larger numbers.

    A tool that gives the next example is kept; one that does not is made anew from all examples so far.

    Args:
        family: one of FAMILIES. draw: the seed of the examples, whose numbers are small. most: examples.

    Raises:
        ValueError: for an unknown family, or a value out of range.

    Invariant: a tool that was found gives each of its examples.
    Source: counterexample-guided synthesis, Solar-Lezama 2008.
    """
    examples = examples_of(family, most, seed=draw, small=True)
    found: list[Making] = []
    tool: Tool | None = None
    for count, (arguments, result) in enumerate(examples, start=1):
        if tool is None or value_of(tool, arguments) != result:
            tool = make_tool(examples[:count], budget=MAKING_BUDGET)
            right = passed(tool, family)
        found.append(
            Making(family, draw, count, tool.expression if tool else "", tool.tried if tool else MAKING_BUDGET, right)
        )
    return tuple(found)


def passed(tool: Tool | None, family: str) -> int:
    """How many of the family's tests a tool passes; none where there is no tool."""
    tests = drawn_arguments(family, TESTS, seed=TEST_SEED)
    return sum(tool is not None and value_of(tool, one) == FAMILIES[family].truth(one) for one in tests)


@functools.cache
def missed_edges(expression: str, family: str) -> tuple[Arguments, ...]:
    """The smallest numbers of a family at which an expression has another value than the right one, or none.

    Args:
        expression: of a made tool; "" where none was found, which misses all.

    Raises:
        ValueError: for an unknown family.
    """
    require(family in FAMILIES, "family", family, f"one of {', '.join(FAMILIES)}")
    asked = FAMILIES[family]
    tool = Tool(expression, len(asked.ranges), 0)
    return tuple(one for one in asked.edges if not expression or value_of(tool, one) != asked.truth(one))


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


def value_of(tool: Tool, arguments: Sequence[Fraction | int]) -> Fraction | None:
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
        found.append(tool is not None and value_of(tool, arguments) == result)
    return found
