"""Drafts that need no model: what followed the last time. Needs no torch."""

from collections.abc import Sequence


def lookup(ids: Sequence[int], *, ngram: int, window: int) -> list[int]:
    """What followed the latest earlier place where the last tokens stood.

    Where m of the `ngram` last tokens are found, the draft has ceil(window m / ngram) tokens: one token alone comes
    again by chance, and what followed it is seldom worth the reading.

    Args:
        ids: the text so far.
        ngram: how many last tokens to look for at first; one fewer each time they are not found.
        window: tokens to return at most, where all of them are found.

    Returns:
        The draft, empty when not even the last token stood in the text before.

    Invariant: the draft stands in `ids`, right after a copy of the last tokens.
    Source: Saxena 2023, prompt-lookup-decoding; a length in proportion to the match is that of Oliaro et al. 2024,
    SuffixDecoding (2411.04975).
    """
    for size in range(min(ngram, len(ids) - 1), 0, -1):
        tail = list(ids[-size:])
        for start in range(len(ids) - size - 1, -1, -1):
            if ids[start] == tail[0] and list(ids[start : start + size]) == tail:
                length = -(-window * size // ngram)
                return list(ids[start + size : start + size + length])
    return []
