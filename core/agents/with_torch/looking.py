"""Where a language model looks when it answers from a list."""

import numpy as np
from jaxtyping import Float

from core.agents.looking import Looking
from core.agents.retrieval import Trial, drawn_trials, places_of, retrieval_prompt
from core.attention import trace
from core.models import CausalLM
from core.progress import Progress, portion


def needed_attention(
    lm: CausalLM, *, pairs: int, trials: int, seed: int, format: str = "numbered", on_progress: Progress | None = None
) -> Looking:
    """Attention from the last token of a text to the needed thing in it, by the place of that pair.

    Args:
        lm: a causal language model in float32.
        pairs, trials, seed, format: as for `retrieve_curve`, whose lists these are.
        on_progress: told the part done.

    Raises:
        ValueError: for a value out of range, or a model that is not in float32.

    Invariant: every weight lies within 0 to 1, and over all places of a text they sum to 1.
    Source: `core.attention.trace`.
    """
    drawn, places, told = drawn_trials(pairs, trials, seed=seed), places_of(pairs), portion(on_progress)
    rows = []
    for run, place in enumerate(places.tolist()):
        told(run / len(places), f"place {place + 1}")
        rows.append([_looked(lm, trial, place, format) for trial in drawn])
    told(1.0, "done")
    return Looking(
        lm.name, format, len(drawn[0].pairs), seed, places,
        np.array([[weights for weights, _ in row] for row in rows], np.float32),
        np.array([[found for _, found in row] for row in rows], bool),
    )  # fmt: skip


def _looked(lm: CausalLM, trial: Trial, place: int, format: str) -> tuple[Float[np.ndarray, "layer head"], bool]:
    """The weights on the first token of the needed thing, and whether that token is the likeliest of all things'."""
    listed = trial.with_needed_at(place)
    text = retrieval_prompt(listed, trial.asked, format)
    seen = trace(lm, text)
    at = len(lm.tokenizer(text[: _ends(text, listed[place])], add_special_tokens=False)["input_ids"])
    firsts = [lm.tokenizer(f" {thing}", add_special_tokens=False)["input_ids"][0] for _, thing in trial.pairs]
    logits = seen.logits[-1, firsts]  # type: ignore[index]
    return seen.weights[:, :, -1, at].numpy(), bool(int(logits.argmax()) == 0)


def _ends(text: str, pair: tuple[str, str]) -> int:
    """Where the needed pair's name with its colon ends, before the thing."""
    name, thing = pair
    return text.index(f"{name}: {thing}") + len(name) + 1
