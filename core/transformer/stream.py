"""The path of a token through a model: what each layer adds, and what that does to the answer. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check

STEPS = (
    "norm",
    "query",
    "key",
    "value",
    "heads, side by side",
    "projection",
    "second norm",
    "gate",
    "up",
    "gate times up",
    "down",
)
"""What a block does in turn. The projection and down are what it adds to the stream."""

TEXTS: Mapping[str, str] = {
    "capital": "The capital of France is",
    "name": "When Mary and John went to the store, John gave a drink to",
    "plural": "The keys on the table",
}
"""The recorded texts, by key."""

PATHS_FILE = "transformer/paths.npz"


@dataclass(frozen=True, eq=False)
class TokenPath:
    """How one position of a text became the model's guess of the next token.

    The stream starts as the token's embedding; every layer adds what its attention and its feed-forward part say. The
    final norm divides the sum by its length and scales each dimension; the head compares it with every token's vector.

    Args:
        model: the model's name in the catalogue.
        text: the text that was run.
        tokens: its pieces, readable.
        position: the place that is followed, from 0.
        stream: the L2 norm of the stream: after the embedding, after attention 0, after feed-forward 0, ...
        attention: the L2 norm of the vector that each layer's attention adds.
        feed_forward: the same for the feed-forward parts.
        answer_id: the likeliest next token's id.
        answer: how it reads.
        logit: its logit as the model gives it.
        parts: what of that logit each part says, with the final norm's scale frozen: the embedding, attention 0,
            feed-forward 0, attention 1, ...; they sum to the logit.
        top: the likeliest next tokens after each depth, as the final norm and the head would read the stream there;
            depth 0 is the embedding.
        top_share: their probabilities.
        inside: the L2 norm, at this position, of what each step inside each block makes; the steps are STEPS.
        shapes: how many numbers each step makes at a position, as heads and their dimension where it has heads.
        loss: of every token of the text but the first, given those before it, in nats.
        checks: identities of these numbers.
    """

    model: str
    text: str
    tokens: tuple[str, ...]
    position: int
    stream: Float[np.ndarray, "part"]
    attention: Float[np.ndarray, "layer"]
    feed_forward: Float[np.ndarray, "layer"]
    answer_id: int
    answer: str
    logit: float
    parts: Float[np.ndarray, "part"]
    top: tuple[tuple[str, ...], ...]
    top_share: Float[np.ndarray, "depth top"]
    inside: Float[np.ndarray, "layer step"]
    shapes: tuple[str, ...]
    loss: Float[np.ndarray, "guessed"]
    checks: tuple[Check, ...]

    @property
    def by_layer(self) -> Float[np.ndarray, "layer"]:
        """What of the logit each layer says, attention and feed-forward together."""
        layers: np.ndarray = self.parts[1::2] + self.parts[2::2]
        return layers


@dataclass(frozen=True, eq=False)
class RecordedPaths:
    """The paths of every position of the recorded texts.

    Args:
        by_text: text -> its paths, one for each position.
    """

    by_text: Mapping[str, tuple[TokenPath, ...]]


@functools.cache
def recorded_paths() -> RecordedPaths:
    """The recorded paths; no model is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(PATHS_FILE, RecordedPaths)
