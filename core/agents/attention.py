"""Where the token before the answer looks in a list, by the place of the needed pair. Needs no torch."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Bool, Float, Int

from core.agents.retrieval import RetrievalCurve
from core.assets import kept
from core.numbers import require

ATTENTION_FILE = "agents/attention.npz"

ELSEWHERE = -1
"""The number of the line to which a token counts that is of no pair: line numbers, breaks, the question, and the first
token of the text, which draws attention whatever it is."""


@dataclass(frozen=True, eq=False)
class AttentionRow:
    """All that one row of one head's attention is made of: a = softmax(scaling * K q), the last token's.

    Args:
        place, trial: along the curve, and of the lists, both from 0.
        query: q, turned by its position, [d]. keys: K, turned by theirs, [token d]. scaling: of the scores.
        lines: the pair of each token, ELSEWHERE for the others, [token].
    """

    place: int
    trial: int
    query: Float[np.ndarray, "d"]
    keys: Float[np.ndarray, "token d"]
    scaling: float
    lines: Int[np.ndarray, "token"]

    @property
    def scores(self) -> Float[np.ndarray, "token"]:
        """scaling * K q, in double precision."""
        return np.asarray(self.scaling * (self.keys.astype(float) @ self.query.astype(float)))


@dataclass(frozen=True, eq=False)
class ListAttention:
    """How much of the last token's attention falls on the pairs of a list.

    Args:
        curve: what the model answers, in the same number format.
        heads: the share of every head on the needed pair, in half precision, [place trial layer head].
        even: what is the needed pair's of all tokens: its share if attention were even, [place trial].
        layer, head: of the head that gives the needed pair most, on average over places and lists.
        lines: that head's share on each pair, in the order of the list, and last on all else, [place trial line].
        row: what one of its rows is made of.

    Invariant: each list of `lines` sums to 1.
    """

    curve: RetrievalCurve
    heads: Float[np.ndarray, "place trial layer head"]
    even: Float[np.ndarray, "place trial"]
    layer: int
    head: int
    lines: Float[np.ndarray, "place trial line"]
    row: AttentionRow

    @property
    def name(self) -> str:
        """The head, as it is called everywhere: L18H6."""
        return f"L{self.layer}H{self.head}"

    @property
    def strongest(self) -> Float[np.ndarray, "place trial"]:
        """The share of that head on the needed pair."""
        return np.stack([by_list[:, at] for by_list, at in zip(self.lines, self.curve.positions, strict=True)])

    @property
    def mean(self) -> Float[np.ndarray, "place trial"]:
        """The share on the needed pair, averaged over all heads."""
        return np.asarray(self.heads.astype(float).mean(axis=(2, 3)))


def shares_of(row: AttentionRow, pairs: int) -> Float[np.ndarray, "line"]:
    """The share on each pair, and last on all else, from query and keys alone.

    Invariant: they sum to 1; up to the model's rounding they are the `ListAttention.lines` of the row.
    Source: Vaswani et al. 2017, equation 1.
    """
    weights = np.exp(row.scores - row.scores.max())
    lines = np.where(row.lines == ELSEWHERE, pairs, row.lines)
    return np.asarray(np.bincount(lines, weights / weights.sum(), minlength=pairs + 1))


@cache
def recorded_attentions() -> dict[tuple[str, int], ListAttention]:
    """What was recorded, by format and number of pairs; no model is needed.

    Raises:
        AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record agents attention`.
    """
    return {(one.curve.format, one.curve.pairs): one for one in kept(ATTENTION_FILE, tuple)}


def recorded_attention(format: str, pairs: int) -> ListAttention:
    """The recorded attention in lists of a format and a number of pairs.

    Raises:
        ValueError: where none was recorded.
    """
    known = recorded_attentions()
    require((format, pairs) in known, "format, pairs", (format, pairs), f"one of {', '.join(map(str, known))}")
    return known[format, pairs]


def found_against_missed(
    shares: Float[np.ndarray, "place trial"], found: Bool[np.ndarray, "place trial"]
) -> tuple[float, float, float]:
    """How much more is looked where the answer is found than where it is missed at the same place.

    The slope of the shares on found (1) or missed (0), the mean of each place taken away from both:
    d = sum r_f r_s / sum r_f^2. Its 95 % interval is of lists, not of points: those of one list hang together
    (errors clustered by list, t of lists - 1 degrees of freedom).

    Returns:
        The difference and both ends of its interval; 0 and an interval from -1 to 1 where no place has both.

    Invariant: with one place it is the difference of two means.
    Source: Frisch and Waugh 1933; Cameron and Miller 2015, "A Practitioner's Guide to Cluster-Robust Inference", (11).
    """
    from scipy.stats import t  # type: ignore[import-untyped]

    hit = found - found.mean(axis=1, keepdims=True)
    look = shares - shares.mean(axis=1, keepdims=True)
    spread, lists = float((hit**2).sum()), shares.shape[1]
    if spread == 0 or lists < 2:
        return 0.0, -1.0, 1.0
    slope = float((hit * look).sum() / spread)
    by_list = (hit * (look - slope * hit)).sum(axis=0)
    half = float(t.ppf(0.975, lists - 1) * np.sqrt(lists / (lists - 1) * (by_list**2).sum()) / spread)
    return slope, slope - half, slope + half
