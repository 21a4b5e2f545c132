"""Numbers that others have published, each with its source. Nothing here was measured by this project."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """Accuracy of one model on GSM8K, in percent.

    Args:
        billions: of parameters.
        direct: with examples that hold the answer alone. chain: with examples that think aloud.
    """

    billions: float
    direct: float
    chain: float


GSM8K: Mapping[str, tuple[Published, ...]] = {
    "LaMDA": (
        Published(0.42, 2.6, 0.4),
        Published(2, 3.6, 1.9),
        Published(8, 3.2, 1.6),
        Published(68, 5.7, 8.2),
        Published(137, 6.5, 14.3),
    ),
    "GPT": (Published(0.35, 2.2, 0.5), Published(1.3, 2.4, 0.5), Published(6.7, 4.0, 2.4), Published(175, 15.6, 46.9)),
    "PaLM": (Published(8, 4.9, 4.1), Published(62, 9.6, 29.9), Published(540, 17.9, 56.9)),
}
"""Wei et al. 2022 (2201.11903), table 2."""

GSM8K_SOURCE = "Wei et al. 2022 (arXiv 2201.11903), table 2"

GAME_OF_24: Mapping[str, float] = {
    "one direct answer": 7.3,
    "one chain": 4.0,
    "vote of 100 chains": 9.0,
    "best of 100 direct answers": 33.0,
    "tree, b = 1": 45.0,
    "best of 100 chains": 49.0,
    "tree, b = 5": 74.0,
}
"""GPT-4 on 100 hard games of 24, percent solved. The authors' own rerun of the last gave 69."""

GAME_OF_24_TOKENS: Mapping[str, int] = {"best of 100 chains": 6_700, "tree, b = 5": 5_500}
"""Tokens that GPT-4 wrote for a puzzle; the same paper, appendix B.3."""

GAME_OF_24_SOURCE = "Yao et al. 2023 (arXiv 2305.10601), table 2"


GAINS: Mapping[str, float] = {"symbolic": 14.2, "mathematics": 12.3, "logic": 6.9, "all other": 0.7}
"""By kind of task, the mean points that a chain adds to the direct answer, over the literature."""

GAINS_SOURCE = "Sprague et al. 2024 (arXiv 2409.12183), section 3, over 100 papers"


def crossing(family: str) -> float | None:
    """The size in billions from which on a chain beats the direct answer in a family; None where it never does.

    Raises:
        KeyError: for a family that is not in `GSM8K`.

    Invariant: at this size and at every larger one the chain is ahead; at the one before it is not.
    """
    found = None
    for one in reversed(GSM8K[family]):
        if one.chain <= one.direct:
            break
        found = one.billions
    return found
