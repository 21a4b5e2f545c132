"""What a sweep over position schemes asks for, and what it found. Needs no torch."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from core.checks import Check
from core.numbers import require
from core.positional.arrays import Number, require_base
from core.positional.frequencies import rope_frequencies
from core.positional.schemes import SCHEME_KINDS
from core.positional.story import STORY

REFERENCES = {"trained": "as trained", "no_positions": "no positions", "other_base": "another base"}
"""Runs without a factor: name to title."""


@dataclass(frozen=True, slots=True)
class SweepParams:
    """A sweep over position schemes on one model and one text.

    Args:
        model: a RoPE model's name in the catalogue.
        text: what is predicted, at least two tokens.
        kinds: keys of `SCHEME_KINDS`.
        factors: s for each of them, each at least 1.
        other_base: the base of the third reference run, above 1.
        max_tokens: the largest number of tokens, at least 2.
    """

    model: str = "smollm2-135m"
    text: str = STORY
    kinds: tuple[str, ...] = tuple(SCHEME_KINDS)
    factors: tuple[Number, ...] = (2, 4, 8, 16)
    other_base: Number = 10_000.0
    max_tokens: int = 1024

    def __post_init__(self) -> None:
        for kind in self.kinds:
            require(kind in SCHEME_KINDS, "kind", kind, "one of " + ", ".join(SCHEME_KINDS))
        for factor in self.factors:
            require(1 <= factor < math.inf, "factor", factor, "at least 1 and finite")
        require_base(self.other_base)
        require(self.max_tokens >= 2, "max_tokens", self.max_tokens, "at least 2")


@dataclass(frozen=True, slots=True)
class SweepRun:
    """One run of a sweep.

    Args:
        kind: a key of `SCHEME_KINDS` or of `REFERENCES`.
        factor: s; 1 for the references.
    """

    kind: str
    factor: float

    @property
    def title(self) -> str:
        """The run in words, such as "NTK-aware, factor 4"."""
        if self.kind in REFERENCES:
            return REFERENCES[self.kind]
        return f"{SCHEME_KINDS[self.kind][0]}, factor {self.factor:g}"


@dataclass(frozen=True, eq=False)
class SweepResult:
    """The losses of a sweep.

    Args:
        params: what was asked for.
        tokens: the text's pieces.
        runs: one for each row of `loss`; run 0 is the untouched model.
        loss: -ln p(token t + 1 | tokens 0 to t) in nats, shape [run token-1].
        own_loss: the same from the model's own forward pass, nothing replaced, shape [token-1].
        inv_freq: the model's own frequencies in radians per token, shape [pair].
        base: the base in the model's configuration.
    """

    params: SweepParams
    tokens: tuple[str, ...]
    runs: tuple[SweepRun, ...]
    loss: Float[np.ndarray, "run predicted"]
    own_loss: Float[np.ndarray, "predicted"]
    inv_freq: Float[np.ndarray, "pair"]
    base: float

    @property
    def checks(self) -> tuple[Check, ...]:
        """Run 0 is the model itself, one token knows no position, and the model's frequencies are the formula's."""
        formula = rope_frequencies(2 * len(self.inv_freq), base=self.base).inv_freq
        unchanged = float(np.abs(self.loss[0] - self.own_loss).max())
        frequencies = float(np.abs(self.inv_freq / formula - 1).max())
        return (
            Check("Replacing nothing changes nothing", unchanged, 1e-4, "nats, largest of a token"),
            Check("The first loss knows no position", float(np.ptp(self.loss[:, 0])), 1e-4, "nats, range over runs"),
            Check("The model's frequencies are the formula's", frequencies, 1e-6, "relative, float32"),
        )

    @property
    def perplexity(self) -> Float[np.ndarray, "run"]:
        """exp of the mean loss of each run."""
        return np.asarray(np.exp(self.loss.mean(axis=1, dtype=np.float64)))

    def change(self, kind: str, factor: float) -> tuple[float, float]:
        """How much more a token costs under a scheme than as trained: the mean over tokens in nats, its standard error.

        The error is that of paired differences, sd / sqrt(n). Both are 0 for a run that was not made, and the error is
        infinite for a single token.
        """
        found = [
            loss for run, loss in zip(self.runs, self.loss, strict=True) if (run.kind, run.factor) == (kind, factor)
        ]
        if not found:
            return 0.0, 0.0
        more = found[0].astype(np.float64) - self.loss[0]
        return float(more.mean()), float(more.std(ddof=1) / math.sqrt(len(more))) if len(more) > 1 else math.inf

    def select(self, kind: str) -> tuple[Float[np.ndarray, "factor"], Float[np.ndarray, "factor"]]:
        """The factors of one kind of scheme, and the perplexities at them."""
        chosen = [number for number, run in enumerate(self.runs) if run.kind == kind]
        return np.array([self.runs[number].factor for number in chosen]), self.perplexity[chosen]
