"""What a reward model learns from more and more labels of one labeler: which errors average away."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.rlhf.records import AI_BIASED, AI_FIRST, AI_LABELER, HUMAN, PAIRS, SEEDS
from core.rlhf.runs import NetworkFit, RunParams

FITS = "rlhf/labels.npz"
"""The recorded fits, below `core/assets`."""

LABELERS = {"people": HUMAN, "AI": AI_LABELER, "AI long": AI_BIASED, "AI first": AI_FIRST}
"""Who labels."""


@dataclass(frozen=True, eq=False)
class LabelTable:
    """What reward models learned, by labeler, number of labels and seed, in the order of LABELERS, PAIRS and SEEDS.

    Args:
        gold_accuracy: share of 1000 unseen pairs put in the order of the gold reward, without ties.
        length_correlation: correlation of the learned reward with length on their responses.
    """

    gold_accuracy: Float[np.ndarray, "labeler count seed"]
    length_correlation: Float[np.ndarray, "labeler count seed"]


def fits_wanted() -> tuple[RunParams, ...]:
    """The reward models of the table, in its order."""
    return tuple(
        RunParams(rater=rater, pairs=n, seed=seed) for rater in LABELERS.values() for n in PAIRS for seed in SEEDS
    )


def table_of_fits(fits: Sequence[NetworkFit]) -> LabelTable:
    """The table of fits in the order of `fits_wanted`."""
    shape = (len(LABELERS), len(PAIRS), len(SEEDS))
    return LabelTable(
        np.array([fit.gold_accuracy for fit in fits]).reshape(shape),
        np.array([fit.length_correlation for fit in fits]).reshape(shape),
    )


@functools.cache
def recorded_labels() -> LabelTable:
    """The recorded table.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record rlhf labels`.
    """
    return kept(FITS, LabelTable)
