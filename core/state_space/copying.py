"""Selective copying: what is trained, what came of it, and what its learned steps say. Needs no torch."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from core.checks import Check
from core.numbers import require, whole
from core.state_space.selection import selective_scan

VALUES = 8
"""Different data tokens; a guess is right once in so many."""

DATA, NOISE_TOKENS = 4, 28
"""Data tokens that are to be copied, and noise tokens around them."""

NOISE, QUERY = VALUES, VALUES + 1
"""The tokens that are no data."""


@dataclass(frozen=True, slots=True)
class CopyingParams:
    """One training run of one layer on copying.

    Args:
        selective: whether the step Δ is read from each token; else it is one learned number. Both have the same
            parameters: the fixed one reads its step from the mean of all tokens' vectors.
        scattered: whether the data tokens stand anywhere among the noise; else always first, in one block.
        steps: updates of 64 sequences each, 25 to 2000.
        seed: of weights and sequences, 0 to 9999.
    """

    selective: bool = True
    scattered: bool = True
    steps: int = 700
    seed: int = 0

    def __post_init__(self) -> None:
        whole("steps", self.steps, 25, 2000)
        whole("seed", self.seed, 0, 9999)


@dataclass(frozen=True, eq=False)
class CopyingRun:
    """What came of a run.

    Args:
        params: see CopyingParams.
        steps: updates after which it was tested [test].
        accuracy: share of right answers on sequences that it was not trained on [test].
        token_steps: the learned Δ of each token: the eight values, noise, query [token].
        parameters: trained numbers.
        seconds: of processor, all tests included.
    """

    params: CopyingParams
    steps: Int[np.ndarray, "test"]
    accuracy: Float[np.ndarray, "test"]
    token_steps: Float[np.ndarray, "token"]
    parameters: int
    seconds: float

    @property
    def gates(self) -> dict[str, float]:
        """The learned step Δ by kind of token; for data the mean over the eight values."""
        data = float(self.token_steps[:VALUES].mean())
        return {"noise": float(self.token_steps[NOISE]), "data": data, "query": float(self.token_steps[QUERY])}

    def solved_at(self, share: float = 0.99) -> int | None:
        """The first tested update from which on the accuracy stays at `share` or above; None where it never does."""
        above = self.accuracy >= share
        if not len(above) or not above[-1]:
            return None
        below = np.flatnonzero(~above)
        return int(self.steps[below[-1] + 1 if len(below) else 0])


@dataclass(frozen=True, eq=False)
class CopyingPair:
    """Both arms on the same task and seed: the step read from the token, and the step that is one number."""

    selective: CopyingRun
    fixed: CopyingRun

    @property
    def checks(self) -> tuple[Check, ...]:
        """Both have the same number of parameters; one arm has one step, and the noise may be left out where Δ is 0."""
        apart = float(abs(self.selective.parameters - self.fixed.parameters))
        return (
            Check("Both arms have the same number of parameters", apart, 0.0, f"{self.fixed.parameters:,} each"),
            Check("The fixed arm has one step for all tokens", float(np.ptp(self.fixed.token_steps)), 1e-6, "float32"),
            left_out(self.selective.token_steps),
        )


@dataclass(frozen=True, eq=False)
class CopyingRecord:
    """Recorded runs of both arms over seeds, on scattered and on fixed copying."""

    runs: tuple[CopyingRun, ...]

    @cached_property
    def seeds(self) -> tuple[int, ...]:
        """The seeds, in order."""
        return tuple(sorted({run.params.seed for run in self.runs}))

    def pair(self, seed: int, *, scattered: bool) -> CopyingPair:
        """Both arms of a seed; raises KeyError where they were not recorded."""
        found = {run.params.selective: run for run in self.arm(None, scattered=scattered) if run.params.seed == seed}
        return CopyingPair(found[True], found[False])

    def arm(self, selective: bool | None, *, scattered: bool) -> tuple[CopyingRun, ...]:
        """The runs of one arm over seeds, or of both, on one task."""
        return tuple(
            run for run in self.runs if run.params.scattered == scattered and selective in (None, run.params.selective)
        )


def copying_sequences(
    count: int, rng: np.random.Generator, *, scattered: bool
) -> tuple[Int[np.ndarray, "sequence token"], Int[np.ndarray, "sequence data"]]:
    """Sequences of 28 noise tokens and 4 data tokens, then 4 queries, at which the data are to be named in order.

    Args:
        count: sequences, at least 1.
        rng: of values and places.
        scattered: as in CopyingParams.

    Returns:
        Tokens, and the right answers at the queries.

    Source: Gu and Dao 2023 (2312.00752), section 4.1.1; shorter here.
    """
    require(count >= 1, "count", count, "at least 1")
    context = NOISE_TOKENS + DATA
    answers = rng.integers(VALUES, size=(count, DATA))
    drawn = rng.random((count, context)).argsort(axis=1)[:, :DATA]
    places = np.sort(drawn, axis=1) if scattered else np.tile(np.arange(DATA), (count, 1))
    tokens = np.full((count, context + DATA), NOISE)
    tokens[:, context:] = QUERY
    np.put_along_axis(tokens, places, answers, axis=1)
    return tokens, answers


def left_out(token_steps: Float[np.ndarray, "token"]) -> Check:
    """Where Δ is 0 on noise, the state space reads the sequence as if the noise were not there.

    The learned steps of data and query, and 0 for noise, in a small state space with a vector for each token: outputs
    at the tokens that stay are compared with those of the sequence without noise.

    Args:
        token_steps: Δ by token, of which the noise's is set to 0.
    """
    rng = np.random.default_rng(0)
    tokens = copying_sequences(1, rng, scattered=True)[0][0]
    step = np.where(np.arange(len(token_steps)) == NOISE, 0.0, token_steps.astype(np.float64))
    u, b, c = (rng.normal(size=(len(step), 4)) for _ in range(3))
    a, kept = -np.arange(1.0, 5)[None].repeat(4, axis=0), tokens != NOISE

    def read(sequence: Int[np.ndarray, "token"]) -> Float[np.ndarray, "token channel"]:
        steps = step[sequence][:, None].repeat(4, axis=1)
        return selective_scan(u[sequence], steps, a, b[sequence], c[sequence])

    error = float(np.abs(read(tokens)[kept] - read(tokens[kept])).max())
    return Check("With Δ = 0 on noise: the outputs of the sequence without noise", error, 0.0, "at data and queries")
