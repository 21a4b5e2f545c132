"""Problems put to a model, many side by side."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from core.language import complete_many
from core.models import CausalLM
from core.progress import Progress, portion
from core.tools.answers import Attempt, judged
from core.tools.problems import LONGEST_ANSWER, PROGRAM, STOP, prompt


@torch.inference_mode()
def answer_all(
    lm: CausalLM,
    method: str,
    asked: Sequence[tuple[str, int | None]],
    kind: str,
    *,
    on_progress: Progress | None = None,
) -> tuple[Attempt, ...]:
    """Lets a model answer problems by one method; a program that is stopped is given back once with its error.

    Args:
        lm: a causal language model.
        method: one of METHODS.
        asked: problems with the right number, where it is known.
        kind: the problem set whose kinds the prompt shows.
        on_progress: told how far it is; an exception it raises ends the work.

    Raises:
        ValueError: for an unknown method or set, or a problem too long for the model.

    Invariant: the same problems give the same answers, up to rounding.
    Source: Wei et al. 2022 (2201.11903) for chains; Gao et al. 2022 (2211.10435) for programs.
    """
    prompts = [prompt(method, text, kind) for text, _ in asked]
    first = _written(lm, method, asked, prompts, portion(on_progress, 0.0, 0.7))
    again = [place for place, attempt in enumerate(first) if method == PROGRAM and attempt.error]
    errors = {place: (first[place].text, first[place].error) for place in again}
    prompts = [prompt(method, asked[place][0], kind, failed=errors[place]) for place in again]
    second = _written(lm, method, [asked[place] for place in again], prompts, portion(on_progress, 0.7, 1.0))
    mended = dict(zip(again, second, strict=True))
    return tuple(replace(attempt, second=mended.get(place)) for place, attempt in enumerate(first))


def _written(
    lm: CausalLM, method: str, asked: Sequence[tuple[str, int | None]], prompts: Sequence[str], report: Progress
) -> list[Attempt]:
    texts = complete_many(lm, prompts, max_new_tokens=LONGEST_ANSWER[method], stop=STOP, on_progress=report)
    reads = [len(lm.tokenizer(text, add_special_tokens=False)["input_ids"]) for text in prompts]
    return [
        judged(text, truth, method, found.text.strip(), read, len(found.token_ids))
        for (text, truth), (found,), read in zip(asked, texts, reads, strict=True)
    ]
