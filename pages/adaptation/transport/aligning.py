"""What the page says of an encoder that learns another modality: who gains from what, as far as the seeds show it."""

import numpy as np

from components.phrases import listed, signed


def differ(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether the seeds tell two arms apart: no seed of one reaches the range of the other's.

    Args:
        one, other: [seed], accuracies of the same seeds.
    """
    return bool(one.min() > other.max() or one.max() < other.min())


def of_the_ends(last: dict[str, np.ndarray]) -> str:
    """Which arms end apart from the best by more than the spread of their seeds.

    Args:
        last: arm -> [seed], the last accuracies.
    """
    best = max(last, key=lambda arm: float(last[arm].mean()))
    alike = [arm for arm, values in last.items() if arm == best or not differ(values, last[best])]
    if len(alike) == 1:
        return f"“{best}” ends highest in {_seeds(last[best])}: {last[best].min():.0%} to {last[best].max():.0%}"
    if len(alike) == len(last):
        return f"No difference at the end is shown by {_seeds(last[best])}"
    rest = "the other ends" if len(last) == len(alike) + 1 else "the others end"
    return f"No difference between {listed(alike)} is shown by {_seeds(last[best])}; {rest} lower"


def by_seed(one: np.ndarray, other: np.ndarray) -> str:
    """The change of accuracy from one arm to another with its spread, and whether the seeds show one at all.

    Args:
        one, other: [seed], accuracies of the same seeds.
    """
    change = _change(one, other)
    return change if differ(one, other) else f"{change}, no difference shown by {_seeds(one)}"


def of_the_start(step: int, aligned: np.ndarray, plain: np.ndarray, loud: np.ndarray) -> str:
    """How much of the first gain of alignment the control has that is only as loud.

    Args:
        step: of stage 3. aligned, plain, loud: [seed], accuracies after it, of the arms that are aligned, not aligned,
            and not aligned but as loud.
    """
    told = (
        f"After {step} steps alignment changes the accuracy by {by_seed(aligned, plain)}; being only as loud by "
        f"{by_seed(loud, plain)}"
    )
    if not differ(aligned, plain):
        return f"{told}."
    between = f"aligned against only as loud {_change(aligned, loud)}"
    if differ(aligned, loud):
        side = "more" if aligned.mean() > loud.mean() else "less"
        return f"{told}. Alignment brings {side} than loudness alone: {between}."
    if differ(loud, plain):
        return f"{told}. {_seeds(aligned)} show nothing beyond loudness: {between}."
    return f"{told}. Whether more than loudness is at work stays open: {between}."


def _change(one: np.ndarray, other: np.ndarray) -> str:
    change = one - other
    return signed(f"<b>{change.mean():+.3f}</b> ({change.min():+.3f} to {change.max():+.3f})")


def _seeds(values: np.ndarray) -> str:
    return f"{len(values)} seed{'' if len(values) == 1 else 's'}"
