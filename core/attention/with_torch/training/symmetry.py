"""How heads come to differ in training: the same small model, started with equal or with different heads."""

import math
from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from core.attention.symmetry import BACK, STARTS, HeadHistory, HeadParting, HeadTraining, PartedHeads
from core.checks import Check
from core.progress import Progress, portion

_VOCABULARY, _LENGTH, _WIDTH, _HEAD_DIM, _BATCH = 16, 12, 32, 8, 64
_N_MAPS = 6
_ROLES = ("query", "key", "value", "output")


def run(params: HeadTraining, *, on_progress: Progress | None = None) -> HeadHistory:
    """The run that `core.attention.train_heads` promises."""
    report = portion(on_progress)
    generator = torch.Generator().manual_seed(params.seed)
    weights = initial_weights(params, generator)
    optimizer = torch.optim.Adam(weights.values(), lr=params.learning_rate)
    probe = torch.randint(_VOCABULARY, (1, _LENGTH), generator=generator)
    keep = set(np.linspace(0, params.steps, min(_N_MAPS, params.steps + 1)).round().astype(int).tolist())
    maps = {0: _map_of(weights, probe)}
    losses, similarities, differences = [], [], []
    for step in range(1, params.steps + 1):
        loss = _loss(weights, torch.randint(_VOCABULARY, (_BATCH, _LENGTH), generator=generator))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(loss.item())
        similarities.append(_similarity(weights))
        differences.append(_difference(weights))
        if step in keep:
            maps[step] = _map_of(weights, probe)
        report(step / params.steps, f"Step {step} of {params.steps}: loss {losses[-1]:.2f}")
    return HeadHistory(
        params=params,
        loss=np.array(losses),
        similarity=np.array(similarities),
        difference=np.array(differences),
        checkpoints=tuple(maps),
        maps=np.stack(list(maps.values())),
        probe=probe[0].numpy(),
        checks=_checks(params, weights, probe, differences),
    )


def part(params: HeadParting, *, on_progress: Progress | None = None) -> PartedHeads:
    """The runs that `core.attention.part_heads` promises."""
    asked = [
        HeadTraining(steps=params.steps, seed=seed, **options)  # type: ignore[arg-type]
        for options in STARTS.values()
        for seed in params.seeds
    ]
    count = len(asked)
    runs = [run(one, on_progress=portion(on_progress, n / count, (n + 1) / count)) for n, one in enumerate(asked)]

    def stacked(parts: Iterable[np.ndarray | float]) -> np.ndarray:
        array = np.stack([np.asarray(part, dtype=np.float64) for part in parts])
        return array.reshape(len(STARTS), len(params.seeds), *array.shape[1:])

    by_name = {
        check.name: check for check in sorted((c for r in runs for c in r.checks), key=lambda check: check.error)
    }
    return PartedHeads(
        params=params,
        similarity=stacked(history.similarity for history in runs),
        difference=stacked(history.difference[-1] for history in runs),
        loss=stacked(history.loss for history in runs),
        looks=stacked(history.looks for history in runs),
        checks=tuple(by_name.values()),
    )


def initial_weights(params: HeadTraining, generator: torch.Generator) -> dict[str, Tensor]:
    """The model's weights at the start: normal, scaled by 1 / sqrt(inputs), the heads' copies of one if identical.

    Args:
        params: the run's parameters.
        generator: source of all randomness.

    Returns:
        "query", "key", "value" [head d head_dim], "output" [head head_dim d], "embedding" [vocab d], "position"
        [token d], "classifier" [target d vocab], each with gradients.

    Invariant: with `identical` and no noise, slice 0 of each head weight equals every other slice.
    """

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    def heads(*shape: int) -> Tensor:
        drawn = normal(params.n_heads, *shape) / math.sqrt(shape[0])
        if not params.identical:
            return drawn
        same = drawn[:1].repeat(params.n_heads, 1, 1)
        return same + params.noise * normal(*same.shape) if params.noise else same

    weights = {role: heads(_WIDTH, _HEAD_DIM) for role in _ROLES[:3]} | {"output": heads(_HEAD_DIM, _WIDTH)}
    weights |= {"embedding": normal(_VOCABULARY, _WIDTH), "position": normal(_LENGTH, _WIDTH)}
    weights["classifier"] = normal(len(BACK), _WIDTH, _VOCABULARY) / math.sqrt(_WIDTH)
    return {name: weight.requires_grad_() for name, weight in weights.items()}


