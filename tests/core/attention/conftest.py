"""Tiny models with random weights for each architecture."""

import copy

import pytest
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    BertConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    PreTrainedConfig,
)

from core.models import CausalLM, Encoder
from tests.core.tiny import byte_tokenizer, randomized

TEXT = "The cat sat on the mat; the cat slept."
LLAMA = {"hidden_size": 48, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 6}
CONFIGS = {
    "llama": LlamaConfig(vocab_size=257, **LLAMA, num_key_value_heads=2, head_dim=8, max_position_embeddings=600),
    "gpt2": GPT2Config(vocab_size=257, n_embd=32, n_layer=2, n_head=4, n_positions=600),
    "gpt_neox": GPTNeoXConfig(
        vocab_size=257, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2
    ),
    "bert": BertConfig(
        vocab_size=257, hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4
    ),
}


def tiny(config: PreTrainedConfig, *, attention: str = "eager", seed: int = 0) -> CausalLM | Encoder:
    """A random model. Its weights are large enough for attention to have a shape."""
    config = copy.deepcopy(config)
    auto = AutoModel if config.model_type == "bert" else AutoModelForCausalLM
    model = randomized(auto.from_config(config, attn_implementation=attention), seed=seed)
    sizes = (config.model_type, config.num_hidden_layers, config.num_attention_heads)
    if config.model_type == "bert":
        return Encoder(model, byte_tokenizer(brackets=True), *sizes)
    return CausalLM(model, byte_tokenizer(), *sizes, getattr(config, "num_key_value_heads", sizes[2]))


@pytest.fixture(params=CONFIGS)
def any_lm(request: pytest.FixtureRequest) -> CausalLM | Encoder:
    return tiny(CONFIGS[request.param])


@pytest.fixture
def llama() -> CausalLM:
    return tiny(CONFIGS["llama"])


@pytest.fixture
def bert() -> Encoder:
    return tiny(CONFIGS["bert"])
