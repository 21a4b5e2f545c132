"""Sentences, the calls that a model proposes within them, and which are kept. Needs no torch."""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.tools.arithmetic import evaluate, written
from core.tools.gains import CallGain, CallLosses

CALLS_FILE = "tools/calls.npz"

SENTENCES = (
    "A train runs 62 km in each of 7 hours. It runs 434 km in all.",
    "The shop sold 48 cakes on Monday and 35 on Tuesday, so it sold 83 cakes on both days.",
    "Of 250 students 45 are absent, so 205 are in class today.",
    "Each of the 12 teams has 11 players. That makes 132 players.",
    "She paid 3 bills of 19 dollars, which is 57 dollars.",
    "The bridge was built in 1904, which is 122 years before 2026.",
    "The king lived in a castle by the sea with his two daughters.",
    "In the evening they walked home through the old town.",
)
"""The recorded sentences: six hold a number that a calculator gives, two hold nothing to compute."""

MOST_CALLS = 6
"""Calls that are tried in a sentence."""

ANNOTATED = """Add calls to a calculator to a text, where they help to get a number right.
A call is [Calculator(expression)].

Text: He had 18 eggs and ate 7, so 11 are left.
Calls: He had 18 eggs and ate 7, so [Calculator(18 - 7)] 11 are left.

Text: Each of the 24 rooms has 3 windows. That makes 72 windows.
Calls: Each of the 24 rooms has 3 windows. That makes [Calculator(24 * 3)] 72 windows.

Text: Of 90 trees 16 are oaks and 20 are pines, which is 36 trees.
Calls: Of 90 trees 16 are oaks and 20 are pines, which is [Calculator(16 + 20)] 36 trees.

Text: {text}
Calls:"""
"""What the model reads before it proposes calls: three texts of the same kind with calls, then the text."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A call that a model proposed.

    Args:
        place: the token of the text before which it stands, from 1.
        expression: what it would compute.
        error: why the calculator refused it; "" for none.
        losses: what it is worth, at every place; None where it was refused.
    """

    place: int
    expression: str
    error: str
    losses: CallLosses | None

    @property
    def gain(self) -> CallGain | None:
        """What it is worth at its own place."""
        return None if self.losses is None else self.losses.at(self.place)


@dataclass(frozen=True, eq=False)
class Proposal:
    """The calls that a model proposes for a sentence.

    Args:
        text: the sentence. pieces: its readable tokens.
        openings: by token but the first, how likely the model would open a call before it.
        candidates: the calls that were tried, by place.
    """

    text: str
    pieces: tuple[str, ...]
    openings: Float[np.ndarray, "later_token"]
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, eq=False)
class RecordedCalls:
    """The recorded sentences with their calls."""

    model: str
    by_text: Mapping[str, Proposal]


@functools.cache
def recorded_calls() -> RecordedCalls:
    """The recorded calls; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(CALLS_FILE, RecordedCalls)


def call_of(expression: str) -> str:
    """The call as it is written into a text, without brackets."""
    return f"Calculator({expression})"


def result_of(expression: str) -> str:
    """What the calculator returns: a whole number, or two decimals, as Toolformer's did.

    Raises:
        ValueError: for what the calculator refuses.
    """
    value = evaluate(expression)
    if value % 1 == 0:
        return written(value)
    # Exact, since a fraction may be beyond the range of a float.
    hundredths = round(Fraction(value) * 100)
    return f"{'-' if hundredths < 0 else ''}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def kept_calls(candidates: Sequence[Candidate], threshold: float) -> list[Candidate]:
    """The calls whose gain is at least the threshold τ, in nats; those that were refused are never kept.

    Invariant: a higher threshold keeps no call that a lower one rejects.
    """
    return [one for one in candidates if one.gain is not None and one.gain.gain >= threshold]


def annotated(text: str, pieces: Sequence[str], candidates: Sequence[Candidate]) -> str:
    """The text with calls and results in their places, as a training text carries them."""
    calls = {
        one.place: f"[{call_of(one.expression)} → {one.losses.result}]" for one in candidates if one.losses is not None
    }
    found = ""
    for place, piece in enumerate(pieces):
        words = piece.replace("·", " ").replace("⏎", "\n")
        found = f"{found.rstrip(' ')} {calls[place]} {words.lstrip(' ')}" if place in calls else found + words
    return found
