"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from core.positional.extrapolation import Extrapolation, ExtrapolationParams
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


def extrapolate(params: ExtrapolationParams, *, on_progress: Progress | None = None) -> Extrapolation:
    """Trains small decoders, alike but for their positions, on short texts, and tests them on longer ones.

    Two layers of width 64 with four heads; batches of 16 texts of random even length, from half the trained length to
    all of it, drawn again where nothing is asked; cross entropy in nats over the places that are asked; AdamW without
    decay, its rate rising to 0.003 over the first tenth of the steps and falling from there, both as a cosine. RoPE is
    tested stretched as well, without more training.

    Args:
        params: task, schemes, seeds, steps and the longest text in training.
        on_progress: told the fraction done, and as a small result of the training under way how many steps one mean is
            over, and the mean losses so far. Raising from it stops the work.

    Raises:
        Whatever `on_progress` raises; nothing else.

    Invariant: the same params give the same result, on one thread of one version of torch; for equal seeds all schemes
        start from equal weights and are trained and tested on equal texts.
    Source: Press et al. 2022 (2108.12409), "Train Short, Test Long"; Kazemnejad et al. 2023 (2305.19466).
    """
    from core.positional.with_torch.training.extrapolation import run

    return run(params, on_progress=on_progress)
