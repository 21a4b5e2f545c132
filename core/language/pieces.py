"""From typed text to token ids, and from token ids to pieces a person can read. Needs no torch."""

import codecs
import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Int

from core.numbers import require, whole

_BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")
_JOINERS = "\u200c\u200d"  # shape letters and join emoji: part of the writing unless they stand alone
_VISIBLE = {" ": "·", "\u00a0": "⍽", "\n": "⏎", "\t": "⇥"}


@runtime_checkable
class Tokenized(Protocol):
    """Anything that carries a Hugging Face fast tokenizer, such as a `CausalLM` or an `Encoder`."""

    @property
    def tokenizer(self) -> Any:
        """The tokenizer."""


def encode(lm: Tokenized, text: str, *, max_tokens: int = 512) -> Int[np.ndarray, "token"]:
    """The token ids of a text, with the special tokens that the model's own tokenizer adds.

    MiniLM's tokenizer puts [CLS] and [SEP] around a text; SmolLM2's adds nothing, so its first token is the
    first thing typed. The limit is `max_tokens` or the tokenizer's own limit (512 learned positions in MiniLM),
    whichever is smaller.

    Args:
        lm: a model with its tokenizer.
        text: what was typed, up to any length.
        max_tokens: the largest number of tokens allowed, at least 1.

    Raises:
        ValueError: if the text holds no token of its own, half a surrogate pair, or more tokens than the limit (the
            message states both).

    Invariant: `len(encode(lm, text)) <= max_tokens`.
    Source: `tokenizer(text, add_special_tokens=True)` of transformers.
    """
    max_tokens = whole("max_tokens", max_tokens, 1)
    require(isinstance(text, str), "text", text, "a text")
    require(not re.search("[\ud800-\udfff]", text), "text", text[:20], "without halves of surrogate pairs")
    ids = lm.tokenizer(text, add_special_tokens=True, verbose=False)["input_ids"]
    if len(ids) - lm.tokenizer.num_special_tokens_to_add() < 1:
        raise ValueError(f"Type at least one word: the text {text[:20]!r} gives the model no token to look at.")
    limit = min(max_tokens, lm.tokenizer.model_max_length)
    if len(ids) > limit:
        raise ValueError(f"The text has {len(ids):,} tokens; at most {limit:,} are allowed. Shorten it.")
    return np.asarray(ids, dtype=np.int64)


def readable_tokens(tokenizer: Any, ids: Sequence[int] | Int[np.ndarray, "token"]) -> list[str]:
    """The pieces of a text as a person would write them, one for each token.

    A tokenizer's own names show its storage format: `Ġcaf`, `Ã©`, `##ing`, `▁the`. Here a leading space becomes
    "·", a line break "⏎", a tab "⇥", other control characters their control pictures ("␇") and invisible
    characters their escapes (`\\u202e`). Where one character is spread over several byte tokens, its last token shows
    the character and the earlier ones their bytes (`\\xF0\\x9F`). Special tokens stay as they are.

    Args:
        tokenizer: a Hugging Face fast tokenizer (byte-level BPE, WordPiece or SentencePiece).
        ids: token ids, shape [token].

    Raises:
        IndexError or OverflowError: from the tokenizer, for an id outside its vocabulary.

    Invariant: one non-empty string for each id; no visible letter is lost or changed.
    Source: `bytes_to_unicode` of GPT-2 (Radford et al. 2019), inverted.
    """
    special, added = set(tokenizer.all_special_ids), tokenizer.added_tokens_decoder
    family = type(tokenizer.backend_tokenizer.decoder).__name__
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    names = tokenizer.convert_ids_to_tokens([int(token) for token in ids])
    pieces = []
    for token, name in zip(ids, names, strict=True):
        if int(token) in special:
            decoder.reset()
            pieces.append(name)
            continue
        raw = name.encode() if int(token) in added else _piece_bytes(name, family)
        complete = decoder.decode(raw)
        waiting = decoder.getstate()[0][-len(raw) :] if raw else b""
        pieces.append(_visible(complete) + "".join(f"\\x{byte:02X}" for byte in waiting))
    return pieces


def _piece_bytes(name: str, family: str) -> bytes:
    """The UTF-8 bytes that a token stands for, given its name in the vocabulary."""
    if family == "ByteLevel":
        table = _byte_of_letter()
        return b"".join(bytes([table[letter]]) if letter in table else letter.encode() for letter in name)
    if family == "WordPiece":
        return name.removeprefix("##").encode()
    if match := _BYTE_TOKEN.fullmatch(name):
        return bytes([int(match[1], 16)])
    return name.replace("▁", " ").encode()


@functools.cache
def _byte_of_letter() -> dict[str, int]:
    """Byte-level BPE writes each byte as one printable letter; this is the way back."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + n): byte for n, byte in enumerate(others)}


def _visible(text: str) -> str:
    """The text with every character that would not be seen replaced by a sign that is."""
    alone = all(letter in _JOINERS for letter in text)
    shown = "".join(letter if letter in _JOINERS and not alone else _sign(letter) for letter in text)
    # An accent that is a token of its own needs a carrier, or it would fall on the chip's border.
    return f"◌{shown}" if text and unicodedata.combining(text[0]) else shown


def _sign(letter: str) -> str:
    code, category = ord(letter), unicodedata.category(letter)
    if letter in _VISIBLE:
        return _VISIBLE[letter]
    if category == "Cs":  # a byte that is not UTF-8, kept by the decoder as a lone surrogate
        return f"\\x{code - 0xDC00:02X}"
    if category == "Cc":
        return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"\\x{code:02X}"
    if category in {"Cf", "Zs", "Zl", "Zp"}:
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return letter
