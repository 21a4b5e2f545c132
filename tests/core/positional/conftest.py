"""A tiny Llama and a tiny BERT with random weights, and the real default models."""

import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import AutoModel, AutoModelForCausalLM, BertConfig, LlamaConfig, PreTrainedTokenizerFast

from core.models import CausalLM, Encoder, load_causal_lm, load_encoder


def byte_tokenizer(*, brackets: bool = False) -> PreTrainedTokenizerFast:
    """One token for each byte, after the special token with id 0."""
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({"<s>": 0} | {letter: n + 1 for n, letter in enumerate(letters)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if brackets:
        backend.post_processor = processors.TemplateProcessing("<s> $A <s>", special_tokens=[("<s>", 0)])
    return PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", pad_token="<s>", model_max_length=600)


def randomized(model: torch.nn.Module) -> torch.nn.Module:
    """Fills the matrices with entries that are large enough for attention to have a shape."""
    generator = torch.Generator().manual_seed(0)
    for parameter in model.eval().requires_grad_(False).parameters():
        if parameter.ndim == 2:
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model


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


@pytest.fixture(scope="session")
def smollm2() -> CausalLM:
    return load_causal_lm("smollm2-135m")


@pytest.fixture(scope="session")
def minilm() -> Encoder:
    return load_encoder("minilm-l6")
