"""Words for what a head does."""

from dataclasses import dataclass

import numpy as np

from components.scene import Equation
from core.attention import HeadScores


@dataclass(frozen=True, slots=True)
class Score:
    """A score of a head: its field in HeadScores, what it measures, and when it does not exist."""

    field: str
    meaning: str
    undefined: str = "it needs at least two tokens"


SCORES = {
    "previous token": Score("previous_token", "Mean weight on the token just before"),
    "duplicate token": Score(
        "duplicate_token", "Mean weight on earlier copies of the same token", "no token stands twice"
    ),
    "induction": Score("induction", "Mean weight on the token that followed an earlier copy", "no token stands twice"),
    "sink": Score("sink", "Mean weight on the first token"),
    "entropy": Score("entropy", "Mean entropy of a row, in nats"),
    "distance": Score("distance", "Mean distance to what is looked at, in tokens"),
}


RULES = {
    "induction": (0.4, "it copies what followed last time"),
    "duplicate_token": (0.4, "it looks for the same token"),
    "previous_token": (0.4, "it looks at the token before"),
    "sink": (0.6, "it parks its weight on the first token"),
}
FURTHER_RULES = {
    "next_token": (0.4, "it looks at the token after"),
    "itself": (0.4, "each token looks at itself"),
}


def finding(scores: HeadScores, weights: np.ndarray, layer: int, head: int) -> str:
    """What the head mostly does in this text, in words; the first rule that holds decides.

    Args:
        scores: of all heads for the text.
        weights: the maps, [layer head query key].
    """
    map_ = weights[layer, head]
    count = len(map_)
    if count == 1:
        return "one token can only look at itself"
    shares = {name: float(np.nan_to_num(getattr(scores, name)[layer, head])) for name in RULES}
    shares["next_token"] = float(map_.trace(offset=1)) / (count - 1)
    shares["itself"] = float(map_.trace()) / count
    for name, (least, words) in {**RULES, **FURTHER_RULES}.items():
        if shares[name] >= least:
            return f"{words} ({shares[name]:.0%} of the weight)"
    return f"it spreads its weight over about {np.exp(scores.entropy[layer, head]):.0f} tokens"


EQUATIONS = (
    Equation(
        r"A = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}} + M\right), \qquad \mathrm{head} = A\,V",
        {
            "Q, K, V": "queries, keys and values: the tokens times the head's own matrices, one row for each token",
            "d": "the dimension of a head, 64 in SmolLM2",
            "M": "the mask: 0 where a query may look, −∞ where it may not",
            "A": "the map above: row = query, column = key, each row sums to 1",
        },
    ),
    Equation(
        r"R = B_L \cdots B_2 B_1, \qquad B_\ell = \tfrac12\Big(\tfrac1H\sum_h A_{\ell h} + I\Big)",
        {
            "R": "rollout: how much of each input token reaches each output token, by attention alone",
            r"A_{\ell h}": "the map of head h in layer ℓ, of H heads and L layers",
            "I": "the identity, for the residual connection",
        },
    ),
)
