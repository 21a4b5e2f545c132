"""What tiny models with random weights are made of."""

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast


def byte_tokenizer(*, brackets: bool = False, length: int = 600, end: bool = False) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer: one token for each byte, after the special token with id 0.

    Args:
        brackets: put the special token at both ends of a text.
        length: of the longest text.
        end: name the special token as the one that ends a text.
    """
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    backend = Tokenizer(models.BPE({"<s>": 0} | {letter: n + 1 for n, letter in enumerate(letters)}, []))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    if brackets:
        backend.post_processor = processors.TemplateProcessing("<s> $A <s>", special_tokens=[("<s>", 0)])
    special = {"bos_token": "<s>", "pad_token": "<s>"} | ({"eos_token": "<s>"} if end else {})
    return PreTrainedTokenizerFast(tokenizer_object=backend, model_max_length=length, **special)


def randomized(model: torch.nn.Module, *, seed: int = 0) -> torch.nn.Module:
    """Fills the matrices with entries that are large enough for attention to have a shape."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.eval().requires_grad_(False).parameters():
        if parameter.ndim == 2:
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model
