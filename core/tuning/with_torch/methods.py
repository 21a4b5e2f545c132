"""What each method trains: a model with a linear head on the last state, and the parts of it that may move."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import LlamaModel

from core.language import backbone
from core.models import CausalLM
from core.tuning.runs import TuningParams
from core.tuning.texts import CLASSES
from core.tuning.with_torch.states import Hidden, Ids, embedded, last_states, through


@dataclass(frozen=True, eq=False)
class Tuned:
    """A model on its way.

    Args:
        lm: a copy of its own, into which a method may have put something.
        stack: its layers.
        head: from the last state to the classes.
        start: the first layer that the method trains or must send gradients through; what comes before is computed
            once. All layers for a probe.
        adapters: what `peft` put around the model, for LoRA.
    """

    lm: CausalLM
    stack: LlamaModel
    head: nn.Linear
    start: int
    adapters: Any = None

    @property
    def trained(self) -> list[nn.Parameter]:
        """What the optimizer moves, the head included."""
        return [*(part for part in self.lm.model.parameters() if part.requires_grad), *self.head.parameters()]

    @property
    def trainable(self) -> int:
        """How many numbers those are."""
        return sum(part.numel() for part in self.trained)

    def below(self, ids: Sequence[Ids]) -> Hidden:
        """What the layers that stay as they are make of some texts."""
        with torch.no_grad():
            return through(self.stack, embedded(self.stack, ids), stop=self.start)

    def states(self, ids: Sequence[Ids], below: Hidden | None = None) -> Float[Tensor, "text d"]:
        """The last state of each text, which the head reads.

        Args:
            ids: the texts.
            below: what `below` gives for them, where it is known; without it all is computed, with its gradients.
        """
        hidden = through(self.stack, embedded(self.stack, ids), stop=self.start) if below is None else below
        lengths = torch.tensor([len(text) for text in ids])
        return last_states(self.stack, through(self.stack, hidden, start=self.start), lengths)


def prepare(lm: CausalLM, params: TuningParams) -> Tuned:
    """A copy of a model in which the parts of a method may move; the given one stays as it is.

    Args:
        lm: of the Llama architecture.
        params: the method and its options, and the seed of what is random.

    Raises:
        ValueError: for another architecture, or more layers or a larger rank than the model has.

    Invariant: its last states are those of `lm`, bit for bit.
    """
    own = copy.deepcopy(lm)
    stack, depth = backbone(own.model), lm.n_layers
    if params.method == "last" and params.layers > depth:
        raise ValueError(f"layers = {params.layers} must be at most the {depth} of {lm.name}.")
    head = nn.Linear(stack.config.hidden_size, len(CLASSES))
    adapters, start = None, 0
    if params.method == "probe":
        start = depth
    elif params.method == "last":
        start = depth - params.layers
        stack.layers[start:].requires_grad_(True)
        stack.norm.requires_grad_(True)
    elif params.method == "lora":
        adapters = _with_lora(own, params)
    else:
        stack.requires_grad_(True)
    return Tuned(own, stack, head, start, adapters)


def _with_lora(own: CausalLM, params: TuningParams) -> Any:
    """Puts B A beside the chosen matrices, B = 0."""
    from peft import LoraConfig, TaskType, get_peft_model

    config = LoraConfig(
        task_type=TaskType.CAUSAL_LM, r=params.rank, lora_alpha=params.alpha, target_modules=list(params.modules)
    )
    return get_peft_model(own.model, config)


def frozen_change(tuned: Tuned, lm: CausalLM) -> float:
    """The largest change of a weight that the method was not to train; NaN or another bit counts as one."""
    old = dict(lm.model.named_parameters())
    worst = 0.0
    for name, now in _own_weights(tuned):
        if not now.requires_grad and not torch.equal(now, old[name]):
            worst = max(worst, float((now - old[name]).abs().max()))
    return worst


def _own_weights(tuned: Tuned) -> Iterator[tuple[str, nn.Parameter]]:
    """The weights that the model had before, under the names they had."""
    for name, weight in tuned.lm.model.named_parameters():
        if "lora_" not in name:
            yield name.replace(".base_layer", ""), weight
