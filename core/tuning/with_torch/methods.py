"""What each method trains: a model with a linear head on the last state, and the parts of it that may move."""

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import LlamaModel

from core.language import backbone
from core.models import CausalLM
from core.tuning.parameters import IA3, trainable_parameters
from core.tuning.runs import TuningParams, options_of
from core.tuning.texts import CLASSES
from core.tuning.with_torch.bottlenecks import put_adapters
from core.tuning.with_torch.states import Hidden, Ids, embedded, last_states, through

NEW = ("lora_", "ia3_", "bottleneck")
"""Words in the names of what is put into a model."""


@dataclass(frozen=True, eq=False)
class Tuned:
    """A model on its way.

    Args:
        lm: a copy of its own, into which a method may have put something.
        stack: its layers.
        head: from the last state to the classes.
        start: the first layer that the method trains or must send gradients through; what comes before is computed
            once. All layers for a probe.
        adapters: what `peft` put around or into the model, where it has the method.
        front: "prompt" or "prefix" where something learned stands in front of each text.
    """

    lm: CausalLM
    stack: LlamaModel
    head: nn.Linear
    start: int
    adapters: Any = None
    front: str = ""

    @property
    def trained(self) -> list[nn.Parameter]:
        """What the optimizer moves, the head included."""
        model = self.lm.model if self.adapters is None else self.adapters
        return [*(part for part in model.parameters() if part.requires_grad), *self.head.parameters()]

    @property
    def trainable(self) -> int:
        """How many numbers those are."""
        return sum(part.numel() for part in self.trained)

    def below(self, ids: Sequence[Ids]) -> Hidden:
        """What the layers that stay as they are make of some texts."""
        with torch.no_grad():
            return through(self.stack, embedded(self.stack, ids), stop=self.start)

    def hidden(self, ids: Sequence[Ids], below: Hidden | None = None) -> Hidden:
        """The states of all tokens of each text behind the last layer, without those that stand in front.

        Args:
            ids: the texts.
            below: what `below` gives for them, where it is known; without it all is computed, with its gradients.
        """
        if below is not None:
            return through(self.stack, below, start=self.start)
        inputs = embedded(self.stack, ids)
        if self.front == "prefix":
            past = self.adapters.get_prompt(batch_size=len(ids))
            return through(self.stack, inputs, past=past, tokens=past.get_seq_length())
        if self.front == "prompt":
            soft = self.adapters.get_prompt(batch_size=len(ids))
            return through(self.stack, torch.cat([soft, inputs], dim=1))[:, soft.shape[1] :]
        return through(self.stack, inputs)

    def states(self, ids: Sequence[Ids], below: Hidden | None = None) -> Float[Tensor, "text d"]:
        """The last state of each text, which the head reads."""
        lengths = torch.tensor([len(text) for text in ids])
        return last_states(self.stack, self.hidden(ids, below), lengths)

    def logits(self, ids: Ids) -> Float[Tensor, "token vocab"]:
        """What the model says of each token's successor in one text, with what the method has put in or in front."""
        found: Tensor = self.lm.model.lm_head(self.stack.norm(self.hidden([ids])[0])).float()
        return found


def prepare(lm: CausalLM, params: TuningParams) -> Tuned:
    """A copy of a model in which the parts of a method may move; the given one stays as it is.

    Args:
        lm: of the Llama architecture.
        params: the method and its options, and the seed of what is random.

    Raises:
        ValueError: for another architecture, or more layers or a larger rank than the model has.

    Invariant: its last states are those of `lm`, bit for bit, but for a prompt and a prefix.
    """
    own = copy.deepcopy(lm)
    stack, method = backbone(own.model), params.method
    # It refuses what the shapes of this model do not allow.
    trainable_parameters(stack.config, method, classes=len(CLASSES), **options_of(params, method))
    head = nn.Linear(stack.config.hidden_size, len(CLASSES))
    start, depth = 0, lm.n_layers
    adapters, front = None, ""
    if method == "probe":
        start = depth
    elif method == "last":
        start = depth - params.layers
        stack.layers[start:].requires_grad_(True)
        stack.norm.requires_grad_(True)
    elif method == "norms":
        for name, part in stack.named_parameters():
            part.requires_grad_("norm" in name)
    elif method == "adapter":
        put_adapters(stack, params.width)
    elif method in ("lora", "ia3", "prompt", "prefix"):
        adapters = _by_peft(own, params)
        front = method if method in ("prompt", "prefix") else ""
    else:
        stack.requires_grad_(True)
    return Tuned(own, stack, head, start, adapters, front)


def _by_peft(own: CausalLM, params: TuningParams) -> Any:
    """Puts what a method trains into the model or in front of its texts."""
    from peft import IA3Config, LoraConfig, PrefixTuningConfig, PromptTuningConfig, TaskType, get_peft_model
    from peft.tuners.prompt_tuning import PromptTuningInit

    task, tokens = TaskType.CAUSAL_LM, params.tokens
    if params.method == "lora":
        return get_peft_model(
            own.model,
            LoraConfig(task_type=task, r=params.rank, lora_alpha=params.alpha, target_modules=list(params.modules)),
        )
    if params.method == "ia3":
        return get_peft_model(
            own.model, IA3Config(task_type=task, target_modules=list(IA3), feedforward_modules=["down_proj"])
        )
    if params.method == "prompt":
        words = PromptTuningInit.SAMPLE_VOCAB
        return get_peft_model(
            own.model, PromptTuningConfig(task_type=task, num_virtual_tokens=tokens, prompt_tuning_init=words)
        )
    kept = _keys_and_values(own, tokens)
    prefix: Any = get_peft_model(own.model, PrefixTuningConfig(task_type=task, num_virtual_tokens=tokens))
    with torch.no_grad():
        prefix.prompt_encoder["default"].embedding.weight.copy_(kept)
    return prefix


def _keys_and_values(lm: CausalLM, tokens: int) -> Float[Tensor, "token number"]:
    """Keys and values of random words in every layer: noise of length 1 in their place would drown the text."""
    words = torch.randint(lm.model.config.vocab_size, (1, tokens))
    with torch.no_grad():
        layers = lm.model(input_ids=words, use_cache=True).past_key_values.layers
    pairs = [part[0].transpose(0, 1).flatten(1) for layer in layers for part in (layer.keys, layer.values)]
    return torch.cat(pairs, dim=1)


def frozen_change(tuned: Tuned, lm: CausalLM) -> float:
    """The largest change of a weight that the method was not to train; NaN or another bit counts as one."""
    old = dict(lm.model.named_parameters())
    changes = [
        float((now - old[name]).abs().max())
        for name, now in _own_weights(tuned)
        if not now.requires_grad and not torch.equal(now, old[name])
    ]
    # Python's max would pass over NaN.
    return float(np.max(changes, initial=0.0))


def _own_weights(tuned: Tuned) -> Iterator[tuple[str, nn.Parameter]]:
    """The weights that the model had before, under the names they had."""
    for name, weight in tuned.lm.model.named_parameters():
        if not any(word in name for word in NEW):
            yield name.replace(".base_layer", ""), weight
