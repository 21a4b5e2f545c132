"""Several documents in one sequence: who may look at whom, and what that does. Needs no torch."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Bool, Float, Int

from core.assets import kept
from core.attention.record import CompactProjections
from core.checks import Check

MaskKind = Literal["causal", "document", "bidirectional"]
"""Each token sees: itself and all before it; of these, its own document's; all tokens."""

PACKED_FIRST = "The capital of France is Paris, and the river that runs through it is the Seine."
PACKED_SECOND = "Mix the flour with two eggs and a cup of milk, then bake the"
PACKED_LAYERS = (2, 16, 17, 18)
"""The layers whose maps are recorded: that of the story, and those that the other stories show."""
ENCODED_LAYER = 5
ENCODED_FILE = "attention/documents_encoded.npz"


@dataclass(frozen=True, eq=False)
class PackedDocuments:
    """Two documents run in one sequence, compared with each of them run alone.

    Differences are the largest absolute difference of a logit at each token.

    Args:
        model: the model's name in the catalogue.
        tokens: the pieces of both documents, readable, one after the other without a separator.
        lengths: tokens of the first and of the second document.
        layer: the layer whose maps are kept.
        causal_maps: with the plain causal mask: the second document looks at the first.
        document_maps: with the document mask and positions that restart at 0.
        causal_projections: queries, keys and values of that layer in the run of `causal_maps`.
        document_projections: those in the run of `document_maps`.
        causal_difference: with the plain causal mask and positions that go on.
        mask_difference: with the document mask and positions that go on; rounding alone where only distances count.
        document_difference: with the document mask and restarted positions: rounding alone.
        top_alone: the likeliest tokens after the second document alone, readable, with their probabilities.
        top_causal: the same after both with the plain causal mask.
        top_document: the same with the document mask and restarted positions.
        checks: identities of these numbers.
    """

    model: str
    tokens: tuple[str, ...]
    lengths: tuple[int, int]
    layer: int
    causal_maps: Float[np.ndarray, "head query key"]
    document_maps: Float[np.ndarray, "head query key"]
    causal_projections: CompactProjections
    document_projections: CompactProjections
    causal_difference: Float[np.ndarray, "token"]
    mask_difference: Float[np.ndarray, "token"]
    document_difference: Float[np.ndarray, "token"]
    top_alone: tuple[tuple[str, float], ...]
    top_causal: tuple[tuple[str, float], ...]
    top_document: tuple[tuple[str, float], ...]
    checks: tuple[Check, ...]

    @property
    def document_positions(self) -> Int[np.ndarray, "token"]:
        """The position of each token in the run of `document_maps`: 0, 1, 2, ... anew in each document."""
        return np.concatenate([np.arange(length) for length in self.lengths])


@dataclass(frozen=True, eq=False)
class EncodedDocuments:
    """Two documents run in one sequence of an encoder, where no mask hides anything.

    Args:
        model: the model's name in the catalogue.
        tokens: the pieces of both documents, readable, between the encoder's special tokens.
        spans: of the first and of the second document, the place of the first token and the place after the last.
        layer: the layer whose maps are kept.
        maps: every token looks at every token.
        projections: queries, keys and values of that layer.
        checks: identities of these numbers.
    """

    model: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], tuple[int, int]]
    layer: int
    maps: Float[np.ndarray, "head query key"]
    projections: CompactProjections
    checks: tuple[Check, ...]

    @property
    def across(self) -> Float[np.ndarray, "head"]:
        """The share of its weight that a document's token gives to the other document, mean over both documents."""
        first, second = (slice(*span) for span in self.spans)
        crossing = [self.maps[:, query, key].sum(axis=-1) for query, key in ((first, second), (second, first))]
        share: Float[np.ndarray, "head"] = np.concatenate(crossing, axis=1).mean(axis=1)
        return share


def visible(kind: MaskKind, lengths: Sequence[int]) -> Bool[np.ndarray, "query key"]:
    """Which keys each query may look at.

    causal: k <= q; document: k <= q and both in one document (block-diagonal); bidirectional: all.

    Args:
        kind: of the mask.
        lengths: tokens of each document, each at least 1; one document makes "document" the same as "causal".

    Raises:
        ValueError: for another kind, or a document without a token.

    Invariant: every token sees itself.
    Source: Vaswani et al. 2017, section 3.2.3 (causal); Llama Team 2024, "The Llama 3 Herd of Models", section 3.2
        (no attention between documents within one sequence); Devlin et al. 2018 (bidirectional).
    """
    if kind not in get_args(MaskKind):
        raise ValueError(f"kind = {kind!r} must be one of {', '.join(get_args(MaskKind))}.")
    if not lengths or min(lengths) < 1:
        raise ValueError(f"lengths = {tuple(lengths)} must hold at least one document of at least one token each.")
    n_tokens = sum(lengths)
    if kind == "bidirectional":
        return np.ones((n_tokens, n_tokens), bool)
    causal = np.tril(np.ones((n_tokens, n_tokens), bool))
    document = np.repeat(np.arange(len(lengths)), lengths)
    return causal & (document[:, None] == document) if kind == "document" else causal


def documents_file(layer: int) -> str:
    """The asset with the recorded run of both documents and the maps of one layer.

    Raises:
        ValueError: for a layer that is not one of `PACKED_LAYERS`.
    """
    if layer not in PACKED_LAYERS:
        raise ValueError(f"layer = {layer} is not recorded; those that are: {', '.join(map(str, PACKED_LAYERS))}.")
    return f"attention/documents_{layer}.npz"


@functools.cache
def recorded_documents(layer: int = PACKED_LAYERS[0]) -> PackedDocuments:
    """The recorded run of `PACKED_FIRST` and `PACKED_SECOND` in one sequence; no model is needed.

    Args:
        layer: whose maps; one of `PACKED_LAYERS`.

    Raises:
        ValueError: for a layer that is not recorded.
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: equal to `packed_documents` of these texts, up to float32 rounding.
    """
    return kept(documents_file(layer), PackedDocuments)


@functools.cache
def recorded_encoded_documents() -> EncodedDocuments:
    """The recorded run of `PACKED_FIRST` and `PACKED_SECOND` in one sequence of MiniLM; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: equal to `encoded_documents` of these texts, up to float32 rounding.
    """
    return kept(ENCODED_FILE, EncodedDocuments)
