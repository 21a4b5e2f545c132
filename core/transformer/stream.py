"""The path of a token through a model: what each layer adds, and what that does to the answer. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check


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
    checks: tuple[Check, ...]

    @property
    def by_layer(self) -> Float[np.ndarray, "layer"]:
        """What of the logit each layer says, attention and feed-forward together."""
        layers: np.ndarray = self.parts[1::2] + self.parts[2::2]
        return layers
