"""What the page about adapters keeps between runs."""

from components.results import shared
from core.tuning import SubspaceParams, SubspaceRun, train_in_subspace


@shared(megabytes=2, size=lambda found: found.loss.nbytes)
def trained(dimension: int, seed: int) -> SubspaceRun:
    """A network trained within a random subspace; raises ValueError for numbers outside their ranges."""
    return train_in_subspace(SubspaceParams(dimension, seed))
