"""A masked diffusion language model on the language of two phrases: steps against validity. Needs no torch."""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int


@dataclass(frozen=True, eq=False)
class Diffused:
    """Texts of the two-phrase language, written by unmasking in few steps.

    Args:
        choice: by text and place, which of the two phrases the token comes from.
        calls: of the model for each text; asking how certain the canvas is takes one as well.
        valid: the share of texts that are one of the phrases.
    """

    choice: Int[np.ndarray, "text token"]
    calls: int
    valid: float

    @property
    def error(self) -> float:
        """The standard error of `valid`."""
        return math.sqrt(self.valid * (1 - self.valid) / len(self.choice))


def diffuse(tokens: int, steps: int, *, remask: bool, samples: int, seed: int) -> Diffused:
    """Unmasks a text in few steps: each draws every masked place from its marginal given the shown ones.

    All places begin masked, and ceil(n s / k) are shown after step s of k. The denoiser is perfect: given shown tokens
    it takes the phrase that more of them belong to, and either one where they are even. Without remasking what is shown
    stays, and of the places drawn together none is more certain than another. With remasking one more call asks for
    each token's probability given all others on the canvas; the least certain are masked again, shown before or not.

    Args:
        tokens: n, 1 or more.
        steps: k, from 1 to n.
        remask: mask the least certain again.
        samples: texts, 1 or more.
        seed: of the draws.

    Raises:
        ValueError: for a value out of range.

    Invariant: without remasking the valid share tends to 2^(1 - ceil(n / k)), with remasking to
        `remasked_share`; with k = 1 both ways are one.
    Source: Nie et al. 2025, LLaDA (2502.09992), section 2.4, for steps and remasking; Wang et al. 2025, ReMDM
        (2503.00307), for masking shown tokens again.
    """
    if tokens < 1:
        raise ValueError(f"tokens must be 1 or more; got {tokens}")
    if not 1 <= steps <= tokens:
        raise ValueError(f"steps must be from 1 to {tokens}; got {steps}")
    if samples < 1:
        raise ValueError(f"samples must be 1 or more; got {samples}")
    rng = np.random.default_rng(seed)
    canvas = np.zeros((samples, tokens), np.int64)
    shown = np.zeros((samples, tokens), bool)
    for step in range(1, steps + 1):
        drawn = rng.random((samples, tokens)) < _of_the_second(canvas, shown)[:, None]
        canvas = np.where(shown, canvas, drawn)
        certainty = _certainty(canvas) if remask else shown.astype(np.float64)
        # Equally certain places are shown in random order.
        order = np.argsort(-(certainty + 0.5 * rng.random(certainty.shape)), axis=1)
        shown = np.zeros_like(shown)
        np.put_along_axis(shown, order[:, : math.ceil(tokens * step / steps)], True, axis=1)
    valid = float((canvas == canvas[:, :1]).all(1).mean())
    return Diffused(canvas.astype(np.int8), 2 * steps - 1 if remask else steps, valid)


@cache
def remasked_share(tokens: int, steps: int) -> float:
    """The exact share of valid texts with remasking, over all draws and all ties.

    Tokens of one phrase are alike, so it is enough to follow how many of each phrase are shown: the masked places take
    the phrase of the majority, or each either one; of all n the ceil(n s / k) most certain are shown after step s.

    Args:
        tokens: n, 1 to 64.
        steps: k, from 1 to n.

    Raises:
        ValueError: for a value out of range.

    Invariant: 2^(1 - n) in one step; in two at least 2^(1 - ceil(n / 2)), the share without remasking.
    """
    if not 1 <= tokens <= 64:
        raise ValueError(f"tokens must be from 1 to 64; got {tokens}")
    if not 1 <= steps <= tokens:
        raise ValueError(f"steps must be from 1 to {tokens}; got {steps}")
    # The chance that so many tokens of the second phrase, and of the first, are shown; at first none is.
    shown = {(0, 0): 1.0}
    for step in range(1, steps + 1):
        drawn = _drawn(tokens, shown)
        shown = _kept(tokens, drawn, math.ceil(tokens * step / steps))
    return drawn[0] + drawn[tokens]


def _drawn(tokens: int, shown: dict[tuple[int, int], float]) -> list[float]:
    """The chance of each number of tokens of the second phrase once every masked place is drawn."""
    chances = [0.0] * (tokens + 1)
    for (second, first), chance in shown.items():
        masked = tokens - second - first
        if second != first:
            chances[second + masked * (second > first)] += chance
            continue
        for more in range(masked + 1):
            chances[second + more] += chance * math.comb(masked, more) / 2**masked
    return chances


def _kept(tokens: int, drawn: list[float], keep: int) -> dict[tuple[int, int], float]:
    """The chance of how many of each phrase stay shown: of the more certain phrase first, of even ones at random."""
    kept: dict[tuple[int, int], float] = {}
    for second, chance in enumerate(drawn):
        first = tokens - second
        certain = np.sign(second - 1 - first) - np.sign(first - 1 - second)
        most, least = min(second, keep), max(0, keep - first)
        if certain:
            ways = {most if certain > 0 else least: 1.0}
        else:
            ways = {
                some: math.comb(second, some) * math.comb(first, keep - some) / math.comb(tokens, keep)
                for some in range(least, most + 1)
            }
        for some, share in ways.items():
            kept[some, keep - some] = kept.get((some, keep - some), 0.0) + chance * share
    return kept


def _of_the_second(
    canvas: Int[np.ndarray, "text token"], shown: Bool[np.ndarray, "text token"]
) -> Float[np.ndarray, "text"]:
    """The probability of the second phrase given the shown tokens: the one that more of them belong to."""
    votes = np.where(shown, 2 * canvas - 1, 0).sum(1)
    chance: Float[np.ndarray, "text"] = (np.sign(votes) + 1) / 2
    return chance


def _certainty(canvas: Int[np.ndarray, "text token"]) -> Float[np.ndarray, "text token"]:
    """1 where more of the other tokens agree with a token than not, 0 where they are even, else -1."""
    side = 2 * canvas - 1
    others = side.sum(1, keepdims=True) - side
    agreed: Float[np.ndarray, "text token"] = np.sign(others * side).astype(np.float64)
    return agreed
