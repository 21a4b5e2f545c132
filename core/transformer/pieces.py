"""BERT's word pieces without a model: a recorded vocabulary, and the library `tokenizers`."""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int

from core.assets import kept

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PIECES_FILE = "transformer/pieces.npz"
MASK, UNKNOWN = "[MASK]", "[UNK]"


@dataclass(frozen=True, eq=False)
class WordPieces:
    """An encoder's vocabulary.

    Args:
        model: the encoder that it belongs to.
        joined: its pieces by their ids, with a line break between two.
    """

    model: str
    joined: str

    @property
    def pieces(self) -> tuple[str, ...]:
        """The pieces by their ids."""
        return tuple(self.joined.split("\n"))


@functools.cache
def recorded_pieces() -> WordPieces:
    """The vocabulary of the default encoder; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(PIECES_FILE, WordPieces)


@functools.cache
def _tokenizer() -> "Tokenizer":
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    vocabulary = {piece: place for place, piece in enumerate(recorded_pieces().pieces)}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN, max_input_chars_per_word=100))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def piece_ids(text: str) -> Int[np.ndarray, "piece"]:
    """The ids of a text's word pieces, without marks at its ends.

    Invariant: the same as the encoder's own tokenizer gives. Source: Devlin et al. 2019 (1810.04805), section 3.
    """
    return np.array(_tokenizer().encode(text).ids, dtype=np.int64)
