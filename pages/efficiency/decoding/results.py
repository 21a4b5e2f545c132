"""What the decoding page shows: recorded races, costs and laws, and live ones of a visitor's own prompt."""

from functools import cache

from components.loading import load
from components.results import shared
from core import decoding
from core.assets import AssetError
from core.decoding import (
    CONTESTANTS,
    KINDS,
    Chains,
    Costs,
    Diffused,
    Generation,
    Laws,
    Lenient,
    Method,
    Misses,
    PoolCall,
    Precision,
    Race,
    RaceParams,
    computed_table,
    contestants,
    diffuse,
    measured_machine,
    misses,
    pace_interval,
    recorded_chains,
    recorded_costs,
    recorded_guesses,
    recorded_laws,
    recorded_lenient,
    recorded_pool,
    recorded_race,
    why_unavailable,
    with_window,
    writing,
)
from core.language import as_chat
from pages.efficiency.decoding.topic import FITTED, OWN

USUAL = "copy"
MODEL = "smollm2-135m"
FEWEST_CALLS = 10
"""A text of fewer has no interval: calls drawn anew from so few say little about others."""


def kept_race(kind: str, dtype: Precision) -> Race | None:
    """The recorded race of a kind of prompt, or None where there is none."""
    try:
        return recorded_race(kind, dtype)
    except AssetError:
        return None


@cache
def all_races(dtype: Precision) -> dict[str, Race]:
    """The recorded races of all kinds of prompts, in so far as they are there."""
    races = {kind: kept_race(kind, dtype) for kind in KINDS}
    return {kind: race for kind, race in races.items() if race is not None}


@cache
def all_traces(dtype: Precision) -> dict[str, dict[str, Generation]]:
    """By method and kind of prompt, the recorded traces once the prompt is read; empty where none are recorded."""
    races = all_races(dtype)
    return writing(races) if races else {}


@cache
def all_chains(name: str) -> dict[str, Chains]:
    """By kind of prompt, what a draft would propose from every place of the greedy text, in so far as it is there."""
    found: dict[str, Chains] = {}
    for kind in KINDS:
        try:
            found[kind] = recorded_chains(kind)[name]
        except (AssetError, KeyError):
            continue
    return found


def pool_of(kind: str) -> tuple[str, tuple[PoolCall, ...]]:
    """The kind of prompt, the usual one for a visitor's own, and its pool of n-grams; empty where none is recorded."""
    known = kind if kind in KINDS else USUAL
    try:
        return known, recorded_pool(known)
    except AssetError:
        return known, ()


@cache
def all_lenient() -> dict[str, tuple[Lenient, ...]]:
    """By kind of prompt, the texts by the greedy rule and by typical acceptance; empty unless all are recorded."""
    try:
        return {kind: recorded_lenient(kind) for kind in KINDS}
    except AssetError:
        return {}


@cache
def model_error(dtype: Precision, *, roof_alone: bool = False) -> Misses:
    """How far forecasts are from the seconds of all recorded runs, on the machine that they were recorded on."""
    return misses(all_races(dtype), measured_machine(recorded_costs(dtype), roof_alone=roof_alone))


@cache
def at_home(dtype: Precision) -> dict[str, float]:
    """By lossless method, its computed mean speed over greedy decoding for one text on the recording machine."""
    return computed_table(all_traces(dtype), measured_machine(recorded_costs(dtype)), batch=1).mean_speeds


@cache
def pace_intervals(dtype: Precision) -> dict[tuple[str, str], tuple[float, float]]:
    """By method and kind of prompt, the interval of its recorded tokens a second, where it has calls enough."""
    traces = all_traces(dtype)
    return {
        (name, kind): pace_interval(run)
        for name, of_kind in traces.items()
        for kind, run in of_kind.items()
        if len(run.steps) >= FEWEST_CALLS
    }


def raced_on(name: str, dtype: Precision) -> list[str]:
    """The kinds of prompts on which a method's race is recorded."""
    races = {kind: kept_race(kind, dtype) for kind in KINDS}
    return [kind for kind, race in races.items() if race is not None and name in race.runs]


def kept_guesses(kind: str) -> Generation | None:
    """The recorded Jacobi guesses of a kind of prompt, or None where there are none."""
    try:
        return recorded_guesses(kind)
    except AssetError:
        return None


@cache
def all_guesses() -> tuple[Generation, ...]:
    """The recorded Jacobi guesses of all kinds of prompts, in so far as they are there."""
    found = [kept_guesses(kind) for kind in KINDS]
    return tuple(run for run in found if run is not None)


def kept_costs() -> dict[str, Costs]:
    """The recorded costs by precision."""
    found: dict[str, Costs] = {}
    for dtype in ("float32", "bfloat16"):
        try:
            found[dtype] = recorded_costs(dtype)
        except AssetError:
            continue
    return found


def live_race(text: str, tokens: int, dtype: Precision, *, temperature: float, window: str) -> RaceParams:
    """A race on this machine; the slowest methods are left out, and raced on the recorded prompts.

    Args:
        text: what the user says.
        tokens: to write at most.
        dtype: of weights and arithmetic.
        temperature: 0 for greedy.
        window: draft tokens for each call, or `FITTED`.
    """
    methods = {name: method for name, method in contestants().items() if name not in ("no cache", "perfect draft")}
    if window != FITTED:
        methods = {name: with_window(method, int(window)) for name, method in methods.items()}
    return RaceParams(as_chat(text), methods, tokens, 2, MODEL, dtype, temperature, tune=window == FITTED)


def missing() -> dict[str, str]:
    """The methods that cannot run here, with the reason."""
    reasons = {name: why_unavailable(method) for name, method in CONTESTANTS.items()}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def kept_laws(kind: str, name: str) -> tuple[Laws, ...] | None:
    """The recorded laws of target and draft along the greedy answer, or None where there are none."""
    try:
        return recorded_laws(kind).get(name)
    except AssetError:
        return None


@shared(megabytes=8, size=lambda laws: 2000 * len(laws))
def laws_of(prompt: str, written: tuple[int, ...], method: Method) -> tuple[Laws, ...]:
    """The laws of target and draft along a text, on the loaded model, at temperature 1."""
    from core.decoding import laws_along

    return laws_along(load(MODEL), prompt, written, method)


two_rules = shared(megabytes=1, size=lambda counts: 400)(decoding.two_rules)
"""`core.decoding.two_rules`, kept: thousands of draws take longer than a page that is redrawn."""


@shared(megabytes=24, size=lambda runs: sum(run.choice.nbytes for run in runs))
def diffused_by_steps(tokens: int, remask: bool, samples: int) -> tuple[Diffused, ...]:
    """For 1 to `tokens` steps, texts of the two-phrase language; a few of each are kept for the screen."""
    runs = [diffuse(tokens, steps, remask=remask, samples=samples, seed=steps) for steps in range(1, tokens + 1)]
    return tuple(runs)


def kinds() -> list[str]:
    """The kinds of prompts, and the visitor's own."""
    return [*KINDS, OWN]
