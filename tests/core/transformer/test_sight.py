"""Looks between words: against the model's own maps, and what turns their checks red."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import load_causal_lm, load_encoder
from core.transformer import SENTENCES, decoder_sees, later_look, look_between, recorded_sights, sentence_words
from core.transformer.with_torch.sight import causal_checks, sum_check, word_places


@given(st.integers(0, 12), st.integers(0, 12))
def test_a_written_word_sees_the_source_and_what_is_written(source: int, written: int) -> None:
    sees = decoder_sees(source, written)
    assert sees.shape == (written, source + written)
    for row in range(written):
        assert [bool(cell) for cell in sees[row]] == [
            column < source or column - source <= row for column in range(source + written)
        ]


@pytest.mark.parametrize("counts", [(-1, 2), (2, -1)])
def test_a_negative_number_of_words_is_refused(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        decoder_sees(*counts)


@pytest.mark.parametrize("text", ["", "one", "  ", " ".join("abcdefghijklmnopq")])
def test_a_sentence_has_2_to_16_words(text: str) -> None:
    with pytest.raises(ValueError, match="2 to 16"):
        sentence_words(text)


def test_the_look_at_later_words_is_above_the_diagonal() -> None:
    assert later_look(np.tril(np.ones((4, 4)))) == 0
    assert later_look(np.array([[0.2, 0.5], [0.4, 0.1]])) == 0.5
    with pytest.raises(ValueError, match="2 words or more"):
        later_look(np.ones((1, 1)))


@pytest.mark.parametrize("text", SENTENCES.values())
def test_every_recorded_look_passes_its_checks(text: str) -> None:
    encoder, decoder = recorded_sights().by_text[text]
    assert all(check.passed for sight in (encoder, decoder) for check in sight.checks)
    assert encoder.moved > 0.01 > decoder.moved and not encoder.guesses
    assert all(later_look(layer) > 0 for layer in encoder.maps)


def test_damage_turns_the_checks_red() -> None:
    _, decoder = recorded_sights().by_text[SENTENCES["bank"]]
    marks = np.zeros(decoder.maps.shape[:2])
    assert sum_check(decoder.maps, marks, 9).passed and not sum_check(decoder.maps * 1.01, marks, 9).passed
    assert [check.passed for check in causal_checks(np.full((1, 3, 3), 0.1), 0.1)] == [False, False]


@pytest.mark.models
def test_the_recorded_looks_are_measured_again() -> None:
    text = SENTENCES["cup"]
    for lm, recorded in zip((load_encoder(), load_causal_lm()), recorded_sights().by_text[text], strict=True):
        assert np.allclose(look_between(lm, text).maps, recorded.maps, atol=1e-4)


@pytest.mark.models
def test_pieces_belong_to_the_words_they_lie_in() -> None:
    text = "Unbelievably  tall, isn't it"
    words = text.split()
    for lm in (load_encoder(), load_causal_lm()):
        places = word_places(lm, text)
        for place, word in enumerate(words):
            ids = np.array(lm.tokenizer(text)["input_ids"])[places == place]
            assert lm.tokenizer.decode(ids).replace(" ", "").lower() == word.lower()
