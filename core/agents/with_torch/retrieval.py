"""Facts in a long text, asked of a language model."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from core.agents.retrieval import Pair, RetrievalCurve, drawn_trials, places_of, retrieval_prompt, strictly_best
from core.language import score_many
from core.models import CausalLM
from core.progress import Progress, portion


def retrieve_curve(
    lm: CausalLM,
    *,
    pairs: int,
    trials: int,
    seed: int,
    format: str = "numbered",
    on_progress: Progress | None = None,
) -> RetrievalCurve:
    """How often a model finds the thing of the asked person, by the place of that pair in a list.

    The answer is the listed thing with the greatest log p(" thing" | prompt), summed over its tokens. In bfloat16 two
    may be equal: the needed thing is found where it alone is the greatest.

    Args:
        lm: a causal language model.
        pairs: how many are listed, 1 to 24.
        trials: lists that are drawn, 1 to 1,000; each is asked with its needed pair at every place.
        seed: of the draws.
        format: one of `core.agents.FORMATS`.
        on_progress: told the part done; an exception it raises ends the work.

    Raises:
        TypeError: for an encoder.
        ValueError: for a value out of range.

    Invariant: along a curve nothing but the place of the needed pair changes.
    Source: the key-value retrieval of Liu et al. 2023 (2307.03172), section 3, with names for keys.
    """
    drawn, places = drawn_trials(pairs, trials, seed=seed), places_of(pairs)
    things = [[thing for _, thing in trial.pairs] for trial in drawn]
    told, runs = portion(on_progress), len(places) + 2

    def asked(run: int, lists: Sequence[Sequence[Pair]]) -> Float[np.ndarray, "trial thing"]:
        """The probabilities of the things of each trial, the needed one first."""
        prompts = [retrieval_prompt(some, trial.asked, format) for some, trial in zip(lists, drawn, strict=True)]
        return answer_probabilities(lm, prompts, things, on_progress=portion(told, run / runs, (run + 1) / runs))

    at_places = [
        asked(run, [trial.with_needed_at(place) for trial in drawn]) for run, place in enumerate(places.tolist())
    ]
    alone = asked(runs - 2, [trial.pairs[:1] for trial in drawn])
    nothing = asked(runs - 1, [() for _ in drawn])
    return RetrievalCurve(
        model=lm.name,
        dtype=str(lm.model.dtype).removeprefix("torch."),
        format=format,
        pairs=len(drawn[0].pairs),
        seed=seed,
        positions=places,
        chosen=np.stack([_chosen(found, at) for found, at in zip(at_places, places.tolist(), strict=True)]),
        right=np.stack([found[:, 0] for found in at_places]),
        alone=strictly_best(alone) == 0,
        nothing=strictly_best(nothing) == 0,
    )


def _chosen(found: Float[np.ndarray, "trial thing"], needed_at: int) -> Int[np.ndarray, "trial"]:
    """Where the likeliest things stand in lists whose needed pair, the first of all, is put at a place."""
    things = strictly_best(found)
    listed = np.where(things <= needed_at, things - 1, things)
    return np.where(things == 0, needed_at, np.where(things < 0, -1, listed))


def answer_probabilities(
    lm: CausalLM,
    prompts: Sequence[str],
    things: Sequence[Sequence[str]],
    *,
    on_progress: Progress | None = None,
) -> Float[np.ndarray, "prompt thing"]:
    """The probability of each possible answer, among the possible ones.

    Args:
        lm: a causal language model.
        prompts: what stands before the answer.
        things: by prompt, as many possible answers for each.
        on_progress: told the part done.

    Invariant: each row sums to 1.
    """
    found = score_many(lm, prompts, [[f" {thing}" for thing in some] for some in things], on_progress=on_progress)
    logs = np.array([scores.log_probs for scores in found])
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    probabilities: Float[np.ndarray, "prompt thing"] = odds / odds.sum(axis=1, keepdims=True)
    return probabilities
