"""Parameters counted from a shape, against transformers' own models."""

import math
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertModel, GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

from core.transformer import BYTES, SHAPES, TOTALS, ModelShape, parameter_table


def counted(model: Any) -> int:
    return sum(weight.numel() for weight in model.parameters())


def own_model(shape: ModelShape) -> Any:
    """Transformers' model of a shape, without memory for its weights."""
    common = {"vocab_size": shape.vocabulary}
    with torch.device("meta"):
        if shape.norm == "rms":
            return LlamaForCausalLM(
                LlamaConfig(
                    **common,
                    hidden_size=shape.width,
                    num_hidden_layers=shape.layers,
                    num_attention_heads=shape.heads,
                    num_key_value_heads=shape.kv_heads,
                    intermediate_size=shape.inner,
                    head_dim=shape.head,
                    tie_word_embeddings=shape.tied,
                )
            )
        if shape.segments:
            return BertModel(
                BertConfig(
                    **common,
                    hidden_size=shape.width,
                    num_hidden_layers=shape.layers,
                    num_attention_heads=shape.heads,
                    intermediate_size=shape.inner,
                )
            )
        return GPT2LMHeadModel(
            GPT2Config(**common, n_embd=shape.width, n_layer=shape.layers, n_head=shape.heads, n_inner=shape.inner)
        )


@pytest.mark.parametrize("name", list(SHAPES))
def test_totals_are_those_of_transformers_and_as_published(name: str) -> None:
    table = parameter_table(SHAPES[name])
    assert table.total == counted(own_model(SHAPES[name])) == TOTALS[name]


def test_a_designed_model_is_counted_as_transformers_does() -> None:
    shape = ModelShape("own", 1_000, 96, 3, 6, 2, 200, head_dim=32)
    assert parameter_table(shape).total == counted(own_model(shape))


def test_gated_and_plain_feed_forward_are_equal_at_two_thirds_of_the_width() -> None:
    gated = parameter_table(ModelShape("gated", 10, 576, 1, 9, 3, 1_536))
    plain = parameter_table(ModelShape("plain", 10, 576, 1, 9, 3, 2_304, gated=False))
    inner = [sum(part.total for part in table.parts if "feed-forward" in part.name) for table in (gated, plain)]
    assert inner == [2_654_208, 2_654_208]


def test_memory_and_operations_follow_from_the_count() -> None:
    table = parameter_table(SHAPES["Llama 3.1 8B"])
    assert table.bytes("bfloat16") == 2 * table.total
    assert set(BYTES) == {"float32", "bfloat16", "int8", "int4"}
    # Every weight but the embedding and the norms, twice: a multiplication and an addition.
    unused = 128_256 * 4_096 + (2 * 32 + 1) * 4_096
    assert table.operations(0) == 2 * (table.total - unused)
    assert table.operations(1_000) - table.operations(0) == 4 * 32 * 4_096 * 1_000
    tied = parameter_table(SHAPES["SmolLM2 135M"])
    assert tied.operations(0) == 2 * (tied.total - 61 * 576)
    assert math.isclose(tied.embedding_share, 49_152 * 576 / 134_515_008)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"width": 100}, "heads = 9 must divide width = 100"),
        ({"kv_heads": 2}, "kv_heads = 2 must divide heads = 9"),
        ({"layers": 0}, "layers is 0"),
        ({"positions": -1}, "positions is -1"),
    ],
)
def test_shapes_that_do_not_divide_are_refused(change: dict[str, int], says: str) -> None:
    values = {"vocabulary": 10, "width": 576, "layers": 1, "heads": 9, "kv_heads": 3, "inner": 10} | change
    with pytest.raises(ValueError, match=says):
        ModelShape("bad", **values)


def test_an_unknown_precision_and_a_negative_context_are_refused() -> None:
    table = parameter_table(SHAPES["BERT base"])
    with pytest.raises(ValueError, match="float33"):
        table.bytes("float33")
    with pytest.raises(ValueError, match="context"):
        table.operations(-1)
