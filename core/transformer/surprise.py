"""Cross entropy and what it is made of. Natural logarithms: everything is in nats."""

import math

import numpy as np
from jaxtyping import Float, Int

BITS_PER_NAT = 1 / math.log(2)
"""How many bits a nat is."""


def cross_entropy(
    log_probs: Float[np.ndarray, "token class"], targets: Int[np.ndarray, "token"]
) -> Float[np.ndarray, "token"]:
    """How surprised a model is by what came: minus the logarithm of the probability that it gave to it, per token.

    loss_t = -log_probs[t, targets[t]], in nats.

    Args:
        log_probs: natural logarithms of probabilities, shape [token class]; minus infinity stands for probability 0.
        targets: the class that came at each token, shape [token].

    Returns:
        The loss of each token, shape [token]; infinite where what came had probability 0.

    Raises:
        ValueError: for shapes that do not fit, a target out of range, a NaN, or a logarithm above 0.

    Invariant: its mean is the cross entropy H(p, q) of the targets' frequencies p where every row is the same q.
    Source: Shannon 1948; `torch.nn.functional.nll_loss` with reduction "none".
    """
    logs, chosen = np.asarray(log_probs, dtype=np.float64), np.asarray(targets)
    if logs.ndim != 2 or chosen.shape != logs.shape[:1]:
        raise ValueError(
            f"log_probs {logs.shape} and targets {chosen.shape} must have the shapes [token class], [token]."
        )
    if chosen.size and not np.issubdtype(chosen.dtype, np.integer):
        raise ValueError(f"targets must be integers; got {chosen.dtype}.")
    n_classes = logs.shape[1]
    if chosen.size and not (chosen.min() >= 0 and chosen.max() < n_classes):
        raise ValueError(f"targets lie in {chosen.min()} to {chosen.max()}; they must lie in 0 to {n_classes - 1}.")
    # Rounding may leave the logarithm of a certainty a little above 0.
    if np.isnan(logs).any() or (logs > 1e-6).any():
        raise ValueError(f"log_probs must be at most 0 and no NaN; the largest is {np.max(logs)}.")
    # Adding 0 makes the loss of a certainty 0 and not minus 0.
    return np.zeros(len(chosen)) - np.take_along_axis(logs, chosen.astype(np.int64)[:, None], axis=1)[:, 0]


def distribution(weights: Float[np.ndarray, "class"]) -> Float[np.ndarray, "class"]:
    """Weights of 0 or more, divided by their sum.

    Raises:
        ValueError: for a negative or infinite weight, a NaN, or none above 0.

    Invariant: the result sums to 1.
    """
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise ValueError(f"weights = {w.tolist()} must be finite, 0 or more, and not all 0.")
    # Divided by the largest first, so that tiny and huge weights neither vanish nor overflow in the sum.
    w = w / w.max()
    return np.asarray(w / w.sum())


def entropy(p: Float[np.ndarray, "*rows class"]) -> Float[np.ndarray, "*rows"]:
    """H(p) = -Σ_x p(x) ln p(x), in nats, over the last axis; 0 ln 0 is 0.

    Raises:
        ValueError: for a negative share or a NaN.

    Invariant: between 0 (one certain class) and ln(classes) (all alike).
    Source: Shannon 1948.
    """
    from scipy.special import xlogy  # type: ignore[import-untyped]

    shares = _shares(p)
    return np.asarray(-xlogy(shares, shares).sum(axis=-1) + 0.0)


def expected_cross_entropy(p: Float[np.ndarray, "class"], q: Float[np.ndarray, "class"]) -> float:
    """H(p, q) = -Σ_x p(x) ln q(x), in nats: the mean loss of a model q on data from p.

    Returns:
        Infinity where q is 0 and p is not.

    Raises:
        ValueError: for a negative share, a NaN, or shapes that differ.

    Invariant: H(p, q) = H(p) + KL(p‖q) >= H(p), equal only for q = p.
    Source: Cover and Thomas 2006, "Elements of Information Theory", theorem 5.4.3.
    """
    from scipy.special import xlogy

    data, model = _pair(p, q)
    return float(-xlogy(data, model).sum() + 0.0)


def divergence(p: Float[np.ndarray, "class"], q: Float[np.ndarray, "class"]) -> float:
    """KL(p‖q) = Σ_x p(x) ln(p(x) / q(x)), in nats: what a model q pays beyond the entropy of the data p.

    Returns:
        Infinity where q is 0 and p is not.

    Raises:
        ValueError: for a negative share, a NaN, or shapes that differ.

    Invariant: 0 or more; 0 only for q = p; not symmetric.
    Source: Kullback and Leibler 1951.
    """
    p, q = _pair(p, q)
    seen = p > 0
    if (q[seen] == 0).any():
        return math.inf
    return float(np.sum(p[seen] * (np.log(p[seen]) - np.log(q[seen]))))


def perplexity(loss: float) -> float:
    """exp(loss) of a mean loss in nats: the number of equally likely tokens that would be as hard to guess.

    Returns:
        Infinity for a loss beyond the range of floats.

    Raises:
        ValueError: for a NaN.
    """
    if math.isnan(loss):
        raise ValueError("loss is no number; it must be a number of nats.")
    return math.exp(loss) if loss < math.log(np.finfo(np.float64).max) else math.inf


def _shares(values: object) -> np.ndarray:
    """Shares as float64; raises ValueError for a negative one or a NaN."""
    shares = np.asarray(values, dtype=np.float64)
    if not (shares >= 0).all():
        raise ValueError(f"Shares must be 0 or more; the least is {shares.min()}.")
    return shares


def _pair(p: object, q: object) -> tuple[np.ndarray, np.ndarray]:
    """Both shares; raises ValueError where their shapes differ."""
    data, model = _shares(p), _shares(q)
    if data.ndim != 1 or data.shape != model.shape:
        raise ValueError(f"p {data.shape} and q {model.shape} must have one shape [class].")
    return data, model
