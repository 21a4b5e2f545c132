"""What the decoding page shows: recorded races and costs, races of a visitor's own prompt, laws on a loaded model."""

from dataclasses import dataclass

import numpy as np

from components.loading import load
from components.results import shared
from core.assets import AssetError
from core.checks import Check
from core.decoding import (
    CONTESTANTS,
    KINDS,
    Costs,
    Method,
    Race,
    RaceParams,
    as_chat,
    contestants,
    lossless_checks,
    overlap,
    recorded_costs,
    recorded_race,
    residual,
    speculative_sample,
    why_unavailable,
)
from core.decoding.races import Precision

OWN = "your own"
MODEL = "smollm2-135m"
TOY_TARGET = np.array([0.5, 0.3, 0.15, 0.05])
TOY_DRAFT = np.full(4, 0.25)


@dataclass(frozen=True, eq=False)
class Laws:
    """Target and draft at one place of a text: the likeliest tokens of both, and how far the two overlap."""

    tokens: tuple[str, ...]
    target: np.ndarray
    draft: np.ndarray
    residual: np.ndarray
    overlap: float


def kept_race(kind: str, dtype: Precision) -> Race | None:
    """The recorded race of a kind of prompt, or None where there is none."""
    try:
        return recorded_race(kind, dtype)
    except AssetError:
        return None


def kept_costs() -> dict[str, Costs]:
    """The recorded costs by precision."""
    found: dict[str, Costs] = {}
    for dtype in ("float32", "bfloat16"):
        try:
            found[dtype] = recorded_costs(dtype)
        except AssetError:
            continue
    return found


def own_race(text: str, tokens: int, dtype: Precision) -> RaceParams:
    """The race of a visitor's message; the slowest methods are left out, and raced on the recorded prompts."""
    methods = {name: method for name, method in contestants().items() if name not in ("no cache", "perfect draft")}
    return RaceParams(as_chat(text), methods, tokens, 2, MODEL, dtype)


def missing() -> dict[str, str]:
    """The methods that cannot run here, with the reason."""
    reasons = {name: why_unavailable(method) for name, method in CONTESTANTS.items()}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def checks_of(race: Race, chosen: str) -> list[Check]:
    """What can be recomputed for the race on screen."""
    run = race.runs[chosen]
    counted = sum(len(step.added) for step in run.steps)
    return [
        Check("Tokens of all calls make up the text", float(abs(counted - len(run.token_ids))), 0.0),
        Check(
            "Each call gives its accepted tokens and at most one more",
            float(max((len(step.added) - len(step.accepted) for step in run.steps), default=0)),
            1.0,
            "the largest surplus of a call",
        ),
        *(lossless_checks(race) if race.params.dtype == "float32" else []),
    ]


@shared(megabytes=2, size=lambda laws: 4000)
def laws_at(kind: str, name: str, place: int) -> Laws:
    """Target and draft before token `place` of the greedy answer, on the loaded model, at temperature 1."""
    from core.decoding.comparing import laws_before

    method: Method = CONTESTANTS[name]
    race = recorded_race(kind)
    found = laws_before(load(MODEL), race.params.prompt, race.reference.token_ids[:place], method)
    order = np.argsort(-np.maximum(found.target, found.draft))[:10]
    left = residual(found.target, found.draft)
    return Laws(
        tokens=tuple(found.name(int(token)) for token in order),
        target=found.target[order],
        draft=found.draft[order],
        residual=left[order],
        overlap=overlap(found.target, found.draft),
    )


@shared(megabytes=1, size=lambda counts: 100)
def two_rules(samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts of toy tokens by speculative sampling, and by the wrong rule that draws anew from the target."""
    rng = np.random.default_rng(seed)
    right, wrong = np.zeros(4), np.zeros(4)
    for draft, anew in zip(rng.choice(4, samples, p=TOY_DRAFT), rng.choice(4, samples, p=TOY_TARGET), strict=True):
        token, accepted = speculative_sample(TOY_TARGET, TOY_DRAFT, int(draft), rng)
        right[token] += 1
        wrong[token if accepted else anew] += 1
    return right, wrong


def kinds() -> list[str]:
    """The kinds of prompts, and the visitor's own."""
    return [*KINDS, OWN]
