"""The sentences and the mathematics of the example page."""

from components.scene import Equation
from pages.start.example.law import Law


def title(shown: Law) -> str:
    """The finding in words; a tie is called one."""
    first, second = sorted(shown.probs, reverse=True)[:2]
    if first - second < 0.005:
        return f"No token leads: the likeliest has {first:.0%}, the next as much"
    return f"The likeliest token gets {first:.0%}, the next {second:.0%}"


EQUATIONS = (
    Equation(
        r"p_i = \frac{e^{z_i / T}}{\sum_j e^{z_j / T}}, \qquad H = -\sum_i p_i \log p_i",
        {
            "z_i": "the logit of token i, in nats",
            "T": "the temperature",
            "p_i": "the probability of token i",
            "H": "the entropy, in nats",
        },
    ),
)
