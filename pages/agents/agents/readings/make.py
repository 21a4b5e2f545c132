"""What a maker of tools finds, and what the tool brings its user: every title is a function of the numbers."""

import math
from collections.abc import Sequence

import numpy as np

from core.agents import FAMILIES, Making, Tool, missed_edges, value_of
from core.numbers import paired_difference
from core.tools import written
from pages.agents.agents.readings.shares import counted, share_words


def maker_title(tool: Tool | None, right: int, tests: int, examples: int, *, at_edge: str = "") -> str:
    """Whether the made tool passes the tests.

    Args:
        tool: None where none was found. right: tests that it passes, of so many. examples: from which it was made.
        at_edge: what it fails, where it fails at the smallest numbers alone.
    """
    given = counted(examples, "example")
    if tool is not None and at_edge:
        return f"{tool.expression} fits the {given} and {right} of {tests} tests, and fails at the edge: {at_edge}"
    if tool is None:
        return f"No expression within the budget fits the {given}"
    if right == tests:
        return f"From {given} the maker finds {tool.expression}, which passes all {tests} tests"
    return f"{tool.expression} fits the {given}, and is wrong: {tests - right} of {tests} tests find it"


def edge_words(family: str, tool: Tool, missed: Sequence[Sequence[int]]) -> str:
    """What a tool gives at the first of the smallest numbers that it misses; "" for none."""
    if not missed:
        return ""
    asked, one = FAMILIES[family], tuple(missed[0])
    value = value_of(tool, one)
    gives = "no value" if value is None else written(value)
    return f"{gives} for {', '.join(map(str, one))}, where {written(asked.truth(one))} is right"


def maker_reading(tool: Tool | None, makings: Sequence[Making], family: str, examples: int, tests: int) -> str:
    """The live sentence: the question, what was tried, and in how many draws so many examples are enough.

    Args:
        tool: on screen. makings: recorded ones of this family. family: the kind of questions.
        examples: on the slider. tests: of each tool, the drawn ones and those at the edge.
    """
    mine = passing(makings, examples)
    enough = int((mine == tests).sum())
    found = "Nothing was found." if tool is None else f"{tries(tool)}, smallest first."
    asked = FAMILIES[family].asks.format(x="x", y="y")
    return (
        f"“{asked}” {found} Over {len(mine)} draws of {counted(examples, 'example')} the tool passes every test, the "
        f"smallest numbers too, in <b>{enough}</b>. It is no model: it searches sums, products, quotients, "
        f"remainders and powers of the numbers."
    )


def tries(tool: Tool) -> str:
    """How many expressions the maker tried."""
    return f"The maker tried <b>{tool.tried:,}</b> expression{'' if tool.tried == 1 else 's'}"


def own_title(tool: Tool | None, left_out: Sequence[bool]) -> str:
    """A tool made from a visitor's examples, and how it fares when each is left out.

    Args:
        tool: None where none was found. left_out: by example, whether a tool made from the others gives it; empty for
            a single example.
    """
    if tool is None:
        return "No expression within the budget fits your examples"
    if not left_out:
        return f"{tool.expression} fits your one example, as many others do"
    right = sum(left_out)
    if right == len(left_out):
        return f"{tool.expression}: made without one, the tool still gives it for each of your {right} examples"
    return (
        f"{tool.expression} fits all {len(left_out)}; made without one, the tool still gives it for {right} of "
        f"{len(left_out)}: more examples help"
    )


def user_title(alone: Sequence[bool], tool: Sequence[bool]) -> str:
    """Whether the light model does better with the made tools, on the same questions."""
    count, few, many = len(tool), sum(alone), sum(tool)
    gained = sum(b and not a for a, b in zip(alone, tool, strict=True))
    lost = sum(a and not b for a, b in zip(alone, tool, strict=True))
    low, high = paired_difference(gained, lost, count)
    told = "does better" if low > 0 else "does worse" if high < 0 else "does no better beyond noise"
    return f"With made tools SmolLM2 {told}: {many} of {count} right, alone {few}"


def user_reading(calls: int, named: int, numbers: int, right: int, told: int) -> str:
    """The live sentence: where a call goes wrong.

    Args:
        calls: questions. named: calls of the right tool. numbers: those with the right numbers as well.
        right: answers that are right in the end. told: right answers where the rule was told and no tool is there.
    """
    return (
        f"Of {calls} questions it calls the right tool in <b>{named}</b> and writes the right numbers in "
        f"<b>{numbers}</b>; the tool then computes exactly, which makes <b>{right}</b> right answers. Told the tool’s "
        f"rule in words it has to compute itself: {told} right."
    )


def price_title(count: float) -> str:
    """From how many questions on the tool pays."""
    if math.isinf(count):
        return "The tool never pays: a question with it costs no less than one without"
    if count <= 1:
        return "The tool pays with the first question"
    return f"Making the tool pays from question {math.ceil(count):,} on"


def price_reading(make: float, large: float, small: float, count: float, share: float) -> str:
    """The live sentence: the three costs, in tokens of the light model.

    Args:
        make: once. large: of a question to the large model. small: of one to the light model with the tool.
        count: the break-even. share: of right answers of the light model with the tool.
    """
    told = "no number of questions" if math.isinf(count) else f"<b>{count:,.1f}</b> questions"
    return (
        f"In tokens of the light model, making costs <b>{make:,.0f}</b>, a question to the large model {large:,.0f}, "
        f"one to the light model with the tool {small:,.0f}: break-even at {told}. The light model’s tokens "
        f"are measured; assumed are a large model that reads the same examples, with as many tokens, and is always "
        f"right. The price and the maker’s tokens are yours. The light one was right in {share_words(share)}."
    )


def passing(makings: Sequence[Making], examples: int) -> np.ndarray:
    """By draw, tests passed by the tool made from so many examples: recorded ones, and the smallest numbers."""
    some = [one for one in makings if one.examples == examples]
    edges = [len(FAMILIES[one.family].edges) - len(missed_edges(one.expression, one.family)) for one in some]
    return np.array([one.right + more for one, more in zip(some, edges, strict=True)], int)
