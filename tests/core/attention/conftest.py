"""Tiny models with random weights for each architecture, and the real default models."""

import copy

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import (
    AutoModel,
    AutoModelForCausalLM,
    BertConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    PreTrainedConfig,
    PreTrainedTokenizerFast,
)

from core.models import CausalLM, Encoder, load_causal_lm, load_encoder

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


def byte_tokenizer(*, brackets: bool = False) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer: one token for each byte, after the special token with id 0."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({"<s>": 0} | {letter: n + 1 for n, letter in enumerate(letters)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if brackets:
        backend.post_processor = processors.TemplateProcessing("<s> $A <s>", special_tokens=[("<s>", 0)])
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", model_max_length=600)


def tiny(config: PreTrainedConfig, *, attention: str = "eager", seed: int = 0) -> CausalLM | Encoder:
    """A random model. Its weights are large enough for attention to have a shape."""
    config = copy.deepcopy(config)
    auto = AutoModel if config.model_type == "bert" else AutoModelForCausalLM
    model = auto.from_config(config, attn_implementation=attention).eval().requires_grad_(False)
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        if parameter.ndim == 2:
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
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


@pytest.fixture(scope="session")
def smollm2() -> CausalLM:
    return load_causal_lm("smollm2-135m")


@pytest.fixture(scope="session")
def minilm() -> Encoder:
    return load_encoder("minilm-l6")
