"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from collections.abc import Sequence

import numpy as np

from core.agents.edits import Branch, begun
from core.agents.episodes import Decision, Episode, Step, run_episode
from core.agents.own import OwnCurve, OwnFacts, read_facts
from core.agents.retrieval import DTYPE, Trial, retrieval_prompt
from core.agents.worlds import State, World
from core.progress import Progress, portion

LOADED, LOADING = 0.5, "Loading SmolLM2"
"""The part of the work that is done when the model is loaded, which takes as long as a few acts; and its message."""


def ask_own(params: OwnFacts, *, on_progress: Progress | None = None) -> OwnCurve:
    """Asks the default decoder for one of a visitor's facts, with that fact at every place in turn.

    Args:
        params: facts, whose is asked for, and the format.
        on_progress: told the part done. Raising stops the work.

    Raises:
        ValueError: for facts that cannot be read, or an unknown format.

    Invariant: nothing but the place of the needed fact changes.
    Source: `core.agents.answer_probabilities`.
    """
    from core.agents.with_torch.retrieval import answer_probabilities
    from core.models import load_causal_lm

    trial = Trial(read_facts(params.text, params.asked))
    things = tuple(thing for _, thing in trial.pairs)
    prompts = [
        retrieval_prompt(trial.with_needed_at(place), trial.asked, params.format) for place in range(len(things))
    ]
    portion(on_progress)(0.0, LOADING)
    lm, rest = load_causal_lm(dtype=DTYPE), portion(on_progress, LOADED)
    found = answer_probabilities(lm, prompts, [things] * len(things), on_progress=rest)
    return OwnCurve(params, things, found)


def act_on(params: Branch, *, on_progress: Progress | None = None) -> Episode:
    """Lets the default decoder go on from the acts of a branch.

    Args:
        params: where, from which acts, and what was observed last.
        on_progress: told the part done, counting the most acts that are allowed. Raising stops the work.

    Raises:
        ValueError: as `core.agents.begun`.

    Invariant: from no acts it gives the recorded episode, up to the rounding of a batch.
    Source: `core.agents.language_actor`.
    """
    from core.agents.with_torch.acting import language_actor
    from core.models import load_causal_lm

    setting, told, steps = params.setting, portion(on_progress), begun(params)
    told(0.0, LOADING)
    acting = language_actor(load_causal_lm(dtype=DTYPE), examples=setting.examples, style=setting.style)

    def decide(world: World, state: State, so_far: Sequence[Step], rng: np.random.Generator) -> Decision | None:
        done = (len(so_far) - len(steps)) / max(1, setting.limit - len(steps))
        told(LOADED + (1 - LOADED) * done, f"Act {len(so_far) + 1}")
        return acting(world, state, so_far, rng)

    world = setting.world(params.number)
    return run_episode(decide, world, limit=setting.limit, seed=params.number, begun=steps)
