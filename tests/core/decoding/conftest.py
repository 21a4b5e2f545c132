"""A tiny Llama with random weights."""

import pytest
from transformers import LlamaConfig, LlamaForCausalLM

from core.models import CausalLM
from tests.core.tiny import byte_tokenizer, randomized


@pytest.fixture
def tiny() -> CausalLM:
    """Four layers over bytes; its weights are large enough for the text not to be a single repeated token."""
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=300,
        eos_token_id=0,
        bos_token_id=0,
    )
    config._attn_implementation = "eager"
    model = randomized(LlamaForCausalLM(config), seed=3)
    return CausalLM(model, byte_tokenizer(length=300, end=True), "tiny", 4, 6, 2)
