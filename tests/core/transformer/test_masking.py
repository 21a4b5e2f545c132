"""BERT's masking: its rates, and what it leaves alone."""

import numpy as np
import pytest
from scipy.stats import binom

from core.transformer import mask_tokens


def within(hits: int, trials: int, share: float) -> bool:
    """Whether a count lies where all but one in a million would."""
    low, high = binom.interval(1 - 1e-6, trials, share)
    return bool(low <= hits <= high)


@pytest.mark.parametrize("share", [0.15, 0.3, 1.0])
def test_rates_lie_within_their_interval(share: float) -> None:
    text = np.random.default_rng(0).integers(50, size=(200, 100))
    masked = mask_tokens(text, np.random.default_rng(1), share=share, mask_id=50, vocabulary=50)
    chosen = int(masked.chosen.sum())
    assert within(chosen, text.size, share)
    for kind, part in (("mask", 0.8), ("random", 0.1), ("keep", 0.1)):
        assert within(int((masked.kinds == kind).sum()), chosen, part)
    assert ((masked.kinds != "") == masked.chosen).all()
    assert (masked.ids[masked.kinds == "mask"] == 50).all()
    assert (
        masked.ids[(masked.kinds == "") | (masked.kinds == "keep")]
        == text[(masked.kinds == "") | (masked.kinds == "keep")]
    ).all()
    drawn = masked.ids[masked.kinds == "random"]
    assert drawn.min() >= 0 and drawn.max() < 50
    assert within(int((drawn == text[masked.kinds == "random"]).sum()), len(drawn), 1 / 50)


def test_nothing_chosen_is_nothing_changed() -> None:
    text = np.arange(10)
    masked = mask_tokens(text, np.random.default_rng(0), share=0.0, mask_id=99, vocabulary=10)
    assert (masked.ids == text).all() and not masked.chosen.any()
    empty = mask_tokens(np.zeros(0, dtype=int), np.random.default_rng(0), mask_id=99, vocabulary=10)
    assert empty.ids.shape == (0,)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        mask_tokens(np.arange(3), np.random.default_rng(0), share=share, mask_id=9, vocabulary=9)


def test_a_vocabulary_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="vocabulary"):
        mask_tokens(np.arange(3), np.random.default_rng(0), mask_id=9, vocabulary=0)
