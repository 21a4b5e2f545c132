"""Pairs of answers for a visitor to judge, a partner who judges them too, and the judgments as a file. No torch."""

import functools
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from core.rlhf.judging import RewardFit, fit_rewards, information
from core.rlhf.raters import Rater, label_pairs
from core.rlhf.world import END, PLACES, WORDS, Responses, features, gold_reward, random_responses

POOL = 300
"""Pairs that may be asked."""

READABLE = 9
"""Words of an answer that is asked, at most: both are to be read at a glance."""

UNSEEN = 2000
"""Pairs on which agreement is measured."""

MOST_JUDGMENTS = 500
"""Judgments that are kept."""

MOST_BYTES = 200_000
"""Of a file of judgments."""

FILE_KIND = "reward model labels"


@dataclass(frozen=True, slots=True)
class Judgment:
    """One labeled pair.

    Args:
        first, second: word numbers of the two answers, without the end; 1 to PLACES words.
        prefers_first: whether the first is the better one.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    prefers_first: bool


@functools.cache
def pool() -> tuple[Judgment, ...]:
    """The pairs that are asked, in their order, as if the first were preferred; no answer is compared with itself."""
    firsts, seconds = (_answers(random_responses(2 * POOL, seed=seed)) for seed in (11, 12))
    pairs = [
        Judgment(one, other, True)
        for one, other in zip(firsts, seconds, strict=True)
        if sorted(one) != sorted(other) and max(len(one), len(other)) <= READABLE
    ]
    return tuple(dict.fromkeys(pairs))[:POOL]


def _answers(responses: Responses) -> list[tuple[int, ...]]:
    return [tuple(int(word) for word in row if word != END) for row in responses]


def sides(judgments: Sequence[Judgment]) -> tuple[Responses, Responses]:
    """The first and the second answers as responses of the toy world."""
    rows: tuple[list[list[int]], ...] = ([], [])
    for judgment in judgments:
        for side, answer in zip(rows, (judgment.first, judgment.second), strict=True):
            side.append([*answer, *[END] * (PLACES - len(answer))])
    first, second = (np.array(side, dtype=int).reshape(-1, PLACES) for side in rows)
    return first, second


def differences(judgments: Sequence[Judgment]) -> Float[np.ndarray, "pair feature"]:
    """features(chosen) - features(rejected) of each judgment: what `fit_rewards` takes.

    Invariant: a judgment turned around gives the opposite row.
    """
    first, second = sides(judgments)
    signs = np.array([1.0 if judgment.prefers_first else -1.0 for judgment in judgments])
    return np.asarray(signs[:, None] * (features(first) - features(second)))


def judged_by(rater: Rater, pairs: Sequence[Judgment], *, seed: int = 0) -> tuple[Judgment, ...]:
    """The same pairs as another rater judges them; each pair always alike, whatever else is judged.

    Raises:
        ValueError: where `Rater` or `label_pairs` does.
    """
    found = []
    for pair in pairs:
        first, second = sides([pair])
        own = zlib.crc32(bytes([*pair.first, 0, *pair.second]))
        label = label_pairs(first, second, rater, seed=own + seed)
        found.append(Judgment(pair.first, pair.second, bool(label.prefers_first[0])))
    return tuple(found)


def unasked(judgments: Sequence[Judgment]) -> tuple[Judgment, ...]:
    """The pairs of the pool that were not judged."""
    known = {(judgment.first, judgment.second) for judgment in judgments}
    return tuple(pair for pair in pool() if (pair.first, pair.second) not in known)


def most_informative(fit: RewardFit, pairs: Sequence[Judgment]) -> Judgment:
    """The pair whose label would tell most of the weights; see `core.rlhf.information`.

    Raises:
        ValueError: for no pairs.
    """
    if not pairs:
        raise ValueError("There are no pairs left to ask.")
    return pairs[int(information(fit, differences(pairs)).argmax())]


def centered(fit: RewardFit) -> RewardFit:
    """The same reward told by what labels settle: words beyond their mean, and that mean as the worth of length.

    The length is the sum of all counts, so w + t (1, ..., 1, -1) gives every answer the same reward, and nothing but
    the prior of a fit sets t. One more word adds v = w_word + w_length; length is told as the mean of v over the words,
    and a word as v minus that mean. Both are linear in w, so the covariance is M C M'.

    Args:
        fit: of `differences`: one weight for each word, then that of length.

    Invariants: `reward` and `spread_of` are as before for `features` of any answers; the words' weights sum to 0; the
    same for weights moved along the direction above.
    """
    words = len(fit.weights) - 1
    told = np.eye(words + 1)
    told[:words, :words] -= 1 / words
    told[words, :words] = 1 / words
    covariance = told @ fit.covariance @ told.T
    return RewardFit(told @ fit.weights, np.sqrt(np.diag(covariance)), fit.log_likelihood, covariance)


@functools.cache
def _unseen() -> tuple[Float[np.ndarray, "pair feature"], Float[np.ndarray, "pair"]]:
    """Differences in features and in gold of pairs that nobody labels, without ties of gold."""
    first, second = (random_responses(UNSEEN, seed=seed) for seed in (13, 14))
    gap = gold_reward(first) - gold_reward(second)
    return (features(first) - features(second))[gap != 0], gap[gap != 0]


def gold_agreement(fit: RewardFit) -> float:
    """Share of unseen pairs that a fit puts in the order of the gold reward; half where it says nothing.

    Invariant: in [0, 1]; one minus it for the weights turned around.
    """
    rows, gap = _unseen()
    return float(np.mean((np.sign(fit.reward(rows)) * np.sign(gap) + 1) / 2))


def gold_interval(fit: RewardFit, *, seed: int = 0) -> tuple[float, float]:
    """The `gold_agreement` of the weights that the labels leave possible: 5 % and 95 % of them have less.

    Most such weights agree less than the likeliest ones do, in which the errors of many labels cancel: that of the fit
    may lie above 95 %.

    Args:
        seed: of 200 draws of the weights, normal with the covariance of the fit.

    Invariant: the first is not above the second.
    """
    rows, gap = _unseen()
    drawn = np.random.default_rng(seed).multivariate_normal(fit.weights, fit.covariance, size=200)
    shares = (np.sign(drawn @ rows.T) == np.sign(gap)).mean(1)
    low, high = np.quantile(shares, [0.05, 0.95])
    return float(low), float(high)


@dataclass(frozen=True, slots=True)
class Settled:
    """What labels of a fair rater settle, over several draws of the labels.

    Args:
        agreement: the least and the largest `gold_agreement`.
        weights: draws in which at least one weight of `centered` is two spreads from 0.
        better: draws in which all but 5 % of the weights left possible beat a coin.
        draws: how many.
    """

    agreement: tuple[float, float]
    weights: int
    better: int
    draws: int


@functools.cache
def settled_by(labels: int, *, draws: int = 12) -> Settled:
    """What the first pairs of the pool settle when a fair rater labels them.

    Raises:
        ValueError: for labels or draws below 1, or more labels than there are pairs.
    """
    if not 1 <= labels <= len(pool()) or draws < 1:
        raise ValueError(f"labels = {labels} must lie in 1 to {len(pool())}, draws = {draws} be at least 1.")
    fits = [fit_rewards(differences(judged_by(Rater(), pool()[:labels], seed=1000 * draw))) for draw in range(draws)]
    agreed = [gold_agreement(fit) for fit in fits]
    weights = sum(bool((np.abs(one.weights) > 2 * one.spread).any()) for one in map(centered, fits))
    better = sum(gold_interval(fit)[0] > 0.5 for fit in fits)
    return Settled((min(agreed), max(agreed)), weights, better, draws)


def judgments_to_json(judgments: Sequence[Judgment]) -> str:
    """The judgments as a file: the answers in words, and which was chosen.

    Invariant: `judgments_from_json(judgments_to_json(judgments))` gives them back.
    """
    labels = [
        {
            "first": " ".join(WORDS[word] for word in judgment.first),
            "second": " ".join(WORDS[word] for word in judgment.second),
            "chosen": "first" if judgment.prefers_first else "second",
        }
        for judgment in judgments
    ]
    return json.dumps({"kind": FILE_KIND, "labels": labels}, indent=1)


def judgments_from_json(written: str | bytes) -> tuple[Judgment, ...]:
    """Reads what `judgments_to_json` wrote, or somebody else by hand.

    Raises:
        ValueError: for what is no such file, with the place and what is allowed there; nothing of it is then taken.

    Invariant: nothing but numbers of words comes out of it.
    """
    if len(written) > MOST_BYTES:
        raise ValueError(f"The file has {len(written):,} bytes; at most {MOST_BYTES:,} are taken.")
    try:
        tree = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise ValueError("The file is not JSON in UTF-8.") from error
    labels = tree.get("labels") if isinstance(tree, dict) and tree.get("kind") == FILE_KIND else None
    if not isinstance(labels, list):
        raise ValueError(f'The file must be an object with "kind": "{FILE_KIND}" and a list "labels".')  # noqa: TRY004
    if len(labels) > MOST_JUDGMENTS:
        raise ValueError(f"The file holds {len(labels)} labels; at most {MOST_JUDGMENTS} are taken.")
    return tuple(_read(label, place) for place, label in enumerate(labels, 1))


def _read(label: Any, place: int) -> Judgment:
    if not isinstance(label, dict) or label.get("chosen") not in ("first", "second"):
        raise ValueError(f'Label {place} must be an object whose "chosen" is "first" or "second".')
    first, second = (_words(label.get(side), place, side) for side in ("first", "second"))
    return Judgment(first, second, label["chosen"] == "first")


def _words(written: Any, place: int, side: str) -> tuple[int, ...]:
    words = written.split() if isinstance(written, str) else []
    if not 1 <= len(words) <= PLACES or not all(word in WORDS[1:] for word in words):
        raise ValueError(
            f'"{side}" of label {place} must be 1 to {PLACES} words with spaces between, of {", ".join(WORDS[1:])}.'
        )
    return tuple(WORDS.index(word) for word in words)
