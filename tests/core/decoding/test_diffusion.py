"""Texts unmasked in few steps: closed forms, a second way to the shares, and what is refused."""

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


@pytest.mark.parametrize("tokens", [2, 3, 4, 5, 8])
def test_two_steps_with_remasking_agree_with_an_enumeration(tokens: int) -> None:
    found = diffuse(tokens, 2, remask=True, samples=SAMPLES, seed=1)
    share = remasked_share(tokens)
    assert abs(found.valid - share) <= 4 * np.sqrt(share * (1 - share) / SAMPLES) + 1e-12
    assert found.calls == 3


def test_the_enumeration_by_hand() -> None:
    # Of three tokens two always agree and are shown: the third follows them.
    assert remasked_share(1) == remasked_share(2) == remasked_share(3) == 1
    assert all(remasked_share(tokens) >= valid_share(tokens, 2) for tokens in range(2, 9))
    for tokens in (0, 13):
        with pytest.raises(ValueError, match="tokens must be from 1 to 12"):
            remasked_share(tokens)


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
