"""The target model and what it has read: transformers' model and cache, with a way back."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import DynamicCache

from core.decoding.trees import chain, depths, tree_mask
from core.language import backbone, embed, run_layers
from core.models import CausalLM


class Target:
    """A model with a key/value cache from which tokens can be taken back.

    Invariant: between calls, the cache is the one that a fresh run over the first `length` tokens would give, up to
    rounding.

    Args:
        lm: the model; it is not changed.
    """

    def __init__(self, lm: CausalLM) -> None:
        self.lm = lm
        self.length = 0
        self.cache = DynamicCache(config=lm.model.config)
        self.hidden: Float[Tensor, "row d"] = torch.empty(0, 0)
        self._halfway: list[Float[Tensor, "1 new d"]] = []
        self._halfway_layer = 0

    def read(self, tokens: Sequence[int], parent: Sequence[int] = ()) -> Float[Tensor, "row vocab"]:
        """Reads tokens that follow the text and a draft that follows them, in one call.

        Args:
            tokens: the text's new tokens, at least one, then the draft.
            parent: by draft token, the draft token it follows, or -1 for the text.

        Returns:
            The logits after the text, then after each draft token. `hidden` holds the last layer's output for the
            same rows, normalized. The draft stays in the cache until `keep` is called.
        """
        draft = len(parent)
        if self._halfway:
            hidden = self._read_on(tokens)
        elif tuple(parent) == chain(draft):
            hidden = self._forward(tokens, None, None)
        else:
            hidden = self._forward(tokens, *self._tree_inputs(len(tokens) - draft, parent))
        self.length += len(tokens) - draft
        self.hidden = hidden[0, -(draft + 1) :]
        logits: Tensor = self.lm.model.get_output_embeddings()(self.hidden)
        return logits

    def read_below(self, tokens: Sequence[int], layer: int) -> Float[Tensor, "1 new d"]:
        """Reads tokens with the first `layer` layers only; the next `read` takes them on from there."""
        stack = backbone(self.lm.model)
        first = self.length + sum(part.shape[1] for part in self._halfway)
        hidden = run_layers(stack, embed(stack, torch.tensor(tokens)), self.cache, start=0, stop=layer, first=first)
        self._halfway.append(hidden)
        self._halfway_layer = layer
        return hidden

    def keep(self, path: Sequence[int], draft: int) -> None:
        """Keeps the draft tokens on a path and takes the others back.

        Args:
            path: places in the draft, in rising order.
            draft: how many draft tokens the last `read` had.
        """
        if list(path) == list(range(len(path))):
            self.cache.crop(len(path) - draft)
        else:
            rows = torch.tensor([*range(self.length), *(self.length + node for node in path)])
            for layer in self.cache.layers:
                layer.keys = layer.keys.index_select(-2, rows)
                layer.values = layer.values.index_select(-2, rows)
        self.length += len(path)

    def rewind(self, length: int) -> None:
        """Forgets all but the first `length` tokens."""
        self.cache.crop(length - self.length)
        self.length = length

    def _forward(
        self, tokens: Sequence[int], mask: Tensor | None, positions: Tensor | None
    ) -> Float[Tensor, "1 new d"]:
        out = self.lm.model.base_model(
            torch.tensor([list(tokens)]),
            attention_mask=mask,
            position_ids=positions,
            past_key_values=self.cache,
            use_cache=True,
        )
        hidden: Tensor = out.last_hidden_state
        return hidden

    def _tree_inputs(self, text: int, parent: Sequence[int]) -> tuple[Float[Tensor, "1 1 new seen"], Tensor]:
        """Additive mask and positions: text tokens see what is before them, a guess sees the text and its ancestors."""
        new, total = text + len(parent), self.length + text + len(parent)
        allowed = torch.ones(new, total).tril(self.length).bool()
        allowed[text:, self.length + text :] = torch.from_numpy(tree_mask(parent))
        dtype = self.lm.model.dtype
        mask = torch.zeros(new, total, dtype=dtype).masked_fill_(~allowed, torch.finfo(dtype).min)
        places = [*range(text), *(text + depth for depth in depths(parent))]
        return mask[None, None], torch.tensor([places]) + self.length

    def _read_on(self, tokens: Sequence[int]) -> Float[Tensor, "1 new d"]:
        """Takes tokens that stand halfway, and new ones, through the layers they have not seen."""
        stack, layer = backbone(self.lm.model), self._halfway_layer
        done = sum(part.shape[1] for part in self._halfway)
        if done < len(tokens):
            self.read_below(tokens[done:], layer)
        below = torch.cat(self._halfway, 1)
        self._halfway = []
        hidden = run_layers(stack, below, self.cache, start=layer, stop=len(stack.layers), first=self.length)
        normed: Tensor = stack.norm(hidden)
        return normed
