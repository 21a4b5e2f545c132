"""The laws of target and draft along a text."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.decoding.laws import Laws, shown_laws
from core.decoding.methods import DraftModel, EarlyExit, Method
from core.decoding.trees import chain
from core.decoding.with_torch.parts import exit_at, small_draft
from core.decoding.with_torch.target import Target
from core.decoding.with_torch.verdict import law
from core.language import encode, readable_tokens
from core.models import CausalLM


@torch.inference_mode()
def laws_along(lm: CausalLM, prompt: str, written: Sequence[int], method: Method) -> tuple[Laws, ...]:
    """What target and draft expect before each token written after a prompt, both at temperature 1.

    Args:
        lm: the target.
        prompt: at least one token.
        written: the tokens that followed.
        method: whose draft.

    Returns:
        One entry for each token written.

    Raises:
        ValueError: for a method whose draft is no distribution.

    Invariant: for a perfect draft both laws are equal.
    """
    ids = [*encode(lm, prompt, max_tokens=8192).tolist(), *written]
    target = _rows(lm, ids, len(written))
    draft, known = _draft_rows(lm, ids, len(written), method, target)
    names: dict[int, str] = {}

    def name(token: int) -> str:
        return names.setdefault(token, readable_tokens(lm.tokenizer, [token])[0])

    size = target.shape[1]
    return tuple(
        shown_laws(law(p, 1.0), _spread(law(q, 1.0), known, size), name) for p, q in zip(target, draft, strict=True)
    )


def _rows(lm: CausalLM, ids: list[int], written: int) -> Float[Tensor, "place known"]:
    """The model's logits before each of the last `written` tokens: the last of them is read by nobody."""
    return Target(lm).read(ids[:-1], chain(written - 1))


def _draft_rows(
    lm: CausalLM, ids: list[int], written: int, method: Method, target: Float[Tensor, "place vocab"]
) -> tuple[Float[Tensor, "place known"], Tensor | None]:
    """The draft's logits at the same places, and the token id of each; None where it knows all."""
    if isinstance(method, EarlyExit):
        exit_ = exit_at(lm, method.layer, trained=method.trained)
        return exit_(Target(lm).read_below(ids[:-1], method.layer)[0, -written:]), exit_.vocabulary
    if isinstance(method, DraftModel) and method.perfect:
        return target, None
    if isinstance(method, DraftModel):
        draft = small_draft(lm)
        return _rows(draft.lm, ids, written), draft.vocabulary
    raise ValueError(f"method must be one that drafts from a distribution; got {method}")


def _spread(probs: Float[np.ndarray, "known"], known: Tensor | None, size: int) -> Float[np.ndarray, "vocab"]:
    """A law over few tokens as one over the whole vocabulary, with 0 for the others."""
    if known is None:
        return probs
    whole = np.zeros(size)
    whole[known.numpy()] = probs
    return whole
