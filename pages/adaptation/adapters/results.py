"""What the page about adapters keeps between runs."""

import numpy as np

from components.results import shared
from core.tuning import Energy, SubspaceParams, SubspaceRun, energy, recorded_subspaces, train_in_subspace


@shared(megabytes=2, size=lambda found: found.by_rank.nbytes * 2)
def noise(rows: int, columns: int) -> Energy:
    """What each rank, and as many entries, keep of a matrix of normal random numbers."""
    return energy(np.random.default_rng(0).normal(size=(rows, columns)))


@shared(megabytes=2, size=lambda found: found.loss.nbytes)
def trained(dimension: int, seed: int) -> SubspaceRun:
    """A network trained within a random subspace; raises ValueError for numbers outside their ranges."""
    params, opening = SubspaceParams(dimension, seed), recorded_subspaces().opening
    # The digits come with a library that a first look should not wait for.
    return opening if params == opening.params else train_in_subspace(params)
