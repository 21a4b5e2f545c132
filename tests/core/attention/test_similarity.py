"""The recorded comparison of a word between sentences."""

import numpy as np
import pytest

from core.attention import MEANINGS_SENTENCES, MEANINGS_WORD, recorded_meanings, word_similarity
from core.models import Encoder


def test_the_recording_is_of_the_preset() -> None:
    kept = recorded_meanings()
    assert (kept.word, kept.sentences) == (MEANINGS_WORD, MEANINGS_SENTENCES)
    assert kept.cosine[-1, 1, 2] > kept.cosine[-1, 0, 1], "the two banks of money end closer than river and money"


@pytest.mark.models
def test_the_recording_can_be_made_again(minilm: Encoder) -> None:
    again = word_similarity(minilm, MEANINGS_SENTENCES, MEANINGS_WORD)
    assert np.abs(again.cosine - recorded_meanings().cosine).max() < 1e-5
