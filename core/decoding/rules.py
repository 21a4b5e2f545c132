"""Two rules for what follows a rejected draft token: the right one, and one that is almost right. Needs no torch."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.decoding.laws import Laws
from core.decoding.sampling import speculative_sample

FOUR_TOKENS = Laws(("A", "B", "C", "D"), (0.5, 0.3, 0.15, 0.05), (0.25,) * 4, (0.25 / 0.3, 0.05 / 0.3, 0.0, 0.0), 0.7)
"""A target of four tokens and a draft that knows nothing: small enough to reckon with by hand."""


@dataclass(frozen=True, eq=False, slots=True)
class RuleCounts:
    """How often each token came out of the same draft under both rules.

    Args:
        residual: after a rejection the token is drawn from the residual, as in speculative sampling.
        redrawn: after a rejection it is drawn anew from the target: almost right, and another law.
        accepted: the share of draft tokens that were accepted.
    """

    residual: Float[np.ndarray, "token"]
    redrawn: Float[np.ndarray, "token"]
    accepted: float


def two_rules(target: tuple[float, ...], draft: tuple[float, ...], samples: int, seed: int) -> RuleCounts:
    """Draws tokens by speculative sampling, and by the rule that draws anew from the target after a rejection.

    With acceptance sum_y min(p, q) = a, the second rule gives `min(p, q) + (1 - a) p` instead of p.

    Args:
        target, draft: p and q of the same tokens; they are scaled to a sum of 1.
        samples: draws of each.
        seed: of the source of chance.

    Raises:
        ValueError: as `speculative_sample`.

    Invariant: both counts sum to `samples`.
    """
    p, q = np.array(target) / sum(target), np.array(draft) / sum(draft)
    rng = np.random.default_rng(seed)
    right, wrong, stood = np.zeros(len(p)), np.zeros(len(p)), 0
    for guess, anew in zip(rng.choice(len(p), samples, p=q), rng.choice(len(p), samples, p=p), strict=True):
        token, accepted = speculative_sample(p, q, int(guess), rng)
        stood += accepted
        right[token] += 1
        wrong[token if accepted else anew] += 1
    return RuleCounts(right, wrong, stood / samples)
