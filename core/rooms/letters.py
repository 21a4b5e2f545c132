"""The four letters of a room: easy to read from the last row, too many to try."""

import secrets

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without I and O, which look like figures."""

LETTERS = 4


def new_letters() -> str:
    """Letters at random: one of 24^4 = 331,776 words."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def letters_in(written: str) -> str | None:
    """The letters of a room as somebody types them, large or small; None for what is none."""
    word = "".join(written[:40].split()).upper()
    return word if len(word) == LETTERS and set(word) <= set(ALPHABET) else None
