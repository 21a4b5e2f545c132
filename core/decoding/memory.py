"""Why memory decides: bytes and operations of a decoded token, the roofline, and the key/value cache. No torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a decoder of the Llama kind; the defaults are SmolLM2-135M's.

    Args:
        layers: L.
        d: width of the hidden state.
        heads: query heads.
        kv_heads: key and value heads; it divides `heads`.
        head_dim: width of a head.
        inner: width inside the feed-forward block.
        vocabulary: rows of the head.
    """

    layers: int = 30
    d: int = 576
    heads: int = 9
    kv_heads: int = 3
    head_dim: int = 64
    inner: int = 1536
    vocabulary: int = 49152

    @property
    def weights(self) -> int:
        """Parameters that one call reads: all matrices of the layers, and the head."""
        attention = self.d * self.head_dim * (2 * self.heads + 2 * self.kv_heads)
        return self.layers * (attention + 3 * self.d * self.inner) + self.vocabulary * self.d


def kv_bytes(shape: Shape, length: int, *, bytes_per_number: int = 4) -> int:
    """Bytes of the key/value cache: 2 layers kv_heads head_dim length bytes.

    Args:
        shape: of the model; with `kv_heads = heads` it has no grouped queries.
        length: tokens seen, 0 or more.
        bytes_per_number: 4 for float32, 2 for bfloat16.

    Raises:
        ValueError: for a negative length.

    Invariant: proportional to `length` and to `kv_heads`.
    Source: Pope et al. 2022 (2211.05102), section 2; Ainslie et al. 2023, GQA (2305.13245).
    """
    if length < 0:
        raise ValueError(f"length must be 0 or more; got {length}")
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * length * bytes_per_number


def operations(shape: Shape, tokens: int, *, past: int) -> int:
    """Multiplications and additions of one call: 2 for each weight and token, 4 d_head for each pair attended to.

    Args:
        shape: of the model.
        tokens: k, in one call.
        past: tokens before them.
    """
    pairs = tokens * past + tokens * (tokens + 1) // 2
    return 2 * shape.weights * tokens + 4 * shape.layers * shape.heads * shape.head_dim * pairs


def bytes_moved(shape: Shape, tokens: int, *, past: int, bytes_per_number: int = 4) -> int:
    """Bytes that one call must read at least: the weights once, however many tokens, and the cache."""
    return shape.weights * bytes_per_number + kv_bytes(shape, past + tokens, bytes_per_number=bytes_per_number)


def roofline(intensity: Float[np.ndarray, "point"], *, bandwidth: float, peak: float) -> Float[np.ndarray, "point"]:
    """The most operations a second that a machine can reach: min(peak, bandwidth x intensity).

    Args:
        intensity: operations for each byte moved.
        bandwidth: bytes a second.
        peak: operations a second.

    Invariant: it rises with the intensity up to peak / bandwidth, the ridge, and is flat from there.
    Source: Williams, Waterman and Patterson 2009, "Roofline".
    """
    reached: Float[np.ndarray, "point"] = np.minimum(peak, bandwidth * intensity)
    return reached
