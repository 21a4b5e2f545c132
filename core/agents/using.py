"""A light model that uses made tools: what it reads, what it wrote, and whether that is right. Needs no torch."""

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from core.agents.families import FAMILIES, Arguments, drawn_arguments
from core.agents.making import Tool
from core.assets import kept
from core.numbers import require
from core.tools import written

USES_FILE = "agents/uses.npz"

ALONE, TOLD, TOOL = "alone", "told the rule", "with the tool"
WAYS = (ALONE, TOLD, TOOL)
"""How a light model answers: from examples, from the rule of the made tool, or by a call of it."""

EXAMPLES, EXAMPLE_SEED = 4, 0
"""Examples that the maker and the light model alone are given, and the seed of their numbers."""

ASKED, ASKED_SEED = 8, 1
"""Questions of each family, and the seed of their numbers."""

SHOWN = 2
"""Calls of each tool that its user is shown."""

LONGEST: Mapping[str, int] = {ALONE: 8, TOLD: 8, TOOL: 16}
"""Tokens that may be written."""

MAKING_BUDGET = 60_000
"""Expressions that the maker may try."""


@dataclass(frozen=True, slots=True)
class Use:
    """A question put to the light model in one way.

    Args:
        family: of the question. arguments: its numbers. way: one of WAYS.
        text: what was written. read, wrote: tokens.
    """

    family: str
    arguments: Arguments
    way: str
    text: str
    read: int
    wrote: int


@dataclass(frozen=True, slots=True)
class Uses:
    """Recorded uses.

    Args:
        model: its name. every: each question in each way.
    """

    model: str
    every: tuple[Use, ...]

    def of(self, way: str, family: str = "") -> tuple[Use, ...]:
        """Those of a way, and of a family where one is named."""
        return tuple(use for use in self.every if use.way == way and family in ("", use.family))


@functools.cache
def recorded_uses() -> Uses:
    """The recorded uses; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents uses`.
    """
    return kept(USES_FILE, Uses)


def use_prompt(family: str, arguments: Arguments, way: str, tools: Mapping[str, Tool]) -> str:
    """What the light model reads before it writes.

    Alone it reads examples with their answers; told, the rule of the made tool as well; with the tool, the names of all
    tools and two calls of each, so that it has to choose.

    Args:
        family: of the question. arguments: its numbers. way: one of WAYS. tools: the made ones, by family.

    Raises:
        ValueError: for an unknown way or family, for no tool where one is to be called, or for none of the family where
            its rule is told.
    """
    require(way in WAYS, "way", way, f"one of {', '.join(WAYS)}")
    require(family in FAMILIES, "family", family, f"one of {', '.join(FAMILIES)}")
    known = list(tools)
    require(way != TOLD or family in tools, "tools", known, f"tools that hold one for {family}, whose rule is told")
    require(way != TOOL or len(tools) > 0, "tools", known, "at least 1 tool, so that there is something to call")
    names = tuple(FAMILIES) if way == TOOL else (family,)
    shown = [
        (name, one)
        for one_by_name in zip(*(_given(name, SHOWN if way == TOOL else EXAMPLES) for name in names), strict=True)
        for name, one in zip(names, one_by_name, strict=True)
    ]
    solved = [f"Question: {FAMILIES[name].asked(one)}\n{_answer(name, one, way)}" for name, one in shown]
    rule = f"\nRule: {tools[family].expression}, where {_numbers(family)} in the question." if way == TOLD else ""
    lead = "Call:" if way == TOOL else "Answer:"
    first = f"{_LEADS[way]}{rule}"
    return "\n\n".join([first, *solved, f"Question: {FAMILIES[family].asked(arguments)}\n{lead}"])


_LEADS: Mapping[str, str] = {
    ALONE: "Answer each question with a number.",
    TOLD: "Answer each question with a number.",
    TOOL: f"Write the call of the right tool for each question. The tools are {', '.join(FAMILIES)}.",
}


def _given(family: str, count: int) -> tuple[Arguments, ...]:
    return drawn_arguments(family, count, seed=EXAMPLE_SEED)


def _answer(family: str, arguments: Arguments, way: str) -> str:
    if way == TOOL:
        return f"Call: {family}({', '.join(map(str, arguments))})"
    return f"Answer: {written(FAMILIES[family].truth(arguments))}"


def _numbers(family: str) -> str:
    return "x is the first number and y the second" if len(FAMILIES[family].ranges) > 1 else "x is the number asked for"


_CALL = re.compile(r"\s*([a-z]+)\(([0-9, ]*)\)", re.ASCII)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)


def call_in(text: str) -> tuple[str, Arguments] | None:
    """The call that a text begins with; None where it begins with none.

    Invariant: of a call as it is shown in the prompt it is that call.
    """
    found = _CALL.match(text)
    numbers = [part.strip() for part in found[2].split(",")] if found else []
    if found is None or not all(part.isdigit() for part in numbers):
        return None
    return found[1], tuple(int(part) for part in numbers)


def answered(use: Use, tools: Mapping[str, Tool]) -> Fraction | None:
    """The answer that a use leads to: the number written, or what the called tool computes; None where there is none.

    Args:
        use: with its text. tools: by family, those that a call may name.
    """
    if use.way != TOOL:
        found = _NUMBER.search(use.text.replace(",", ""))
        return Fraction(found[0]) if found else None
    call = call_in(use.text)
    if call is None or call[0] not in tools:
        return None
    try:
        return Fraction(tools[call[0]](*call[1]))
    except ValueError:
        return None


def right(use: Use, tools: Mapping[str, Tool]) -> bool:
    """Whether a use leads to the right answer."""
    return answered(use, tools) == FAMILIES[use.family].truth(use.arguments)


def tokens_of(uses: Sequence[Use]) -> float:
    """Tokens that a question takes on average, those read and those written.

    Raises:
        ValueError: for no use.
    """
    if not uses:
        raise ValueError("uses must hold at least 1; got none")
    return sum(use.read + use.wrote for use in uses) / len(uses)
