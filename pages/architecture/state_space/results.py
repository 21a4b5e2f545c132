"""What the state-space page keeps between runs."""

import numpy as np

from components.results import shared
from core.checks import Check
from core.state_space import (
    Costs,
    Gated,
    Memories,
    Mixing,
    Response,
    ScanTimes,
    csv_signal,
    drawn_signal,
    gate,
    measure_costs,
    measure_scans,
    mix,
    plain_recurrence,
    powers,
    remember,
    respond,
    share_in_legs,
    signal,
    system,
    written_system,
)
from pages.architecture.state_space.topic import DRAWN, OWN

Written = tuple[str, str, str, str]
"""A visitor's matrices A, B, C and D as texts."""

POWER_STATES, POWERS_SHOWN = 16, 200
"""States of the matrices whose powers are drawn, and powers."""


@shared(megabytes=20, size=lambda found: 4 * found.states.nbytes + 20 * found.u.nbytes)
def response_of(
    chosen: tuple[str, int, Written], source: tuple[str, int, str, str, bytes | None], step: float, method: str
) -> Response:
    """The response of a system to a signal.

    Args:
        chosen: its name, its number of states, and the texts of the visitor's own.
        source: the signal's name, length, text, knots, and the content of a file, where there is one.

    Raises ValueError for what cannot be read or does not fit.
    """
    name, states, written = chosen
    sort, length, text, knots, content = source
    built = written_system(*written) if name == OWN else system(name, states)
    if content is not None:
        u = csv_signal(content)
    else:
        u = drawn_signal(knots, length) if sort == DRAWN else signal(sort, length, text=text)
    return respond(built, u, step=step, method=method)


@shared(megabytes=1, size=lambda checks: 1000)
def checks_of(
    chosen: tuple[str, int, Written], source: tuple[str, int, str, str, bytes | None], step: float, method: str
) -> tuple[Check, ...]:
    """The identities of that response."""
    return response_of(chosen, source, step, method).checks


@shared(megabytes=1, size=lambda costs: 2000)
def measured_costs() -> Costs:
    """Times by length on this machine, measured once."""
    return measure_costs()


@shared(megabytes=1, size=lambda times: 200)
def scan_times(length: int) -> ScanTimes:
    """Times of a sequential pass and of a tree on this machine, measured once."""
    return measure_scans(length)


@shared(megabytes=10, size=lambda found: 8 * found.u.nbytes + 3 * found.A.nbytes)
def memories_of(name: str, knots: str, length: int, kept: int, age: float, seed: int) -> Memories:
    """A signal in the memories; raises ValueError for knots that cannot be read."""
    u = drawn_signal(knots, length) if name == DRAWN else signal(name, length, text="x")
    return remember(u, kept, age=age, seed=seed)


@shared(megabytes=1, size=lambda found: found.nbytes)
def powers_of(radius: float, seed: int) -> np.ndarray:
    """What the powers of a random matrix leave of an input, by its age."""
    return powers(*plain_recurrence(radius, POWER_STATES, seed=seed), POWERS_SHOWN)


@shared(megabytes=1, size=lambda found: found.nbytes)
def share_in_legs_of() -> np.ndarray:
    """What the memory with the factor 1/t, of as many states, holds of it."""
    return share_in_legs(POWER_STATES, POWERS_SHOWN)


@shared(megabytes=1, size=lambda found: 10 * found.u.nbytes)
def gate_of(sure: float, seed: int) -> Gated:
    """A signal read by a gate and by a selective scan."""
    return gate(sure, seed=seed)


@shared(megabytes=4, size=lambda found: 4 * found.fixed.nbytes)
def mixing_of(text: str, skipped: str, seed: int) -> Mixing:
    """Three layers on a text; raises ValueError for too few or too many words."""
    return mix(text, skipped=tuple(skipped.split()), seed=seed)
