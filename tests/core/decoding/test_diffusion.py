"""Texts unmasked in few steps: closed forms, a second way to the shares, and what is refused."""

import math
from itertools import combinations, product

import numpy as np
import pytest

from core.decoding import diffuse, remasked_share, valid_share

SAMPLES = 20_000


@pytest.mark.parametrize(("tokens", "steps"), [(8, 1), (8, 2), (8, 8), (6, 3), (7, 3), (1, 1)])
def test_without_remasking_the_share_is_the_closed_form(tokens: int, steps: int) -> None:
    found = diffuse(tokens, steps, remask=False, samples=SAMPLES, seed=0)
    share = valid_share(tokens, steps)
    assert abs(found.valid - share) <= 4 * np.sqrt(share * (1 - share) / SAMPLES)
    assert found.calls == steps
    assert found.valid == np.mean((found.choice == found.choice[:, :1]).all(1))


@pytest.mark.parametrize(("tokens", "steps"), [(n, k) for n in (1, 2, 3, 5, 6, 8) for k in range(1, n + 1)])
def test_with_remasking_the_share_is_the_exact_one(tokens: int, steps: int) -> None:
    found = diffuse(tokens, steps, remask=True, samples=SAMPLES, seed=1)
    share = remasked_share(tokens, steps)
    assert abs(found.valid - share) <= 4 * np.sqrt(share * max(1 - share, 0) / SAMPLES) + 1e-9
    assert found.calls == 2 * steps - 1


def enumerated(tokens: int) -> float:
    """The share in two steps, place by place over all first draws: the places shown first must be of one phrase."""
    keep, share = math.ceil(tokens / 2), 0.0
    for drawn in product((-1, 1), repeat=tokens):
        certainty = [np.sign((sum(drawn) - one) * one) for one in drawn]
        best = sorted(certainty)[-keep:]
        kept = [
            places
            for places in combinations(range(tokens), keep)
            if sorted(certainty[place] for place in places) == best
        ]
        agree = sum(abs(sum(drawn[place] for place in places)) == keep for places in kept)
        share += agree / len(kept) / 2**tokens
    return share


def test_the_exact_share_by_hand_and_by_an_enumeration() -> None:
    # Of three tokens two always agree and are shown: the third follows them.
    assert remasked_share(2, 2) == remasked_share(3, 2) == 1
    assert all(remasked_share(tokens, 1) == pytest.approx(2.0 ** (1 - tokens)) for tokens in range(1, 9))
    for tokens in range(2, 9):
        assert remasked_share(tokens, 2) == pytest.approx(enumerated(tokens), abs=1e-12)
        assert remasked_share(tokens, 2) >= valid_share(tokens, 2)
    for tokens, steps in ((0, 1), (65, 1), (4, 0), (4, 5)):
        with pytest.raises(ValueError, match="must be from 1 to"):
            remasked_share(tokens, steps)


def test_remasking_wins_back_much_for_as_many_calls() -> None:
    plain, again = (diffuse(8, steps, remask=steps == 2, samples=SAMPLES, seed=0) for steps in (3, 2))
    assert plain.calls == again.calls
    assert again.valid > plain.valid + 0.3
    assert again.error == pytest.approx(np.sqrt(again.valid * (1 - again.valid) / SAMPLES))


def test_the_same_seed_gives_the_same_texts() -> None:
    one, other = (diffuse(6, 3, remask=True, samples=50, seed=4) for _ in range(2))
    assert (one.choice == other.choice).all()


@pytest.mark.parametrize(("tokens", "steps", "samples"), [(0, 1, 5), (4, 0, 5), (4, 5, 5), (4, 2, 0)])
def test_impossible_values_are_refused(tokens: int, steps: int, samples: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        diffuse(tokens, steps, remask=False, samples=samples, seed=0)
