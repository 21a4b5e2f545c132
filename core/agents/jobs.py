"""The doors of long work: a page names these functions, and torch is imported when one of them runs."""

from core.agents.own import OwnCurve, OwnFacts, read_facts
from core.agents.retrieval import DTYPE, Trial, retrieval_prompt
from core.progress import Progress


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
    found = answer_probabilities(load_causal_lm(dtype=DTYPE), prompts, [things] * len(things), on_progress=on_progress)
    return OwnCurve(params, things, found)
