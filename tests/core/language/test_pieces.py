"""Typed text, its token ids, and its readable pieces."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models
from transformers import PreTrainedTokenizerFast

from core.language import encode, readable_tokens
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import CONFIGS, tiny
from tests.core.tiny import byte_tokenizer

BYTES = byte_tokenizer()
SIGNS = {" ": "·", "\n": "⏎", "\t": "⇥", "\x00": "␀", "\x07": "␇", "\x1b": "␛", "\x7f": "␡", "\u00a0": "⍽"}


@pytest.fixture
def llama() -> CausalLM:
    return tiny(CONFIGS["llama"])


@pytest.fixture
def bert() -> Encoder:
    return tiny(CONFIGS["bert"])


def pieces(text: str) -> list[str]:
    return readable_tokens(BYTES, BYTES(text)["input_ids"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", ["a", "·", "b"]),
        ("é", ["\\xC3", "é"]),
        ("日", ["\\xE6", "\\x97", "日"]),
        ("👍", ["\\xF0", "\\x9F", "\\x91", "👍"]),
        ("של", ["\\xD7", "ש", "\\xD7", "ל"]),
        ("\n\t", ["⏎", "⇥"]),
        ("\x07\x7f", ["␇", "␡"]),
        ("<b>", ["<", "b", ">"]),
        ("\u202ea", ["\\xE2", "\\x80", "\\u202e", "a"]),
        ("e\u0301", ["e", "\\xCC", "◌\u0301"]),
    ],
)
def test_each_piece_is_what_was_typed(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cf", "Zs", "Zl", "Zp", "Cc", "Mn", "Mc", "Me"])))
def test_no_letter_is_lost_or_changed(text: str) -> None:
    shown = "".join(piece for piece in pieces(text.replace("\\", "/")) if not piece.startswith("\\x"))
    assert shown == text.replace("\\", "/")


@given(st.lists(st.integers(0, 256)))
def test_any_ids_give_one_visible_piece_each(ids: list[int]) -> None:
    shown = readable_tokens(BYTES, ids)
    assert len(shown) == len(ids)
    assert all(shown)
    hidden = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}  # not Cn: a new emoji may be unknown to this Python
    assert not any(
        unicodedata.category(letter) in hidden for piece in shown for letter in piece if letter not in "\u200c\u200d"
    )
    assert not any(mark in piece for piece in shown for mark in "Ġ▁�")


@pytest.mark.parametrize(("letter", "sign"), SIGNS.items())
def test_what_cannot_be_seen_gets_a_sign(letter: str, sign: str) -> None:
    assert pieces(letter)[-1] == sign


def test_a_character_cut_off_by_a_special_token_does_not_leak_past_it() -> None:
    first = BYTES("👍")["input_ids"][:2]
    assert readable_tokens(BYTES, [*first, 0, *BYTES("a")["input_ids"]]) == ["\\xF0", "\\x9F", "<s>", "a"]


def test_wordpiece_and_sentencepiece_marks_go() -> None:
    words = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordPiece({"[UNK]": 0, "play": 1, "##ing": 2}, unk_token="[UNK]")),
        unk_token="[UNK]",
    )
    words.backend_tokenizer.decoder = decoders.WordPiece()
    assert readable_tokens(words, [1, 2, 0]) == ["play", "ing", "[UNK]"]
    sentence = Tokenizer(models.BPE({"<unk>": 0, "▁the": 1, "<0xC3>": 2, "<0xA9>": 3}, []))
    sentence.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    both = PreTrainedTokenizerFast(tokenizer_object=sentence)
    assert readable_tokens(both, [1, 2, 3]) == ["·the", "\\xC3", "é"]


def test_an_empty_text_is_refused(llama: CausalLM, bert: Encoder) -> None:
    for lm in (llama, bert):
        with pytest.raises(ValueError, match="Type at least one"):
            encode(lm, "")


def test_a_long_text_is_refused_with_its_count_and_the_limit(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match=r"10,000 tokens; at most 512"):
        encode(llama, "a" * 10_000)
    with pytest.raises(ValueError, match=r"3 tokens; at most 2"):
        encode(llama, "abc", max_tokens=2)
    assert len(encode(llama, "ab", max_tokens=2)) == 2


def test_the_models_own_limit_holds_too(llama: CausalLM) -> None:
    with pytest.raises(ValueError, match=r"700 tokens; at most 600"):
        encode(llama, "a" * 700, max_tokens=1000)
    with pytest.raises(ValueError, match="max_tokens is 0"):
        encode(llama, "a", max_tokens=0)


@pytest.mark.models
def test_the_real_tokenizers(smollm2: CausalLM, minilm: Encoder) -> None:
    text = " café 👍 שלום<script>\n"
    shown = readable_tokens(smollm2.tokenizer, encode(smollm2, text))
    assert shown[0] == "·café"
    assert "👍" in shown
    assert shown[-4:] == ["<", "script", ">", "⏎"]
    assert "".join(piece for piece in shown if piece in "שלום") == "שלום"
    assert readable_tokens(minilm.tokenizer, encode(minilm, "unaffable")) == ["[CLS]", "una", "ffa", "ble", "[SEP]"]
    with pytest.raises(ValueError, match=r"at most 512"):
        encode(minilm, "word " * 2000, max_tokens=4000)
