"""The door of the experiment: a page names this function, and torch is imported when it runs."""

from core.progress import Progress
from core.transport.orca.experiment import AlignParams, AlignResult


def align(params: AlignParams, *, on_progress: Progress) -> AlignResult:
    """Runs the three stages for every arm and seed. A job for `core.jobs`; see `core.transport.orca.stages.run`."""
    from core.transport.orca.stages import run

    return run(params, on_progress=on_progress)
