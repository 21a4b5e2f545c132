"""The default models, and a machine without a network with a hub on it that serves what a test gives it."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.models import shared
from tests.core.fake_hub import NOWHERE, FakeHub, serving

if TYPE_CHECKING:
    from core.models import CausalLM, Encoder


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
def hub(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """A hub with the repository "tiny/llama", which the deployment allows; a test may give it another one."""
    with serving(FakeHub()) as fake:
        monkeypatch.setenv("HF_ENDPOINT", fake.url)
        monkeypatch.setenv("EXPLORER_MODELS", fake.repo)
        yield fake


@pytest.fixture(scope="session")
def smollm2() -> "CausalLM":
    from core.models import load_causal_lm  # torch: most tests of jobs and models do without

    return load_causal_lm("smollm2-135m")


@pytest.fixture(scope="session")
def minilm() -> "Encoder":
    from core.models import load_encoder

    return load_encoder("minilm-l6")
