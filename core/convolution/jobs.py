"""The door of long work on convolutions: a page names this function, and torch is imported when it runs."""

from core.convolution.training import DigitsRun, DigitsTraining
from core.progress import Progress


def train_digits(params: DigitsTraining, /, *, on_progress: Progress) -> DigitsRun:
    """Trains the network on digits; the partial result is `DigitsCurves`. See `with_torch.training.digits`.

    Raises:
        Whatever `on_progress` raises, which ends the training.
    """
    on_progress(0.0, "Starting PyTorch")
    import torch

    from core.convolution.with_torch.training.digits import train

    torch.set_num_threads(1)
    return train(params, on_progress=on_progress)
