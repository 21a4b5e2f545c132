"""Distance and transfer: which run is on screen, shared between visitors, and what the page says of its numbers."""

from functools import lru_cache

import numpy as np

from components.phrases import listed, signed
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
    distances_anew,
    order_of_labels,
    rank_correlation,
    recorded_transfer,
    transfer_identities,
)

WHAT = {
    "with labels": "the squared distance with labels",
    "points alone": "W₂² of the points alone",
    "MMD²": "MMD²",
}
"""A measure in a sentence."""

BANDS = len(TARGETS) * len(MEASURES)
"""Recorded rank correlations; each band holds for all of them together."""

OWN_KIND = {"digits": "as they are", "digits 5 to 9": "only 5 to 9", "turned digits": "turned 90°"}
"""The source that is drawn as the target is, by target: other pictures of the same task."""


def recorded(params: TransferParams) -> TransferRun | None:
    """The recorded run of exactly this experiment; None where there is none, or none that can be read."""
    if params != TransferParams(target=params.target):
        return None
    try:
        return recorded_transfer(params.target)
    except AssetError:
        return None


def correlation_of(run: TransferRun, measure: str) -> RankCorrelation:
    """The rank correlation of a measure and the gain over all sources, its band as one of BANDS."""
    return rank_correlation(run.measured(measure), run.gain, comparisons=BANDS)


@shared(megabytes=1, size=lambda found: 500)
def recorded_alone(target: str, measure: str) -> RankCorrelation:
    """The same of a recorded run, with the band of a single comparison. Raises AssetError where it cannot be read."""
    run = recorded_transfer(target)
    return rank_correlation(run.measured(measure), run.gain)


@lru_cache(maxsize=16)
def checks_of(run: TransferRun, measure: str) -> tuple[Check, ...]:
    """The identities of a run, its farthest source measured anew, and its rank correlation by another formula.

    r_s = (S_x + S_y - sum d^2) / (2 sqrt(S_x S_y)), with d the difference of a source's two ranks, S the sum of squares
    of a side's ranks about their mean: (n^3 - n) / 12 less what ties take.
    """
    from scipy.stats import rankdata, tiecorrect  # type: ignore[import-untyped]

    x, y = (rankdata(side.mean(axis=1)) for side in (run.measured(measure), run.gain))
    count = len(x)
    spreads = [tiecorrect(side) * (count**3 - count) / 12 for side in (x, y)]
    by_hand = (sum(spreads) - float(((x - y) ** 2).sum())) / (2 * float(np.sqrt(spreads[0] * spreads[1])))
    error = float(abs(correlation_of(run, measure).value - by_hand))
    return (
        *transfer_identities(run),
        *distances_anew(run, _farthest(run, measure)),
        Check("Rank correlation by differences of ranks", error, 1e-9, "corrected for ties"),
    )


def _farthest(run: TransferRun, measure: str) -> int:
    return int(run.measured(measure).mean(axis=1).argmax())


def of_the_ranks(found: RankCorrelation, measure: str, target: str) -> str:
    """What a measure predicts, as a title, by the band that holds for all BANDS together."""
    told = f"{target[0].upper()}{target[1:]}: rank correlation {_banded(found)}"
    if found.high < 0:
        return f"{told}, the nearer by {WHAT[measure]}, the more is gained"
    if found.low > 0:
        return f"{told}, the farther by {WHAT[measure]}, the more is gained"
    return f"{told}, no relation of {WHAT[measure]} and gain shown by {len(SOURCES)} sources"


def of_the_labels(run: TransferRun) -> str:
    """Whether labels make the distance a better prediction, as one of as many comparisons as there are targets."""
    found = difference_of_correlations(run.distance, run.features, run.gain, comparisons=len(TARGETS))
    told = signed(f"Labels change rₛ by <b>{found.value:.3f}</b> ({found.low:.3f} to {found.high:.3f})")
    if found.low <= 0 <= found.high:
        return f"{told}: no difference beyond chance."
    if found.low > 0:
        return f"{told}: the labels make it worse."
    if correlation_of(run, "with labels").high < 0:
        return f"{told}: the labels help."
    return f"{told}, but with them it predicts nothing beyond chance either."


def of_the_farthest(run: TransferRun, measure: str) -> str:
    """What is gained from the source that lies farthest, and the rank correlation of all others."""
    far = _farthest(run, measure)
    gain = float(run.gain[far].mean())
    low, high = mean_interval(run.gain[far])
    told = f"Farthest: <b>{SOURCES[far]}</b>, {_in_points(gain, low, high)}"
    verdict = "and still it helps" if low > 0 else "it harms" if high < 0 else "neither help nor harm"
    own = SOURCES.index(OWN_KIND[run.params.target])
    return (
        f"{told}, {verdict}; without it {_banded(_without(run, measure, far))} over the others, without "
        f"“{SOURCES[own]}”, the target’s own kind, {_banded(_without(run, measure, own))}."
    )


def _without(run: TransferRun, measure: str, place: int) -> RankCorrelation:
    """`correlation_of` all sources but one."""
    others = np.arange(len(SOURCES)) != place
    return rank_correlation(run.measured(measure)[others], run.gain[others], comparisons=BANDS)


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
    found = [recorded_alone(target, measure) for target in TARGETS for measure in MEASURES]
    out = sum(one.high < 0 or one.low > 0 for one in found)
    each = f"{len(TARGETS)} targets by {len(MEASURES)} measures"
    chance = 0.05 * len(found)
    labels = TransferParams().labels
    return (
        f"The bands of rₛ in brackets hold for {len(found)} comparisons together ({each}), that of what labels change "
        f"for {len(TARGETS)}, those of points for one. Each at 95 % by itself, <b>{out} of "
        f"{len(found)}</b> bands of rₛ recorded at {labels} labels {'leaves' if out == 1 else 'leave'} out 0; if "
        f"distance told nothing, {chance:.2g} of them would."
    )


def of_the_order() -> str:
    """Whether the gain falls with the distance where only labels differ, with the targets counted; in Markdown."""
    found = [order_of_labels(recorded_transfer(target)) for target in TARGETS]
    values = listed([signed(f"{value:.2f}") for value, _ in found])
    shares = listed([f"{share:.2g}" for _, share in found])
    allowed = 0.05 / len(TARGETS)
    falling = [share for value, share in found if value < 0]
    at = sum(abs(share - allowed) <= 1e-9 for share in falling)
    falls = sum(share < allowed - 1e-9 for share in falling) + at
    close = "" if not at else ", just at that bound" if at == falls else f", {at} of them just at that bound"
    return (
        f"In the runs recorded at {TransferParams().labels} labels of each class, among the {len(SAME_POINTS)} sources "
        f"with the same points, $r_s$ is {values} for the {len(TARGETS)} targets; "
        f"by all orders of the gains p is {shares}. At 5 %, corrected for {len(TARGETS)} targets, the gain falls with "
        f"the distance in **{falls} of {len(TARGETS)}**{close}."
    )


def _banded(found: RankCorrelation) -> str:
    return signed(f"rₛ = {found.value:.2f} ({found.low:.2f} to {found.high:.2f})")


def _in_points(gain: float, low: float, high: float) -> str:
    return signed(f"{100 * gain:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})")
