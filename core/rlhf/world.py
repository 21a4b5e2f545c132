"""The toy world: twelve words, responses of at most fourteen, and a true (gold) reward that no model gets to see."""

import numpy as np
from jaxtyping import Float, Int

WORDS = ("", "sun", "light", "air", "scatters", "blue", "most", "um", "very", "so", "well", "just")
"""The vocabulary. Word 0 ends a response; 1 to 6 say something about why the sky is blue; 7 to 11 are filler."""

END = 0
USEFUL = range(1, 7)
PLACES = 14
"""A response has at most so many words; one that never ends is cut there."""

FREE_WORDS = 6
"""Words beyond this many cost."""

STOP = 0.2
"""The chance that a text of the supervised start ends after each of its words."""

Responses = Int[np.ndarray, "response place"]


def lengths(responses: Responses) -> Int[np.ndarray, "response"]:
    """Words before the end of each response; 0 to PLACES."""
    ended = responses == END
    return np.asarray(np.where(ended.any(1), ended.argmax(1), responses.shape[1]))


def counts(responses: Responses) -> Float[np.ndarray, "response word"]:
    """How often each word stands in each response, without the end; what follows the end does not count.

    Invariant: rows sum to `lengths`.
    """
    spoken = np.arange(responses.shape[1]) < lengths(responses)[:, None]
    return np.stack([((responses == word) & spoken).sum(1) for word in range(1, len(WORDS))], axis=1).astype(float)


def gold_reward(responses: Responses) -> Float[np.ndarray, "response"]:
    """The true reward: distinct useful words - 0.5 repeats - 0.15 (length - 6)+.

    Args:
        responses: word numbers; END ends a response.

    Returns:
        One reward for each response, in points. Invariant: between -9.8 and 6, as many useful words as there are.

    Raises:
        ValueError: for a number that is no word.
    """
    useful, repeats, beyond = gold_parts(responses).T
    return np.asarray(useful - 0.5 * repeats - 0.15 * beyond)


def gold_parts(responses: Responses) -> Float[np.ndarray, "response 3"]:
    """What the gold reward counts: distinct useful words, repeats of any word, words beyond the sixth.

    Raises:
        ValueError: for a number that is no word.
    """
    if responses.size and not (responses.min() >= 0 and responses.max() < len(WORDS)):
        raise ValueError(f"words must lie in 0 to {len(WORDS) - 1}, not {responses.min()} to {responses.max()}.")
    bag = counts(responses)
    useful = (bag[:, : len(USEFUL)] > 0).sum(1)
    repeats = np.maximum(bag - 1, 0).sum(1)
    return np.stack([useful, repeats, np.maximum(bag.sum(1) - FREE_WORDS, 0)], axis=1).astype(float)


COUNTED = 4
"""Words to one unit of a feature: features are counts divided by it."""


def features(responses: Responses, *, sees_length: bool = True) -> Float[np.ndarray, "response feature"]:
    """What the reward model sees: how often each word stands in a response, and its length, both over COUNTED.

    It cannot see which words are there at least once, so it has to guess at what the gold reward counts.

    Args:
        sees_length: without it the model gets each word's share of the response and cannot tell its length.
    """
    bag = counts(responses)
    total = bag.sum(1, keepdims=True)
    if not sees_length:
        return np.concatenate([bag / np.maximum(total, 1), np.zeros_like(total)], axis=1)
    return np.concatenate([bag, total], axis=1) / COUNTED


def texts(responses: Responses) -> tuple[str, ...]:
    """Each response in words; one that never ends stands with a dash behind it."""
    return tuple(
        " ".join(WORDS[word] for word in row[:length]) + (" —" if length == len(row) else "")
        for row, length in zip(responses, lengths(responses), strict=True)
    )


def word_chances() -> Float[np.ndarray, "word"]:
    """The chance of each word but the end in the texts of the supervised start: filler twice as likely as useful."""
    chances = np.where(np.isin(np.arange(1, len(WORDS)), USEFUL), 1.0, 2.0)
    return np.asarray(chances / chances.sum())


def random_responses(count: int, *, seed: int) -> Responses:
    """Texts for the supervised start: random words, filler twice as likely as useful ones, mostly short.

    Args:
        count: how many, at least 1.

    Raises:
        ValueError: for count below 1.
    """
    if count < 1:
        raise ValueError(f"count = {count} must be at least 1.")
    random = np.random.default_rng(seed)
    responses = random.choice(np.arange(1, len(WORDS)), p=word_chances(), size=(count, PLACES))
    ends = random.geometric(STOP, size=count)
    responses[np.arange(PLACES) >= ends[:, None]] = END
    return responses
