"""BERT's games: pairs, topics, probes and word pieces, against second implementations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import load_encoder
from core.transformer import (
    DRAWS,
    FEATURES,
    GAMES,
    LABELS,
    PLAYERS,
    bag_of_words,
    mask_tokens,
    opinions,
    piece_ids,
    play,
    probe_curve,
    rate_checks,
    recorded_games,
    recorded_pieces,
    sentence_vectors,
    sentences,
    story_pairs,
)


@given(st.sets(st.integers(0, 23), min_size=2), st.integers(0, 99))
def test_half_the_pairs_follow_and_no_other_comes_from_the_same_story(held: set[int], seed: int) -> None:
    pairs, follows = story_pairs("next sentence", frozenset(held), np.random.default_rng(seed))
    assert follows.mean() == 0.5 and set((pairs // 4).ravel().tolist()) <= held
    assert (pairs[follows, 1] == pairs[follows, 0] + 1).all()
    assert ((pairs[~follows] // 4)[:, 0] != (pairs[~follows] // 4)[:, 1]).all()
    changed, _ = story_pairs("order", frozenset(held), np.random.default_rng(seed))
    assert (changed[~follows] == pairs[follows][:, ::-1]).all()


def test_one_story_has_no_strange_sentence() -> None:
    with pytest.raises(ValueError, match="2 or more"):
        story_pairs("order", frozenset({1}), np.random.default_rng(0))


def test_stories_and_opinions_are_whole() -> None:
    texts, liked = opinions()
    assert len(set(texts)) == 80 and liked.sum() == 40
    assert len(set(sentences())) == 96


def test_a_bag_counts_words() -> None:
    bags = bag_of_words(("A cat, a dog.", "the cat", "..."))
    assert np.allclose(bags @ bags.T, [[1, 1 / np.sqrt(12), 0], [1 / np.sqrt(12), 1, 0], [0, 0, 0]])


def test_a_probe_finds_what_is_there_and_nothing_else() -> None:
    _, liked = opinions()
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(80, 5))
    told = probe_curve(np.c_[noise, 3.0 * liked], liked, seed=0, draws=8)
    untold = probe_curve(noise, liked, seed=0, draws=30)
    assert told[-1].min() == 1 and abs(untold.mean() - 0.5) < 0.1
    with pytest.raises(ValueError, match="one each"):
        probe_curve(noise[:10], liked[:10], seed=0)


def test_topics_alone_tell_the_next_sentence_of_perfect_topics() -> None:
    topics = np.repeat(np.eye(8), 12, axis=0)
    assert play("next sentence", topics, seed=0, draws=5, topics_alone=True).min() == 1
    assert np.allclose(play("order", topics, seed=0, draws=5), 0.5)


def test_the_record_is_whole_and_its_first_draws_come_again() -> None:
    found = recorded_games()
    assert set(found.pairs) == set(GAMES) and set(found.probes) == set(FEATURES)
    for game in GAMES:
        assert set(found.pairs[game]) == set(PLAYERS)
        now = play(game, bag_of_words(sentences()), seed=0, draws=3)
        assert np.abs(found.pairs[game]["words in common"][:3] - now).max() <= 1 / 48
    assert all(rows.shape == (len(LABELS), DRAWS) for rows in found.probes.values())


@pytest.mark.models
@pytest.mark.parametrize("text", ["The bank's unbelievable café!", "naïve 東京 übergröße", "", "a\tb [x]"])
def test_pieces_are_those_of_the_encoder(text: str) -> None:
    tokenizer = load_encoder().tokenizer
    assert piece_ids(text).tolist() == tokenizer(text, add_special_tokens=False)["input_ids"]
    assert recorded_pieces().pieces[5000] == tokenizer.convert_ids_to_tokens(5000)


@pytest.mark.models
def test_vectors_have_length_1_and_no_texts_are_refused() -> None:
    first, mean = sentence_vectors(load_encoder(), ("One.", "Two words."))
    assert np.allclose(first.norm(dim=1), 1, atol=1e-5) and np.allclose(mean.norm(dim=1), 1, atol=1e-5)
    with pytest.raises(ValueError, match="1 or more"):
        sentence_vectors(load_encoder(), ())


def test_rates_of_true_masks_pass_and_of_damaged_ones_do_not() -> None:
    ids = np.zeros((2000, 10), dtype=np.int64)
    masked = mask_tokens(ids, np.random.default_rng(0), share=0.15, mask_id=7, vocabulary=5)
    assert all(check.passed for check in rate_checks(masked, share=0.15))
    assert not rate_checks(masked, share=0.2)[0].passed
    masked.kinds[masked.kinds == "keep"] = "mask"
    assert [check.passed for check in rate_checks(masked, share=0.15)] == [True, False, True, False]
    with pytest.raises(ValueError, match="0 to 1"):
        rate_checks(masked, share=1.5)
