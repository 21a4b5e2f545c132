"""Recorded runs as one file, and the grid that was recorded. Needs no torch."""

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float, Int, UInt8

from core.assets import kept
from core.rlhf.raters import Rater
from core.rlhf.runs import NetworkFit, RunHistory, RunParams

RUNS = "rlhf/runs.npz"
"""The recorded runs, below `core/assets`."""

SEEDS_RUNS = "rlhf/seeds.npz"
"""More seeds of those single runs that a finding rests on."""

STORY_RUNS = "rlhf/stories.npz"
"""More seeds of the arms that a story compares, where three did not settle it."""

BETAS = (0.0, 0.03, 0.1, 0.3, 1.0)
PAIRS = (125, 500, 2000, 8000)
SEEDS = (0, 1, 2)
MORE_SEEDS = (3, 4)
"""Seeds of the arms of stories alone."""
MAIN = ("kl", "proxy", "gold", "length", "entropy")

RATES = {"reinforce": 2e-3, "dpo": 2e-3}
"""Learning rates of the algorithms that make one update a step, where PPO and GRPO make four."""

HUMAN = Rater()
LONG_LOVER = Rater(length_bias=0.6)
AI_LABELER = Rater(noise=0.3)
AI_BIASED = Rater(noise=0.3, length_bias=0.6)
AI_FIRST = Rater(noise=0.3, first=0.3)


def usual(
    algorithm: str = "ppo", *, beta: int | float = 0.0, pairs: int = 500, seed: int = 0, rate: int | float | None = None
) -> RunParams:
    """The run that was recorded for these choices; best-of-n knows no beta.

    Raises:
        ValueError: as RunParams does.
    """
    rate = rate or RATES.get(algorithm, 5e-4)
    beta = 0.0 if algorithm == "best_of_n" else beta
    return RunParams(algorithm=algorithm, beta=beta, pairs=pairs, seed=seed, learning_rate=rate)


def grid() -> tuple[RunParams, ...]:
    """PPO over beta, preference pairs and seeds: what the sliders of the page move over."""
    return tuple(usual(beta=b, pairs=n, seed=s) for s in SEEDS for n in PAIRS for b in BETAS)


def other_algorithms() -> tuple[RunParams, ...]:
    """The other algorithms over beta and pairs, for one seed; best-of-n has no beta, DPO none of 0."""
    names = ("grpo", "dr_grpo", "reinforce", "dpo")
    learned = [usual(name, beta=b, pairs=n) for name in names for n in PAIRS for b in BETAS if name != "dpo" or b > 0]
    return (*learned, *(usual("best_of_n", pairs=n, seed=s) for n in PAIRS for s in SEEDS))


def special_runs() -> tuple[RunParams, ...]:
    """Single runs that a panel or a story needs: biased raters and controls, ensembles, bad input."""
    base = RunParams()
    biased = [
        replace(base, rater=rater, pairs=2000, beta=b, sees_length=sees)
        for rater in (HUMAN, LONG_LOVER)
        for b in (0.0, 0.1)
        for sees in (True, False)
        if rater != HUMAN or not sees
    ]
    ensembles = [replace(base, ensemble=4, rule=rule, seed=s) for rule in ("mean", "worst") for s in SEEDS]
    labelers = [
        replace(base, rater=rater, pairs=n, beta=0.1)
        for rater, n in (
            *((rater, 8000) for rater in (AI_LABELER, AI_BIASED, AI_FIRST)),
            *((rater, 500) for rater in (Rater(careless=0.5), Rater(poison=0.3), Rater(first=1.0))),
        )
    ]
    odd = [replace(base, beta=100.0), replace(base, pairs=1), replace(base, learning_rate=1.0)]
    adaptive = [replace(base, beta=0.1, target_kl=4.0)]
    return (*biased, *ensembles, *labelers, *odd, *adaptive)


