"""A language of two phrases: why tokens decoded at once contradict each other. Needs no torch."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

PHRASES = (
    ("the", "doctor", "will", "see", "you", "now", "please", "sit"),
    ("a", "nurse", "can", "help", "them", "later", "kindly", "wait"),
)


@dataclass(frozen=True, eq=False)
class Sampled:
    """Texts of the two-phrase language, decoded in few parallel steps.

    Args:
        choice: by text and position, which of the two phrases the token comes from.
        valid: the share of texts that are one of the phrases.
        expected: the same in closed form.
    """

    choice: Int[np.ndarray, "text token"]
    valid: float
    expected: float


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
    _checked(tokens, steps)
    return 2.0 ** (1 - math.ceil(tokens / steps))


def sample_phrases(tokens: int, steps: int, *, samples: int, seed: int) -> Sampled:
    """Decodes many texts in parallel steps, each token from its marginal given what earlier steps wrote.

    Args:
        tokens, steps: as in `valid_share`.
        samples: texts, 1 or more.
        seed: of the draws.

    Invariant: `valid` tends to `expected`.
    """
    _checked(tokens, steps)
    rng = np.random.default_rng(seed)
    choice = np.zeros((samples, tokens), dtype=np.int64)
    size = math.ceil(tokens / steps)
    for start in range(0, tokens, size):
        stop = min(start + size, tokens)
        if start == 0:
            choice[:, :stop] = rng.integers(0, 2, (samples, stop))
        else:
            # Given a mixed start no phrase fits; the marginal of the latest token is as good as any.
            choice[:, start:stop] = choice[:, start - 1 : start]
    valid = float((choice == choice[:, :1]).all(1).mean())
    return Sampled(choice, valid, valid_share(tokens, steps))


def _checked(tokens: int, steps: int) -> None:
    if tokens < 1:
        raise ValueError(f"tokens must be 1 or more; got {tokens}")
    if not 1 <= steps <= tokens:
        raise ValueError(f"steps must be from 1 to {tokens}; got {steps}")
