"""A small head that looks a key up, trained with each score: what it is shown, what it answers, how often rightly."""

import functools
import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8

from core.assets import kept
from core.checks import Check
from core.numbers import require, whole

WIDTHS, RATES = (16, 64, 256), (3e-3, 1e-2)
"""Dimensions and learning rates of the recorded trainings."""

PLACES, SYMBOLS = 16, 32
"""Keys of a text in the trainings, and symbols they are drawn from."""

TESTED, ANSWERS = 512, 16
"""Texts that each training is tested on, and the values that can be right."""

TRIALS_FILE = "attention/scores.npz"
ANSWERS_FILE = "attention/score_answers.npz"
TRIAL_SEEDS = tuple(range(8))


@dataclass(frozen=True, slots=True)
class ScoreTraining:
    """Trainings of one head that looks a key up, with each score.

    Args:
        widths: dimensions of queries and keys, each from 2 to 512.
        rates: learning rates of Adam, each above 0.
        seeds: of weights and texts.
        steps: of each training, 10 to 2000.

    Raises:
        ValueError: for a value out of range, an empty row, or one that holds a value twice.
    """

    widths: tuple[int, ...] = WIDTHS
    rates: tuple[float, ...] = RATES
    seeds: tuple[int, ...] = TRIAL_SEEDS
    steps: int = 150

    def __post_init__(self) -> None:
        for name, values in (("widths", self.widths), ("rates", self.rates), ("seeds", self.seeds)):
            require(0 < len(values) == len(set(values)), name, values, "at least one, and none twice")
        for width in self.widths:
            whole("width", width, 2, 512)
        for rate in self.rates:
            require(0 < rate < math.inf, "rate", rate, "above 0 and finite")
        for seed in self.seeds:
            whole("seed", seed, 0)
        whole("steps", self.steps, 10, 2000)


@dataclass(frozen=True, eq=False)
class ScoreTrials:
    """How well one head looks up, with each score in SCORES.

    Args:
        params: of the trainings.
        steps: the steps after which it was tested.
        accuracy: share of 512 texts answered rightly.
        gradient: the norm of the loss's gradient to the query matrix before the first step, relative to "scaled".
        seconds: of processor, for the scores of 256 queries against 256 keys in float32, the shortest of several; by
            width.
        machine: on which they were measured.
        checks: identities of the models.
    """

    params: ScoreTraining
    steps: Int[np.ndarray, "point"]
    accuracy: Float[np.ndarray, "score width rate seed point"]
    gradient: Float[np.ndarray, "score width seed"]
    seconds: Float[np.ndarray, "score width"]
    machine: str
    checks: tuple[Check, ...]


Lookups = tuple[
    Int[np.ndarray, "text"], Int[np.ndarray, "text place"], Int[np.ndarray, "text place"], Int[np.ndarray, "text"]
]


def lookups(count: int, rng: np.random.Generator) -> Lookups:
    """Texts: the key that is asked for, PLACES different keys, a value each, and the value that is right.

    Invariant: the right value stands at the key that is asked for.
    """
    keys = rng.random((count, SYMBOLS)).argsort(axis=1)[:, :PLACES]
    values, place = rng.integers(ANSWERS, size=(count, PLACES)), rng.integers(PLACES, size=count)
    rows = np.arange(count)
    return keys[rows, place], keys, values, values[rows, place]


def texts_of(seed: int) -> Lookups:
    """The texts that the trainings of a seed are tested on."""
    return lookups(TESTED, np.random.default_rng(10_000 + seed))


@dataclass(frozen=True, eq=False)
class ScoreAnswers:
    """What the trained heads of `recorded_scores` say to each text of their tests.

    Args:
        given: the value that each answers with.
    """

    given: UInt8[np.ndarray, "score width rate seed text"]


@functools.cache
def recorded_answers() -> ScoreAnswers:
    """The recorded answers; nothing is trained.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record attention score_answers`.
    """
    return kept(ANSWERS_FILE, ScoreAnswers)


def answers_check(trials: ScoreTrials, answers: ScoreAnswers) -> Check:
    """The accuracies at the end, counted anew: the texts are drawn again from their seeds, and the answers compared.

    Args:
        trials: the trainings.
        answers: of the same trainings, made in a run of their own.

    Invariant: passes for one and the same trainings; one other answer fails.
    """
    right = np.stack([texts_of(seed)[3] for seed in trials.params.seeds])
    counted = (answers.given == right).mean(axis=-1)
    error = float(np.abs(counted - trials.accuracy[..., -1]).max())
    detail = f"{answers.given.size:,} recorded answers against texts drawn anew"
    return Check("Right at the end, counted again", error, 0.0, detail)


SURPRISING = 5.0
"""Standard errors that none of some hundred right guessers is off by: more is once in 1.7 million guesses."""


def trial_checks(trials: ScoreTrials) -> tuple[Check, ...]:
    """What the accuracies of trainings must agree in, from the accuracies alone; no model is run.

    A share of TESTED texts is a whole number of them. Before the first step the learning rate has moved nothing, so
    that the same score, dimension and seed answers alike at every rate. And untrained it guesses: of TESTED texts with
    one right value in ANSWERS the share has the standard error sqrt(p (1 - p) / TESTED), p = 1 / ANSWERS.

    Args:
        trials: of at least one rate, tested before the first step.

    Invariant: passes for what `train_scores` returns; one changed accuracy at step 0 fails, and any that is no share.
    """
    counts, start = trials.accuracy * TESTED, trials.accuracy[..., 0]
    off = float(np.abs(counts - counts.round()).max() + max(0.0, -counts.min(), counts.max() - TESTED))
    guess = 1 / ANSWERS
    error = math.sqrt(guess * (1 - guess) / TESTED)
    return (
        Check(f"Right answers are whole numbers of {TESTED}", off, 0.0, f"over {counts.size:,} recorded shares"),
        Check("Before the first step no rate has changed an answer", float(np.ptp(start, axis=2).max()), 0.0, "share"),
        Check(
            "Untrained heads guess",
            float(np.abs(start - guess).max() / error),
            SURPRISING,
            f"largest distance from {guess:.2%} in standard errors, over {start.size} heads",
        ),
    )


@functools.cache
def recorded_scores() -> ScoreTrials:
    """The recorded trainings over TRIAL_SEEDS; nothing is trained.

    Raises:
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record attention scores`.
    """
    return kept(TRIALS_FILE, ScoreTrials)
