"""Races and costs that come with the code, so that the page works before a model is loaded. Needs no torch."""

from functools import cache

from core.assets import kept
from core.decoding.chains import Chains
from core.decoding.costs import Costs, Precision
from core.decoding.generation import Generation
from core.decoding.laws import Laws
from core.decoding.leniency import Lenient
from core.decoding.methods import Calm, DraftModel, EarlyExit, Greedy, Jacobi, Lookahead, Medusa, Method, PromptLookup
from core.decoding.parts import why_unavailable
from core.decoding.pools import PoolCall
from core.decoding.races import Race

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
    return f"decoding/race_{kind}_{dtype}.npz"


def costs_file(dtype: Precision) -> str:
    """The name of recorded costs."""
    return f"decoding/costs_{dtype}.npz"


def laws_file(kind: str) -> str:
    """The name of recorded laws."""
    return f"decoding/laws_{kind}.npz"


def guesses_file(kind: str) -> str:
    """The name of recorded Jacobi guesses."""
    return f"decoding/guesses_{kind}.npz"


def chains_file(kind: str) -> str:
    """The name of recorded chains."""
    return f"decoding/chains_{kind}.npz"


def lenient_file(kind: str) -> str:
    """The name of recorded texts by typical acceptance."""
    return f"decoding/lenient_{kind}.npz"


def pool_file(kind: str) -> str:
    """The name of a recorded pool of lookahead decoding."""
    return f"decoding/pool_{kind}.npz"


@cache
def recorded_race(kind: str, dtype: Precision = "float32") -> Race:
    """The race recorded for a kind of prompt.

    Raises:
        AssetError: if there is none.
    """
    return kept(race_file(kind, dtype), Race)


@cache
def recorded_costs(dtype: Precision = "float32") -> Costs:
    """The costs recorded on the machine of the recipe; raises AssetError if there are none."""
    return kept(costs_file(dtype), Costs)


@cache
def recorded_laws(kind: str) -> dict[str, tuple[Laws, ...]]:
    """By method, what target and draft expect before each token of the greedy answer to a kind of prompt, in float32.

    Raises:
        AssetError: if there are none.
    """
    return kept(laws_file(kind), dict)


@cache
def recorded_guesses(kind: str) -> Generation:
    """A longer Jacobi window at work on a kind of prompt than a race would choose, in float32.

    Raises:
        AssetError: if there is none.
    """
    return kept(guesses_file(kind), Generation)


@cache
def recorded_chains(kind: str) -> dict[str, Chains]:
    """By method, what it would draft from every place of the greedy answer to a kind of prompt, in float32.

    Raises:
        AssetError: if there are none.
    """
    return kept(chains_file(kind), dict)


@cache
def recorded_pool(kind: str) -> tuple[PoolCall, ...]:
    """The pool of lookahead decoding before each call of its recorded race in float32.

    Raises:
        AssetError: if there is none.
    """
    return kept(pool_file(kind), tuple)


@cache
def recorded_lenient(kind: str) -> tuple[Lenient, ...]:
    """What one Medusa tree wrote on a kind of prompt by the greedy rule, then at each of EPSILONS, in float32.

    Raises:
        AssetError: if there are none.
    """
    return kept(lenient_file(kind), tuple)
