"""Learning exits, Medusa heads and a draft: plain cross-entropy against the model's own choices."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy, linear, silu

from core.decoding.with_torch.parts import empty_draft
from core.decoding.with_torch.training.examples import Examples, causal_inputs
from core.decoding.with_torch.training.text import Shard
from core.language import backbone
from core.models import CausalLM
from core.progress import Progress


@dataclass(frozen=True)
class LearningParams:
    """How long and how fast.

    Args:
        epochs: passes over the text.
        batch: places (exits, heads) or texts (draft) in one step.
        rate: the largest learning rate; it falls to 0 along a cosine.
        seed: of the order and of what starts at random.
    """

    epochs: int = 3
    batch: int = 512
    rate: float = 1e-3
    seed: int = 0


def learn_blocks(
    hidden: Float[Tensor, "place d"],
    label: Int[Tensor, "place"],
    head: Float[Tensor, "known d"],
    params: LearningParams,
    *,
    blocks: int,
    norm: Callable[[Tensor], Tensor],
    report: Progress,
) -> tuple[Float[Tensor, "block d d"], Float[Tensor, "block d"]]:
    """Learns blocks x + silu(W x + b) before a fixed norm and head; W and b start at 0, so it starts as the raw exit.

    Places without a label are left out.

    Source: Cai et al. 2024, Medusa (2401.10774), section 2.1.1 (the block and its start at zero).
    """
    size = hidden.shape[1]
    weights = torch.zeros(blocks, size, size, requires_grad=True)
    biases = torch.zeros(blocks, size, requires_grad=True)
    known = torch.nonzero(label >= 0)[:, 0]
    optimizer = torch.optim.AdamW([weights, biases], lr=params.rate, weight_decay=0.01)
    for chosen, part in _schedule(len(known), params, optimizer):
        rows = known[chosen]
        with torch.autocast("cpu", torch.bfloat16):
            moved = hidden[rows].float()
            for block in range(blocks):
                moved = moved + silu(linear(moved, weights[block], biases[block]))
            logits = linear(norm(moved), head)
        loss = cross_entropy(logits.float(), label[rows])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        report(part, f"loss {loss.item():.2f}")
    return weights.detach(), biases.detach()


def learn_classifier(
    hidden: Float[Tensor, "place d"], agrees: Float[Tensor, "place"], params: LearningParams
) -> Float[Tensor, "d_plus_1"]:
    """Learns sigmoid(w . h + b), the chance that an exit agrees with the last layer.

    Source: Schuster et al. 2022, CALM (2207.07061), section 3.5, "early exit classifier".
    """
    scale = hidden.float().std().clamp(min=1e-6)
    weights = torch.zeros(hidden.shape[1] + 1, requires_grad=True)
    optimizer = torch.optim.AdamW([weights], lr=params.rate, weight_decay=0.0)
    for rows, _ in _schedule(len(hidden), params, optimizer):
        estimate = (hidden[rows].float() / scale) @ weights[:-1] + weights[-1]
        loss = binary_cross_entropy_with_logits(estimate, agrees[rows])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    learned = weights.detach()
    return torch.cat([learned[:-1] / scale, learned[-1:]])


def learn_draft(
    lm: CausalLM,
    parts: Sequence[Shard],
    vocabulary: Int[Tensor, "known"],
    params: LearningParams,
    *,
    layers: Sequence[int],
    report: Progress,
) -> dict[str, Tensor]:
    """Distills a model of few layers, which start as copies of some layers of the target.

    Returns:
        The parameters of its layers and its last norm, by name.

    Source: Sanh et al. 2019, DistilBERT (1910.01108), section 3, for the start.
    """
    model = empty_draft(lm, layers=len(layers), known=vocabulary)
    stack = backbone(lm.model)
    for mine, theirs in zip(model.model.layers, layers, strict=True):
        mine.load_state_dict(stack.layers[theirs].state_dict())
    model.model.norm.load_state_dict(stack.norm.state_dict())
    learned = [*model.model.layers.parameters(), *model.model.norm.parameters()]
    for parameter in learned:
        parameter.requires_grad_(True)
    place_of = torch.full((int(lm.model.config.vocab_size),), -1)
    place_of[vocabulary] = torch.arange(len(vocabulary))
    rows = [(part, row) for part in parts for row in range(0, round(len(part.token_ids) * 0.9), params.batch)]
    optimizer = torch.optim.AdamW(learned, lr=params.rate, weight_decay=0.01)
    for (chosen,), done in _schedule(len(rows), params, optimizer, batch=1):
        part, row = rows[int(chosen)]
        tokens, mask, real = causal_inputs(part, slice(row, row + params.batch))
        positions = (real.cumsum(-1) - 1).clamp(min=0)
        choice = part.choice[row : row + params.batch]
        label = torch.where(choice >= 0, place_of[choice.clamp(min=0)], -1)
        label[:, :-1][~part.written[row : row + params.batch, 1:]] = -1
        with torch.autocast("cpu", torch.bfloat16):
            out = model.model(tokens, attention_mask=mask, position_ids=positions, use_cache=False)
            kept = label >= 0
            logits = model.lm_head(out.last_hidden_state[kept])
        loss = cross_entropy(logits.float(), label[kept])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        report(done, f"loss {loss.item():.2f}")
    kept_parts = model.model.state_dict()
    return {name: part for name, part in kept_parts.items() if name.startswith(("layers.", "norm."))}


@torch.no_grad()
def ranks(
    read: Callable[[Tensor], Tensor], hidden: Float[Tensor, "place d"], label: Int[Tensor, "place"], *, top: int
) -> tuple[float, ...]:
    """By rank, how often the guess of that rank is the label; a label outside of the vocabulary counts as missed."""
    hits = torch.zeros(top)
    for start in range(0, len(hidden), 2048):
        guesses = read(hidden[start : start + 2048].float()).topk(top).indices
        hits += (guesses == label[start : start + 2048, None]).sum(0)
    shares: list[float] = (hits / len(hidden)).tolist()
    return tuple(shares)


def _schedule(
    count: int, params: LearningParams, optimizer: torch.optim.Optimizer, *, batch: int | None = None
) -> Iterator[tuple[Tensor, float]]:
    """Batches in random order for all epochs, with the part done; sets the learning rate before each."""
    rng = torch.Generator().manual_seed(params.seed)
    size = batch or params.batch
    steps = params.epochs * math.ceil(count / size)
    done = 0
    for _ in range(params.epochs):
        for rows in torch.split(torch.randperm(count, generator=rng), size):
            warm = min(1.0, (done + 1) / 20)
            for group in optimizer.param_groups:
                group["lr"] = params.rate * warm * 0.5 * (1 + math.cos(math.pi * done / steps))
            yield rows, done / steps
            done += 1


def held_accuracy(read: Callable[[Tensor], Tensor], held: Examples, layer: int, *, ahead: int = 0) -> tuple[float, ...]:
    """The accuracy by rank on held-out text, for the states of one layer; places after the end are left out."""
    return ranks(read, held.hidden[layer], held.label[:, ahead], top=8)


def total(parts: Iterable[Shard]) -> int:
    """Tokens written, in all shards."""
    return sum(int(part.written.sum()) for part in parts)
