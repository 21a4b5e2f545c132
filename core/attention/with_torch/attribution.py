"""Whose work a difference of two logits is: direct logit attribution."""

import torch
from jaxtyping import Float
from torch import Tensor

from core.attention.patching import Attribution
from core.attention.with_torch.stream import Stream, require_causal, require_token, stream
from core.checks import Check
from core.language import attention_layer, frozen_norm
from core.models import CausalLM


def attribute(lm: CausalLM, text: str, *, answer: int, wrong: int) -> Attribution:
    """Takes a difference of two next-token logits apart into what each head and each MLP writes at the last token.

    The stream at the last token is a sum, x = embedding + sum_(l, h) W_O^(l, h) z_(l, h) + sum_l MLP_l. With the scale
    of the last norm frozen at x, logit(answer) - logit(wrong) = u . x + c is linear in it, so that each part has a
    share of its own: u . part.

    Args:
        lm: a causal language model in float32.
        text: 1 to 512 tokens.
        answer, wrong: token ids, not the same one.

    Raises:
        ValueError: for a text or a token out of range, the same token twice, an encoder, or an architecture that is
            not taken apart here.

    Invariant: heads, mlps, embedding and bias sum to total, to rounding; with answer and wrong swapped all change sign.
    Source: Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits"; Wang et al. 2022, section 3.1.
    """
    require_causal(lm)
    run = stream(lm, text)
    answer, wrong = require_pair(lm, answer, wrong)
    return attribution_of(lm, run, answer, wrong)


def require_pair(lm: CausalLM, answer: object, wrong: object) -> tuple[int, int]:
    """Two token ids of the model; raises ValueError for what is none, and for the same one twice."""
    first, second = require_token(lm, "answer", answer), require_token(lm, "wrong", wrong)
    if first == second:
        raise ValueError(f"answer = {first} and wrong = {second} must be two tokens: their difference is always 0.")
    return first, second


def attribution_of(lm: CausalLM, run: Stream, answer: int, wrong: int) -> Attribution:
    """`attribute` of a text whose stream is known."""
    with torch.inference_mode():
        readout = lm.model.get_output_embeddings()
        last = run.states[-1, -1]
        along, constant = frozen_norm(lm.model, last, readout.weight[answer].double() - readout.weight[wrong].double())
        if readout.bias is not None:
            constant = constant + readout.bias[answer].double() - readout.bias[wrong].double()
        layers = [attention_layer(lm.model, layer) for layer in range(lm.n_layers)]
        by_head = torch.stack(
            [
                _head_parts(parts.output_weight, run.heads[layer, -1], along, lm.n_heads)
                for layer, parts in enumerate(layers)
            ]
        )
        biases = [parts.output.bias.double() @ along for parts in layers if parts.output.bias is not None]
        mlps = run.mlps[:, -1].double() @ along
        embedding = float(run.states[0, -1].double() @ along)
        bias = float(constant + sum(biases))
        total = float(run.logits[answer].double() - run.logits[wrong].double())
        summed = float(by_head.sum() + mlps.sum()) + embedding + bias
        check = _sum_check(run, along, abs(summed - total), float(run.logits[[answer, wrong]].abs().max()))
    return Attribution(by_head.numpy(), mlps.numpy(), embedding, bias, total, (check,))


def _head_parts(
    weight: Float[Tensor, "d merged"], merged: Float[Tensor, "merged"], along: Float[Tensor, "d"], n_heads: int
) -> Float[Tensor, "head"]:
    """u . W_O^h z_h for each head."""
    return ((along @ weight.double()) * merged.double()).view(n_heads, -1).sum(dim=-1)


def _sum_check(run: Stream, along: Float[Tensor, "d"], error: float, logit: float) -> Check:
    """The parts' sum against the model's own logits, with the bound that float32 rounding allows."""
    n_layers, width = len(run.mlps), run.states.shape[-1]
    # Each of two additions a layer rounds every coordinate of the stream; a product of d terms is off by sqrt(d).
    stream_size = float((run.states[:, -1].double() * along).abs().sum(dim=-1).max())
    bound = 2.0**-24 * ((2 * n_layers + width**0.5) * stream_size + 2 * width**0.5 * logit)
    detail = "difference from the model's own logits; the bound is float32 rounding"
    return Check("All parts sum to the difference of the logits", error, bound, detail)
