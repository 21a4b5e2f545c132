"""Small systems with a name, and those that a visitor writes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.numbers import require, whole
from core.state_space.arguments import numbers, square
from core.state_space.memory import hippo_legs, legendre

MOST_WRITTEN = 16
"""States of the largest system that a visitor writes."""

LARGEST = 1e9
"""The largest size of a number in it."""

DAMPING, TURN = 0.15, 2.0
"""The oscillator: how fast it dies, and its angle, both a unit of time."""

READ_AGE = 1.0
"""How old the input is that the named HiPPO system reads, in units of time."""


@dataclass(frozen=True, eq=False)
class System:
    """h' = A h + B u, y = C h + D u, in continuous time.

    Args:
        A: [state state]. B, C: [state]. D: the skip.
    """

    A: Float[np.ndarray, "state state"]
    B: Float[np.ndarray, "state"]
    C: Float[np.ndarray, "state"]
    D: float

    @property
    def size(self) -> int:
        """N, the number of states."""
        return len(self.A)


def _decay(n: int) -> System:
    rates = np.arange(1.0, n + 1)
    return System(-np.diag(rates), np.ones(n), np.ones(n) / n, 0.0)


def _oscillator(n: int) -> System:
    """Pairs of states that turn at TURN, twice it, and so on, each driven in proportion; a last single one decays."""
    a = np.zeros((n, n))
    for first in range(0, n - 1, 2):
        turn = TURN * (first // 2 + 1)
        a[first : first + 2, first : first + 2] = [[-DAMPING, -turn], [turn, -DAMPING]]
    if n % 2:
        a[-1, -1] = -DAMPING
    reads = np.where(np.arange(n) % 2 == 0, 1.0, 0.0)
    return System(a, TURN * reads, reads / np.sqrt(reads.sum()), 0.0)


def _delay(n: int) -> System:
    """A chain in which each state follows the one before it; the last is the input about one unit of time late."""
    a = n * (np.eye(n, k=-1) - np.eye(n))
    ends = np.eye(n)
    return System(a, n * ends[0], ends[-1], 0.0)


def _hippo(n: int) -> System:
    a, b = hippo_legs(n)
    return System(a, b, legendre(n, [np.exp(-READ_AGE)])[0] / n, 0.0)


SYSTEMS = {"decay": _decay, "oscillator": _oscillator, "delay line": _delay, "HiPPO": _hippo}
"""The named systems."""


def system(name: str, n: int) -> System:
    """A named system with n states.

    Args:
        name: a key of SYSTEMS.
        n: N, 1 to 256.

    Raises:
        ValueError: for an unknown name or a number of states out of range.

    Invariant: every eigenvalue of A has a negative real part, so each of them forgets.
    """
    require(name in SYSTEMS, "name", name, "one of " + ", ".join(SYSTEMS))
    return SYSTEMS[name](whole("n", n, 1, 256))


def written_system(a: str, b: str, c: str, d: str) -> System:
    """A visitor's own system: numbers apart by spaces or commas, the rows of A apart by "/" or ";".

    Raises:
        ValueError: for what is no number, rows of unequal length, more than 16 states, or shapes that do not fit.
    """
    rows = [_numbers("A", row) for row in a.replace(";", "/").split("/")]
    lengths = sorted({len(row) for row in rows})
    require(lengths == [len(rows)], "A", a.strip(), f"square: it has {len(rows)} rows of {lengths} numbers")
    matrix = square("A", rows)
    require(len(matrix) <= MOST_WRITTEN, "number of states", len(matrix), f"1 to {MOST_WRITTEN}")
    size = len(matrix)
    sides = [_numbers(name, text) for name, text in (("B", b), ("C", c), ("D", d))]
    for name, text, side, count in zip("BCD", (b, c, d), sides, (size, size, 1), strict=True):
        for_what = "the skip" if name == "D" else "one for each row of A"
        require(len(side) == count, name, text.strip(), f"{count} number{'s' * (count > 1)}, {for_what}")
    return System(matrix, np.array(sides[0]), np.array(sides[1]), sides[2][0])


def _numbers(name: str, text: str) -> list[float]:
    words = text.replace(",", " ").split()
    require(bool(words), name, text, "numbers apart by spaces")
    try:
        found = [float(word) for word in words]
    except ValueError as error:
        raise ValueError(f"{name} = {text.strip()!r} must be numbers apart by spaces.") from error
    numbers(name, found)
    require(max(map(abs, found)) <= LARGEST, name, text.strip(), f"of numbers of at most {LARGEST:.0e} in size")
    return found