def length_arms(seed: int) -> dict[str, RunParams]:
    """Raters who are fair or like length, each with a reward model that sees length or is blind to it."""
    base = RunParams(pairs=2000, seed=seed)
    return {
        "fair": base,
        "fair, blind": replace(base, sees_length=False),
        "liked": replace(base, rater=LONG_LOVER),
        "liked, blind": replace(base, rater=LONG_LOVER, sees_length=False),
    }


def labeler_arms(seed: int) -> dict[str, RunParams]:
    """PPO with a small penalty on the labels of people and of three AI labelers."""
    few, many = (usual(beta=0.1, pairs=pairs, seed=seed) for pairs in (500, 8000))
    return {
        "500": few,
        "8000": many,
        "AI": replace(many, rater=AI_LABELER),
        "AI long": replace(many, rater=AI_BIASED),
        "AI first": replace(many, rater=AI_FIRST),
    }


def more_seeds() -> tuple[RunParams, ...]:
    """The further seeds of runs that `special_runs` and `other_algorithms` hold for one seed only."""
    arms = [run for seed in SEEDS[1:] for arms in (length_arms(seed), labeler_arms(seed)) for run in arms.values()]
    learned = [usual("dpo", beta=0.1, seed=seed) for seed in SEEDS[1:]]
    return tuple(params for params in (*arms, *learned) if params not in grid())


def story_runs() -> tuple[RunParams, ...]:
    """Further seeds of what the stories on pairs, on beta and on length compare."""
    arms = [
        params
        for seed in MORE_SEEDS
        for params in (
            *(usual(beta=beta, seed=seed) for beta in BETAS),
            *(usual(pairs=pairs, seed=seed) for pairs in PAIRS),
            *length_arms(seed).values(),
        )
    ]
    return tuple(dict.fromkeys(arms))


@dataclass(frozen=True, eq=False)
class RunTable:
    """Runs as they are kept: every series in one array, padded to the longest run.

    Args:
        names: the further series, which follow those of MAIN.
        runs: what is not an array, run by run.
        series: float32, NaN after the end of a run.
        samples, sample_proxy, n: as in `RunHistory`, padded.
        fits: the curves of the reward fits by their names.
    """

    names: tuple[str, ...]
    runs: tuple[dict[str, Any], ...]
    series: Float[np.ndarray, "run series step"]
    samples: UInt8[np.ndarray, "run step sample place"]
    sample_proxy: Float[np.ndarray, "run step sample"]
    n: Int[np.ndarray, "run n"]
    fits: dict[str, Float[np.ndarray, "run _"]]


def curves_of(history: RunHistory) -> RunHistory:
    """A run without what only its own page shows: one response a step, and the estimate of the KL beside its curves."""
    return replace(
        history,
        metrics={"objective/kl": history.metrics["objective/kl"]},
        samples=history.samples[:, :1],
        sample_proxy=history.sample_proxy[:, :1],
    )


def table_of(histories: Sequence[RunHistory]) -> RunTable:
    """What of runs is kept; `runs_in` takes it apart again."""
    most = max(len(history.kl) for history in histories)
    names = sorted({name for history in histories for name in history.metrics})
    series = np.full((len(histories), len(MAIN) + len(names), most), np.nan, dtype=np.float32)
    for row, history in zip(series, histories, strict=True):
        for place, values in enumerate([getattr(history, name) for name in MAIN]):
            row[place, : len(values)] = values
        for name, values in history.metrics.items():
            row[len(MAIN) + names.index(name), : len(values)] = values
    padded = {
        name: np.stack([_longer(getattr(history, name), most) for history in histories])
        for name in ("samples", "sample_proxy", "n")
    }
    fits = [history.reward_fit for history in histories]
    curves = {
        name: np.stack([getattr(fit, name) for fit in fits]).astype(np.float32)
        for name in ("updates", "loss", "held_out_loss", "accuracy", "predicted", "observed")
    }
    return RunTable(tuple(names), tuple(map(_plain, histories)), series, **padded, fits=curves)


def _longer(values: np.ndarray, count: int) -> np.ndarray:
    return np.pad(values, [(0, count - len(values)), *[(0, 0)] * (values.ndim - 1)])


