"""What a real RoPE model loses, token by token, when its positions are changed."""

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from core.language import encode, next_token_loss, readable_tokens
from core.models import CausalLM
from core.numbers import require
from core.positional.frequencies import RopeFrequencies
from core.positional.schemes import PositionLoss, PositionScheme, frequencies_under
from core.positional.with_torch.substitution import FixedRotary, substitute

_CHUNK = 128  # positions whose logits are held at once: 128 * 49152 float32 are 25 MB


def perplexity_under(
    lm: CausalLM, text: str, *, scheme: PositionScheme | None = None, max_tokens: int = 1024
) -> PositionLoss:
    """Runs a text through a RoPE model whose rotary frequencies were replaced, and keeps the loss of every token.

    loss[t] = -ln p(token t + 1 | tokens 0 to t); the weights are the trained ones, without any fine-tuning. What it
    shows is the cost of a scheme on a text that fits the trained context; it says nothing of longer texts.

    Args:
        lm: a causal language model with rotary positions. It is shared and stays as it is: the run uses a variant with
            its own cosines and sines.
        text: at least two tokens.
        scheme: what is done to the positions; None runs the model as trained.
        max_tokens: the largest number of tokens.

    Raises:
        ValueError: for a text of less than two or more than `max_tokens` tokens, or a model without rotary positions.

    Invariant: the first loss is the same under every scheme, because one token attends to itself alone.
    Source: transformers, `modeling_llama.py`, where cos and sin enter; `perplexity` as exp of the mean loss.
    """
    ids = torch.from_numpy(encode(lm, text, max_tokens=max_tokens))
    require(len(ids) >= 2, "number of tokens", len(ids), "at least 2, so that there is a next token to predict")
    frequencies = trained_frequencies(lm) if scheme is None else _frequencies(lm, scheme)
    variant = substitute(lm.model.base_model, "rotary_emb", FixedRotary(frequencies))
    with torch.inference_mode():
        hidden = variant(input_ids=ids[None], use_cache=False).last_hidden_state[0]
        loss = _losses(lm, hidden, ids)
    tokens = tuple(readable_tokens(lm.tokenizer, ids.tolist()))
    return PositionLoss(scheme, tokens, loss, frequencies)


def own_loss(lm: CausalLM, text: str, *, max_tokens: int = 1024) -> Float[np.ndarray, "predicted"]:
    """The loss of every next token from the model's own forward pass, nothing replaced; for comparison.

    Args:
        lm: a causal language model.
        text: at least two tokens.
        max_tokens: the largest number of tokens.

    Raises:
        ValueError: for a text that is empty or too long.

    Invariant: equal to `perplexity_under(lm, text).loss` up to float32 rounding.
    Source: `AutoModelForCausalLM` of transformers.
    """
    ids = torch.from_numpy(encode(lm, text, max_tokens=max_tokens))
    with torch.inference_mode():
        logits = lm.model(input_ids=ids[None], use_cache=False).logits[0]
        return np.asarray(next_token_loss(logits, ids, dtype=torch.float32).numpy())


def trained_frequencies(lm: CausalLM) -> RopeFrequencies:
    """The frequencies and the attention factor that a model was trained with, read off its rotary module.

    Args:
        lm: a causal language model with rotary positions.

    Raises:
        ValueError: if it has none.

    Invariant: for SmolLM2 equal to `rope_frequencies(64, base=100_000)` up to float32 rounding.
    Source: `rotary_emb` of transformers.
    """
    rotary = getattr(lm.model.base_model, "rotary_emb", None)
    if rotary is None:
        raise ValueError(f"model = {lm.name!r} must be one with rotary positions (RoPE).")
    return RopeFrequencies(rotary.inv_freq.double().numpy(), float(rotary.attention_scaling))


def trained_base(lm: CausalLM) -> float:
    """The base b of a model's frequencies, from its configuration; raises ValueError without rotary positions."""
    parameters = getattr(lm.model.config, "rope_parameters", None) or {}
    require("rope_theta" in parameters, "model", lm.name, "one with rotary positions (RoPE)")
    return float(parameters["rope_theta"])


def _frequencies(lm: CausalLM, scheme: PositionScheme) -> RopeFrequencies:
    head_dim = 2 * len(trained_frequencies(lm).inv_freq)
    return frequencies_under(scheme, head_dim, base=trained_base(lm))


def _losses(
    lm: CausalLM, hidden: Float[Tensor, "token d"], ids: Int[Tensor, "token"]
) -> Float[np.ndarray, "predicted"]:
    head = lm.model.get_output_embeddings()
    pairs = zip(torch.split(hidden[:-1], _CHUNK), torch.split(ids[1:], _CHUNK), strict=True)
    losses = [torch.nn.functional.cross_entropy(head(h).float(), target, reduction="none") for h, target in pairs]
    return np.asarray(torch.cat(losses).numpy())
