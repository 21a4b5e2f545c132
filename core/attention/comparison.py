"""Two attention maps side by side: two texts, or two models. Needs no torch."""

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from core.attention.record import AttentionRecord

_WHITE = str.maketrans("·⏎⇥⍽", "    ")
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, eq=False)
class MapComparison:
    """One head's map from each of two records, on the same axes.

    Args:
        unit: "token", or "word" where the records come from different models.
        labels_a: the compared units of the first text, in order.
        labels_b: those of the second; units at the same place are compared, even where they read differently.
        positions_a: for each unit, the positions of its tokens in the first record.
        positions_b: the same in the second record.
        map_a: the first map on these units; its rows sum to less than 1 by what went to the rest.
        map_b: the second map on these units.
        difference: map_b - map_a.
        left_out_a: tokens of the first text that are compared with nothing.
        left_out_b: tokens of the second text that are compared with nothing.
    """

    unit: Literal["token", "word"]
    labels_a: tuple[str, ...]
    labels_b: tuple[str, ...]
    positions_a: tuple[tuple[int, ...], ...]
    positions_b: tuple[tuple[int, ...], ...]
    map_a: Float[np.ndarray, "query key"]
    map_b: Float[np.ndarray, "query key"]
    difference: Float[np.ndarray, "query key"]
    left_out_a: tuple[str, ...]
    left_out_b: tuple[str, ...]

    @property
    def moved(self) -> float:
        """The mean share of a row's weight that lies elsewhere in the second map: (sum_k |d_k| + |sum_k d_k|) / 2.

        d is a row of `difference`. The last term is the weight that went to what is compared with nothing.
        """
        return float(self.moved_by_query.mean())

    @property
    def moved_by_query(self) -> Float[np.ndarray, "query"]:
        """The same for each row."""
        rest = np.abs(self.difference.sum(axis=-1))
        moved: Float[np.ndarray, "query"] = (np.abs(self.difference).sum(axis=-1) + rest) / 2
        return moved


def compare_maps(
    a: AttentionRecord, b: AttentionRecord, *, head_a: tuple[int, int], head_b: tuple[int, int] | None = None
) -> MapComparison:
    """Puts one head's map of each record on the same axes, and takes the difference.

    Records of one model are compared token by token. Two models cut a text into different tokens, so they are compared
    word by word: the weight from word to word is the mean over the query's tokens of the sum over the key's tokens. Of
    texts with as many units, units at the same place are compared; of others, those in the longest matching runs.

    Args:
        a: the first record.
        b: the second record.
        head_a: (layer, head) in the first record.
        head_b: (layer, head) in the second; the same as `head_a` if None.

    Raises:
        ValueError: for a layer or head out of range, or texts that have no unit in common.

    Invariant: comparing a record with itself gives a difference of 0; swapping the records changes its sign.
    Source: Clark et al. 2019, "What Does BERT Look At?", section 4.1 (from tokens to words); difflib of Python.
    """
    maps = [_map(record, head) for record, head in ((a, head_a), (b, head_b or head_a))]
    same_model = a.model == b.model
    units_a, units_b = (_tokens(record) if same_model else _words(record) for record in (a, b))
    pairs = _aligned([label for label, _ in units_a], [label for label, _ in units_b])
    if not pairs:
        raise ValueError(f"The texts {a.text[:20]!r} and {b.text[:20]!r} have nothing in common to compare.")
    chosen_a, chosen_b = [units_a[i] for i, _ in pairs], [units_b[j] for _, j in pairs]
    places_a, places_b = (tuple(places for _, places in units) for units in (chosen_a, chosen_b))
    map_a, map_b = _merged(maps[0], places_a), _merged(maps[1], places_b)
    return MapComparison(
        unit="token" if same_model else "word",
        labels_a=tuple(label for label, _ in chosen_a),
        labels_b=tuple(label for label, _ in chosen_b),
        positions_a=places_a,
        positions_b=places_b,
        map_a=map_a,
        map_b=map_b,
        difference=map_b - map_a,
        left_out_a=_left_out(a, places_a),
        left_out_b=_left_out(b, places_b),
    )