def _plain(history: RunHistory) -> dict[str, Any]:
    fit = history.reward_fit
    return {
        "params": history.params,
        "count": len(history.kl),
        "n": len(history.n),
        "diverged_at": history.diverged_at,
        "metrics": sorted(history.metrics),
        "fit": {name: getattr(fit, name) for name in ("gold_accuracy", "length_correlation", "warning")},
    }


@functools.cache
def recorded_runs() -> dict[RunParams, RunHistory]:
    """All recorded runs by their params.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: each history equals what `core.rlhf.train` gives for its params, up to the machine's rounding.
    Source: `python -m core.assets record rlhf runs`, `... seeds` and `... stories`.
    """
    tables = (kept(name, RunTable) for name in (RUNS, SEEDS_RUNS, STORY_RUNS))
    return {history.params: history for table in tables for history in runs_in(table)}


def runs_in(table: RunTable) -> tuple[RunHistory, ...]:
    """The runs of a table, as views of its arrays.

    Invariant: `runs_in(table_of(histories))` are the histories, their series in float32.
    """
    return tuple(_history(table, row) for row in range(len(table.runs)))


def recorded_run(params: RunParams) -> RunHistory | None:
    """The recorded run of exactly these params, if there is one."""
    return recorded_runs().get(params)


def recorded_among(wanted: Iterable[RunParams]) -> tuple[RunHistory, ...]:
    """Those of the wanted runs that were recorded, in order."""
    found = (recorded_run(params) for params in wanted)
    return tuple(history for history in found if history is not None)


Name = TypeVar("Name")


def recorded_arms(arms: Mapping[Name, RunParams]) -> dict[Name, tuple[RunHistory, ...]]:
    """The recorded runs of each arm, over the seeds that were recorded of all of them, in order.

    Args:
        arms: what is compared, by name; their own seeds do not matter.

    Invariant: all arms have the same seeds, so that they can be paired.
    """
    seeds = [
        seed
        for seed in (*SEEDS, *MORE_SEEDS)
        if all(recorded_run(replace(params, seed=seed)) is not None for params in arms.values())
    ]
    return {name: recorded_among(replace(params, seed=seed) for seed in seeds) for name, params in arms.items()}


def nearest_run(params: RunParams) -> RunHistory:
    """The recorded run that differs least: first by algorithm, then by fewest other choices, then by how far they are.

    Invariant: of recorded params it is their own run.
    """
    return min(recorded_runs().values(), key=lambda run: _distance(run.params, params))


def differing(one: RunParams, other: RunParams) -> tuple[str, ...]:
    """The names of the parameters in which two runs differ; rates that follow from the algorithm do not count."""
    names = tuple(name for name in RunParams.__dataclass_fields__ if getattr(one, name) != getattr(other, name))
    return tuple(name for name in names if name != "learning_rate" or one.algorithm == other.algorithm)


def _distance(one: RunParams, other: RunParams) -> tuple[int, int, float]:
    """How far two runs are: another algorithm, how many other differences, and by how many doublings."""
    names = differing(one, other)
    scaled = ("beta", "pairs", "learning_rate", "batch", "group", "epochs")
    doublings = sum(abs(np.log2((getattr(one, name) + 0.01) / (getattr(other, name) + 0.01))) for name in scaled)
    return int("algorithm" in names), len(names), float(doublings) + 0.01 * one.seed


def _history(table: RunTable, row: int) -> RunHistory:
    run = table.runs[row]
    count = run["count"]
    series = table.series[row, :, :count]
    fits = {name: values[row] for name, values in table.fits.items()}
    fit = NetworkFit(**fits | {"updates": fits["updates"].astype(int)}, **run["fit"])
    return RunHistory(
        params=run["params"],
        **{name: series[place] for place, name in enumerate(MAIN)},
        metrics={name: series[len(MAIN) + table.names.index(name)] for name in run["metrics"]},
        samples=table.samples[row, :count],
        sample_proxy=table.sample_proxy[row, :count],
        n=table.n[row, : run["n"]],
        reward_fit=fit,
        diverged_at=run["diverged_at"],
    )
