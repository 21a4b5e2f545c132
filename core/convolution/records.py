"""The recorded trainings of the network on digits. Needs no torch."""

from functools import cache

from core.assets import kept
from core.convolution.training import LABELS, DigitsRun, DigitsSpread

SPREAD = "convolution/spread.npz"


def run_file(labels: str) -> str:
    """The name of a run's file among the assets."""
    return f"convolution/digits_{labels}.npz"


@cache
def recorded_run(labels: str = "true") -> DigitsRun:
    """The run with the default parameters and these labels, as it was recorded.

    Raises:
        ValueError: for labels that are none of LABELS.
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record convolution digits`.
    """
    if labels not in LABELS:
        raise ValueError(f"labels is {labels!r}; it must be one of {', '.join(LABELS)}")
    return kept(run_file(labels), DigitsRun)


@cache
def recorded_spread() -> DigitsSpread:
    """The last accuracies over five seeds, with true and with shuffled labels.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record convolution spread`.
    """
    return kept(SPREAD, DigitsSpread)
