"""The rule that reads an answer: cut, marker, numbers as people write them."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasoning import extract_answer, find_answer


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The answer is 13.", 13),
        ("So 6 + 7 = 13 coins. The answer is 14. The answer is 15.", 14),
        ("6 and 7 make 13", 13),
        ("the ANSWER IS: -$5.50!", Fraction(-11, 2)),
        ("1,250", 1250),
        ("1,250,000.5", Fraction(2500001, 2)),
        ("3/4", Fraction(3, 4)),
        ("-3/4", Fraction(-3, 4)),
        ("−5", -5),
        ("$5.50", Fraction(11, 2)),
        ("7-5", 5),
        ("10 - 5", 5),
        ("first 12, then 11/26/2026", 2026),
        ("The answer is 3/0, or 4", 4),
        ("3/0", None),
        ("13\n\nThe answer is 5", 13),
        ("13 \n \t\n 5", 13),
        ("\n\n 13", 13),
        ("13. Q: How many is 5?", 13),
        ("13Q: How many is 5?", 13),
        ("The answer is not known. Q: 5", None),
        ("It has 7. The answer is unknown.", 7),
        ("no 5. The answer is\n\n6", 5),
        ("The answer isn't 5. It is 6.", 6),
        ("H2O", None),
        ("thirteen", None),
        ("", None),
        (".5", Fraction(1, 2)),
    ],
)
def test_the_rule(text: str, value: Fraction | int | None) -> None:
    found = find_answer(text)
    assert extract_answer(text) == value
    assert (found is None) == (value is None)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["", "The answer is ", "It is 4. So the answer is ", "$"]))
def test_whole_numbers_come_back_with_and_without_commas(number: int, before: str) -> None:
    assert extract_answer(f"{before}{number}.") == number
    assert extract_answer(f"{before}{number:,}") == number


@given(st.decimals(-10_000, 10_000, places=3))
def test_decimals_come_back_exactly(number: Decimal) -> None:
    assert extract_answer(f"it costs {number}") == Fraction(number)


@given(st.integers(-999, 999), st.integers(1, 999))
def test_fractions_come_back(above: int, below: int) -> None:
    assert extract_answer(f"answer is {above}/{below} of it") == Fraction(above, below)


@given(st.text(alphabet="ab =+-.,$/0123456789\nQ:", max_size=40))
def test_nothing_behind_the_end_counts(text: str) -> None:
    head = text.lstrip()
    cut = re.split(r"\n[ \t]*\n|(?<![^\W\d_])Q:", head)[0]
    assert extract_answer(text) == extract_answer(cut)


@given(st.text(max_size=60))
def test_no_text_is_too_odd(text: str) -> None:
    found = find_answer(text)
    assert found is None or 0 <= found.start < found.end <= len(text)
