"""The network that turns a digit into numbers, run in numpy: three convolutions and a dense layer. Needs no torch."""

from dataclasses import dataclass, fields, replace

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.convolution.volumes import activated, halved


@dataclass(frozen=True, eq=False)
class Encoder:
    """The weights of the network, as torch lays them out.

    Convolution, ReLU, convolution, ReLU, pooling by the largest of 2 x 2, convolution, ReLU, the same pooling, dense.

    Args:
        kernel_1, bias_1: [32 1 3 3], [32]. kernel_2, bias_2: [32 32 3 3], [32]. kernel_3, bias_3: [64 32 3 3], [64].
        dense, bias: [width 256], [width], the last layer, whose outputs are the features.
    """

    kernel_1: Float[np.ndarray, "32 1 3 3"]
    bias_1: Float[np.ndarray, "32"]
    kernel_2: Float[np.ndarray, "32 32 3 3"]
    bias_2: Float[np.ndarray, "32"]
    kernel_3: Float[np.ndarray, "64 32 3 3"]
    bias_3: Float[np.ndarray, "64"]
    dense: Float[np.ndarray, "width 256"]
    bias: Float[np.ndarray, "width"]

    @property
    def parameters(self) -> int:
        """How many weights and biases it has."""
        return sum(getattr(self, field.name).size for field in fields(self))

    def halved(self) -> "Encoder":
        """The same network with its weights rounded to half precision, as they are kept in a file."""
        return replace(self, **{field.name: getattr(self, field.name).astype(np.float16) for field in fields(self)})


def encode(encoder: Encoder, pictures: Float[np.ndarray, "image 8 8"]) -> Float[np.ndarray, "image width"]:
    """The features of pictures, in float64.

    Args:
        pictures: pixels in [0, 1].

    Invariant: each picture's features are the same whatever pictures stand beside it, up to rounding.
    Source: torch.nn.Conv2d (cross-correlation, padding 1), torch.nn.MaxPool2d(2), torch.nn.Linear.
    """
    maps = activated(np.asarray(pictures, dtype=np.float64)[:, None], encoder.kernel_1, encoder.bias_1)
    maps = halved(activated(maps, encoder.kernel_2, encoder.bias_2))
    maps = halved(activated(maps, encoder.kernel_3, encoder.bias_3))
    features: Float[np.ndarray, "image width"] = (
        maps.reshape(len(maps), -1) @ encoder.dense.astype(np.float64).T + encoder.bias
    )
    return features


def features_check(
    encoder: Encoder, pictures: Float[np.ndarray, "image 8 8"], peer: Float[np.ndarray, "image width"]
) -> Check:
    """The features that numpy computes now from the kept weights, against those of torch when they were kept.

    The longest sum of a layer has 288 terms, and four layers follow one another; float32 rounds each.
    """
    now = encode(encoder, pictures)
    bound = 4 * 288 * float(np.finfo(np.float32).eps) * max(1.0, float(np.abs(now).max()))
    error = float(np.abs(now - peer).max()) if now.shape == peer.shape else float("nan")
    return Check("Features from the kept weights equal torch's", error, bound, "numpy in float64, torch in float32")
