"""Problems, what is read from an answer, bare sums, and what a call costs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import CausalLM
from core.numbers import wilson
from core.tools import (
    CHAIN,
    DIRECT,
    METHODS,
    PROGRAM,
    TEMPLATES,
    Attempt,
    Share,
    Sum,
    answer_all,
    answer_in,
    break_even,
    break_even_interval,
    carries,
    drawn_pairs,
    drawn_problems,
    judged,
    prompt,
    run_program,
    share,
    sum_prompt,
    tokens_each,
    with_errors,
    wrong_places,
)


@pytest.mark.parametrize("kind", TEMPLATES)
@pytest.mark.parametrize("digits", [1, 2, 3, 4])
def test_each_example_reads_as_its_own_answer(kind: str, digits: int) -> None:
    for problem in drawn_problems(kind, digits, 30, seed=3):
        assert problem.answer > 0 and run_program(problem.program).answer == problem.answer
        assert answer_in(problem.chain, CHAIN) == problem.answer
        assert answer_in(str(problem.answer), DIRECT) == problem.answer
        for method, text in ((CHAIN, problem.chain), (DIRECT, str(problem.answer)), (PROGRAM, problem.program)):
            assert judged(problem.text, problem.answer, method, text, 1, 1).right


def test_prompts_show_each_kind_and_end_with_the_question() -> None:
    for kind in TEMPLATES:
        asked = drawn_problems(kind, 2, 1, seed=0)[0].text
        for method in METHODS:
            text = prompt(method, asked, kind)
            assert text.count("Q: ") == 4 and not text.endswith(" ") and asked in text.rsplit("Q: ", 1)[1]
    again = prompt(PROGRAM, "x", kind, failed=("a = b", "line 1: no"))
    assert again.endswith("a = b\nError: line 1: no\nCorrected program:\n")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: drawn_problems("three", 2, 1, seed=0), "one step, two steps"),
        (lambda: drawn_problems("one step", 0, 1, seed=0), "1 to 4"),
        (lambda: drawn_problems("one step", 5, 1, seed=0), "1 to 4"),
        (lambda: prompt("guess", "x", "one step"), "direct, chain, program"),
        (lambda: drawn_pairs(7, 1, seed=0), "1 to 6"),
        (lambda: sum_prompt(1, 2, "many"), "four examples"),
        (lambda: carries(-1, 2), "not be negative"),
        (lambda: with_errors([], 0.1, seed=0), "at least 1"),
        (lambda: with_errors([Attempt("", 1, "", "", "1", "", 1, 1)], 1.1, seed=0), "0 to 1"),
        (lambda: wilson(3, 2), "got 3 of 2"),
        (lambda: wilson(0, 0), "count above 0"),
    ],
)
def test_values_out_of_range_are_named(call, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match=says):
        call()


def test_what_is_no_number_is_no_answer() -> None:
    assert answer_in("I do not know", CHAIN) is None
    assert judged("", 3, CHAIN, "no idea", 1, 1).answer == ""
    assert answer_in("1,204 boxes", DIRECT) == 1204
    stopped = judged("", 3, PROGRAM, "answer = had + 1", 1, 1)
    assert "'had' is not known" in stopped.error and not stopped.right
    assert not judged("", 3, PROGRAM, "while 1 < 2:\n    a = 1", 1, 1).right
    assert judged("", 3, PROGRAM, "__import__('os')", 1, 1).error


def test_a_model_answers_each_problem_and_sees_its_error_once(tiny: CausalLM) -> None:
    asked = [(problem.text, problem.answer) for problem in drawn_problems("one step", 1, 3, seed=0)]
    for method in METHODS:
        found = answer_all(tiny, method, asked, "one step")
        assert [one.problem for one in found] == [text for text, _ in asked]
        for one in found:
            assert (one.second is not None) == bool(one.error)
            assert one.read > 100 and one.wrote > 0


@given(st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=60)
def test_carries_follow_from_digit_sums(left: int, right: int) -> None:
    digits = [sum(map(int, str(number))) for number in (left, right, left + right)]
    assert 9 * carries(left, right) == digits[0] + digits[1] - digits[2]


@pytest.mark.parametrize(
    ("text", "first"),
    [(" 123", None), (" 133", 1), (" 223", 0), (" 12", 2), (" 1234", 3), (" none", 0), (" 123 + 4 = 5", None)],
)
def test_the_first_wrong_digit(text: str, first: int | None) -> None:
    one = Sum(100, 23, text)
    assert one.first_wrong == first and one.correct == (first is None)
    assert wrong_places([one]) == [int(place == first) for place in range(4)]


def attempts(right: int, wrong: int) -> list[Attempt]:
    good = Attempt("", 1, PROGRAM, "", "1", "", 10, 5)
    return [good] * right + [replace(good, answer="2")] * wrong


@given(st.integers(0, 20), st.integers(1, 20), st.floats(0, 1))
@settings(max_examples=40)
def test_errors_of_a_tool_cost_their_share(right: int, wrong: int, rate: float) -> None:
    drawn = with_errors(attempts(right, wrong), rate, seed=1, draws=400)
    expected = right / (right + wrong) * (1 - rate)
    assert abs(drawn.mean() - expected) < 0.06 and (drawn <= right / (right + wrong) + 1e-12).all()


@pytest.mark.parametrize(
    ("tool", "other", "turn"), [((40, 40), (10, 40), 0.75), ((10, 40), (10, 40), None), ((0, 40), (0, 40), None)]
)
def test_the_break_even_is_where_both_are_equal(
    tool: tuple[int, int], other: tuple[int, int], turn: float | None
) -> None:
    found = break_even(Share(*tool), Share(*other))
    assert found == turn
    if found is not None:
        assert abs(Share(*tool).value * (1 - found) - Share(*other).value) < 1e-12


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_of_the_break_even_holds_it(count: int, first: int, second: int) -> None:
    tool, other = Share(min(first, count), count), Share(min(second, count), count)
    if not (tool.value > other.value and tool.apart(other)):
        with pytest.raises(ValueError, match="beyond the intervals"):
            break_even_interval(tool, other)
        return
    low, high = break_even_interval(tool, other)
    turn = break_even(tool, other)
    assert turn is not None and 0 <= low <= turn + 1e-12 and turn <= high + 1e-12 and high <= 1
    # Never wider than both shares at the far ends of their intervals.
    (low_q, high_q), (low_p, high_p) = other.interval, tool.interval
    assert low >= 1 - high_q / low_p - 1e-12 and high <= 1 - low_q / high_p + 1e-12


@pytest.mark.parametrize(("p", "q"), [(0.9, 0.3), (0.6, 0.1), (0.5, 0.02)])
def test_the_interval_of_the_break_even_holds_the_true_one_95_times_in_100(p: float, q: float) -> None:
    rng = np.random.default_rng(3)
    drawn = [
        (Share(int(a), 64), Share(int(b), 64)) for a, b in zip(*rng.binomial(64, [[p], [q]], (2, 600)), strict=True)
    ]
    ends = [break_even_interval(*pair) for pair in drawn if pair[0].value > pair[1].value and pair[0].apart(pair[1])]
    held = np.mean([low <= 1 - q / p <= high for low, high in ends])
    assert len(ends) > 500 and 0.93 <= held <= 0.99


def test_tokens_for_each_right_answer() -> None:
    assert tokens_each(attempts(2, 2)) == 30 and tokens_each(attempts(2, 2), written=True) == 10
    assert tokens_each(attempts(0, 3)) == float("inf")
    again = replace(attempts(0, 1)[0], second=attempts(1, 0)[0])
    assert tokens_each([again]) == 30


@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share_and_agrees_with_the_score_test(right: int, more: int) -> None:
    count = right + more
    low, high = wilson(right, count)
    assert 0 <= low <= right / count <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            np.testing.assert_allclose(
                abs(right / count - end), 1.959963984540054 * np.sqrt(end * (1 - end) / count), rtol=1e-9
            )


def test_shares_differ_only_where_intervals_do_not_meet() -> None:
    assert Share(38, 40).apart(Share(10, 40)) and not Share(20, 40).apart(Share(22, 40))
    assert share(attempts(3, 1)) == Share(3, 4)
