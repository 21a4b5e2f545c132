"""A tiny random model over bytes."""

import pytest
from transformers import AutoModelForCausalLM, LlamaConfig

from core.models import CausalLM
from tests.core.tiny import byte_tokenizer, randomized

POSITIONS = 2048


@pytest.fixture(scope="session")
def tiny() -> CausalLM:
    config = LlamaConfig(
        vocab_size=257,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=1,
        max_position_embeddings=POSITIONS,
        bos_token_id=0,
        eos_token_id=0,
    )
    model = randomized(AutoModelForCausalLM.from_config(config, attn_implementation="eager"), seed=5)
    return CausalLM(model, byte_tokenizer(length=POSITIONS, end=True), "tiny", 1, 2, 1)
