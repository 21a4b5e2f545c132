"""The encoder as torch runs it, to compare the one in numpy with."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import conv2d, linear, max_pool2d

from core.convolution.encoder import Encoder
from core.convolution.with_torch.volumes import as_batch


def features_by_torch(encoder: Encoder, pictures: Float[np.ndarray, "image 8 8"]) -> Float[np.ndarray, "image width"]:
    """What `core.convolution.encode` computes, by torch's own layers in float32."""

    def part(name: str) -> Tensor:
        return torch.from_numpy(np.asarray(getattr(encoder, name), dtype=np.float32))

    maps = conv2d(as_batch(pictures), part("kernel_1"), part("bias_1"), padding=1).relu()
    maps = max_pool2d(conv2d(maps, part("kernel_2"), part("bias_2"), padding=1).relu(), 2)
    maps = max_pool2d(conv2d(maps, part("kernel_3"), part("bias_3"), padding=1).relu(), 2)
    return np.asarray(linear(maps.flatten(1), part("dense"), part("bias")).numpy())
