"""Small programs against Python itself, and what stops one."""

import time
from dataclasses import replace
from fractions import Fraction
from inspect import unwrap

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.tools import ProgramError, replay, run_program

NAMES = ("a", "b", "c")
PARTS = st.sampled_from([*NAMES, "1", "2", "3.5"])
SUMS = st.tuples(PARTS, st.sampled_from(["+", "-", "*"]), PARTS).map(" ".join)
SETS = st.tuples(st.sampled_from(NAMES), st.sampled_from(["=", "+=", "-="]), SUMS).map(" ".join)
SIGNS = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])


def branches(sign: str, then: str, otherwise: str) -> str:
    return f"if a {sign} b:\n    {then}\nelse:\n    {otherwise}"


LINES = st.one_of(
    SETS,
    st.builds(branches, SIGNS, SETS, SETS),
    st.builds(lambda count, line: f"for i in range({count}):\n    {line}", st.integers(0, 4), SETS),
    st.builds(lambda line: f"while c < 5:\n    c += 1\n    {line}".replace("c =", "b ="), SETS),
)


@given(st.lists(LINES, max_size=6))
@settings(max_examples=100, deadline=None)
def test_it_does_what_python_does(lines: list[str]) -> None:
    text = "\n".join(["a = 1", "b = 2", "c = 3", *lines])
    try:
        run = run_program(text, steps=2000)
    except ProgramError as error:
        assert "endless" in error.reason or "digits" in error.reason or "too long" in error.reason
        return
    names: dict[str, object] = {}
    exec(text.replace("3.5", "Fraction(7, 2)"), {"Fraction": Fraction}, names)
    assert {name: Fraction(str(value)) for name, value in names.items()} == dict(run.values)
    assert run.answer == run.steps[-1].value
    again = replay(run)
    assert again.count(False) == 0 and len(again) == min(len(run.steps), 200)


def test_a_step_with_another_value_is_seen_when_it_is_replayed() -> None:
    run = run_program("a = 1.5e1\nfor i in range(1, 3):\n    a += i\nif a >= 3:  # so\n    print(a / 7)\nb = a")
    assert replay(run) == [True] * len(run.steps)
    for place, step in enumerate(run.steps):
        steps = (*run.steps[:place], replace(step, value=step.value + 5), *run.steps[place + 1 :])
        assert replay(replace(run, steps=steps))[place] is False
    assert replay(run_program("x = 2**0.5\ny = x * 2")) == [True, None]


def test_the_answer_is_the_name_answer_or_the_last_line() -> None:
    assert run_program("answer = 2\nb = 9").answer == 2
    assert run_program("a = 2\na * 4  # eight\n\n").answer == 8
    assert run_program("a = 2\nprint(a / 4)").answer == Fraction(1, 2)
    assert run_program("x = 6\nx /= 4").values["x"] == Fraction(3, 2)


def test_each_line_that_ran_is_kept_with_its_value() -> None:
    run = run_program("x = 0\nfor i in range(1, 3):\n    x += i\nif x >= 3:\n    x = 9\n")
    assert [(step.line, step.name, int(step.value)) for step in run.steps] == [
        (1, "x", 0),
        (2, "i", 1),
        (3, "x", 1),
        (2, "i", 2),
        (3, "x", 3),
        (4, "", 1),
        (5, "x", 9),
    ]


@pytest.mark.parametrize(
    ("text", "line", "place", "says"),
    [
        ("a = 1\nb = a +", 2, 7, "a number is missing"),
        ("a = 1\nb = c + a", 2, 4, "the name 'c' is not known"),
        ("x += 1", 1, 0, "'x' is not known"),
        ("while 1 < 2:\n    a = 1", 1, 0, "endless"),
        ("a = 1\nb = a / 0", 2, 6, "division by zero"),
        ("  a = 1", 1, 0, "indented"),
        ("if 1 < 2:\na = 1", 1, 8, "indented line must follow"),
        ("if 1 < 2 < 3:\n    a = 1", 1, 0, "compares two values"),
        ("for i in range(1/2):\n    a = 1", 1, 15, "whole numbers"),
        ("for i in range(1, 2, 3):\n    a = 1", 1, 0, "a start and a stop"),
        ("import os", 1, 7, "operator is missing"),
        ("a.b = 1", 1, 1, "no sign"),
        ("a = __import__('os')", 1, 15, "no sign"),
        ("if = 3", 1, 0, "word of the language"),
        ("", 1, 0, "no line"),
        ("x = 2\nfor i in range(99):\n    x = x * x", 3, 10, "digits"),
        ("a = 1\n" * 201, 201, 0, "more than 200 lines"),
        ("1" * 5001, 1, 0, "5,001 characters"),
    ],
)
def test_what_stops_a_program_has_a_line_and_a_place(text: str, line: int, place: int, says: str) -> None:
    with pytest.raises(ProgramError, match="line") as stopped:
        run_program(text)
    assert (stopped.value.line, stopped.value.place) == (line, place) and says in stopped.value.reason


def test_the_error_carries_what_had_been_run() -> None:
    with pytest.raises(ProgramError) as stopped:
        run_program("a = 4\nb = a / (a - 4)")
    assert [int(step.value) for step in stopped.value.steps] == [4]


@pytest.mark.parametrize("steps", [0, -1, 100_001, True])
def test_steps_out_of_range_are_refused(steps: int) -> None:
    with pytest.raises(ValueError, match=r"steps is .*; it must be a whole number from 1 to 100000"):
        run_program("1", steps=steps)


def test_steps_may_be_any_whole_number() -> None:
    assert len(unwrap(run_program)("a = 1", steps=np.int64(1)).steps) == 1
    for steps in (1.0, "1", None, float("nan")):
        with pytest.raises(ValueError, match="a whole number from 1"):
            unwrap(run_program)("a = 1", steps=steps)


@pytest.mark.parametrize(
    "text",
    [
        "a = 10**3999\nwhile a > 10**3998:\n    b = 1",
        "a = 10**3999 / 7\nc = 10**3999 / 3\nwhile a < c:\n    b = 1",
        "for i in range(10**3998, 10**3999):\n    b = 1",
    ],
)
def test_long_numbers_are_not_compared_or_counted_without_end(text: str) -> None:
    start = time.process_time()
    with pytest.raises(ProgramError, match="too long to go on"):
        run_program(text, steps=100_000)
    assert time.process_time() - start < 1


def test_steps_bound_what_is_run_exactly() -> None:
    text = "for i in range(5):\n    i"
    assert len(run_program(text, steps=10).steps) == 10
    with pytest.raises(ProgramError):
        run_program(text, steps=9)


@given(st.text(max_size=60) | st.text("abi =+-*/(){}:\n 0123<for while range print if else", max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_runs_or_is_refused(text: str) -> None:
    try:
        run_program(text, steps=50)
    except ProgramError as error:
        assert error.line >= 1 and error.place >= 0
