"""What the page about adapters keeps between runs."""

from components.results import shared
from core.tuning import SubspaceParams, SubspaceRun, recorded_subspaces, train_in_subspace


@shared(megabytes=2, size=lambda found: found.loss.nbytes)
def trained(dimension: int, seed: int) -> SubspaceRun:
    """A network trained within a random subspace; raises ValueError for numbers outside their ranges."""
    params, opening = SubspaceParams(dimension, seed), recorded_subspaces().opening
    # The digits come with a library that a first look should not wait for.
    return opening if params == opening.params else train_in_subspace(params)
