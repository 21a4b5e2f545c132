"""The doors of training: a page names these functions, and torch is imported when one of them runs."""

from core.progress import Progress
from core.state_space.copying import CopyingPair, CopyingParams, CopyingRun
from core.state_space.recalls import PruningParams, PruningRun, RecallParams, RecallRun

COPYING_SECONDS = 0.014
"""Seconds of processor of one update of one arm, tests included."""

RECALL_SECONDS = 0.011
"""Seconds of processor of one update on 12 pairs."""


def train_copying(params: CopyingParams, *, on_progress: Progress | None = None) -> CopyingRun:
    """Trains one layer of a state space, and a small network behind it, to copy data tokens from among noise.

    Args:
        params: see CopyingParams.
        on_progress: called as (fraction, message, partial) after each test, with the run so far; raising from it stops
            the training.

    Returns:
        The run, tested every 25 updates. Invariants: the same params give the same accuracies on one machine; both arms
        have the same number of parameters.

    Raises:
        Whatever `on_progress` raises.

    Source: Gu and Dao 2023 (2312.00752), section 4.1.1.
    """
    from core.state_space.with_torch.training.copying import run

    return run(params, on_progress=on_progress)


def train_both_arms(params: CopyingParams, *, on_progress: Progress | None = None) -> CopyingPair:
    """`train_copying` for both arms, update by update in turn, so that their curves grow side by side.

    Args:
        params: see CopyingParams; `selective` does not matter.
        on_progress: as for `train_copying`, with the pair so far.

    Returns:
        Both runs. Invariant: each is the run that `train_copying` returns.

    Raises:
        Whatever `on_progress` raises.
    """
    from core.state_space.with_torch.training.copying import run_both

    return run_both(params, on_progress=on_progress)


def train_recall(params: RecallParams, *, on_progress: Progress | None = None) -> RecallRun:
    """Trains two layers to answer keys with the values that stood beside them.

    Args:
        params: see RecallParams.
        on_progress: called as (fraction, message, partial) after each test; raising from it stops the training.

    Returns:
        The run. Invariant: the same params give the same accuracies on one machine.

    Raises:
        Whatever `on_progress` raises.

    Source: Arora et al. 2023, Zoology (2312.04927).
    """
    from core.state_space.with_torch.training.recalls import run

    return run(params, on_progress=on_progress)


def prune_and_distill(params: PruningParams, *, on_progress: Progress | None = None) -> PruningRun:
    """Trains three state-space layers on recall, takes one out, and repairs what is left in three ways.

    Args:
        params: see PruningParams.
        on_progress: called as (fraction, message); raising from it stops the training.

    Returns:
        Accuracies of the whole, of each cut, and of each repair.

    Raises:
        Whatever `on_progress` raises.

    Source: the steps of Nemotron-H (2504.03624), section 4, at the size of a toy.
    """
    from core.state_space.with_torch.training.recalls import prune

    return prune(params, on_progress=on_progress)


def copying_seconds(params: CopyingParams) -> float:
    """Seconds of processor of both arms on the machine on which promises are measured; see `core.jobs.promise`."""
    return 2 * COPYING_SECONDS * params.steps


def recall_seconds(params: RecallParams) -> float:
    """Seconds of processor of a run on that machine; attention and the matrix of a state space grow with the pairs."""
    return RECALL_SECONDS * params.steps * (0.4 + 0.6 * params.pairs / 12)
