"""A language of two phrases: why tokens decoded at once contradict each other. Needs no torch."""

import math

PHRASES = (
    ("the", "doctor", "will", "see", "you", "now", "please", "sit"),
    ("a", "nurse", "can", "help", "them", "later", "kindly", "wait"),
)


def valid_share(tokens: int, steps: int) -> float:
    """The probability that n tokens decoded in k parallel steps form one of two equally likely phrases.

    The first step draws g = ceil(n / k) tokens, each by its own perfect marginal of one half: they agree with
    probability 2^(1 - g). Once a token stands, perfect conditionals leave no choice; so if the first step agrees, all
    later ones follow it. Where it does not agree, the text is spoiled already.

    Args:
        tokens: n, 1 or more.
        steps: k, from 1 to n.

    Raises:
        ValueError: for a value out of range.

    Invariant: with k = n, one token after the other, it is 1; with k = 1 it is 2^(1 - n).
    Source: the multimodality problem of Gu et al. 2018 (1711.02281), section 3, in its smallest case.
    """
    if tokens < 1:
        raise ValueError(f"tokens must be 1 or more; got {tokens}")
    if not 1 <= steps <= tokens:
        raise ValueError(f"steps must be from 1 to {tokens}; got {steps}")
    return 2.0 ** (1 - math.ceil(tokens / steps))
