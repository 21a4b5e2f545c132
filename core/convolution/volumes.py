"""Many volumes at once through the layers of the small networks, in numpy."""

import numpy as np
from jaxtyping import Float

Volumes = Float[np.ndarray, "_ _ _ _"]
"""[picture channel row column]"""


def activated(
    volumes: Volumes, kernel: Float[np.ndarray, "out channel 3 3"], bias: Float[np.ndarray, "out"]
) -> Volumes:
    """max(0, convolution) with kernels of side 3 that keep the size, in float64: [picture out row column].

    Invariant: each volume's maps are those of `convolve` with a padding of 1 and a ReLU, up to rounding.
    Source: torch.nn.Conv2d and torch.nn.ReLU.
    """
    ringed = np.pad(np.asarray(volumes, dtype=np.float64), ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(ringed, (3, 3), axis=(2, 3))  # picture channel row column 3 3
    count, _, rows, columns = volumes.shape
    flat = windows.transpose(0, 2, 3, 1, 4, 5).reshape(count * rows * columns, -1)
    maps = np.maximum(flat @ kernel.reshape(len(kernel), -1).astype(np.float64).T + bias, 0)
    return np.asarray(maps.reshape(count, rows, columns, -1).transpose(0, 3, 1, 2))


def halved(volumes: Volumes) -> Volumes:
    """The largest value of each 2 x 2 cells; sides are even. Source: torch.nn.MaxPool2d(2)."""
    count, channels, rows, columns = volumes.shape
    return np.asarray(volumes.reshape(count, channels, rows // 2, 2, columns // 2, 2).max(axis=(3, 5)))
