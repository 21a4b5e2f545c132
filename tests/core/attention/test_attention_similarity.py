"""The recorded comparison of a word between sentences, and its file."""

from pathlib import Path

import numpy as np
import pytest

from core.attention import (
    MEANINGS_SENTENCES,
    MEANINGS_WORD,
    WordSimilarity,
    load_similarity,
    recorded_meanings,
    save_similarity,
    word_similarity,
)
from core.models import Encoder


def test_a_comparison_survives_its_file(tmp_path: Path) -> None:
    cosine = np.random.default_rng(0).random((3, 2, 2), dtype=np.float32)
    kept = WordSimilarity("bánk", ("a “bánk”", "b\nbánk"), ((1,), (2, 3)), cosine)
    save_similarity(kept, tmp_path / "kept.json")
    found = load_similarity(tmp_path / "kept.json")
    assert (found.word, found.sentences, found.positions) == (kept.word, kept.sentences, kept.positions)
    assert np.array_equal(found.cosine, cosine)


@pytest.mark.parametrize(
    "content", ["", "{", "{}", '{"word": "a", "sentences": ["a"], "positions": [], "cosine": [[]]}']
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(ValueError, match=r"bad\.json"):
        load_similarity(tmp_path / "bad.json")


def test_the_recording_is_of_the_preset() -> None:
    kept = recorded_meanings()
    assert (kept.word, kept.sentences) == (MEANINGS_WORD, MEANINGS_SENTENCES)
    assert kept.cosine[-1, 1, 2] > kept.cosine[-1, 0, 1], "the two banks of money end closer than river and money"


@pytest.mark.models
def test_the_recording_can_be_made_again(minilm: Encoder) -> None:
    again = word_similarity(minilm, MEANINGS_SENTENCES, MEANINGS_WORD)
    assert np.abs(again.cosine - recorded_meanings().cosine).max() < 1e-5
