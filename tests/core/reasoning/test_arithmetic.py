"""Equations of a text are found and judged as Python's own fractions judge them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasoning import first_wrong_step, steps, value_of


def as_python(expression: str) -> Fraction | None:
    """A second implementation: Python's parser over fractions."""
    import re

    written = re.sub(r"\d+(\.\d+)?", lambda match: f"F('{match.group()}')", expression)
    try:
        return Fraction(eval(written, {"F": Fraction}))
    except ZeroDivisionError:
        return None


NUMBERS = st.one_of(st.integers(0, 99).map(str), st.decimals(0, 99, places=2).map(str))
EXPRESSIONS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("({})".format, inner),
        st.builds("-({})".format, inner),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_a_value_is_pythons(expression: str) -> None:
    assert value_of(expression) == as_python(expression)


@given(EXPRESSIONS, EXPRESSIONS)
def test_an_equation_is_judged_as_python_judges_it(left: str, right: str) -> None:
    (step,) = steps(f"So it is clear, {left} = {right} coins. Good.")
    assert (step.left, step.right) == (as_python(left), as_python(right))
    found = first_wrong_step(f"{left} = {right}")
    same = as_python(left) is not None and as_python(left) == as_python(right)
    assert (found is None) == same


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("6 + 7 = 13", None),
        ("6+7=14", "6+7=14"),
        ("So 6 + 7 = 13 coins. Then 13 - 2 = 12 coins.", "13 - 2 = 12"),
        ("5 / 0 = 0", "5 / 0 = 0"),
        ("0 / 5 = 0", None),
        ("1,000 + 250 = 1,250", None),
        ("$5.50 + $1 = $6.50", None),
        ("6 x 7 = 43", "6 x 7 = 43"),
        ("6 × 7 ÷ 2 = 21", None),
        ("6 plus 7 equals 14", "6 plus 7 equals 14"),
        ("6 coins + 7 coins = 14 coins", "6 coins + 7 coins = 14"),
        ("2 + 3 = 5 + 1 = 6", "2 + 3 = 5 + 1"),
        ("1) 6 + 7 = 14", "6 + 7 = 14"),
        ("In all: 6 + 7 = 14!", "6 + 7 = 14"),
        ("10 / 3 = 3.33", "10 / 3 = 3.33"),
        ("4 - -3 = 7", None),
    ],
)
def test_the_first_wrong_step_is_found(text: str, wrong: str | None) -> None:
    found = first_wrong_step(text)
    assert (found.text if found else None) == wrong
    if found:
        assert text[found.start : found.end] == found.text and not found.holds


@pytest.mark.parametrize(
    "text",
    ["", "=", "no number", "2x = 6", "x - 3 = 7", "2x + 3 = 7", "50% of 20 = 10", "2^3 = 8", "13 = 6 + 7y",
     "the sum of 6 and 7 = 13", "5 + = 6", "answer = 6 + 7", "(" * 5000 + "1 = 2", "9" * 6000 + " = 1",
     "√4 = 2", "√ 4 = 2", "2 ^ 3 = 8", "10 % 3 = 1", "4² = 16", "13:2 = 6.5", "90° = 1"],
)  # fmt: skip
def test_what_cannot_be_read_is_no_step(text: str) -> None:
    assert first_wrong_step(text) is None


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    found = first_wrong_step(text)
    assert found is None or text[found.start : found.end] == found.text
