"""The doors of long work on decoding: a page names these functions, and torch is imported when one of them runs."""

from core.decoding.costs import CostParams, Costs
from core.decoding.races import Race, RaceParams
from core.progress import Progress, portion


def measure_costs(params: CostParams, *, on_progress: Progress) -> Costs:
    """Measures T(k), the cost of the layers and of the head, and the machine's bandwidth and peak, in seconds.

    Args:
        params: what to measure.
        on_progress: told the part done.

    Invariant: every time is positive; each is the fastest of `params.repeats` runs, taken in turns.
    """
    from core.decoding.with_torch.costs import time_model
    from core.models import load_causal_lm

    lm = load_causal_lm(params.model, dtype=params.dtype, on_progress=portion(on_progress, 0.0, 0.2))
    return time_model(lm, params, portion(on_progress, 0.2, 1.0))


def race(params: RaceParams, *, on_progress: Progress) -> Race:
    """Runs a race, round by round, so that a disturbance of the machine hits all methods alike.

    Args:
        params: who races.
        on_progress: told the part done; partial results are races of the methods that have written so far.

    Raises:
        ValueError: for a value out of range.
        AssetError: if a method's trained part is missing.

    Invariant: times are sums over steps of the fastest of `repeats` runs of that very step.
    """
    from core.decoding.with_torch.races import run_race

    if not params.methods or params.repeats < 1:
        raise ValueError(f"a race needs a method and a round; got {len(params.methods)} and {params.repeats}")
    return run_race(params, on_progress)
