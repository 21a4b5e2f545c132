"""The losses of a text after a call, read by a model."""

import numpy as np
import torch
from jaxtyping import Float

from core.language import readable_tokens
from core.models import CausalLM
from core.tools.gains import CallGain, CallLosses, beginnings


@torch.inference_mode()
def call_losses(
    lm: CausalLM, text: str, call: str, result: str, *, alone: Float[np.ndarray, "later_token"] | None = None
) -> CallLosses:
    """Reads a text three times: alone, after a call, and after the call with its result.

    Args:
        lm: a causal language model.
        text: at least two tokens.
        call: the call without brackets, such as "Calculator(3 + 4)".
        result: what it returned.
        alone: the log-probabilities of the text by itself, where another call of it has given them already.

    Raises:
        ValueError: for a text of fewer than two tokens, an empty call or result, or more tokens than the model reads.

    Invariant: the tokens of the text are those of the text alone; `.at(place)` is `call_gain` there.
    Source: Schick et al. 2023 (2302.04761), section 2.
    """
    own = _ids(lm, text) if isinstance(text, str) else []
    if len(own) < 2:
        raise ValueError(f"text must be a text of at least 2 tokens; got {len(own)} in {str(text)[:40]!r}")
    nothing, *before = beginnings(call, result)
    first = _log_probs(lm, _ids(lm, nothing), own) if alone is None else alone
    rows = [first, *(_log_probs(lm, _ids(lm, text), own) for text in before)]
    return CallLosses(text, call, result, tuple(readable_tokens(lm.tokenizer, own)), np.stack(rows))


def call_gain(lm: CausalLM, text: str, place: int, call: str, result: str) -> CallGain:
    """How much a call's result lowers the loss of what follows a place of a text.

    L(z) = -Σ_{j=0..4} w_j ln p(x_{place+j} | z, x_{<place+j}) with w_j ∝ max(0, 1 - j/5), sum 1 over the tokens that
    follow, in nats; z is "", "[call] " or "[call → result] ", put before the whole text.

    Args:
        lm: a causal language model.
        text: at least two tokens.
        place: the first token scored, of the text tokenized alone: from 1 to the number of tokens less 1.
        call: the call without brackets. result: what it returned.

    Raises:
        ValueError: for a place where no token follows or none stands before, an empty call or result, or a text of
            fewer than two tokens or more than the model reads.

    Invariant: `.gain` is min(without, with_call) - with_result.
    Source: Schick et al. 2023 (2302.04761), equation 1.
    """
    return call_losses(lm, text, call, result).at(place)


def _ids(lm: CausalLM, text: str) -> list[int]:
    ids: list[int] = lm.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
    return ids


def _log_probs(lm: CausalLM, before: list[int], own: list[int]) -> Float[np.ndarray, "later_token"]:
    """ln p of each of the text's tokens but its first."""
    ids = [*before, *own]
    most = int(lm.model.config.max_position_embeddings)
    if len(ids) > most:
        raise ValueError(f"call and text must have at most {most:,} tokens; got {len(ids):,}")
    logits = lm.model(torch.tensor([ids])).logits[0, len(before) : -1].double()
    rows = logits.log_softmax(-1).gather(-1, torch.tensor(own[1:])[:, None])[:, 0]
    return np.asarray(rows.numpy())
