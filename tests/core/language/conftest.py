"""Tiny models with random weights for each architecture."""

import copy

import pytest
from transformers import AutoModelForCausalLM, GPT2Config, GPTNeoXConfig, LlamaConfig

from core.models import CausalLM
from tests.core.tiny import byte_tokenizer, randomized

POSITIONS = 400
ENDS = {"vocab_size": 257, "bos_token_id": 0, "eos_token_id": 0}
CONFIGS = {
    "llama": LlamaConfig(
        **ENDS,
        hidden_size=48,
        intermediate_size=64,
        num_hidden_layers=3,
        num_attention_heads=6,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=POSITIONS,
    ),
    "gpt2": GPT2Config(**ENDS, n_embd=32, n_layer=2, n_head=4, n_positions=POSITIONS),
    "gpt_neox": GPTNeoXConfig(
        **ENDS,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        max_position_embeddings=POSITIONS,
    ),
}


def tiny(kind: str) -> CausalLM:
    """A random model over bytes. Its weights are large enough for the text not to be a single repeated token."""
    config = copy.deepcopy(CONFIGS[kind])
    model = randomized(AutoModelForCausalLM.from_config(config, attn_implementation="eager"), seed=3)
    heads = config.num_attention_heads
    tokenizer = byte_tokenizer(length=POSITIONS, end=True)
    return CausalLM(model, tokenizer, kind, config.num_hidden_layers, heads, heads)


@pytest.fixture(params=CONFIGS)
def any_lm(request: pytest.FixtureRequest) -> CausalLM:
    return tiny(request.param)


@pytest.fixture(scope="session")
def llama() -> CausalLM:
    return tiny("llama")
