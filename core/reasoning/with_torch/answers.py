"""A model that answers problems, by any of the methods."""

from collections.abc import Sequence

import numpy as np
import torch

from core.language import Completion, complete, complete_many, tokens
from core.models import CausalLM, load_causal_lm
from core.numbers import require, whole
from core.progress import Progress
from core.reasoning.answers import Answers, Written
from core.reasoning.asking import Asked, AskParams
from core.reasoning.methods import METHODS, WARM, Demo, Method, demos, longest_of, prompt_of, read_answer, stops_of
from core.reasoning.problem_sets import examples

MOST_ANSWERS = 1_000
"""Answers to one problem: their keys and values are held at once."""


@torch.inference_mode()
def answer(
    lm: CausalLM,
    problem: str,
    method: str,
    *,
    samples: float = 1,
    temperature: float | None = None,
    seed: int = 0,
    on_progress: Progress | None = None,
) -> Answers:
    """Lets a model answer a problem, with or without thinking aloud.

    Few-shot methods show the four examples of the first recorded set. A chain is read by `extract_answer`, a program is
    carried out in exact arithmetic.

    Args:
        lm: a causal language model.
        problem: as it is asked; a text with at least one sign.
        method: one of `METHODS`.
        samples: how many answers, from 1 to 1,000.
        temperature: of the draws; without it 0 for one sample and 0.7 for more.
        seed: of the draws, from 0 up.
        on_progress: told the part done; an exception it raises ends the work.

    Returns:
        Texts, values, and the tokens generated, summed over samples. A problem without a number is answered as well.

    Raises:
        TypeError: for an encoder.
        ValueError: for an unknown method, an empty problem, samples out of range, several samples at temperature 0, or
            a seed that is none.

    Invariant: `.values[i]` is read from `.texts[i]` alone; sample i hangs on seed and i.
    Source: Wei et al. 2022 (2201.11903); Kojima et al. 2022 (2205.11916); Gao et al. 2022 (2211.10435) for programs.
    """
    way = known(method)
    require(isinstance(problem, str) and bool(problem.strip()), "problem", problem, "a text with at least 1 sign")
    samples, seed = whole("samples", samples, 1, MOST_ANSWERS), whole("seed", seed, 0)
    heat = temperature if temperature is not None else (0.0 if samples == 1 else WARM)
    found = complete(
        lm,
        prompt_of(lm, problem.strip(), way, demos(way, examples("small numbers", 0))),
        max_new_tokens=longest_of(way),
        stop=stops_of(way),
        temperature=heat,
        seed=seed,
        samples=samples,
        on_progress=on_progress,
    )
    return _answers(found, way)


@torch.inference_mode()
def write_all(
    lm: CausalLM,
    problems: Sequence[str],
    method: Method,
    shown: Sequence[Demo],
    *,
    samples: int = 1,
    temperature: float = WARM,
    room: int | None = None,
    on_progress: Progress | None = None,
) -> Written:
    """What a method writes for each of some problems, read side by side; a single sample is greedy.

    Args:
        lm, method, samples, on_progress: as for `answer`.
        problems: as they are asked. The seed of each one's draws is its place.
        shown: the examples of a few-shot method.
        temperature: of several samples.
        room: see `core.language.complete_many`.

    Invariant: up to rounding, the texts are those of `answer` with these examples, the place as seed.
    """
    prompts = [prompt_of(lm, problem, method, shown) for problem in problems]
    found = complete_many(
        lm,
        prompts,
        max_new_tokens=longest_of(method),
        stop=stops_of(method),
        temperature=0.0 if samples == 1 else temperature,
        samples=samples,
        room=room,
        on_progress=on_progress,
    )
    return Written(
        method,
        np.array([len(tokens(lm, prompt).ids) for prompt in prompts]),
        tuple(tuple(one.text for one in some) for some in found),
        np.array([[len(one.token_ids) for one in some] for some in found]),
        np.array([[_log_prob(one) for one in some] for some in found]),
    )


def known(method: str) -> Method:
    """A method by its name; raises ValueError for a name of none."""
    found = next((one for one in METHODS if one == method), None)
    if found is None:
        raise ValueError(f"method must be one of {', '.join(METHODS)}; got {method!r}")
    return found


def _log_prob(one: Completion) -> float:
    return float(one.log_probs.sum())


@torch.inference_mode()
def asked(params: AskParams, *, on_progress: Progress | None = None) -> Asked:
    """What SmolLM2 answers to a visitor's problems; see `core.reasoning.jobs.ask`."""
    lm = load_causal_lm()
    found = complete_many(
        lm,
        [prompt_of(lm, problem, params.method, params.shown) for problem in params.problems],
        max_new_tokens=longest_of(params.method),
        stop=stops_of(params.method),
        temperature=params.temperature,
        samples=params.samples,
        seeds=[params.seed + place for place in range(len(params.problems))],
        on_progress=on_progress,
    )
    texts = tuple(tuple(one.text for one in some) for some in found)
    return Asked(params, texts, tuple(sum(len(one.token_ids) for one in some) for some in found))


def _answers(found: Sequence[Completion], method: Method) -> Answers:
    texts = tuple(one.text for one in found)
    return Answers(texts, tuple(read_answer(text, method) for text in texts), sum(len(one.token_ids) for one in found))
