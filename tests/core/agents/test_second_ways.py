"""What is called from outside, with odd input, against a second implementation in exact fractions."""

import math
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.agents import NAMES, break_even, make_tool, success

SMALL = st.integers(-6, 9)


@given(st.floats(0, 1), st.integers(0, 12), st.integers(0, 4))
@example(p=0.99999, steps=1, retries=3)
@example(p=math.nextafter(1, 0), steps=1, retries=4)
@example(p=1e-300, steps=12, retries=0)
def test_success_is_that_of_exact_fractions(p: float, steps: int, retries: int) -> None:
    exact = (1 - Fraction(p) ** (retries + 1)) ** steps
    assert success(p, steps, retries=retries) == pytest.approx(float(exact), rel=1e-12, abs=1e-300)


@given(st.floats(0, 1), st.integers(0, 6), st.sampled_from([1, 3, 5, 7]))
def test_a_vote_is_that_of_exact_fractions(p: float, steps: int, voters: int) -> None:
    q = Fraction(p)
    each = sum(math.comb(voters, k) * (1 - q) ** k * q ** (voters - k) for k in range(voters // 2 + 1, voters + 1))
    assert success(p, steps, voters=voters) == pytest.approx(float(each**steps), rel=1e-11, abs=1e-15)


def test_success_keeps_what_a_rounded_one_would_lose() -> None:
    assert 1 - success(1e-17, 10_000) == pytest.approx(1e-13, rel=1e-2)
    assert success(1e-12, 10_000, retries=3) == 1
    assert success(0.5, 1, retries=10**400) == 1 and success(1, 1, retries=10**400) == 0
    assert success(1, 0, voters=3) == 1 and success(0, 10_000, voters=999_999) == 1
    assert success(math.nextafter(1, 0), 10_000) == 0
    with pytest.raises(ValueError, match="voters"):
        success(0.5, 1, voters=10**7 + 1)


COST = st.floats(0, 1e9)


@given(COST, COST, COST)
def test_break_even_is_that_of_exact_fractions(make: float, large: float, small: float) -> None:
    found = break_even(make, large, small)
    if large <= small:
        assert found == math.inf
        return
    exact = Fraction(make) / (Fraction(large) - Fraction(small))
    assert found == pytest.approx(float(exact), rel=1e-12) if exact < 10**300 else found > 1e299


def _python(expression: str, arguments: tuple[Fraction, ...]) -> Fraction:
    """Python's own value of an expression, with every number put into Fraction."""
    text = re.sub(r"\d+", lambda number: f"Fraction({number[0]})", expression)
    return Fraction(eval(text, {"Fraction": Fraction, **dict(zip(NAMES, arguments, strict=False))}))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.tuples(SMALL, SMALL), SMALL), min_size=1, max_size=3, unique_by=lambda one: one[0])
)  # fmt: skip
def test_a_tool_gives_any_examples_that_it_is_made_from(examples: list[tuple[tuple[int, int], int]]) -> None:
    tool = make_tool(examples, budget=4_000)
    if tool is None:
        return
    assert tool.tried <= 4_000
    for arguments, result in examples:
        assert tool(*arguments) == result == _python(tool.expression, tuple(map(Fraction, arguments)))


def _reachable(columns: list[tuple[Fraction, ...]], size: int) -> set[tuple[Fraction, ...]]:
    """All values on the examples that an expression of a size can have, built anew from all smaller ones."""
    if size == 1:
        return {*columns}
    found = set()
    for left in range(1, size):
        for one in _reachable(columns, left):
            for other in _reachable(columns, size - left):
                pairs = list(zip(one, other, strict=True))
                found |= {
                    tuple(a + b for a, b in pairs),
                    tuple(a - b for a, b in pairs),
                    tuple(a * b for a, b in pairs),
                }
                if all(other):
                    found |= {
                        tuple(a / b for a, b in pairs),
                        tuple(Fraction(a // b) for a, b in pairs),
                        tuple(a % b for a, b in pairs),
                    }
                if all(b.denominator == 1 and 0 <= b <= 10 for b in other):
                    found.add(tuple(Fraction(a**b.numerator) for a, b in pairs))
    return found


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(SMALL, SMALL), min_size=2, max_size=2, unique_by=lambda one: one[0]))
def test_no_smaller_expression_would_do(points: list[tuple[int, int]]) -> None:
    tool = make_tool(points, budget=3_000)
    columns = [tuple(Fraction(x) for x, _ in points), *((Fraction(n),) * 2 for n in (1, 2, 3, 4, 5, 10))]
    goal = tuple(Fraction(result) for _, result in points)
    sizes = [size for size in (1, 2) if goal in _reachable(columns, size)]
    if sizes:
        assert tool is not None and len(re.findall(r"\d+|[xyzw]", tool.expression)) == sizes[0]
    elif tool is not None:
        assert len(re.findall(r"\d+|[xyzw]", tool.expression)) > 2


def test_numbers_of_every_kind_are_read_exactly() -> None:
    large = 2**60 + 1
    tool = make_tool([(large, large + 1), (7, Fraction(8)), (-0.5, 0.5)], budget=500)
    assert tool is not None and tool(10**30) == 10**30 + 1 and tool(1e300) == Fraction(10) ** 300 + 1
    assert make_tool([((2, 3), 5), ((2, 3), 5.0), ((4, 4), 8)], budget=500)(1, 9) == 10  # type: ignore[misc]


@pytest.mark.parametrize(
    ("examples", "says"),
    [
        ([(True, 3)], "got True"),
        ([(0.1, 1), (Fraction(1, 10), 2)], "contradict each other: 0.1 gives 1 and 2"),
        ([(1, math.inf)], "finite number"),
    ],
)
def test_what_is_no_number_is_refused(examples: Any, says: str) -> None:
    with pytest.raises(ValueError, match=re.escape(says)):
        make_tool(examples, budget=10)
