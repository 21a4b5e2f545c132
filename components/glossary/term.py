"""One term of the field."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its name, what it means in one sentence, and other words for it in a text.

    A name in small letters also stands at the start of a sentence, one with capitals only as it is written; an "s" may
    follow either.
    """

    name: str
    sentence: str
    aliases: tuple[str, ...] = ()
