"""Episodes as the page asks for them, kept in memory between runs."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from core.agents import ACTORS, MODEL, Branch, Episode, Setting, recorded_baselines, recorded_run, run_branch


@lru_cache(maxsize=512)
def episode_of(actor: str, setting: Setting, number: int) -> Episode | None:
    """An actor's episode in a world; None where the model's was not recorded."""
    if actor != MODEL:
        return run_branch(actor, Branch(setting, number))
    runs = recorded_run(setting)
    return runs.episode(number) if runs is not None and number < len(runs) else None


def mark_of(actor: str, setting: Setting, number: int) -> int | None:
    """The recorded checksum of the states of an episode; None where it was not recorded."""
    runs = recorded_run(setting) if actor == MODEL else None
    return int(runs.marks[number]) if runs is not None and number < len(runs) else None


def worlds_of(kind: str) -> int:
    """How many worlds of a kind are offered: those in which the model's episodes were recorded."""
    runs = recorded_run(Setting(kind))
    return 1 if runs is None else len(runs)


def successes_of(setting: Setting) -> dict[str, np.ndarray]:
    """By actor, whether each world of a setting was got through; without those that were not recorded."""
    runs = recorded_run(setting)
    found = {MODEL: runs.success} if runs is not None else {}
    # The others read no prompt, so that its examples make no difference to them.
    plain = replace(setting, examples=2)
    others = {actor: recorded_baselines().get((actor, plain)) for actor in ACTORS}
    return found | {actor: one.success for actor, one in others.items() if one is not None}
