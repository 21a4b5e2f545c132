"""What a model says when one of its parts is missing, or stands elsewhere. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check
from core.numbers import whole

Kind = Literal[
    "layer",
    "attention",
    "feed-forward",
    "feed-forward from here on",
    "layer twice",
    "layer and next swapped",
    "norms",
    "positions",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

WHOLE_MODEL: tuple[Kind, ...] = ("norms", "positions")
"""What is taken from every layer at once."""

ABSENCE_FILE = "transformer/absence.npz"

COMPARED: tuple[Kind, ...] = ("attention", "feed-forward")
"""What is drawn beside them, layer by layer."""

MOST_OWN = 64
"""Tokens of the longest text of a visitor: each layer's absence reads it thirteen times."""

PROMPT = "The capital of France is"
"""What the altered models continue."""

WRITTEN = 12
"""Tokens that each writes."""

TEXT = (
    "The old lighthouse stood at the end of the long pier. Every evening the keeper climbed the narrow stairs and lit "
    "the lamp. Ships far out at sea could see its light and knew where the rocks were. One winter night a storm broke "
    "the window, and the wind blew out the lamp. The keeper carried a lantern up the stairs and stood in the cold "
    "until morning, so that no ship was lost."
)
"""On what the loss is measured: a text that the project wrote."""


@dataclass(frozen=True, slots=True)
class Absence:
    """What is missing or moved.

    Args:
        kind: one of KINDS: a whole layer left out, its attention, its feed-forward part, the feed-forward parts of this
            and all later layers, a layer run twice, two neighbors swapped; or every norm's scaling by length, or every
            position.
        layer: which, from 0; of no meaning for the last two.

    Raises:
        ValueError: for an unknown kind or a negative layer.
    """

    kind: Kind
    layer: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r} must be one of {', '.join(KINDS)}.")
        whole("layer", self.layer, 0)


@dataclass(frozen=True, slots=True)
class OwnText:
    """A visitor's text, and what is to be left out on it.

    Args:
        text: 2 to 64 tokens, which only the model can count.
        kind: one of KINDS; every layer of it is left out in turn.

    Raises:
        ValueError: for a blank text, one of more than 1,000 characters, or an unknown kind.
    """

    text: str
    kind: Kind

    def __post_init__(self) -> None:
        if not self.text.strip() or len(self.text) > 1000:
            raise ValueError(f"The text has {len(self.text)} characters; it must have 1 to 1000, not spaces alone.")
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r} must be one of {', '.join(KINDS)}.")


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the altered model says.

    Args:
        loss: the mean over the text's tokens, in nats; not a number where the model's own numbers overflow.
        written: how it continues the prompt, the likeliest token each time.
    """

    loss: float
    written: str


@dataclass(frozen=True, eq=False)
class Absences:
    """Every part of a model left out in turn.

    Args:
        model: its name.
        text: on which the loss is measured.
        whole: the untouched model.
        by_kind: kind -> outcomes by layer; one for what is taken from every layer.
        checks: identities.
    """

    model: str
    text: str
    whole: Outcome
    by_kind: Mapping[str, tuple[Outcome, ...]]
    checks: tuple[Check, ...]

    def losses(self, kind: Kind) -> Float[np.ndarray, "layer"]:
        """The losses of one kind, by layer."""
        return np.array([outcome.loss for outcome in self.by_kind[kind]])


@functools.cache
def recorded_absences() -> Absences:
    """The recorded outcomes; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(ABSENCE_FILE, Absences)


NAMES: Mapping[Kind, str] = MappingProxyType(
    {
        "layer": "layer {layer} left out",
        "attention": "attention {layer} silent",
        "feed-forward": "feed-forward {layer} silent",
        "feed-forward from here on": "no feed-forward part from layer {layer} on",
        "layer twice": "layer {layer} run twice",
        "layer and next swapped": "layers {layer} and {next} swapped",
        "norms": "no norm in any layer",
        "positions": "no positions",
    }
)


def name_of(absence: Absence) -> str:
    """What is missing, in words."""
    return NAMES[absence.kind].format(layer=absence.layer, next=absence.layer + 1)
