"""A switch that decides for each problem whether to think: by length, by the direct answer's entropy, or trained."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.numbers import mean_interval
from core.reasoning.laws import Apart
from core.reasoning.methods import Method
from core.reasoning.problem_sets import Kind, problems, sets_of
from core.reasoning.records import Difference, outcome, recorded_answers, recorded_kinds

Feature = Literal["length", "entropy", "trained"]
FEATURES: tuple[Feature, ...] = get_args(Feature)

DOUBTS_FILE = "reasoning/doubts.npz"


@dataclass(frozen=True, eq=False)
class Doubts:
    """How undecided a model was while it wrote its direct answers.

    Args:
        entropies: kind -> of each answer, by set and problem, in nats; see `with_torch.doubts.entropies`.
    """

    entropies: Mapping[str, Float[np.ndarray, "set problem"]]


@functools.cache
def recorded_doubts() -> Doubts:
    """The recorded entropies.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.
    """
    return kept(DOUBTS_FILE, Doubts)


@dataclass(frozen=True, eq=False)
class Mixture:
    """Problems of several kinds, each answered directly and with a chain, in one order.

    Args:
        direct, chain: 1 where the answer is right.
        direct_tokens, chain_tokens: written for it.
        scores: feature -> the larger, the sooner a switch thinks: the signs of the problem; the entropy of the direct
            answer in nats; the gain that is expected from both.
        kinds: of each problem.
    """

    direct: Float[np.ndarray, "problem"]
    chain: Float[np.ndarray, "problem"]
    direct_tokens: Float[np.ndarray, "problem"]
    chain_tokens: Float[np.ndarray, "problem"]
    scores: Mapping[str, Float[np.ndarray, "problem"]]
    kinds: tuple[str, ...]


def weighed() -> tuple[Kind, ...]:
    """The kinds between whose problems a switch decides: those that are recorded in English."""
    return tuple(kind for kind in recorded_kinds() if not kind.startswith("in "))


@functools.cache
def mixture() -> Mixture:
    """The problems of `weighed`, as many of each: those of the first sets, or all where there is one kind.

    Raises:
        core.assets.AssetError: if a file is missing or damaged.

    Invariant: the trained score of a problem is fitted on the problems of other sets alone.
    """
    kinds = weighed()
    sets = range(min(len(sets_of(kind)) for kind in kinds))
    ways: tuple[Method, ...] = ("direct", "few-shot chain")
    hits = [np.stack([outcome(kind, way).hits[: len(sets)] for kind in kinds]) for way in ways]
    written = [[[recorded_answers(kind, way).by_set[place] for place in sets] for kind in kinds] for way in ways]
    tokens = [np.array([[one.tokens[:, 0] for one in some] for some in every]) * 1.0 for every in written]
    entropy = np.stack([recorded_doubts().entropies[kind][: len(sets)] for kind in kinds])
    lengths = np.array([[[len(one.text) for one in problems(kind, place)] for place in sets] for kind in kinds]) * 1.0
    features = np.stack([np.ones(lengths.shape), np.log(lengths), entropy], axis=-1)
    scores = {"length": lengths, "entropy": entropy, "trained": trained(features, hits[1] - hits[0])}
    return Mixture(
        hits[0].ravel(),
        hits[1].ravel(),
        tokens[0].ravel(),
        tokens[1].ravel(),
        {name: some.ravel() for name, some in scores.items()},
        tuple(kind for kind in kinds for _ in range(lengths[0].size)),
    )


def trained(
    features: Float[np.ndarray, "kind set problem feature"], gains: Float[np.ndarray, "kind set problem"]
) -> Float[np.ndarray, "kind set problem"]:
    """What a chain is expected to gain, by least squares on the features of the other sets' problems.

    Args:
        features: of each problem, a constant among them.
        gains: 1 where only the chain was right, -1 where only the direct answer was, else 0.

    Invariant: the score of a set's problems does not depend on that set's gains.
    """
    found = np.empty(gains.shape)
    for held in range(gains.shape[1]):
        others = [place for place in range(gains.shape[1]) if place != held]
        x = features[:, others].reshape(-1, features.shape[-1])
        weights = np.linalg.lstsq(x, gains[:, others].ravel(), rcond=None)[0]
        found[:, held] = features[:, held] @ weights
    return found


@dataclass(frozen=True, slots=True)
class Switched:
    """What a switch brings.

    Args:
        name: what it decides by.
        share: of the problems that it thinks about.
        accuracy: over all problems. tokens: written for an answer, mean.
        ahead: against thinking about as many problems drawn by chance, by problem a share. kept: against always
            thinking.
    """

    name: str
    share: float
    accuracy: float
    tokens: float
    ahead: Apart
    kept: Difference


def switched(some: Mixture, name: str, share: float) -> Switched:
    """Thinks about the share of the problems with the largest scores; equal scores at the border share alike.

    Args:
        some: the problems.
        name: of the feature. share: from 0 to 1.

    Raises:
        ValueError: for a feature of none, or a share out of range.

    Invariant: at 0 it is the direct answer, at 1 the chain.
    """
    if name not in some.scores:
        raise ValueError(f"name must be one of {', '.join(some.scores)}; got {name!r}")
    thinks = thinking(some.scores[name], share)
    return _switched(some, name, thinks, share)


def all_knowing(some: Mixture) -> Switched:
    """The bound that no switch can pass: it thinks exactly where only the chain is right."""
    thinks = (some.chain > some.direct) * 1.0
    return _switched(some, "all-knowing", thinks, float(thinks.mean()))


def _switched(some: Mixture, name: str, thinks: Float[np.ndarray, "problem"], share: float) -> Switched:
    hits = _mixed(some.direct, some.chain, thinks)
    tokens = float(_mixed(some.direct_tokens, some.chain_tokens, thinks).mean())
    by_chance = _mixed(some.direct, some.chain, np.full(len(hits), share))
    ahead, gained = hits - by_chance, hits - some.chain
    kept = Difference(float(gained.clip(0).sum()), float((-gained).clip(0).sum()), len(hits))
    return Switched(
        name, share, float(hits.mean()), tokens, Apart(float(ahead.mean()), mean_interval(ahead)), kept
    )  # fmt: skip


def _mixed(direct: np.ndarray, chain: np.ndarray, thinks: np.ndarray) -> np.ndarray:
    return np.asarray(direct + thinks * (chain - direct))


def thinking(scores: Float[np.ndarray, "problem"], share: float) -> Float[np.ndarray, "problem"]:
    """The probability that each problem is thought about: 1 for the largest scores, so many that their share is given.

    Raises:
        ValueError: for a share out of range, or scores that are no numbers.

    Invariant: its mean is the share; equal scores have equal probabilities; it never falls as the score rises.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be from 0 to 1; got {share}")
    if np.isnan(scores).any():
        raise ValueError(f"scores must be numbers; got {int(np.isnan(scores).sum())} that are none")
    wanted = share * len(scores)
    above = (scores[None, :] > scores[:, None]).sum(axis=1)
    alike = (scores[None, :] == scores[:, None]).sum(axis=1)
    return np.asarray(np.clip((wanted - above) / alike, 0, 1))
