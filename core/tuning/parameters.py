"""How many numbers each method trains in a model of the Llama architecture, counted from its shapes alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.numbers import whole
from core.tuning.arguments import one_of, some_of

MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The matrices of a layer."""

IA3 = ("k_proj", "v_proj", "down_proj")
"""What IA3 scales unless it is told otherwise."""

MOST = 8192
"""Of tokens, of classes, and of the width of an adapter."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a count needs to know of a model of the Llama architecture, under the names of transformers' `LlamaConfig`.

    The defaults are SmolLM2-135M's.
    """

    hidden_size: int = 576
    intermediate_size: int = 1536
    num_hidden_layers: int = 30
    num_attention_heads: int = 9
    num_key_value_heads: int = 3
    head_dim: int = 64
    vocab_size: int = 49_152
    tie_word_embeddings: bool = True
    attention_bias: bool = False
    mlp_bias: bool = False
    model_type: str = "llama"


def module_shapes(config: Any) -> dict[str, tuple[int, int]]:
    """Inputs and outputs of each matrix of a layer.

    Raises:
        ValueError: for another architecture than Llama's.
    """
    if getattr(config, "model_type", None) != "llama":
        raise ValueError(f"model_type = {getattr(config, 'model_type', None)!r} must be llama.")
    d, wide = config.hidden_size, config.intermediate_size
    merged, kept = config.num_attention_heads * config.head_dim, config.num_key_value_heads * config.head_dim
    return {
        "q_proj": (d, merged),
        "k_proj": (d, kept),
        "v_proj": (d, kept),
        "o_proj": (merged, d),
        "gate_proj": (d, wide),
        "up_proj": (d, wide),
        "down_proj": (wide, d),
    }


def trainable_parameters(config: Any, method: str, *, classes: int = 0, **options: Any) -> int:
    """The trainable parameters of a method.

    | method | counted | options |
    |---|---|---|
    | "full", "lp_ft" | all of the model | |
    | "probe" | nothing but the head | |
    | "last" | the last k layers and the final norm | layers=1 |
    | "norms" | every norm | |
    | "lora" | r (in + out) for each matrix | rank=, modules=("q_proj", "v_proj") |
    | "ia3" | a factor for each output, in down_proj for each input | modules=("k_proj", "v_proj", "down_proj") |
    | "prefix" | a key and a value for each token, key/value head and layer | tokens= |
    | "prompt" | an input vector for each token | tokens= |
    | "adapter" | two bottlenecks in each layer, 2 d m + d + m numbers each (Houlsby) | width= |

    Args:
        config: of a Llama model of transformers, or a `Shape`.
        method: one of the above.
        classes: of a linear head on the last state, which every method trains where it is above 0; a probe needs 2.
        options: as in the table.

    Raises:
        ValueError: for another architecture, method, module or option, and for a number outside its range.

    Invariant: equal to what peft counts for "lora", "ia3", "prefix" and "prompt".
    Source: Hu et al. 2021 (2106.09685), Liu et al. 2022 (2205.05638), Li and Liang 2021 (2101.00190), Lester et al.
    2021 (2104.08691), Houlsby et al. 2019 (1902.00751).
    """
    count, known = COUNTS[one_of("method", method, list(COUNTS))]
    shapes = module_shapes(config)
    for name in options:
        one_of(f"option of {method}", name, known or ["none"])
    whole("classes", classes, 2 if method == "probe" else 0, MOST)
    head = classes * (config.hidden_size + 1) if classes else 0
    return count(config, shapes, options) + head


Shapes = Mapping[str, tuple[int, int]]
Options = Mapping[str, Any]


def _lora(config: Any, shapes: Shapes, options: Options) -> int:
    chosen = [shapes[name] for name in _modules(options, ("q_proj", "v_proj"))]
    rank = whole("rank", options.get("rank"), 1, min(min(shape) for shape in chosen))
    return int(config.num_hidden_layers * sum(rank * sum(shape) for shape in chosen))


def _ia3(config: Any, shapes: Shapes, options: Options) -> int:
    # In front of the MLP's last matrix the factors stand on its inputs, everywhere else on the outputs.
    sides = (shapes[name][0 if name == "down_proj" else 1] for name in _modules(options, IA3))
    return int(config.num_hidden_layers * sum(sides))


def _prefix(config: Any, shapes: Shapes, options: Options) -> int:
    tokens = whole("tokens", options.get("tokens"), 1, MOST)
    return int(2 * config.num_hidden_layers * tokens * shapes["k_proj"][1])


def _prompt(config: Any, shapes: Shapes, options: Options) -> int:
    return int(whole("tokens", options.get("tokens"), 1, MOST) * config.hidden_size)


def _adapter(config: Any, shapes: Shapes, options: Options) -> int:
    width, d = whole("width", options.get("width"), 1, MOST), config.hidden_size
    return int(2 * config.num_hidden_layers * (2 * d * width + d + width))


def _norms(config: Any, shapes: Shapes, options: Options) -> int:
    return int((2 * config.num_hidden_layers + 1) * config.hidden_size)


def _last(config: Any, shapes: Shapes, options: Options) -> int:
    layers = whole("layers", options.get("layers", 1), 1, config.num_hidden_layers)
    return layers * _layer(config, shapes) + int(config.hidden_size)


def _full(config: Any, shapes: Shapes, options: Options) -> int:
    tables = 1 if config.tie_word_embeddings else 2
    inside = config.num_hidden_layers * _layer(config, shapes) + config.hidden_size
    return int(inside + tables * config.vocab_size * config.hidden_size)


def _layer(config: Any, shapes: Shapes) -> int:
    """A layer's matrices, their biases where it has them, and two norms."""
    attention, mlp = list(shapes.values())[:4], list(shapes.values())[4:]
    biases = config.attention_bias * sum(outputs for _, outputs in attention)
    biases += config.mlp_bias * sum(outputs for _, outputs in mlp)
    return int(sum(rows * columns for rows, columns in shapes.values()) + biases + 2 * config.hidden_size)


def _modules(options: Options, default: Sequence[str]) -> list[str]:
    """The chosen matrices, each once."""
    return some_of("modules", options.get("modules", default), MODULES)


Count = Callable[[Any, Shapes, Options], int]

COUNTS: dict[str, tuple[Count, list[str]]] = {
    "probe": (lambda config, shapes, options: 0, []),
    "norms": (_norms, []),
    "prompt": (_prompt, ["tokens"]),
    "ia3": (_ia3, ["modules"]),
    "lora": (_lora, ["rank", "modules"]),
    "prefix": (_prefix, ["tokens"]),
    "adapter": (_adapter, ["width"]),
    "last": (_last, ["layers"]),
    "lp_ft": (_full, []),
    "full": (_full, []),
}
"""Method -> how it is counted, and the options it knows."""
