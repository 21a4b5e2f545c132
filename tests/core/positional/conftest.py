"""A tiny Llama and a tiny BERT with random weights."""

import pytest
from transformers import AutoModel, AutoModelForCausalLM, BertConfig, LlamaConfig

from core.models import CausalLM, Encoder
from tests.core.tiny import byte_tokenizer, randomized


@pytest.fixture
def llama() -> CausalLM:
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=64,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0},
    )
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    return CausalLM(randomized(model), byte_tokenizer(), "llama", 3, 6, 2)


@pytest.fixture
def bert() -> Encoder:
    config = BertConfig(
        vocab_size=257,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=40,
    )
    model = AutoModel.from_config(config, attn_implementation="eager")
    return Encoder(randomized(model), byte_tokenizer(brackets=True), "bert", 2, 4)
