"""What checkers, votes and trees make of recorded chains, against draws from these very chains."""

from fractions import Fraction

import numpy as np
import pytest

from core.reasoning import (
    COUNT,
    SAMPLES,
    Kind,
    Law,
    best_of,
    branches_of,
    first_thought,
    law_of,
    majority,
    numbers_in,
    outranked,
    picked,
    recorded_answers,
    right_shares,
    sets_of,
    tree_of,
    verified,
    vote,
    vote_of,
)

KIND: Kind = "small numbers"
EVERY = [(seed, place) for seed in sets_of(KIND) for place in range(COUNT)]


def test_laws_are_the_counted_shares() -> None:
    for place, (seed, one) in enumerate(EVERY):
        law = law_of(KIND, seed, one)
        assert law.right + sum(law.wrong) == pytest.approx(1) and law.right == right_shares(KIND)[place]
        values = recorded_answers(KIND, "few-shot chain", SAMPLES).by_set[seed].read()[one]
        assert len(law.wrong) == len(set(values)) - (law.right > 0)
        branches = branches_of(KIND, seed, one)
        parts = ((branches.first.right, branches.sound), (sum(branches.first.wrong), branches.other))
        assert all((share > 0) == (after is not None) for share, after in parts)
        assert sum(share * after.right for share, after in parts if after) == pytest.approx(law.right)


@pytest.mark.parametrize(
    ("text", "numbers", "holds"),
    [
        (" Mia starts with 6 coins and buys 7. So 6 + 7 = 13.", (6, 7), True),
        ("So 6 + 7 = 14 coins. More", (6, 7, 14), False),
        ("It costs $5.50 now. Then 3.", (Fraction(11, 2),), True),
        ("No end 5", (5,), True),
        ("", (), True),
    ],
)
def test_a_first_thought_is_the_first_sentence(text: str, numbers: tuple[int, ...], holds: bool) -> None:
    start = first_thought(text)
    assert (start.numbers, start.holds) == (numbers, holds)
    assert start.is_sound(set(map(Fraction, numbers))) == (holds and bool(numbers))
    assert not start.is_sound({Fraction(99)})


def test_numbers_in_a_text_end_with_it() -> None:
    assert numbers_in("1,250 and -5 or 3/4. Q: 7") == (1250, -5, Fraction(3, 4))


@pytest.mark.parametrize("manner", ["anew", "alike"])
def test_one_of_everything_is_the_sample(manner: str) -> None:
    single = vote(KIND, 1)
    for way in (best_of, tree_of):
        one = way(KIND, 1, 0.3, manner)  # type: ignore[arg-type]
        assert one.hits == pytest.approx(single.hits) and one.tokens == pytest.approx(single.tokens)
    assert vote_of(KIND, 1).hits == pytest.approx(single.hits)
    assert best_of(KIND, 8, 0.3, manner).tokens == tree_of(KIND, 8, 0.3, manner).tokens  # type: ignore[arg-type]
    assert vote_of(KIND, 8).tokens == pytest.approx(8 * single.tokens)


def test_a_checker_that_never_errs_finds_what_was_drawn() -> None:
    shares = right_shares(KIND)
    for manner in ("anew", "alike"):
        assert best_of(KIND, 5, 0.0, manner).hits.ravel() == pytest.approx(1 - (1 - shares) ** 5)  # type: ignore[arg-type]


def test_a_vote_over_shares_is_the_exact_majority() -> None:
    law = law_of(KIND, 1, 3)
    assert vote_of(KIND, 5).hits[1, 3] == pytest.approx(majority((law.right, *law.wrong), 5))


def test_a_tree_is_what_draws_show() -> None:
    seed, place = next(
        (seed, place) for seed, place in EVERY
        if 0 < branches_of(KIND, seed, place).first.right < 1 and 0 < law_of(KIND, seed, place).right < 1
    )  # fmt: skip
    law, n, error, rng = branches_of(KIND, seed, place), 3, 0.25, np.random.default_rng(0)

    def takes(right: np.ndarray) -> np.ndarray:
        accepted = right != (rng.random(right.shape) < error)
        pool = np.where(accepted.any(axis=1, keepdims=True), accepted, True)
        return np.asarray(rng.random(len(right)) < (right & pool).sum(axis=1) / pool.sum(axis=1))

    def drawn(one: Law | None) -> np.ndarray:
        return takes(rng.random((60_000, n)) < (one.right if one else 0.0))

    shown = np.where(drawn(law.first), drawn(law.sound), drawn(law.other))
    assert abs(shown.mean() - tree_of(KIND, n, error, "anew").hits[seed, place]) < 4 * shown.std() / np.sqrt(60_000)


def test_a_checker_picks_by_its_manner() -> None:
    law = Law(0.5, (0.3, 0.2))
    assert picked(law, 3, 0.1, "anew") == verified(0.5, 3, 0.1)
    assert picked(law, 3, 0.1, "alike") == outranked(0.5, law.wrong, 3, 0.1)
