"""CALM: each token leaves the stack of layers as soon as an exit is confident."""

from collections.abc import Sequence
from time import perf_counter

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn.functional import cosine_similarity
from transformers import DynamicCache
from transformers.models.llama.modeling_llama import LlamaModel

from core.decoding.generation import Step
from core.decoding.methods import Calm
from core.decoding.sampling import draw
from core.decoding.with_torch.parts import Exit, trained_exits
from core.decoding.with_torch.verdict import law
from core.language import backbone, embed, fill_layers, run_layers
from core.models import CausalLM
from core.progress import Progress


@torch.inference_mode()
def write_calmly(
    lm: CausalLM,
    ids: Sequence[int],
    method: Calm,
    max_new_tokens: int,
    temperature: float,
    rng: np.random.Generator,
    report: Progress,
) -> list[Step]:
    """Writes token by token; the prompt is read with all layers, each new token with as many as it needs.

    Returns:
        One step for each token; `depth` says how many layers ran.

    Invariant: with a threshold above every confidence the text is the greedy text.
    Source: Schuster et al. 2022, CALM (2207.07061), algorithm in section 3.
    """
    stack, exits = backbone(lm.model), trained_exits(lm)
    cache = DynamicCache(config=lm.model.config)
    ends = lm.model.generation_config.eos_token_id
    hidden = embed(stack, torch.tensor(list(ids)))
    length = 0
    steps: list[Step] = []
    for count in range(max_new_tokens):
        start = perf_counter()
        bound = threshold_at(method, count, max_new_tokens)
        first_call = count == 0
        logits, vocabulary, depth = _climb(
            lm, stack, {} if first_call else exits, hidden, cache, method, bound, first=length
        )
        length += hidden.shape[1]
        place = int(logits.argmax()) if temperature == 0 else draw(law(logits, temperature), rng)
        token = place if vocabulary is None else int(vocabulary[place])
        seconds = perf_counter() - start
        steps.append(Step((), (), (), (token,), (), (), 0.0, seconds, depth))
        report((count + 1) / max_new_tokens, f"{count + 1} tokens")
        if token == ends:
            break
        hidden = embed(stack, torch.tensor([token]))
    return steps


def threshold_at(method: Calm, count: int, total: int) -> float:
    """The confidence asked for of token `count` of `total`: constant, or falling from nearly 1 as the paper has it.

    Invariant: within [0, 1]; with decay 0 it is the threshold itself.
    Source: Schuster et al. 2022, CALM (2207.07061), equation 5, with its 0.9 and 0.1.
    """
    if method.decay == 0:
        return method.threshold
    return 0.9 * method.threshold + 0.1 * float(np.exp(-method.decay * count / total))


def _climb(
    lm: CausalLM,
    stack: LlamaModel,
    exits: dict[int, Exit],
    hidden: Float[Tensor, "1 new d"],
    cache: DynamicCache,
    method: Calm,
    bound: float,
    *,
    first: int,
) -> tuple[Float[Tensor, "known"], Tensor | None, int]:
    """Runs layers until an exit is confident: its logits, its vocabulary, and the layers that ran."""
    below = hidden
    done = 0
    for layer, exit_ in exits.items():
        hidden = run_layers(stack, hidden, cache, start=done, stop=layer, first=first)
        logits = exit_(hidden[0, -1])
        if _confidence(method, exit_, logits, hidden[0, -1], below[0, -1]) >= bound:
            fill_layers(stack, hidden, cache, start=layer, first=first)
            return logits, exit_.vocabulary, layer
        below, done = hidden, layer
    hidden = run_layers(stack, hidden, cache, start=done, stop=lm.n_layers, first=first)
    final: Tensor = lm.model.get_output_embeddings()(stack.norm(hidden[:, -1:]))
    return final[0, 0], None, lm.n_layers


def _confidence(
    method: Calm,
    exit_: Exit,
    logits: Float[Tensor, "known"],
    hidden: Float[Tensor, "d"],
    below: Float[Tensor, "d"],
) -> float:
    if method.confidence == "softmax":
        first, second = torch.softmax(logits.float(), -1).topk(2).values.tolist()
        return float(first - second)
    if method.confidence == "saturation":
        return float(cosine_similarity(hidden.float(), below.float(), dim=-1))
    if exit_.confidence is None:
        raise ValueError("the exits have no classifier; train them again")
    weights = exit_.confidence.float()
    return float(torch.sigmoid(hidden.float() @ weights[:-1] + weights[-1]))
