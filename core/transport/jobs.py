"""The door of the experiment on transfer: a page names this function, and torch is imported when it runs."""

from core.progress import Progress, portion
from core.transport.transfers import TransferParams, TransferRun


def transfer(params: TransferParams, *, on_progress: Progress | None = None) -> TransferRun:
    """Measures distance and gain for every source. See `with_torch.transfers.run`."""
    portion(on_progress)(0.0, "Starting PyTorch")
    from core.transport.with_torch.transfers import run

    return run(params, on_progress=on_progress)
