"""The surprise at each token, slice by slice, against the softmax of all logits at once."""

import math

import pytest
import torch

from core.language import largest_change, next_token_loss
from core.language.with_torch.losses import ROWS_AT_ONCE


@pytest.mark.parametrize("tokens", [1, 2, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, ROWS_AT_ONCE + 2, 3 * ROWS_AT_ONCE])
@pytest.mark.parametrize("temperature", [1.0, 0.3, 7.0])
def test_slices_give_the_losses_of_the_whole(tokens: int, temperature: float) -> None:
    chance = torch.Generator().manual_seed(tokens)
    logits, ids = 5 * torch.randn(tokens, 11, generator=chance), torch.randint(11, (tokens,), generator=chance)
    found = next_token_loss(logits, ids, temperature=temperature, dtype=torch.float64)
    rows = (logits.double() / temperature).log_softmax(-1)
    assert found.tolist() == pytest.approx([-float(rows[n, ids[n + 1]]) for n in range(tokens - 1)], rel=1e-12)
    assert next_token_loss(logits, ids, temperature=temperature).dtype == torch.float32


def test_many_words_are_added_up_without_a_drift() -> None:
    """Of as many words as SmolLM2 has: within a few roundings of a number of this size, and as often too high."""
    chance = torch.Generator().manual_seed(7)
    logits, ids = 3 * torch.randn(40, 49_152, generator=chance), torch.randint(49_152, (40,), generator=chance)
    off = next_token_loss(logits, ids).double() - next_token_loss(logits, ids, dtype=torch.float64)
    assert float(off.abs().max()) < 4e-6
    assert abs(float(off.mean())) < 5e-7


def test_a_certain_word_is_no_surprise() -> None:
    logits = torch.full((2, 5), -80.0)
    logits[:, 3] = 33.3
    assert next_token_loss(logits, torch.tensor([0, 3])).tolist() == [0.0]


def test_the_largest_change_is_found_in_every_slice_and_a_nan_is_kept() -> None:
    one = torch.zeros(2 * ROWS_AT_ONCE + 3, 4)
    for row in (0, ROWS_AT_ONCE, len(one) - 1):
        other = one.clone()
        other[row, 2] = -3
        assert largest_change(one, other) == 3
        other[row, 2] = math.nan
        assert math.isnan(largest_change(one, other))
