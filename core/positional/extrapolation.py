"""Small models alike but for their positions, trained on short texts and tested on long ones. Needs no torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from core.assets import kept
from core.checks import Check
from core.numbers import require, whole
from core.positional.toys import SCHEMES

TASKS = ("mark", "copy")
"""Name the symbol of the last mark so far; write the first half of the text again."""

STRETCHES = ("linear", "ntk", "yarn")
"""Keys of `SCHEME_KINDS` that RoPE is stretched by after training."""

SYMBOLS = 16
"""Symbols of the texts; a guess is right once in 16."""

MARKED = 0.06
"""How likely a symbol wears a mark, in the task "mark"."""

PLACES = 2048
"""Places of all texts of a length that a run is tested on, but 16 texts at least."""

STEPS = {"mark": 800, "copy": 1000}
"""Steps of the recorded trainings, by task."""

FIXED = 4.0
"""The factor of the stretching that does not know the length."""

NOT_ASKED = -100
"""Stands in the answers where nothing is asked."""

EXTRAPOLATIONS = {task: f"positional/extrapolation_{task}.npz" for task in TASKS}
RECORDED_SEEDS = tuple(range(8))
"""Of the recorded trainings."""


@dataclass(frozen=True, slots=True)
class ExtrapolationParams:
    """Trainings of small decoders that differ in nothing but how they are told positions.

    Args:
        task: one of TASKS.
        schemes: of SCHEMES, at least one and none twice.
        seeds: of weights and texts, at least one and none twice.
        steps: of each training, 20 to 6000: the rate rises over the first tenth, which needs a step of its own.
        trained_length: the longest text in training, a multiple of 8 from 8 to 64; the shortest is half of it.

    Raises:
        ValueError: for a value out of range.
    """

    task: str = "mark"
    schemes: tuple[str, ...] = SCHEMES
    seeds: tuple[int, ...] = RECORDED_SEEDS
    steps: int = 800
    trained_length: int = 32

    def __post_init__(self) -> None:
        require(self.task in TASKS, "task", self.task, "one of " + ", ".join(TASKS))
        for name, values in (("schemes", self.schemes), ("seeds", self.seeds)):
            require(isinstance(values, tuple), name, values, "a tuple")
        for scheme in self.schemes:
            require(scheme in SCHEMES, "scheme", scheme, "one of " + ", ".join(SCHEMES))
        for seed in self.seeds:
            whole("seed", seed, 0)
        for name, values in (("schemes", self.schemes), ("seeds", self.seeds)):
            require(0 < len(values) == len(set(values)), name, values, "at least one, and none twice")
        whole("steps", self.steps, 20, 6000)
        whole("trained_length", self.trained_length, 8, 64)
        require(self.trained_length % 8 == 0, "trained_length", self.trained_length, "a multiple of 8")


@dataclass(frozen=True, eq=False)
class Extrapolation:
    """How often each model is right, by the length of the text.

    Args:
        params: of the trainings.
        lengths: of the tested texts, in symbols, from half the trained length to 8 times it.
        accuracy: share of right answers over all places that are asked.
        loss: the mean training loss of the last tenth of the steps, in nats.
        stretched: of RoPE stretched after training by length / trained length, at least 1; no scheme but "rope" has it,
            and without it the array is empty along its second axis.
        fixed: the same, stretched by FIXED at every length.
        unordered: the best possible share for a reader who sees the token of the place and is told which marks there
            are so far, not their order; 1 in SYMBOLS in the task "copy".
        checks: identities of the trained models, of each the one with the largest error.
    """

    params: ExtrapolationParams
    lengths: Int[np.ndarray, "length"]
    accuracy: Float[np.ndarray, "scheme seed length"]
    loss: Float[np.ndarray, "scheme seed"]
    stretched: Float[np.ndarray, "stretch rope_seed length"]
    fixed: Float[np.ndarray, "stretch rope_seed length"]
    unordered: Float[np.ndarray, "seed length"]
    checks: tuple[Check, ...]

    @property
    def trained_length(self) -> int:
        """The longest text in training, in symbols."""
        return self.params.trained_length

    @property
    def by_scheme(self) -> Mapping[str, Float[np.ndarray, "seed length"]]:
        """The accuracy of each scheme, by its name."""
        return dict(zip(self.params.schemes, self.accuracy, strict=True))

    def at(self, length: int) -> int:
        """The index of a tested length; raises ValueError for another one."""
        require(length in self.lengths, "length", length, f"one of {self.lengths.tolist()}")
        return int(np.flatnonzero(self.lengths == length)[0])


def tested_lengths(trained_length: int) -> Int[np.ndarray, "length"]:
    """1/2, 1, 5/4, 3/2, 2, 3, 4 and 8 times the trained length; all are even for a multiple of 8."""
    return np.array([2, 4, 5, 6, 8, 12, 16, 32]) * trained_length // 4


def texts(
    task: str, count: int, length: int, rng: np.random.Generator
) -> tuple[Int[np.ndarray, "text token"], Int[np.ndarray, "text token"]]:
    """Texts of a task, and what has to be answered at each of their places.

    Task "mark": even symbols, each marked with probability MARKED; the answer is the last marked symbol so far, the
    place itself included, and nothing is asked before the first mark. Ids: the symbol, SYMBOLS more where it is marked.
    Task "copy": n / 2 even symbols, one id that says "again" (SYMBOLS), and all of those symbols but the last; from
    "again" on the answers are the symbols in their order.

    Args:
        task: one of TASKS.
        count: texts.
        length: n, even and at least 2.
        rng: source of all randomness.

    Returns:
        Ids below 2 SYMBOLS, and answers below SYMBOLS or NOT_ASKED.

    Raises:
        ValueError: for an unknown task or an odd length.

    Invariant: no answer depends on what stands after its place.
    """
    require(task in TASKS, "task", task, "one of " + ", ".join(TASKS))
    require(length >= 2 and length % 2 == 0, "length", length, "even and at least 2")
    if task == "copy":
        first = rng.integers(SYMBOLS, size=(count, length // 2))
        again = np.full((count, 1), SYMBOLS)
        asked = np.concatenate([np.full_like(first, NOT_ASKED), first], axis=1)
        return np.concatenate([first, again, first[:, :-1]], axis=1), asked
    symbols = rng.integers(SYMBOLS, size=(count, length))
    marked = rng.random((count, length)) < MARKED
    last = np.maximum.accumulate(np.where(marked, np.arange(length), -1), axis=1)
    answers = np.take_along_axis(symbols, np.maximum(last, 0), axis=1)
    return symbols + SYMBOLS * marked, np.where(last < 0, NOT_ASKED, answers)


def unseen_texts(
    task: str, length: int, seed: int
) -> tuple[Int[np.ndarray, "text token"], Int[np.ndarray, "text token"]]:
    """The texts that all schemes of a seed are tested on; as `texts`, and none of them is trained on by design."""
    return texts(task, max(16, PLACES // length), length, np.random.default_rng([10_000 + seed, length]))


def best_without_order(task: str, length: int, seed: int) -> float:
    """The best possible share of right answers on those texts for who knows which marks there are, not their order.

    Like a model, this reader sees the token of the place itself, which is the answer where it wears a mark. Elsewhere
    any of the marks so far may be the last one; who names the symbol that most of them have is right in that share of
    all orders, and nobody in more. In the task "copy", 1 / SYMBOLS, which a guess has.

    Raises:
        ValueError: as `texts`.

    Invariant: at least 1 / SYMBOLS; 1 where each text has one mark.
    """
    if task == "copy":
        return 1 / SYMBOLS
    ids, answers = unseen_texts(task, length, seed)
    seen = (ids[..., None] == SYMBOLS + np.arange(SYMBOLS)).cumsum(axis=1)  # [text token symbol]
    asked = answers != NOT_ASKED
    elsewhere = seen.max(axis=-1)[asked] / seen.sum(axis=-1)[asked]
    return float(np.where(ids[asked] >= SYMBOLS, 1.0, elsewhere).mean())


def curve_checks(found: Extrapolation) -> tuple[Check, ...]:
    """What the curves must be by themselves, whoever measured them.

    1. Each share is a whole number of right answers out of those that the test texts, drawn again, ask for.
    2. RoPE stretched by length / trained length is as trained where that is 1 or less: equal answers.
    3. Stretched by FIXED, a text FIXED times the trained length has the answers of 2.

    Args:
        found: the trainings; 2 and 3 are left out where RoPE is not among them.

    Invariant: passes for what `extrapolate` gives; a share moved by less than one answer, or curves of other runs or
        lengths, fail. Which answers were right only a trained model can tell.
    """
    counts = np.array([[_asked(found.params.task, int(n), seed) for n in found.lengths] for seed in found.params.seeds])
    curves = [found.accuracy]
    trained = found.by_scheme.get("rope")
    stretches = () if trained is None else _stretch_checks(found, trained)
    if trained is not None:
        curves += [found.stretched, found.fixed]
    answers = np.concatenate(curves) * counts
    error = float(np.abs(answers - np.rint(answers)).max())
    beyond = float(max(-answers.min(), (answers - counts).max(), 0.0))
    name = "Each share is a whole number of answers"
    # A quotient in float64 times its divisor is off by half a rounding of the product.
    return (Check(name, max(error, beyond), 2.0**-52 * int(counts.max()), f"of {answers.size} shares"), *stretches)


def _stretch_checks(found: Extrapolation, trained: Float[np.ndarray, "seed length"]) -> tuple[Check, ...]:
    """Curves of a stretched RoPE against those they must meet."""
    short = found.lengths <= found.trained_length
    same = np.abs(found.stretched[..., short] - trained[:, short]).max()
    long = found.at(int(FIXED) * found.trained_length)
    met = np.abs(found.fixed[..., long] - found.stretched[..., long]).max()
    return (
        Check("Stretched by 1, RoPE answers as trained", float(same), 0.0, f"{int(short.sum())} lengths"),
        Check(f"Both ways to stretch by {FIXED:g} agree", float(met), 0.0, f"length {found.lengths[long]}"),
    )


def _asked(task: str, length: int, seed: int) -> int:
    """How many answers the test texts of a length ask for."""
    return int((unseen_texts(task, length, seed)[1] != NOT_ASKED).sum())


@functools.cache
def recorded_extrapolation(task: str) -> Extrapolation:
    """The recorded trainings of all schemes over RECORDED_SEEDS; nothing is trained.

    Raises:
        KeyError: for an unknown task.
        core.assets.AssetError: if the file is missing or damaged.

    Source: `python -m core.assets record positional extrapolation`.
    """
    return kept(EXTRAPOLATIONS[task], Extrapolation)
