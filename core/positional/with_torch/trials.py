"""Two trials on a real encoder: too long a text, and shuffled words."""

import numpy as np
import torch

from core.language import encode, readable_tokens
from core.models import Encoder
from core.positional.arrays import require
from core.positional.learned import learned_positions
from core.positional.trials import LengthTrial, PermutationTest
from core.positional.with_torch.substitution import NoEmbedding, substitute

_LONGEST_TRIAL = 2048


def try_length(encoder: Encoder, n_tokens: int) -> LengthTrial:
    """Asks an encoder for a text of n tokens and reports what it says: a learned table ends where training ended.

    Args:
        encoder: an encoder with learned positions.
        n_tokens: 1 to 2048. The tokens are the padding token, over and over: only their number matters.

    Raises:
        ValueError: for a number out of range or a model without learned positions.

    Invariant: succeeds exactly for n up to the rows of the table; a failure carries the library's own message.
    Source: `BertEmbeddings.forward` of transformers.
    """
    require(1 <= n_tokens <= _LONGEST_TRIAL, "n_tokens", n_tokens, f"1 to {_LONGEST_TRIAL}")
    n_positions = len(learned_positions(encoder))
    ids = torch.full((1, n_tokens), int(encoder.tokenizer.pad_token_id))
    try:
        with torch.inference_mode():
            # With the token types given, as a tokenizer gives them, it is the positions that run out.
            types = torch.zeros_like(ids)
            output = encoder.model(input_ids=ids, attention_mask=types + 1, token_type_ids=types).last_hidden_state
    except (RuntimeError, IndexError) as error:  # a length that does not fit, or a row that is not there
        return LengthTrial(n_tokens, n_positions, succeeded=False, message=str(error))
    return LengthTrial(n_tokens, n_positions, succeeded=output.shape[1] == n_tokens, message="")


def permutation_test(encoder: Encoder, text: str, *, seed: int, positions: bool) -> PermutationTest:
    """Shuffles the words of a sentence and compares each word's output before and after.

    Without positions attention sees a set: f(permuted x) = permuted f(x). With them it sees an order.

    Args:
        encoder: an encoder with learned positions. It is shared and stays as it is.
        text: at least two tokens of its own.
        seed: of the order; a draw that leaves the order as it was is drawn again.
        positions: whether the position table is used; without it zeros are added in its place.

    Raises:
        ValueError: for a text of less than two tokens, or too many, or a model without learned positions.

    Invariant: without positions the largest difference is float32 rounding.
    Source: Vaswani et al. 2017, section 3.5 (why positions are needed).
    """
    ids = torch.from_numpy(encode(encoder, text))
    order = _shuffled(len(ids), seed)
    model = encoder.model
    if not positions:
        nothing = NoEmbedding(learned_positions(encoder).shape[1])
        model = substitute(model, "embeddings.position_embeddings", nothing)
    with torch.inference_mode():
        plain, shuffled = (model(input_ids=x[None]).last_hidden_state[0].double() for x in (ids, ids[order]))
    difference = (shuffled - plain[order]).abs().amax(dim=1).numpy()[np.argsort(order)]
    return PermutationTest(
        text=text,
        tokens=tuple(readable_tokens(encoder.tokenizer, ids.tolist())),
        order=order,
        positions=positions,
        difference=difference,
        cosine=float(torch.cosine_similarity(plain.mean(0), shuffled.mean(0), dim=0)),
    )


def _shuffled(n_tokens: int, seed: int) -> np.ndarray:
    """An order of the tokens in which [CLS] and [SEP] keep their places and at least two others do not."""
    require(n_tokens >= 4, "number of words", n_tokens - 2, "at least 2, so that there is an order")
    rng = np.random.default_rng(seed)
    order = np.arange(n_tokens)
    while (order == np.arange(n_tokens)).all():
        order[1:-1] = rng.permutation(n_tokens - 2) + 1
    return order
