"""States of the game of 24 that a visitor has added or struck, as the text that stands in a link."""

from fractions import Fraction

MOST = 30
"""Thoughts in a link; further ones push out the oldest."""

States = tuple[tuple[Fraction, ...], ...]


def steering(text: str) -> tuple[States, States]:
    """The states that were added, and those that were struck: "+6 10 20; -5 10 24". What cannot be read is left out."""
    added, struck = [], []
    for entry in text.split(";")[-MOST:]:
        sign, values = entry.strip()[:1], _values(entry.strip()[1:])
        if values and sign == "+":
            added.append(values)
        elif values and sign == "-":
            struck.append(values)
    return tuple(added), tuple(struck)


def _values(text: str) -> tuple[Fraction, ...]:
    try:
        return tuple(sorted(Fraction(word) for word in text.split()[:3] if len(word) <= 20))
    except (ValueError, ZeroDivisionError):
        return ()


def toggled(text: str, state: str, *, kept: bool) -> str:
    """The text after a click on a state: a kept one is struck, another is added; a click again takes that back.

    Invariant: two clicks that the search obeys give the text from before.
    """
    entries = [entry.strip() for entry in text.split(";") if entry.strip()]
    wanted, opposite = (f"-{state}", f"+{state}") if kept else (f"+{state}", f"-{state}")
    if opposite in entries:
        return "; ".join(entry for entry in entries if entry != opposite)
    return "; ".join([*(entry for entry in entries if entry != wanted), wanted][-MOST:])
