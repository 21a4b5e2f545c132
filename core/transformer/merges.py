"""A vocabulary learned by byte-pair encoding on a text, merge by merge, with the library `tokenizers`."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer

LONGEST_TEXT = 4000
MOST_MERGES = 200


@dataclass(frozen=True, slots=True)
class LearnedMerges:
    """A vocabulary that grows.

    Args:
        text: what it was learned on.
        alphabet: its characters, the pieces before the first merge.
        merges: the pairs in the order in which they were joined.
        lengths: how many pieces the text has after 0, 1, 2, ... merges.
    """

    text: str
    alphabet: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    lengths: tuple[int, ...]


def learn_merges(text: str, *, most: int = MOST_MERGES) -> LearnedMerges:
    """Joins again and again the two neighboring pieces that stand side by side most often, within words.

    Args:
        text: 1 to 4,000 characters with at least one that is no space.
        most: merges at most, 0 to 200; there may be fewer to make.

    Raises:
        ValueError: for an empty or too long text, or a number of merges out of range.

    Invariant: no merge makes the text longer. Source: Sennrich et al. 2016 (1508.07909), algorithm 1; `tokenizers`.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    if not text.strip() or len(text) > LONGEST_TEXT:
        raise ValueError(
            f"The text has {len(text):,} characters; it must have 1 to {LONGEST_TEXT:,}, not spaces alone."
        )
    if not 0 <= most <= MOST_MERGES:
        raise ValueError(f"most = {most} must lie in 0 to {MOST_MERGES}.")
    alphabet = tuple(sorted(set("".join(text.split()))))
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(vocab_size=len(alphabet) + most, initial_alphabet=list(alphabet), show_progress=False)
    made.train_from_iterator([text], trainer)
    model = json.loads(made.to_str())["model"]
    merges = tuple((str(first), str(second)) for first, second in model["merges"])
    lengths = tuple(len(pieces_after(text, alphabet, merges[:count])) for count in range(len(merges) + 1))
    return LearnedMerges(text, alphabet, merges, lengths)


def pieces_after(text: str, alphabet: tuple[str, ...], merges: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The pieces of a text under some merges; a character that is not in the alphabet is left out.

    Args:
        text: any.
        alphabet: the single characters.
        merges: in their order.
    """
    return tuple(_tokenizer(alphabet, merges).encode(text).tokens)


def _tokenizer(alphabet: tuple[str, ...], merges: tuple[tuple[str, str], ...]) -> "Tokenizer":
    from tokenizers import Tokenizer, models, pre_tokenizers

    names = dict.fromkeys([*alphabet, *(first + second for first, second in merges)])
    made = Tokenizer(models.BPE({name: place for place, name in enumerate(names)}, list(merges)))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made
