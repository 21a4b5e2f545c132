"""What a run changed in some matrices of a model."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from core.language import backbone
from core.models import CausalLM
from core.tuning.changes import LAYERS, SEEN, TOP, WeightChange
from core.tuning.matrices import energy
from core.tuning.parameters import MODULES
from core.tuning.runs import TuningParams
from core.tuning.with_torch.methods import Tuned


@torch.no_grad()
def changes_of(tuned: Tuned, lm: CausalLM, params: TuningParams) -> list[WeightChange]:
    """The changes of the matrices that the method moved, in LAYERS that the model has.

    LoRA's change is (alpha / r) B A as `peft` would merge it.
    """
    found = []
    for layer, module, old, new in _pairs(tuned, lm, params):
        change = new - old
        kept = energy(change.double().numpy())
        before, after = (torch.linalg.eigh(_products(matrix))[1].flip(1) for matrix in (old, new))
        sizes = torch.linalg.eigvalsh(_products(change)).flip(0).clamp(min=0).sqrt().numpy()
        found.append(
            WeightChange(
                method=params.method,
                rate=params.rate,
                seed=params.seed,
                layer=layer,
                module=module,
                shape=(change.shape[0], change.shape[1]),
                size=float(change.norm() / old.norm()),
                moved=float((change != 0).double().mean()),
                by_rank=kept.by_rank.astype(np.float32),
                by_entry=kept.by_entry.astype(np.float32),
                sizes=(sizes / sizes[0]).astype(np.float32),
                nearest=(before.T @ after[:, :TOP]).abs().amax(0).numpy().astype(np.float32),
            )
        )
    return found


def _products(matrix: Tensor) -> Tensor:
    """The products of a matrix's rows, or of its columns where they are fewer: their eigenvectors are its singular
    vectors, their eigenvalues the squares of its singular values."""
    wide = matrix.double() if matrix.shape[0] <= matrix.shape[1] else matrix.double().T
    return wide @ wide.T


def _pairs(tuned: Tuned, lm: CausalLM, params: TuningParams) -> Iterator[tuple[int, str, Tensor, Tensor]]:
    """Layer and name of each matrix that may have moved, with its old and its new entries."""
    old, chosen = backbone(lm.model), SEEN if params.method == "full" else params.modules
    for layer in (place for place in LAYERS if place < lm.n_layers):
        for module in chosen:
            part = "self_attn" if module in MODULES[:4] else "mlp"
            before = getattr(getattr(old.layers[layer], part), module)
            after = getattr(getattr(tuned.stack.layers[layer], part), module)
            moved = before.weight + after.get_delta_weight("default") if params.method == "lora" else after.weight
            yield layer, module, before.weight, moved
