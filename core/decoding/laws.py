"""What target and draft expect next at one place of a text, cut down to what can be shown. Needs no torch."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.decoding.sampling import overlap, residual

SHOWN = 10
OTHERS = "all others"


@dataclass(frozen=True, slots=True)
class Laws:
    """Two distributions over the likeliest tokens of either and one entry for all the others.

    Args:
        tokens: as a person would write them; the last entry is `OTHERS`.
        target, draft: p and q; each sums to 1.
        residual: of the full distributions, where the correction is drawn from.
        overlap: of the full distributions, the chance that a drawn draft token is accepted.
    """

    tokens: tuple[str, ...]
    target: tuple[float, ...]
    draft: tuple[float, ...]
    residual: tuple[float, ...]
    overlap: float


def shown_laws(
    target: Float[np.ndarray, "vocab"], draft: Float[np.ndarray, "vocab"], name: Callable[[int], str]
) -> Laws:
    """Cuts two distributions over a vocabulary down to the ten likeliest tokens of either, and all the others.

    Args:
        target, draft: p and q over the whole vocabulary.
        name: a token id as a person would write it.

    Invariant: merging tokens never lowers the overlap, so the overlap of the cut laws is at least `overlap`.
    """
    order = np.argsort(-np.maximum(target, draft))[:SHOWN]

    def cut(law: Float[np.ndarray, "vocab"]) -> tuple[float, ...]:
        top = [round(float(law[token]), 6) for token in order]
        return (*top, max(1.0 - sum(top), 0.0))

    return Laws(
        tokens=(*(name(int(token)) for token in order), OTHERS),
        target=cut(target),
        draft=cut(draft),
        residual=cut(residual(target, draft)),
        overlap=overlap(target, draft),
    )
