"""Pictures as torch takes them."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor


def as_batch(pictures: Float[np.ndarray, "picture row column"]) -> Float[Tensor, "picture 1 row column"]:
    """Pictures in float32, each a volume of one channel."""
    return torch.from_numpy(np.asarray(pictures, dtype=np.float32))[:, None]
