"""Insights in words, as a visitor writes them: one pair a line, "one text | another text". Needs no torch."""

from collections.abc import Sequence

Pair = tuple[str, str]
"""Two texts that differ in one thing."""

MAX_INSIGHTS = 20


def read_pairs(text: str) -> tuple[Pair, ...]:
    """The first `MAX_INSIGHTS` pairs of a text; lines without two texts, and repeated ones, count for nothing.

    Invariant: `read_pairs(write_pairs(pairs)) == pairs` for so many different pairs of trimmed texts, if no left one
    holds a bar.
    """
    lines = (line.partition("|") for line in text.splitlines())
    pairs = ((left.strip(), right.strip()) for left, bar, right in lines if bar)
    return tuple(dict.fromkeys(pair for pair in pairs if all(pair)))[:MAX_INSIGHTS]


def write_pairs(pairs: Sequence[Pair]) -> str:
    """Pairs as lines, as `read_pairs` takes them."""
    return "\n".join(" | ".join(pair) for pair in pairs)
