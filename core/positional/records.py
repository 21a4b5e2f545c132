"""Results that were measured once and come with the code, so that the page is alive before a model is. No torch."""

import functools
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from core.assets import asset
from core.files import replacing
from core.positional.query_keys import QueryKeys
from core.positional.sweeps import SweepParams, SweepResult, SweepRun
from core.positional.trials import LengthTrial, PermutationTest

SWEEP, QUERY_KEYS, POSITIONS, TRIALS = (
    f"positional/{name}.npz" for name in ("sweep", "query_keys", "learned_positions", "trials")
)
"""The recorded files, below `core/assets`."""


@functools.cache
def recorded_sweep() -> SweepResult:
    """Every position scheme at factors 2 to 16 on SmolLM2 and the project's story, as `perplexity_sweep` found it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: equal to `perplexity_sweep(SweepParams())` up to float32 rounding.
    Source: `python -m core.positional record`.
    """
    meta, arrays = _load(SWEEP)
    params = meta["params"] | {name: tuple(meta["params"][name]) for name in ("kinds", "factors")}
    runs = tuple(SweepRun(**run) for run in meta["runs"])
    return SweepResult(SweepParams(**params), tuple(meta["tokens"]), runs, base=meta["base"], **arrays)


@functools.cache
def recorded_query_keys() -> QueryKeys:
    """Queries and keys of a sentence in all layers of SmolLM2, before the rotation, as `real_query_keys` found them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: `pick` accepts every layer and head.
    Source: `python -m core.positional record`.
    """
    meta, arrays = _load(QUERY_KEYS)
    fields = meta | arrays | {name: tuple(meta[name]) for name in ("tokens", "layers")}
    return QueryKeys(**fields)


@functools.cache
def recorded_positions() -> Float[np.ndarray, "position d"]:
    """The position table of MiniLM, as `learned_positions` read it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: 512 rows of 384 numbers, float32.
    Source: `python -m core.positional record`; the weights are those of sentence-transformers/all-MiniLM-L6-v2.
    """
    table: np.ndarray = _load(POSITIONS)[1]["table"]
    return table


@functools.cache
def recorded_permutations() -> tuple[PermutationTest, ...]:
    """Shuffled sentences on MiniLM, each without and with positions, as `permutation_test` found them.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: pairs of runs with the same text and order, without positions first.
    Source: `python -m core.positional record`.
    """
    meta, arrays = _load(TRIALS)
    return tuple(
        PermutationTest(
            **run | {"tokens": tuple(run["tokens"])},
            order=arrays[f"order_{number}"],
            difference=arrays[f"difference_{number}"],
        )
        for number, run in enumerate(meta["permutations"])
    )


@functools.cache
def recorded_lengths() -> tuple[LengthTrial, ...]:
    """What MiniLM said to texts of 511 to 600 tokens, as `try_length` found it.

    Raises:
        AssetError: if the file is missing or damaged.

    Invariant: ordered by length.
    Source: `python -m core.positional record`.
    """
    return tuple(LengthTrial(**trial) for trial in _load(TRIALS)[0]["lengths"])


def save_sweep(result: SweepResult, path: Path) -> None:
    """Writes a sweep so that `recorded_sweep` reads it; atomically."""
    meta = {"params": asdict(result.params), "tokens": result.tokens, "runs": [asdict(run) for run in result.runs]}
    arrays = {name: getattr(result, name) for name in ("loss", "own_loss", "inv_freq")}
    _save(path, meta | {"base": result.base}, arrays)


def save_query_keys(record: QueryKeys, path: Path) -> None:
    """Writes queries and keys so that `recorded_query_keys` reads them; atomically."""
    arrays = {name: getattr(record, name) for name in ("query", "key", "weights", "inv_freq")}
    meta = {name: getattr(record, name) for name in ("model", "text", "tokens", "layers", "scaling")}
    _save(path, meta, arrays)


def save_positions(table: Float[np.ndarray, "position d"], path: Path) -> None:
    """Writes a position table so that `recorded_positions` reads it; atomically."""
    _save(path, {}, {"table": table})


def save_trials(permutations: tuple[PermutationTest, ...], lengths: tuple[LengthTrial, ...], path: Path) -> None:
    """Writes both kinds of trials so that `recorded_permutations` and `recorded_lengths` read them; atomically."""
    names = ("text", "tokens", "positions", "cosine")
    meta = {
        "permutations": [{name: getattr(run, name) for name in names} for run in permutations],
        "lengths": [asdict(trial) for trial in lengths],
    }
    arrays = {f"order_{number}": run.order for number, run in enumerate(permutations)}
    arrays |= {f"difference_{number}": run.difference for number, run in enumerate(permutations)}
    _save(path, meta, arrays)


def _save(path: Path, meta: dict[str, Any], arrays: dict[str, np.ndarray]) -> None:
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, allow_pickle=False, meta=np.array(json.dumps(meta)), **arrays)


def _load(name: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    with np.load(asset(name), allow_pickle=False) as file:
        arrays = dict(file)
    for array in arrays.values():
        array.flags.writeable = False  # all sessions of the process share it
    return json.loads(str(arrays.pop("meta"))), arrays
