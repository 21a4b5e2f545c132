"""Tools made from examples."""

from collections.abc import Callable
from fractions import Fraction
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.agents import make_tool

TARGETS: dict[str, Callable[[int, int], int | Fraction]] = {
    "x + y": lambda x, y: x + y,
    "x * y": lambda x, y: x * y,
    "2 * x + y": lambda x, y: 2 * x + y,
    "x ** 2 - y": lambda x, y: x**2 - y,
    "x % y": lambda x, y: x % y,
    "x // y": lambda x, y: x // y,
    "(x + y) / 2": lambda x, y: Fraction(x + y, 2),
}


@settings(max_examples=6, deadline=None)
@given(
    st.sampled_from(sorted(TARGETS)),
    st.lists(st.tuples(st.integers(2, 60), st.integers(1, 20)), min_size=3, max_size=8, unique=True),
)
def test_a_made_tool_gives_its_examples_exactly(name: str, points: list[tuple[int, int]]) -> None:
    examples = [(point, TARGETS[name](*point)) for point in points]
    tool = make_tool(examples, budget=60_000)
    assert tool is not None
    assert all(tool(*point) == result for point, result in examples)


@pytest.mark.parametrize("name", TARGETS)
def test_enough_examples_leave_the_one_that_was_meant(name: str) -> None:
    points = [(7, 3), (12, 5), (31, 8), (4, 9), (57, 13), (100, 11)]
    tool = make_tool([(point, TARGETS[name](*point)) for point in points], budget=60_000)
    assert tool is not None
    assert tool(45, 17) == TARGETS[name](45, 17)
    assert tool.arity == 2


def test_too_few_examples_make_a_tool_that_is_wrong() -> None:
    tool = make_tool([((2, 2), 4)], budget=1_000)
    assert tool is not None
    assert tool(2, 2) == 4
    assert tool(5, 7) not in (12, 35) or tool.expression != "x + y"
    assert make_tool([((2, 2), 4), ((5, 7), 12)], budget=1_000)(45, 17) == 62  # type: ignore[misc]


def test_a_small_budget_finds_nothing_and_is_kept() -> None:
    examples = [((3, 4), 13), ((5, 12), 37), ((8, 15), 79)]
    tool = make_tool(examples, budget=60_000)
    assert tool is not None
    assert tool(20, 21) == 421
    assert tool.tried <= 60_000
    assert make_tool(examples, budget=tool.tried) == tool
    assert make_tool(examples, budget=tool.tried - 1) is None


def test_a_single_argument_may_stand_by_itself() -> None:
    tool = make_tool([(1, 3), (2, 5), (10, 21)], budget=10_000)
    assert tool is not None
    assert tool(7) == 15
    assert tool(-1.5) == -2
    assert tool(Fraction(1, 3)) == Fraction(5, 3)
    with pytest.raises(ValueError, match="takes 1 arguments; got 2"):
        tool(1, 2)
    with pytest.raises(ValueError, match="finite number"):
        tool(float("nan"))


def test_decimals_are_read_as_they_are_written() -> None:
    tool = make_tool([(0.1, 0.3), (0.2, 0.6)], budget=10_000)
    assert tool is not None
    assert tool(0.7) == Fraction(21, 10)


def test_a_tool_without_a_value_says_so() -> None:
    tool = make_tool([((6, 3), 2), ((20, 4), 5), ((21, 7), 3)], budget=10_000)
    assert tool is not None
    with pytest.raises(ValueError, match="division by zero"):
        tool(1, 0)


@pytest.mark.parametrize(
    ("examples", "budget", "says"),
    [
        ([], 10, "at least 1; got none"),
        ([((1, 2), 3), ((1, 2), 4)], 10, "contradict each other: 1, 2 gives 3 and 4"),
        ([((1, 2), 3), ((1,), 4)], 10, "same number of arguments"),
        ([((), 3)], 10, "1 to 4; got 0"),
        ([((1, 2, 3, 4, 5), 3)], 10, "1 to 4; got 5"),
        ([((1, float("inf")), 3)], 10, "finite number"),
        ([((1, 2), float("nan"))], 10, "finite number"),
        ([((1, 2), 3)], 0, "budget is 0"),
    ],
)
def test_what_makes_no_tool_is_refused(examples: Any, budget: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make_tool(examples, budget=budget)


def test_examples_of_another_type_are_read_or_refused_in_words() -> None:
    untyped: Any = unwrap(make_tool)  # as in the app, where no type is checked
    assert untyped(np.array([[1, 3], [2, 6], [5, 15]]), budget=10_000)(7) == 21
    for bad in (None, "abc", [1, 2], 7):
        with pytest.raises(ValueError, match="pairs of arguments and result"):
            untyped(bad, budget=10)