def attend(
    weights: dict[str, Tensor], ids: Int[Tensor, "batch token"]
) -> tuple[Float[Tensor, "head batch token d"], Float[Tensor, "head batch query key"]]:
    """What each head adds to the output, and its attention maps.

    Each head is its own slice of a batched product, so that all heads go through the same arithmetic in the same
    order. In one wide product over all heads side by side, a head's rounding could depend on where its columns lie.

    Args:
        weights: as `initial_weights` returns them.
        ids: token ids, shape [batch token].

    Invariant: equal slices of the weights give equal slices of both results, bit for bit.
    Source: Vaswani et al. 2017, section 3.2.2.
    """
    n_batch, n_tokens = ids.shape
    x = (weights["embedding"][ids] + weights["position"]).flatten(0, 1)  # [batch*token d]
    q, k, v = ((x @ weights[role]).view(-1, n_batch, n_tokens, _HEAD_DIM) for role in _ROLES[:3])
    mask = torch.full((n_tokens, n_tokens), -torch.inf).triu(1)
    maps = (q @ k.transpose(-1, -2) * _HEAD_DIM**-0.5 + mask).softmax(dim=-1)  # [head batch query key]
    outputs = (maps @ v).flatten(1, 2) @ weights["output"]  # [head batch*token d]
    return outputs.view(-1, n_batch, n_tokens, _WIDTH), maps


def _loss(weights: dict[str, Tensor], ids: Int[Tensor, "batch token"]) -> Float[Tensor, ""]:
    merged = attend(weights, ids)[0].sum(dim=0)
    start = max(BACK)  # the first positions have no token three back
    logits = torch.einsum("btd,cdv->cbtv", merged[:, start:], weights["classifier"])
    targets = torch.stack([ids[:, start - back : ids.shape[1] - back] for back in BACK])
    return torch.nn.functional.cross_entropy(logits.flatten(0, 2), targets.flatten())


@torch.no_grad()
def _map_of(weights: dict[str, Tensor], probe: Int[Tensor, "1 token"]) -> Float[np.ndarray, "head query key"]:
    maps: np.ndarray = attend(weights, probe)[1][:, 0].numpy()
    return maps


@torch.no_grad()
def _similarity(weights: dict[str, Tensor]) -> float:
    flat = torch.cat([weights[role].flatten(1) for role in _ROLES], dim=1)
    cosines = torch.nn.functional.normalize(flat, dim=1) @ torch.nn.functional.normalize(flat, dim=1).T
    pairs = torch.ones_like(cosines).triu(1).bool()
    return float(cosines[pairs].mean())


@torch.no_grad()
def _difference(weights: dict[str, Tensor]) -> float:
    return max(float((weights[role] - weights[role][:1]).abs().max()) for role in _ROLES)


@torch.no_grad()
def _checks(
    params: HeadTraining, weights: dict[str, Tensor], probe: Int[Tensor, "1 token"], differences: list[float]
) -> tuple[Check, ...]:
    """The layer against PyTorch's own attention, and, for identical heads, that they stayed so."""
    x = weights["embedding"][probe] + weights["position"]
    q, k, v = (torch.einsum("btd,hde->bhte", x, weights[role]) for role in _ROLES[:3])
    fused = torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    expected = torch.einsum("bhte,hed->btd", fused, weights["output"])
    error = (attend(weights, probe)[0].sum(dim=0) - expected).abs().max() / expected.abs().max()
    same = Check("Each head by hand gives PyTorch's fused attention", float(error), 1e-5, "relative, after training")
    if not params.identical or params.noise:
        return (same,)
    return same, Check("Equal heads stay equal", max(differences), 0.0, "largest difference of a weight, all steps")
