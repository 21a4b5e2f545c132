"""Trials on real models: too long a text, and shuffled words, without and behind a mask."""

import numpy as np
import torch
from torch import nn

from core.language import encode, readable_tokens
from core.models import CausalLM, Encoder
from core.numbers import require
from core.positional.learned import learned_positions
from core.positional.schemes import NoPositions, frequencies_under
from core.positional.trials import CausalOrderTest, LengthTrial, PermutationTest
from core.positional.with_torch.schemes import trained_frequencies
from core.positional.with_torch.substitution import FixedRotary, NoEmbedding, substitute

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


def causal_order_test(lm: CausalLM, text: str, *, seed: int, positions: bool) -> CausalOrderTest:
    """Shuffles the tokens between the first and the last of a text and compares what a decoder makes of both orders.

    Behind a causal mask order is seen even without positions: an inner token has another set of earlier ones. The last
    token's set is the same, so in the first layer its output is; above, the outputs that it looks at have changed.

    Args:
        lm: a causal language model with rotary positions. It is shared and stays as it is.
        text: at least four tokens.
        seed: of the order; a draw that leaves the order as it was is drawn again.
        positions: whether the model's own frequencies are used; without them each is 0.

    Raises:
        ValueError: for a text of less than four tokens, or too many, or a model without rotary positions.

    Invariant: without positions `first_layer` is float32 rounding, with them it is not.
    Source: Haviv et al. 2022, "Transformer Language Models without Positional Encodings Still Learn Positional
        Information"; Kazemnejad et al. 2023, "The Impact of Positional Encoding on Length Generalization".
    """
    ids = torch.from_numpy(encode(lm, text))
    require(len(ids) >= 4, "number of tokens", len(ids), "at least 4: the first and the last stay, two others swap")
    order = _shuffled(len(ids), seed)
    frequencies = trained_frequencies(lm)
    if not positions:
        frequencies = frequencies_under(NoPositions(), 2 * len(frequencies.inv_freq))
    model = substitute(lm.model.base_model, "rotary_emb", FixedRotary(frequencies))
    first_block = substitute(model, "layers", nn.ModuleList([lm.model.base_model.layers[0]]))
    with torch.inference_mode():
        plain, shuffled = (model(input_ids=x[None], use_cache=False).last_hidden_state[0] for x in (ids, ids[order]))
        first = [first_block(input_ids=x[None], use_cache=False).last_hidden_state[0, -1] for x in (ids, ids[order])]
        head = lm.model.get_output_embeddings()
        shares = [head(hidden[-1]).double().softmax(dim=-1) for hidden in (plain, shuffled)]
    width = int(lm.model.config.intermediate_size)
    return CausalOrderTest(
        text=text,
        tokens=tuple(readable_tokens(lm.tokenizer, ids.tolist())),
        order=order,
        positions=positions,
        difference=(shuffled - plain[order]).abs().amax(dim=1).numpy()[np.argsort(order)],
        total_variation=float((shares[0] - shares[1]).abs().sum() / 2),
        first_layer=float((first[0] - first[1]).norm() / first[0].norm()),
        # Four products of matrices follow each other; one of n terms rounds by about sqrt(n) 2**-24 of its size.
        bound=4 * width**0.5 * 2.0**-24,
    )


def _shuffled(n_tokens: int, seed: int) -> np.ndarray:
    """An order of the tokens in which [CLS] and [SEP] keep their places and at least two others do not."""
    require(n_tokens >= 4, "number of words", n_tokens - 2, "at least 2, so that there is an order")
    rng = np.random.default_rng(seed)
    order = np.arange(n_tokens)
    while (order == np.arange(n_tokens)).all():
        order[1:-1] = rng.permutation(n_tokens - 2) + 1
    return order
