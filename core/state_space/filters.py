"""A kernel applied to a signal: directly, and by the fast Fourier transform."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from core.state_space.arguments import finite, signal, vector


def convolution(kernel: ArrayLike, u: ArrayLike, *, D: ArrayLike = 0.0) -> Float[np.ndarray, "time"]:  # noqa: N803
    """The causal convolution, sum by sum: y_k = K_0 u_k + K_1 u_{k-1} + ... + K_k u_0 + D u_k.

    Args:
        kernel: K [lag]; lags beyond it count as 0, and those beyond the signal do not matter.
        u: [time].
        D: one number, the skip from input to output.

    Returns:
        y, as long as u. Invariants: linear in u; a shifted signal gives a shifted output.

    Raises:
        ValueError: for anything but a vector of finite numbers, or an output that leaves float64.

    Source: Gu et al. 2022 (2111.00396), section 2.4; `numpy.convolve`, which takes L (L + 1) / 2 products.
    """
    weights, samples = signal("kernel", kernel), signal("u", u)
    skip = vector("D", D, 1)[0]
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.convolve(samples, weights[: len(samples)])[: len(samples)] + skip * samples
    return finite("the output", found, "kernel and signal are too large")


def fft_convolution(
    kernel: ArrayLike,
    u: ArrayLike,
    *,
    D: ArrayLike = 0.0,  # noqa: N803
    pad: bool = True,
) -> Float[np.ndarray, "time"]:
    """The same by the Fourier transform: y = F^-1(F(K) F(u)) + D u, in the order of L log L.

    Args:
        kernel: K [lag].
        u: [time].
        D: one number.
        pad: whether both are lengthened with zeros to twice their length. The product of two transforms is a
            convolution on a circle; without zeros the end of the signal comes around to its start.

    Returns:
        y, as long as u. Invariant: with `pad` equal to `convolution` up to rounding.

    Raises:
        ValueError: for anything but a vector of finite numbers, or an output that leaves float64.

    Source: Gu et al. 2022 (2111.00396), section 2.4; the convolution theorem.
    """
    samples = signal("u", u)
    weights = signal("kernel", kernel)[: len(samples)]
    size = len(samples)
    circle = 1 << (2 * size - 1).bit_length() if pad else size
    # The sums of a transform may leave float64 where the output does not; a power of 2 takes them out and back exactly.
    up, along = (int(np.frexp(np.abs(side).max())[1]) for side in (weights, samples))
    with np.errstate(over="ignore", invalid="ignore"):
        product = np.fft.rfft(np.ldexp(weights, -up), circle) * np.fft.rfft(np.ldexp(samples, -along), circle)
        found = np.ldexp(np.fft.irfft(product, circle)[:size], up + along) + vector("D", D, 1)[0] * samples
    return finite("the output", found, "kernel and signal are too large")
