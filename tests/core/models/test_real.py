"""The two default models with their real weights."""

import pytest
import torch
from transformers import AutoModelForCausalLM, GgufConfig

from core.models import fetch, is_ready, load_causal_lm, load_encoder

pytestmark = pytest.mark.models


def test_smollm2_has_its_published_shape() -> None:
    lm = load_causal_lm()
    assert is_ready("smollm2-135m")
    assert (lm.name, lm.n_layers, lm.n_heads, lm.n_kv_heads) == ("smollm2-135m", 30, 9, 3)
    config = lm.model.config
    assert (config.hidden_size, config.head_dim, config.vocab_size) == (576, 64, 49152)
    assert config.rope_parameters["rope_theta"] == 1e5
    assert lm.tokenizer.model_max_length == config.max_position_embeddings == 8192


def test_smollm2_continues_sensibly() -> None:
    lm = load_causal_lm()
    message = [{"role": "user", "content": "What is the capital of Italy? Answer in one sentence."}]
    inputs = lm.tokenizer.apply_chat_template(
        message, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    out = lm.model.generate(**inputs, max_new_tokens=12, do_sample=False)
    answer = lm.tokenizer.decode(out[0, inputs["input_ids"].shape[1] :], skip_special_tokens=True)
    assert "Rome" in answer


def test_unpacked_weights_equal_those_of_the_gguf() -> None:
    folder = fetch("smollm2-135m")
    (gguf,) = folder.glob("*.gguf")
    direct = AutoModelForCausalLM.from_pretrained(
        folder, gguf_file=gguf.name, dtype=torch.float32, quantization_config=GgufConfig(dequantize=True)
    )
    theirs, ours = direct.state_dict(), load_causal_lm().model.state_dict()
    assert theirs.keys() == ours.keys()
    assert all(torch.equal(theirs[key], ours[key]) for key in theirs)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("12345", ["1", "2", "3", "4", "5"]),
        ("a  3", ["a", "ĠĠ", "3"]),
        (" 7", ["Ġ", "7"]),
        ("Hello world", ["Hello", "Ġworld"]),
        ("<|im_start|>user", ["<|im_start|>", "user"]),
    ],
)
def test_smollm2_splits_digits_first(text: str, tokens: list[str]) -> None:
    tokenizer = load_causal_lm().tokenizer
    assert tokenizer(text).tokens() == tokens
    assert tokenizer.decode(tokenizer(text).input_ids) == text


def test_minilm_has_its_published_shape_and_reads_whole_texts() -> None:
    encoder = load_encoder()
    assert (encoder.name, encoder.n_layers, encoder.n_heads) == ("minilm-l6", 6, 12)
    assert encoder.model.config.max_position_embeddings == 512
    assert len(encoder.tokenizer("word " * 300).input_ids) == 302
    assert encoder.tokenizer("word").input_ids == [101, 2773, 102]


def test_minilm_knows_what_is_alike() -> None:
    encoder = load_encoder()

    def embed(text: str) -> torch.Tensor:
        hidden = encoder.model(**encoder.tokenizer(text, return_tensors="pt")).last_hidden_state
        return torch.nn.functional.normalize(hidden[0].mean(dim=0), dim=0)

    query = embed("A cat sits on the mat.")
    assert query @ embed("A kitten rests on a rug.") > 2 * (query @ embed("Interest rates rose in March.")).abs()
