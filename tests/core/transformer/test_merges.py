"""Merges against byte-pair encoding by hand, and the counts of two vocabularies."""

import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import load_causal_lm, load_encoder
from core.transformer import RIGHTS, learn_merges, piece_ids, pieces_after, recorded_vocabularies


def pairs_of(words: list[list[str]]) -> Counter[tuple[str, str]]:
    return Counter(pair for word in words for pair in itertools.pairwise(word))


def joined(word: list[str], pair: tuple[str, str]) -> list[str]:
    made: list[str] = []
    place = 0
    while place < len(word):
        both = tuple(word[place : place + 2]) == pair
        made.append("".join(word[place : place + 2]) if both else word[place])
        place += 2 if both else 1
    return made


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1, max_size=12))
def test_each_merge_joins_a_pair_that_stands_together_most_often(words: list[str]) -> None:
    learned = learn_merges(" ".join(words), most=20)
    left = [list(word) for word in words]
    for merge, length in zip(learned.merges, learned.lengths, strict=False):
        assert sum(map(len, left)) == length
        counts = pairs_of(left)
        assert counts[merge] == max(counts.values())
        left = [joined(word, merge) for word in left]
    assert list(pieces_after(learned.text, learned.alphabet, learned.merges)) == [p for word in left for p in word]


@given(st.text(min_size=1, max_size=60).filter(lambda text: text.strip() and text.isprintable()))
def test_no_merge_makes_a_text_longer(text: str) -> None:
    lengths = learn_merges(text, most=30).lengths
    assert all(after <= before for before, after in itertools.pairwise(lengths))


@pytest.mark.parametrize(("text", "most"), [("", 5), ("  ", 5), ("a" * 4001, 5), ("ab", -1), ("ab", 201)])
def test_what_cannot_be_learned_from_is_refused(text: str, most: int) -> None:
    with pytest.raises(ValueError, match="must"):
        learn_merges(text, most=most)


@pytest.mark.models
def test_the_counts_of_the_vocabularies_come_again() -> None:
    found = recorded_vocabularies()
    for lm in (load_causal_lm(), load_encoder()):
        for language, text in RIGHTS.items():
            cut = found.cuts[lm.name][language]
            assert cut.tokens == len(lm.tokenizer(text, add_special_tokens=False)["input_ids"])
            assert cut.words == len(text.split()) and 0 <= cut.unknown <= cut.tokens
    assert len(piece_ids(RIGHTS["Hindi"])) == found.cuts["minilm-l6"]["Hindi"].tokens
