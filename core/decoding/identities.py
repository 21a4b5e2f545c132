"""Identities of a run, its drafts, their laws and the measured costs, recomputed for what is on screen. No torch."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.decoding.costs import BYTES, Costs
from core.decoding.generation import Generation, acceptance_by_position, acceptance_histogram
from core.decoding.laws import Laws
from core.decoding.memory import Shape, bytes_moved, operations, roofline
from core.decoding.races import Race, lossless_checks
from core.decoding.sampling import overlap
from core.decoding.trees import path_to, tree_mask


def run_checks(race: Race, name: str) -> tuple[Check, ...]:
    """What can be recomputed for a method of a race; in float32 also that lossless methods write the greedy text.

    Args:
        name: of the method in the race.
    """
    run = race.runs[name]
    counted = sum(len(step.added) for step in run.steps)
    surplus = max((len(step.added) - len(step.accepted) for step in run.steps), default=0)
    return (
        Check("Tokens of all calls make up the text", float(abs(counted - len(run.token_ids))), 0.0),
        Check(
            "Each call gives its accepted tokens and at most one more",
            float(surplus),
            1.0,
            "the largest surplus of a call",
        ),
        *lossless_checks(race),
    )


def acceptance_check(run: Generation) -> Check:
    """Whether the accepted tokens, counted by call and by place in the draft, are those that joined the text."""
    by_call = sum(length * calls for length, calls in enumerate(acceptance_histogram(run)))
    by_place = sum(accepted for accepted, _ in acceptance_by_position(run))
    error = float(max(abs(by_call - run.accepted), abs(by_place - run.accepted)))
    return Check("Accepted tokens agree, counted by call and by place", error, 0.0, "tokens that differ")


def tree_check(parent: Sequence[int]) -> Check:
    """Whether the mask of a draft tree lets each guess see itself and its ancestors, found by walking to the root."""
    walked = np.zeros((len(parent), len(parent)), bool)
    for node in range(len(parent)):
        walked[node, path_to(parent, node)] = True
    differing = float((tree_mask(parent) != walked).sum())
    return Check("Each guess sees itself and its ancestors alone", differing, 0.0, "cells of the mask that differ")


def laws_check(laws: Laws) -> Check:
    """Whether target, draft and residual sum to 1, and merging the unlikely tokens has not lowered the overlap."""
    sums = [abs(sum(law) - 1) for law in (laws.target, laws.draft, laws.residual)]
    lowered = max(laws.overlap - overlap(np.array(laws.target), np.array(laws.draft)), 0.0)
    # Each of ten shown probabilities is rounded to six digits.
    return Check("The laws sum to 1, and none of the overlap is lost", max(*sums, lowered), 1e-5, "largest deviation")


def roof_check(costs: Costs) -> Check:
    """Whether no measured call does more operations a second than the machine's roof allows.

    The bound leaves a tenth, by which two timings of the same machine may differ.
    """
    largest = float(roof_shares(costs).max())
    return Check("No call is faster than the roof allows", largest, 1.1, "largest share of the roof")


def roof_shares(costs: Costs) -> Float[np.ndarray, "width"]:
    """By width of a call, the operations a second that it did over the most that the roof allows.

    With W operations and B bytes of a call, it is `(W / seconds) / min(peak, bandwidth W / B)`.

    Invariant: at most 1, but for the noise of timings.
    Source: Williams, Waterman and Patterson 2009, "Roofline".
    """
    past, number = costs.params.past, BYTES[costs.params.dtype]
    work = np.array([operations(Shape(), k, past=past) for k in costs.widths], np.float64)
    moved = np.array([bytes_moved(Shape(), k, past=past, bytes_per_number=number) for k in costs.widths], np.float64)
    roof = roofline(work / moved, bandwidth=costs.bandwidth, peak=costs.peak)
    shares: Float[np.ndarray, "width"] = work / np.array(costs.seconds) / roof
    return shares