def map_distances(a: AttentionRecord, b: AttentionRecord) -> Float[np.ndarray, "layer head"]:
    """How far each head's map moved between two texts: the mean over queries of sum_k |B[q, k] - A[q, k]| / 2.

    Args:
        a: a record.
        b: another of the same model, with as many tokens.

    Raises:
        ValueError: for records of different models or lengths.

    Invariant: in [0, 1] up to rounding; 0 for equal maps.
    Source: Levin & Peres, "Markov Chains and Mixing Times", proposition 4.2 (total variation).
    """
    if a.model != b.model or a.weights.shape != b.weights.shape:
        raise ValueError(
            f"Heads are compared one by one only within a model and a length: {a.model} with {len(a.tokens)} tokens "
            f"against {b.model} with {len(b.tokens)}."
        )
    distances: Float[np.ndarray, "layer head"] = np.abs(b.weights - a.weights).sum(axis=-1).mean(axis=-1) / 2
    return distances


Unit = tuple[str, tuple[int, ...]]


def _map(record: AttentionRecord, head: tuple[int, int]) -> Float[np.ndarray, "query key"]:
    layer, number = head
    n_layers, n_heads = record.weights.shape[:2]
    if not (0 <= layer < n_layers and 0 <= number < n_heads):
        raise ValueError(
            f"The head {head} does not exist in {record.model}: layers lie in 0 to {n_layers - 1}, heads in 0 to "
            f"{n_heads - 1}."
        )
    chosen: Float[np.ndarray, "query key"] = record.weights[layer, number]
    return chosen


def _tokens(record: AttentionRecord) -> list[Unit]:
    return [(token, (position,)) for position, token in enumerate(record.tokens)]


def _words(record: AttentionRecord) -> list[Unit]:
    """The words and punctuation marks of a text with their tokens; a token belongs where its first letter lies."""
    starts = _starts(record)
    words = []
    for match in _WORD.finditer(record.text):
        within = range(*match.span())
        places = tuple(position for position, start in enumerate(starts) if start in within)
        if places:
            words.append((match.group().lower(), places))
    return words


def _starts(record: AttentionRecord) -> list[int | None]:
    """Where in the text each token begins; None for tokens that are no part of it, such as [CLS], or whitespace."""
    text = _folded(record.text)
    starts: list[int | None] = []
    cursor, missed = 0, 0
    for token in record.tokens:
        piece = _folded(token.translate(_WHITE)).strip()
        place = text.find(piece, cursor) if piece else -1
        # A word that the tokenizer does not know, such as [UNK] for an emoji, is passed over, but no more than that.
        found = place >= 0 and len(text[cursor:place].split()) <= missed
        starts.append(place if found else None)
        if found:
            cursor, missed = place + len(piece), 0
        elif piece:
            missed += 1
    return starts


def _folded(text: str) -> str:
    """Without case and accents, which some tokenizers drop; one character for each, so that places stay."""
    plain = (unicodedata.normalize("NFD", letter)[0].lower() for letter in text)
    return "".join(low if len(low) == 1 else letter for low, letter in zip(plain, text, strict=True))


def _aligned(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places to compare."""
    if len(a) == len(b):
        return list(zip(range(len(a)), range(len(b)), strict=True))
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return [(block.a + n, block.b + n) for block in blocks for n in range(block.size)]


def _merged(
    weights: Float[np.ndarray, "query key"], places: Sequence[tuple[int, ...]]
) -> Float[np.ndarray, "unit unit"]:
    """The weight from unit to unit: mean over the query's tokens, sum over the key's."""
    member = np.zeros((len(places), len(weights)), weights.dtype)
    for unit, positions in enumerate(places):
        member[unit, list(positions)] = 1
    merged: Float[np.ndarray, "unit unit"] = (member / member.sum(axis=1, keepdims=True)) @ weights @ member.T
    return merged


def _left_out(record: AttentionRecord, places: Sequence[tuple[int, ...]]) -> tuple[str, ...]:
    used = {position for positions in places for position in positions}
    return tuple(token for position, token in enumerate(record.tokens) if position not in used)
