"""Games around an encoder: which sentence comes next, in which order, and what one vector of a sentence tells."""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from core.assets import kept
from core.transformer.stories import DISLIKED, LIKED, STORIES

Game = Literal["next sentence", "order"]
GAMES: tuple[Game, ...] = ("next sentence", "order")
PLAYERS = ("words in common", "topics alone", "MiniLM")
FEATURES = ("[CLS]", "mean of tokens", "bag of words")
LABELS = (4, 8, 16, 32, 48)
"""Labeled opinions that a probe learns from, half of them liked."""

DRAWS = 60
"""Draws of the labels, and of the stories that are held out."""

GAMES_FILE = "transformer/games.npz"
STRENGTH = 1.0
"""C of the logistic regressions, on features of mean 0 and variance 1; the library's own, tuned to nothing."""


@dataclass(frozen=True, eq=False)
class RecordedGames:
    """What was measured.

    Args:
        pairs: game -> player -> share right on pairs of held-out stories, for each draw; one half is chance.
        probes: feature -> share right on opinions without a label, a row for each of LABELS.
    """

    pairs: Mapping[str, Mapping[str, Float[np.ndarray, "draw"]]]
    probes: Mapping[str, Float[np.ndarray, "labels draw"]]


@functools.cache
def recorded_games() -> RecordedGames:
    """The recorded games; no torch is needed.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(GAMES_FILE, RecordedGames)


def opinions() -> tuple[tuple[str, ...], Bool[np.ndarray, "opinion"]]:
    """The opinions, and whether each is a liking."""
    return (*LIKED, *DISLIKED), np.arange(len(LIKED) + len(DISLIKED)) < len(LIKED)


def sentences() -> tuple[str, ...]:
    """The sentences of all stories, topic by topic and in the order of each story."""
    return tuple(sentence for stories in STORIES.values() for story in stories for sentence in story)


def bag_of_words(texts: tuple[str, ...]) -> Float[np.ndarray, "text word"]:
    """How often each word of any of the texts stands in each, scaled to length 1; small letters, no signs."""
    split = [re.findall(r"[a-z']+", text.lower()) for text in texts]
    words = sorted({word for one in split for word in one})
    counts = np.array([[one.count(word) for word in words] for one in split], dtype=np.float64)
    return np.asarray(counts / np.maximum(np.linalg.norm(counts, axis=1, keepdims=True), 1e-12))


def standardized(features: Float[np.ndarray, "row d"], like: Float[np.ndarray, "other d"]) -> np.ndarray:
    """Features with the mean and the deviation of `like` taken out; one that never varies stays at 0."""
    return np.asarray((features - like.mean(axis=0)) / np.maximum(like.std(axis=0), 1e-9))


def probe_curve(
    features: Float[np.ndarray, "text d"], liked: Bool[np.ndarray, "text"], *, seed: int, draws: int = DRAWS
) -> Float[np.ndarray, "labels draw"]:
    """Share right of a linear probe on the texts that have no label, by the number of labels.

    The first half of the texts and the second are twins: each dislike is the answer to one liking, often in its words.
    Both have a label or neither, else a probe learns that a word it knows means the opposite.

    Args:
        features: a vector for each text; scaled here, by all texts and no label.
        liked: the truth: the first half true, the second false.
        seed: of the draws; the same draws for every feature.
        draws: how many; fewer are the first of them.

    Raises:
        ValueError: for fewer than 50 texts, or features of another number of texts.
    """
    from sklearn.linear_model import LogisticRegression

    if len(features) != len(liked) or len(liked) < LABELS[-1] + 2:
        raise ValueError(f"{len(features)} features, {len(liked)} truths; there must be one each, over {LABELS[-1]}.")
    right, scaled = np.empty((len(LABELS), draws)), standardized(features, features)
    for draw, by_count in enumerate(label_draws(len(liked), seed=seed, draws=draws)):
        for row, (chosen, rest) in enumerate(by_count):
            probe = LogisticRegression(C=STRENGTH, max_iter=500).fit(scaled[chosen], liked[chosen])
            right[row, draw] = probe.score(scaled[rest], liked[rest])
    return right


def label_draws(texts: int, *, seed: int, draws: int) -> Iterator[list[tuple[np.ndarray, np.ndarray]]]:
    """Which texts have a label, draw by draw: for each of LABELS the places with one and those without.

    Args:
        texts: how many; the second half are the twins of the first.
        seed: of the draws.
        draws: how many; fewer are the first of them.

    Invariant: within a draw, whoever has a label among few has one among many.
    """
    rng, half = np.random.default_rng(seed), texts // 2
    for _ in range(draws):
        order = rng.permutation(half)
        pairs = [np.r_[order[: count // 2], order[: count // 2] + half] for count in LABELS]
        yield [(chosen, np.setdiff1d(np.arange(texts), chosen)) for chosen in pairs]


def story_pairs(game: Game, held: frozenset[int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of sentences from some stories, with the answer that is asked.

    Half the pairs are two sentences in a row. The others are, for "next sentence", a sentence and one of another of
    these stories, as in BERT; for "order", two in a row with their places changed, as in ALBERT.

    Args:
        game: which one.
        held: places of the stories among all.
        rng: source of the second sentences.

    Returns:
        Places among `sentences()`, shape [pair 2], and whether the second really follows, shape [pair].

    Raises:
        ValueError: for fewer than two stories.

    Source: Devlin et al. 2019 (1810.04805), section 3.1; Lan et al. 2020 (1909.11942), section 3.1.
    """
    if len(held) < 2:
        raise ValueError(f"{len(held)} stories are held; there must be 2 or more.")
    length = len(next(iter(STORIES.values()))[0])
    rows = []
    for story in sorted(held):
        others = sorted(held - {story})
        for step in range(length - 1):
            first = story * length + step
            strange = int(rng.choice(others)) * length + int(rng.integers(length))
            rows += [(first, first + 1), (first, strange) if game == "next sentence" else (first + 1, first)]
    return np.array(rows), np.tile([True, False], len(rows) // 2)


def play(
    game: Game, vectors: Float[np.ndarray, "sentence d"], *, seed: int, topics_alone: bool = False, draws: int = DRAWS
) -> Float[np.ndarray, "draw"]:
    """Share right on pairs of held-out stories, one story of each topic, for each draw.

    "Next sentence" is decided by the cosine of the two sentences, with a threshold that is learned on the other
    stories; "order" by a linear probe of their difference.

    Args:
        game: which one.
        vectors: for each of `sentences()`.
        seed: of the draws; the same for every player.
        draws: how many; fewer are the first of them.
        topics_alone: whether a sentence keeps only its cosines to the means of the topics' other stories.
    """
    from sklearn.linear_model import LogisticRegression

    rng, right = np.random.default_rng(seed), np.empty(draws)
    each = [len(stories) for stories in STORIES.values()]
    starts = np.cumsum([0, *each[:-1]])
    for draw in range(draws):
        held = frozenset(int(start + rng.integers(count)) for start, count in zip(starts, each, strict=True))
        rest = frozenset(range(sum(each))) - held
        used = topic_cosines(vectors, rest) if topics_alone else vectors
        (train, wanted), (test, truth) = (story_pairs(game, stories, rng) for stories in (rest, held))
        known, asked = _seen(game, used, train), _seen(game, used, test)
        fit = LogisticRegression(C=STRENGTH, max_iter=500).fit(standardized(known, known), wanted)
        right[draw] = fit.score(standardized(asked, known), truth)
    return right


def _seen(game: Game, vectors: Float[np.ndarray, "sentence d"], pairs: np.ndarray) -> Float[np.ndarray, "pair feature"]:
    first, second = vectors[pairs[:, 0]], vectors[pairs[:, 1]]
    if game == "order":
        return np.asarray(second - first)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    return np.asarray(((first * second).sum(axis=1) / np.maximum(lengths, 1e-12))[:, None])


def topic_cosines(
    vectors: Float[np.ndarray, "sentence d"], known: frozenset[int]
) -> Float[np.ndarray, "sentence topic"]:
    """The dot products of each sentence with the mean sentence of each topic's known stories, their mean taken out."""
    length = len(next(iter(STORIES.values()))[0])
    there = np.isin(np.arange(len(vectors)) // length, sorted(known))
    topic = np.repeat(np.arange(len(STORIES)), [len(some) * length for some in STORIES.values()])
    means = np.stack([vectors[there & (topic == k)].mean(axis=0) for k in range(len(STORIES))])
    near = vectors @ means.T
    return np.asarray(near - near.mean(axis=1, keepdims=True))
