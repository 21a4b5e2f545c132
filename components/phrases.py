"""Words that sentences of several pages are made of."""

import re
from collections.abc import Sequence


def listed(values: Sequence[object]) -> str:
    """Values in a row, at least one: "a, b and c"."""
    *first, last = map(str, values)
    return f"{', '.join(first)} and {last}" if first else last


def span(interval: tuple[float, float]) -> str:
    """The ends of an interval of shares, in whole percent: "31% to 69%"."""
    low, high = interval
    return f"{low:.0%} to {high:.0%}"


def between(start: float, end: float) -> str:
    """How a number goes, as it is written: "goes from 0.6 to 0.8", or "stays at 0.7"."""
    first, last = f"{start:z.1f}", f"{end:z.1f}"
    return f"stays at {last}" if first == last else f"goes from {first} to {last}"


def signed(words: str) -> str:
    """Words whose numbers have minus signs in place of hyphens, as the axes of the figures have; 0 has none."""
    return re.sub(r"(?<![\w-])-(0(?:\.0+)?(?!\.?\d)|(?=\d))", lambda found: found[1] or "−", words)


def shorten(token: str, length: int = 14) -> str:
    """A token, or another text, cut to a length that fits an axis."""
    return token if len(token) <= length else token[: length - 1] + "…"


def placed(tokens: Sequence[str], place: int) -> str:
    """A token by its name, and by its position where it stands in the text again."""
    again = list(tokens).count(tokens[place]) > 1
    return f"{tokens[place]} at position {place}" if again else tokens[place]
