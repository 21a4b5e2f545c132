"""The laws of target and draft at the same place of a text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float

from core.attention.tokens import encode, readable_tokens
from core.decoding.methods import DraftModel, EarlyExit, Method
from core.decoding.target import Target
from core.decoding.trained import exit_at, small_draft
from core.decoding.verifying import law
from core.models import CausalLM


@dataclass(frozen=True, eq=False)
class LawPair:
    """Two distributions over the vocabulary.

    Args:
        lm: whose tokens these are.
        target: p.
        draft: q.
    """

    lm: CausalLM
    target: Float[np.ndarray, "vocab"]
    draft: Float[np.ndarray, "vocab"]

    def name(self, token: int) -> str:
        """A token as a person would write it."""
        return readable_tokens(self.lm.tokenizer, [token])[0]


@torch.inference_mode()
def laws_before(lm: CausalLM, prompt: str, written: Sequence[int], method: Method) -> LawPair:
    """What target and draft expect after a prompt and the tokens written so far, both at temperature 1.

    Raises:
        ValueError: for a method whose draft is no distribution.

    Invariant: both sum to 1; for a perfect draft they are equal.
    """
    ids = [*encode(lm, prompt, max_tokens=8192).tolist(), *written]
    p = law(Target(lm).read(ids)[-1], 1.0)
    if isinstance(method, EarlyExit):
        exit_ = exit_at(lm, method.layer, trained=method.trained)
        logits, known = exit_(Target(lm).read_below(ids, method.layer)[0, -1]), exit_.vocabulary
    elif isinstance(method, DraftModel) and method.perfect:
        return LawPair(lm, p, p.copy())
    elif isinstance(method, DraftModel):
        draft = small_draft(lm)
        logits, known = Target(draft.lm).read(ids)[-1], draft.vocabulary
    else:
        raise ValueError(f"method must be one that drafts from a distribution; got {method}")
    q = law(logits, 1.0)
    if known is not None:
        whole = np.zeros(len(p))
        whole[known.numpy()] = q
        q = whole
    return LawPair(lm, p, q)
