"""What a room is at one moment."""

import hashlib
import hmac
from dataclasses import dataclass, field

HOURS = 3
"""After so many hours a room ends by itself."""

ROUNDS = 2
"""How often a question is asked: alone, and again after talking."""

MAX_VOTES = 2_000
"""Votes that one question takes in a round: many halls full of people, and few for a program."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """One vote.

    Args:
        step: of the lesson, from 0.
        round: from 1.
        voter: what the visitor's browser calls itself, at random.
        answer: as `core.lessons.hold_answer` allows it.
        at: when it was given last, in seconds since 1970.
    """

    step: int
    round: int
    voter: str
    answer: str
    at: float


@dataclass(frozen=True, slots=True)
class Room:
    """A room and the question of its present step.

    Args:
        code: its letters.
        opened, ends: in seconds since 1970.
        steps: of its lesson.
        step: the present one, from 0.
        version: greater after each change by who leads, so that an older look is known for one.
        round: of the present question, from 1.
        uncovered: the figure of the step is in sight, and nobody votes any more.
        shown: everybody sees the votes.
        axes: of the figure that the question is about, as `axes_to_json` writes them; empty where none are known.
        key_hash: of the key, by which it is known who leads.
    """

    code: str
    opened: float
    ends: float
    steps: int
    step: int
    version: int
    round: int = 1
    uncovered: bool = False
    shown: bool = False
    axes: str = ""
    key_hash: str = field(default="", repr=False)

    @property
    def ticket(self) -> str:
        """What a screen shows that has come in, so that it is not taken for one that tries letters."""
        return hashed(f"ticket {self.key_hash}")[:32]

    def led_by(self, key: str) -> bool:
        """Whether this is the key of the room."""
        return hmac.compare_digest(hashed(key), self.key_hash)

    def ended(self, now: float) -> bool:
        """Whether it is over at a time, in seconds since 1970."""
        return now >= self.ends


def hashed(key: str) -> str:
    """The SHA-256 of a key, in hexadecimal digits."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
