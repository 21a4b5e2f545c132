"""The door of a sweep: a page names this function, and torch is imported when it runs."""

from core.positional.sweeps import SweepParams, SweepResult
from core.progress import Progress


def perplexity_sweep(params: SweepParams, *, on_progress: Progress | None = None) -> SweepResult:
    """Measures the loss of every token under every scheme and factor, and under three references.

    The references come first: as trained, without positions, with another base.

    Args:
        params: model, text, schemes and factors.
        on_progress: called as on_progress(fraction, message) before each run; raising from it stops the sweep.

    Raises:
        ValueError: as `perplexity_under`, before anything is measured.
        Whatever `on_progress` raises.

    Invariant: run 0 is the untouched model; all runs agree on the first loss.
    Source: `perplexity_under`.
    """
    from core.positional.with_torch.sweeps import run

    return run(params, on_progress=on_progress)
