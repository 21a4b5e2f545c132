"""Episodes as the page asks for them, kept in memory between runs."""

from functools import lru_cache

from core.agents import MODEL, Branch, Episode, Setting, recorded_runs, run_branch


@lru_cache(maxsize=512)
def episode_of(actor: str, setting: Setting, number: int) -> Episode | None:
    """An actor's episode in a world; None where the model's was not recorded."""
    if actor != MODEL:
        return run_branch(actor, Branch(setting, number))
    runs = recorded_runs().get(setting)
    return runs.episode(number) if runs is not None and number < len(runs) else None
