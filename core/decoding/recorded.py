"""Races and costs that come with the code, so that the page works before a model is loaded. Needs no torch."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

from core.assets import asset
from core.decoding.costs import Costs, Precision
from core.decoding.generation import Generation
from core.decoding.laws import Laws
from core.decoding.methods import Calm, DraftModel, EarlyExit, Greedy, Jacobi, Lookahead, Medusa, Method, PromptLookup
from core.decoding.parts import why_unavailable
from core.decoding.races import Race
from core.files import replacing
from core.jobs import pack, unpack

CONTESTANTS: dict[str, Method] = {
    "greedy": Greedy(),
    "prompt lookup": PromptLookup(3, 7),
    "trained exit": EarlyExit(4, 3, trained=True),
    "raw exit": EarlyExit(8, 3),
    "small draft": DraftModel(3),
    "perfect draft": DraftModel(3, perfect=True),
    "Medusa chain": Medusa(1, nodes=3),
    "Medusa tree": Medusa(3, nodes=7),
    "Medusa typical": Medusa(3, "typical", nodes=7),
    "CALM": Calm("softmax", 0.9),
    "Jacobi": Jacobi(3),
    "lookahead": Lookahead(3, 3, 3),
    "no cache": Greedy(cache=False),
}
RACE_TOKENS = 40
GUESSES = Jacobi(8)
GUESSED_TOKENS = 24


def contestants() -> dict[str, Method]:
    """The methods by the name shown, without those whose trained part is missing."""
    return {name: method for name, method in CONTESTANTS.items() if why_unavailable(method) is None}


def race_file(kind: str, dtype: Precision) -> str:
    """The name of a recorded race."""
    return f"decoding/race_{kind}_{dtype}.json.gz"


def costs_file(dtype: Precision) -> str:
    """The name of recorded costs."""
    return f"decoding/costs_{dtype}.json.gz"


def laws_file(kind: str) -> str:
    """The name of recorded laws."""
    return f"decoding/laws_{kind}.json.gz"


def guesses_file(kind: str) -> str:
    """The name of recorded Jacobi guesses."""
    return f"decoding/guesses_{kind}.json.gz"


@cache
def recorded_race(kind: str, dtype: Precision = "float32") -> Race:
    """The race recorded for a kind of prompt.

    Raises:
        AssetError: if there is none.
    """
    raced: Race = _load(asset(race_file(kind, dtype)))
    return raced


@cache
def recorded_costs(dtype: Precision = "float32") -> Costs:
    """The costs recorded on the machine of the recipe; raises AssetError if there are none."""
    costs: Costs = _load(asset(costs_file(dtype)))
    return costs


@cache
def recorded_laws(kind: str) -> dict[str, tuple[Laws, ...]]:
    """By method, what target and draft expect before each token of the greedy answer to a kind of prompt, in float32.

    Raises:
        AssetError: if there are none.
    """
    found: dict[str, tuple[Laws, ...]] = _load(asset(laws_file(kind)))
    return found


@cache
def recorded_guesses(kind: str) -> Generation:
    """A longer Jacobi window at work on a kind of prompt than a race would choose, in float32.

    Raises:
        AssetError: if there is none.
    """
    run: Generation = _load(asset(guesses_file(kind)))
    return run


def save(result: Race | Costs | Generation | dict[str, tuple[Laws, ...]], path: Path) -> None:
    """Writes a result as compressed JSON; its few numbers in arrays become lists."""
    tree, arrays = pack(result)
    stored: dict[str, Any] = {"tree": tree, "arrays": [part.tolist() for part in arrays]}
    with replacing(path) as temporary:
        temporary.write_bytes(gzip.compress(json.dumps(stored).encode(), mtime=0))


def _load(path: Path) -> Any:
    import numpy as np

    stored = json.loads(gzip.decompress(path.read_bytes()))
    return unpack(stored["tree"], [np.array(part) for part in stored["arrays"]])
