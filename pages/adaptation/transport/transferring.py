"""Distance and transfer: which run is on screen, shared between visitors, and what the page says of its numbers."""

import numpy as np

from components.results import shared
from core.assets import AssetError
from core.checks import Check
from core.numbers import mean_interval
from core.transport import (
    MEASURES,
    SAME_POINTS,
    SOURCES,
    TARGETS,
    RankCorrelation,
    TransferParams,
    TransferRun,
    difference_of_correlations,
    rank_correlation,
    recorded_transfer,
    transfer_identities,
)

WHAT = {
    "with labels": "the distance with labels",
    "points alone": "the distance of the points alone",
    "MMD²": "MMD²",
}
"""A measure in a sentence."""


def recorded(params: TransferParams) -> TransferRun | None:
    """The recorded run of exactly this experiment; None where there is none, or none that can be read."""
    if params != TransferParams(target=params.target):
        return None
    try:
        return recorded_transfer(params.target)
    except AssetError:
        return None


def correlation_of(run: TransferRun, measure: str) -> RankCorrelation:
    """The rank correlation of a measure and the gain, over all sources."""
    return rank_correlation(run.measured(measure), run.gain)


@shared(megabytes=1, size=lambda found: 500)
def recorded_correlation(target: str, measure: str) -> RankCorrelation:
    """`correlation_of` a recorded run. Raises AssetError where it cannot be read."""
    return correlation_of(recorded_transfer(target), measure)


def checks_of(run: TransferRun, measure: str) -> tuple[Check, ...]:
    """The identities of a run, and its rank correlation by another formula.

    Without ties rho = 1 - 6 sum d^2 / (n (n^2 - 1)), with d the difference of a source's two ranks. Each tie shifts it
    by less than a rank: `bound` allows for them.
    """
    x, y = run.measured(measure).mean(axis=1), run.gain.mean(axis=1)
    ranks = [(side[:, None] > side).sum(axis=1) + ((side[:, None] == side).sum(axis=1) - 1) / 2 for side in (x, y)]
    count = len(x)
    by_hand = 1 - 6 * float(((ranks[0] - ranks[1]) ** 2).sum()) / (count * (count**2 - 1))
    tied = sum(count - len(np.unique(side)) for side in (x, y))
    error = abs(correlation_of(run, measure).value - by_hand)
    return (
        *transfer_identities(run),
        Check("Rank correlation by differences of ranks", error, 1e-9 + 6 * tied / count**2, f"{tied} ties"),
    )


def of_the_ranks(found: RankCorrelation, measure: str) -> str:
    """What a measure predicts, as a title."""
    told = f"Spearman’s ρ = {found.value:.2f} ({found.low:.2f} to {found.high:.2f})"
    if found.high < 0:
        return f"{told}: the nearer by {WHAT[measure]}, the more is gained"
    if found.low > 0:
        return f"{told}: the farther by {WHAT[measure]}, the more is gained"
    return f"{told}: {WHAT[measure]} does not tell what is gained, as far as {len(SOURCES)} sources can show"


def of_the_labels(run: TransferRun) -> str:
    """Whether labels make the distance a better prediction."""
    found = difference_of_correlations(run.distance, run.features, run.gain)
    told = f"Labels change ρ by <b>{found.value:+.2g}</b> ({found.low:+.2g} to {found.high:+.2g})"
    if found.high < 0:
        return f"{told}: the labels help."
    return f"{told}: the labels make it worse." if found.low > 0 else f"{told}: no difference beyond chance."


def of_the_farthest(run: TransferRun, measure: str) -> str:
    """What is gained from the source that lies farthest."""
    far = int(run.measured(measure).mean(axis=1).argmax())
    gain = float(run.gain[far].mean())
    low, high = mean_interval(run.gain[far])
    told = f"Farthest: <b>{SOURCES[far]}</b>, {_in_points(gain, low, high)}"
    if low > 0:
        return f"{told}, and still it helps."
    return f"{told}: it harms." if high < 0 else f"{told}: neither help nor harm."


def of_same_points(run: TransferRun) -> str:
    """What is gained from labels that were dealt anew, where the points are the same."""
    told, dealt = (run.gain[SOURCES.index(name)] for name in (SAME_POINTS[0], "labels dealt anew"))
    low, high = mean_interval(told - dealt)
    lost = _in_points(float((told - dealt).mean()), low, high)
    if low > 0:
        return f"With the same points true labels are worth {lost} more than labels dealt anew."
    if high < 0:
        return f"With the same points labels dealt anew are worth more: true ones {lost}."
    return f"With the same points true labels and labels dealt anew gain alike: {lost}, no difference beyond chance."


def of_all_recorded() -> str:
    """In how many recorded pairs of target and measure the band of the rank correlation leaves out 0."""
    found = [recorded_correlation(target, measure) for target in TARGETS for measure in MEASURES]
    out = sum(one.high < 0 or one.low > 0 for one in found)
    each = f"{len(TARGETS)} targets by {len(MEASURES)} measures"
    return f"Of the recorded bands ({each}) <b>{out} of {len(found)}</b> leave out 0."


def _in_points(gain: float, low: float, high: float) -> str:
    return f"{100 * gain:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
