"""What several seeds say together, in words: spans, how much a difference weighs, who is best."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.phrases import listed, signed
from core.rlhf import Difference, RunHistory, difference

Runs = Sequence[RunHistory]


def span(values: Sequence[float] | np.ndarray, digits: int = 1) -> str:
    """Numbers from the least to the largest, as written: "4.0 to 10.8", or one where they are alike."""
    low, high = (f"{value:.{digits}f}" for value in (np.min(values), np.max(values)))
    return signed(low if low == high else f"{low} to {high}")


def drawn_from(runs: Runs) -> str:
    """Which seeds and numbers of pairs runs have: "seeds 0 and 1, each with 125 and 500 pairs"."""
    seeds, pairs = (sorted({getattr(run.params, name) for run in runs}) for name in ("seed", "pairs"))
    return f"seeds {listed(seeds)}, each with {listed(pairs)} pairs"


def replaced(one: np.ndarray, other: np.ndarray, *, apart: bool) -> str:
    """The mean of one arm beside that of the other: "1.0 instead of −3.0", or "2.5 for both".

    Args:
        apart: a difference is told, so that they get as many digits as show it.
    """
    for digits in (1, 2, 3) if apart else (1,):
        mean, base = (f"{arm.mean():.{digits}f}" for arm in (one, other))
        if mean != base:
            return f"{mean} instead of {base}"
    return f"{one.mean():.1f} for both"


def weight(gap: Difference) -> str:
    """How much a difference weighs: whether all seeds agree, and p where that does not settle it."""
    if gap.clear:
        return f"in all {gap.seeds} seeds" if gap.agree else f"over {gap.seeds} seeds"
    seeds = f"in all {gap.seeds} seeds, too few to be sure" if gap.agree else f"over {gap.seeds} seeds"
    return f"{seeds} (p = {gap.chance:.2f})"


def gained(gap: Difference) -> str:
    """How much more gold one arm has than the other; that there is none to be seen where neither p nor signs say so."""
    told = f"{gap.mean:+.2f} ± {gap.error:.2f}"
    none = not (gap.clear or gap.agree)
    return signed(f"no clear difference ({told}) {weight(gap)}" if none else f"{told} gold, {weight(gap)}")


def nats(level: float) -> str:
    """A divergence in words."""
    return f"{level:g} nat{'' if level == 1 else 's'}"


def ranking_claim(values: Mapping[str, np.ndarray], what: str) -> str:
    """Who is best on average over seeds, and who is not clearly behind."""
    mean = {name: float(np.mean(found)) for name, found in values.items()}
    best = max(mean, key=mean.__getitem__)
    near = [name for name in values if name != best and not difference(values[best], values[name]).clear]
    behind = f"; {listed([f'“{name}”' for name in near])} not clearly behind" if near else ", clearly ahead"
    return signed(f"Best {what}: “{best}”, {mean[best]:.2g}{behind}, over {len(values[best])} seeds")
