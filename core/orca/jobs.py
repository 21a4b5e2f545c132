"""The door of the experiment: a page names this function, and torch is imported when it runs."""

from core.orca.experiment import AlignParams, AlignResult
from core.progress import Progress


def align(params: AlignParams, *, on_progress: Progress) -> AlignResult:
    """Runs the three stages for every arm and seed. See `with_torch.training.stages.run`."""
    from core.orca.with_torch.training.stages import run

    return run(params, on_progress=on_progress)
