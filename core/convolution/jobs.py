"""The doors of long work on networks of convolutions: torch is imported when one of these functions runs."""

from core.convolution.halves import digit_labels, held_out
from core.convolution.neighbors import agreement
from core.convolution.pretext import Pretrained, PretrainParams
from core.convolution.probes import accuracies
from core.convolution.training import DigitsRun, DigitsTraining
from core.convolution.trials import COUNTS, DRAWS, Trial
from core.progress import Progress, portion


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


def pretrain(params: PretrainParams, *, on_progress: Progress | None = None) -> Pretrained:
    """Trains a small network on digits by a pretext, without their labels, and takes the features of all digits.

    Args:
        params: the pretext and its settings.
        on_progress: called after each pass over the digits as (fraction, message, losses so far).

    Raises:
        ValueError: for params of another kind.
        Whatever `on_progress` raises, which ends the training.

    Invariant: equal params give equal results on one machine; networks of one seed and width start from the same
    weights, those of the random network.
    """
    if not isinstance(params, PretrainParams):
        raise ValueError(f"params is {params!r}; it must be a PretrainParams")  # noqa: TRY004 - a bad value
    from core.convolution.with_torch.training.pretexts import run

    return run(params, on_progress=on_progress)


def pretrain_and_probe(params: PretrainParams, *, on_progress: Progress) -> Trial:
    """Trains as `pretrain` does, then fits the recorded probes' draws on the features of the held-out digits.

    Args:
        params, on_progress: as for `pretrain`; the training is told as the first 85 % of the work.

    Raises:
        Whatever `on_progress` raises, which ends the work.

    Invariant: the draws are those of `recorded_trials`, so that accuracies can be compared in pairs.
    """
    on_progress(0.0, "Starting PyTorch")
    run = pretrain(params, on_progress=portion(on_progress, 0.0, 0.85))
    on_progress(0.85, f"Fitting {len(COUNTS) * DRAWS} probes", tuple(run.losses))
    places = held_out()
    features, labels = run.features[places], digit_labels()[places]
    accuracy = accuracies(features, labels, counts=COUNTS, seeds=range(DRAWS))
    return Trial(run, accuracy, agreement(features, labels))
