"""Whether cosines can be those of vectors. Needs no torch."""

import numpy as np
from jaxtyping import Float

from core.checks import Check


def gram_check(cosine: Float[np.ndarray, "depth vector vector"]) -> Check:
    """Cosines of any vectors, as a matrix, have no negative eigenvalue: C = U U^T for unit rows U.

    Args:
        cosine: one symmetric matrix for each depth, with ones on its diagonal.

    Returns:
        A check whose error is the most negative eigenvalue over all depths. Its bound is what rounding the cosines
        to float32 explains: n units in the last place for n vectors (Weyl's inequality).

    Invariant: fails where one cosine is exchanged for one that no vectors have.
    """
    count = cosine.shape[-1]
    least = float(np.linalg.eigvalsh(cosine.astype(np.float64)).min())
    bound = count * float(np.finfo(np.float32).eps)
    return Check(
        "The cosines are those of vectors", max(-least, 0.0), bound, "the least eigenvalue of their matrix, negated"
    )
