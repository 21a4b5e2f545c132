"""Houlsby's adapters: a bottleneck with a skip behind the attention and behind the MLP of each layer."""

from jaxtyping import Float
from torch import Tensor, nn
from transformers.models.llama.modeling_llama import LlamaModel


class Adapted(nn.Module):
    """A matrix of the model with a bottleneck behind it: y + U gelu(D y + c) + e, with y what the matrix gives.

    U is 0 at the start, so that nothing changes.
    """

    def __init__(self, base_layer: nn.Module, d: int, width: int) -> None:
        super().__init__()
        self.base_layer = base_layer
        up = nn.Linear(width, d)
        nn.init.zeros_(up.weight)
        nn.init.zeros_(up.bias)
        self.bottleneck = nn.Sequential(nn.Linear(d, width), nn.GELU(), up)

    def forward(self, inputs: Float[Tensor, "*_ inside"]) -> Float[Tensor, "*_ d"]:
        """What the matrix gives, and what the bottleneck adds to it."""
        found: Tensor = self.base_layer(inputs)
        added: Tensor = self.bottleneck(found)
        return found + added


def put_adapters(stack: LlamaModel, width: int) -> None:
    """Puts a bottleneck behind the last matrix of attention and of the MLP in each layer, in front of the skip.

    Source: Houlsby et al. 2019 (1902.00751), figure 2; `peft` has none.
    """
    d = stack.config.hidden_size
    for layer in stack.layers:
        layer.self_attn.o_proj = Adapted(layer.self_attn.o_proj, d, width)
        layer.mlp.down_proj = Adapted(layer.mlp.down_proj, d, width)
