"""Every solution replayed; which hands can be solved, by a second search; beams against both."""

import ast
import subprocess
import sys
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reasoning import reachable, search24, solvable_multisets, solve24, states_of

HANDS = st.lists(st.integers(1, 13), min_size=4, max_size=4)


def replayed(expression: str) -> tuple[Fraction, list[int]]:
    """The value of an expression over fractions, and the numbers in it."""
    used = sorted(node.value for node in ast.walk(ast.parse(expression)) if isinstance(node, ast.Constant))
    written = "".join(f"F({part})" if part.isdigit() else part for part in _split(expression))
    return eval(written, {"F": Fraction}), used


def _split(expression: str) -> list[str]:
    import re

    return re.findall(r"\d+|[^\d]", expression)


def by_brackets(hand: list[int]) -> bool:
    """A second implementation: the five ways to set brackets, all orders, all signs."""

    def apply(sign: str, a: Fraction | None, b: Fraction | None) -> Fraction | None:
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        return {"+": a + b, "-": a - b, "*": a * b}[sign] if sign != "/" else a / b

    for a, b, c, d in set(permutations(map(Fraction, hand))):
        for x, y, z in product("+-*/", repeat=3):
            if 24 in (
                apply(z, apply(y, apply(x, a, b), c), d),
                apply(z, apply(x, a, apply(y, b, c)), d),
                apply(y, apply(x, a, b), apply(z, c, d)),
                apply(x, a, apply(z, apply(y, b, c), d)),
                apply(x, a, apply(y, b, apply(z, c, d))),
            ):
                return True
    return False


def test_1362_of_1820_can_be_solved() -> None:
    found = solvable_multisets()
    assert len(found) == len(set(found)) == 1362
    assert (1, 1, 1, 1) not in found and (3, 3, 8, 8) in found


@given(HANDS)
@settings(max_examples=8)
def test_it_is_solved_exactly_where_a_second_search_finds_a_way(hand: list[int]) -> None:
    solutions = solve24(hand)
    can = by_brackets(hand)
    assert bool(solutions) == can == (tuple(sorted(hand)) in set(solvable_multisets()))
    assert reachable(tuple(map(Fraction, sorted(hand)))) == can
    assert len(set(solutions)) == len(solutions) and list(solutions) == sorted(solutions)
    for solution in solutions:
        assert replayed(solution) == (24, sorted(hand))


def test_solutions_that_differ_by_order_alone_are_one() -> None:
    assert solve24([13, 4, 10, 9]) == ("(10 - 4) * (13 - 9)", "4 * (10 + 9 - 13)")
    assert solve24([3, 3, 8, 8]) == ("8 / (3 - 8 / 3)",)
    assert solve24((1, 1, 1, 1)) == ()


@pytest.mark.parametrize(
    "numbers", [[1, 2, 3], [1, 2, 3, 4, 5], [0, 1, 2, 3], [1, 2, 3, 14], [1, 2, 3, -4], [1.5, 2, 3, 4], []]
)
def test_other_numbers_get_a_word(numbers: list[float]) -> None:
    for solve in (solve24, lambda some: search24(some, beam=5)):
        with pytest.raises(ValueError, match="must be"):
            solve(numbers)


OTHER_TYPES = """
from core.reasoning import extract_answer, first_wrong_step, search24, solve24

for call in (extract_answer, first_wrong_step, solve24, lambda given: search24(given, beam=5)):
    for given in (None, 5):
        try:
            call(given)
        except ValueError as error:
            assert "must be" in str(error) and repr(given) in str(error)
        else:
            raise SystemExit(f"{call} takes {given}")
"""


