"""Depth first with backtracking: solutions replayed, complete without strikes, straight with a true oracle."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.reasoning import chain_share, deep_share, depth_first24, guessed_chains, races, reachable, solve24, value_of
from core.reasoning.races import drawn_hands, lucky

HANDS = st.lists(st.integers(1, 13), min_size=4, max_size=4)


@given(HANDS, st.integers(0, 3))
@settings(max_examples=12, deadline=None)
def test_it_finds_what_can_be_found(hand: list[int], seed: int) -> None:
    found = depth_first24(hand, seed=seed)
    assert (found.solution is not None) == bool(solve24(hand))
    assert found.solution is None or value_of(found.solution) == 24
    assert found.nodes == sum(map(len, found.levels))


@given(HANDS)
@settings(max_examples=12, deadline=None)
def test_a_true_oracle_never_goes_back(hand: list[int]) -> None:
    found = depth_first24(hand, evaluator="oracle")
    gone = [one for level in found.levels for one in level if one.kept]
    assert len(gone) == (3 if found.solution else 0) and all(reachable(one.values) for one in gone)


def test_it_goes_in_the_order_of_the_scores_and_stops_where_it_is_told() -> None:
    whole = depth_first24((4, 5, 6, 10))
    first = whole.levels[0]
    assert max(one.score for one in first) == max(one.score for one in first if one.kept)
    nodes = [depth_first24((4, 5, 6, 10), most=most).nodes for most in range(1, 30)]
    assert nodes == sorted(nodes) and nodes[0] == len(first) and nodes[-1] == whole.nodes
    for level, above in zip(whole.levels[1:], whole.levels, strict=False):
        assert all(above[one.parent].kept for one in level)


@pytest.mark.parametrize(
    ("hand", "options"),
    [
        ((1, 2, 3), {}), ((1, 2, 3, 14), {}), ((1, 2, 3, 4.5), {}), ((1, 2, 3, 4), {"most": 0}),
        ((1, 2, 3, 4), {"error": 0.5}), ((1, 2, 3, 4), {"evaluator": "model?"}), ((1, 2, 3, 4), {"seed": -1}),
    ],
)  # fmt: skip
def test_it_refuses(hand: Any, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\d|must be one of"):
        depth_first24(hand, **options)


def test_chance_is_exact() -> None:
    assert lucky((Fraction(24),)) == 1 and lucky((Fraction(12), Fraction(2))) == pytest.approx(1 / 6)
    one = chain_share(1)
    drawn = guessed_chains(draws=20)
    assert abs(one.share - drawn.share) < 4 * (one.share / drawn.count) ** 0.5
    assert one.share < chain_share(10).share < 1 and chain_share(10).nodes == 30


def test_more_steps_solve_no_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(races, "drawn_hands", lambda: drawn_hands()[:6])
    shares = [deep_share(most).solved for most in (3, 10, 100)]
    assert shares == sorted(shares) and shares[-1] == 6 * len(races.SEEDS)
