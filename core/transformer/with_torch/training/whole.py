"""Fine-tunes an encoder whole: every weight of a copy moves, the shared model stays as it is."""

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from core.models import Encoder
from core.progress import Progress, portion

BATCH = 16
DECAY = 0.01
WARM = 0.1
"""The part of the steps in which the learning rate rises; after it falls to 0."""


def copied(encoder: Encoder) -> nn.Module:
    """The encoder's model with weights of its own that may be trained; dropout stays off."""
    with torch.inference_mode(False):
        model: nn.Module = copy.deepcopy(encoder.model)
        for weight in model.parameters():
            # Weights that were made for inference cannot record a gradient; a clone made outside can.
            weight.data = weight.data.clone()
            weight.requires_grad_(True)
    return model.eval()


def descend(
    groups: Sequence[tuple[nn.Module, float]],
    loss_of: Callable[[np.ndarray], Float[Tensor, ""]],
    *,
    count: int,
    epochs: int,
    rng: np.random.Generator,
    on_progress: Progress | None = None,
) -> None:
    """AdamW over batches of 16 examples in a new order each epoch; the rate rises over a tenth of the steps and falls.

    Args:
        groups: what is trained, each with its largest learning rate.
        loss_of: the mean loss of some examples, by their places.
        count: examples, 1 or more.
        epochs: passes over them.
        rng: of the orders.
        on_progress: told the fraction done, and as a small result the losses so far; raising stops the work.

    Source: Loshchilov and Hutter 2019 (1711.05101); Devlin et al. 2019 (1810.04805), appendix A.2, for the schedule.
    """
    report = portion(on_progress)
    trained = [{"params": list(module.parameters()), "lr": rate} for module, rate in groups]
    optimizer = torch.optim.AdamW(trained, weight_decay=DECAY)
    total = epochs * -(-count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, [rate for _, rate in groups], total_steps=total + 1, pct_start=WARM
    )
    losses: list[float] = []
    for _ in range(epochs):
        order = rng.permutation(count)
        for first in range(0, count, BATCH):
            loss = loss_of(order[first : first + BATCH])
            optimizer.zero_grad()
            torch.autograd.backward(loss)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
            report(len(losses) / total, f"Step {len(losses)} of {total}: loss {losses[-1]:.2f} nats", losses[:])