def test_values_of_another_type_get_a_word() -> None:
    """In a process of its own, since tests hold the types of all arguments before a function sees them."""
    done = subprocess.run([sys.executable, "-c", OTHER_TYPES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def drawn() -> list[tuple[int, ...]]:
    """Some of the puzzles that have a solution."""
    return [solvable_multisets()[place] for place in np.random.default_rng(0).choice(1362, 24, replace=False)]


def test_the_oracle_solves_all_with_one_state_kept(drawn: list[tuple[int, ...]]) -> None:
    for hand in drawn[:12]:
        found = search24(hand, beam=1, evaluator="oracle")
        assert found.solution is not None
        assert replayed(found.solution) == (24, list(hand))


def test_a_wrong_oracle_solves_less_the_more_it_errs(drawn: list[tuple[int, ...]]) -> None:
    shares = [
        np.mean(
            [search24(hand, beam=5, evaluator="oracle", error=error, seed=1).solution is not None for hand in drawn]
        )
        for error in (0.0, 0.2, 0.5, 1.0)
    ]
    assert shares[0] == 1 and shares[0] > shares[1] > shares[2] > shares[3]


def test_a_wider_beam_solves_more_and_pays_more(drawn: list[tuple[int, ...]]) -> None:
    found = [[search24(hand, beam=beam) for hand in drawn] for beam in (1, 5, 40)]
    solved = [sum(one.solution is not None for one in some) for some in found]
    nodes = [sum(one.nodes for one in some) for some in found]
    assert solved == sorted(solved) and nodes == sorted(nodes) and solved[-1] > solved[0]


@given(HANDS, st.integers(1, 8), st.integers(0, 5))
@settings(max_examples=12)
def test_levels_hold_what_was_scored(hand: list[int], beam: int, seed: int) -> None:
    found = search24(hand, beam=beam, seed=seed)
    assert found.nodes == sum(map(len, found.levels)) and len(found.levels) == 3
    for depth, level in enumerate(found.levels):
        assert sum(one.kept for one in level) == min(beam, len(level))
        assert len({one.values for one in level}) == len(level)
        worst = min(one.score for one in level if one.kept)
        assert all(one.score <= worst for one in level if not one.kept)
        for one in level:
            assert len(one.values) == 3 - depth == len(one.written)
            assert depth == 0 or found.levels[depth - 1][one.parent].kept
            assert [replayed(written)[0] for written in one.written] == list(one.values)
    assert found == search24(hand, beam=beam, seed=seed)


def test_thoughts_are_added_and_struck() -> None:
    plain = search24([4, 5, 6, 10], beam=5)
    assert plain.solution is None
    kept = next(one for one in plain.levels[0] if one.kept)
    other = next(one for one in plain.levels[0] if not one.kept and reachable(one.values))
    struck = search24([4, 5, 6, 10], beam=5, struck=[kept.values])
    assert sum(one.kept for one in struck.levels[0]) == 5
    assert not next(one for one in struck.levels[0] if one.values == kept.values).kept
    added = search24([4, 5, 6, 10], beam=5, added=[other.values])
    assert sum(one.kept for one in added.levels[0]) == 6
    ways = [one for one in added.levels[1] if reachable(one.values)]
    steered = search24([4, 5, 6, 10], beam=5, added=[other.values, *(one.values for one in ways)])
    assert steered.solution is not None and replayed(steered.solution) == (24, [4, 5, 6, 10])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"beam": 0}, "beam"),
        ({"beam": 1, "evaluator": "guess"}, "heuristic, oracle, model"),
        ({"beam": 1, "evaluator": "oracle", "error": 1.1}, "from 0 to 1"),
        ({"beam": 1, "evaluator": "oracle", "error": float("nan")}, "from 0 to 1"),
        ({"beam": 1, "evaluator": "oracle", "error": True}, "from 0 to 1; got True"),
        ({"beam": 1, "error": 0.1}, "only the oracle"),
        ({"beam": 1, "seed": -1}, "seed"),
    ],
)
def test_a_search_refuses(options: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        search24([4, 9, 10, 13], **options)  # type: ignore[arg-type]


def test_half_of_the_judged_states_can_make_24() -> None:
    states = states_of(seed=0)
    assert len(states) == len(set(states)) == 100
    assert [reachable(state) for state in states].count(True) == 50
    assert {len(state) for state in states} == {2, 3}
