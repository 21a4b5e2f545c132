import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.models import ModelUnavailableError, fetch, is_ready, sources
from core.models.errors import SourceFailedError
from core.models.sources import _hub_files
from core.models.store import STAMP

NAME = "tiny/llama"


class CancelledError(Exception):
    """What a cancel button raises."""


def test_safetensors_and_vocabulary_arrive_and_nothing_else(hub: Any, cache: Path, tiny_llama: Path) -> None:
    hub.serve(tiny_llama)
    wanted = set(hub.files)
    hub.files |= {
        "pytorch_model.bin": b"pickle",
        "modeling_tiny.py": b"raise SystemExit",
        "other.safetensors": b"",
        "onnx/config.json": b"{}",
        "README.md": b"",
    }
    folder = fetch(NAME)
    assert folder == cache / "models" / "tiny--llama"
    assert {path.name for path in folder.iterdir()} == wanted | {STAMP}
    assert all((folder / name).read_bytes() == hub.files[name] for name in wanted)
    assert hub.downloads("model.safetensors") == 1
    assert is_ready(NAME)


def test_progress_counts_bytes(hub: Any, tiny_llama: Path) -> None:
    hub.serve(tiny_llama)
    seen: list[float] = []
    fetch(NAME, on_progress=lambda fraction, message: seen.append(fraction))
    assert seen == sorted(seen)
    assert any(0.0 < fraction < 0.9 for fraction in seen)
    assert seen[-1] == 1.0


def test_a_repository_with_pickles_only_is_refused(hub: Any) -> None:
    hub.files = {"pytorch_model.bin": b"pickle", "config.json": b"{}"}
    with pytest.raises(ModelUnavailableError, match="no safetensors weights"):
        fetch(NAME)
    assert hub.requested == []


def test_content_that_is_not_what_the_hub_promised(hub: Any, cache: Path, tiny_llama: Path) -> None:
    hub.serve(tiny_llama)
    hub.promised_sha256["model.safetensors"] = "0" * 64
    with pytest.raises(ModelUnavailableError, match="damaged or is another version"):
        fetch(NAME)
    assert not (cache / "models" / "tiny--llama").exists()


def test_a_repository_that_is_not_there(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_MODELS", "tiny/absent")
    with pytest.raises(ModelUnavailableError, match="hub tiny/absent@main: the hub did not deliver"):
        fetch("tiny/absent")


def test_cancelling_leaves_nothing(hub: Any, cache: Path, tiny_llama: Path) -> None:
    def cancel(fraction: float, message: str) -> None:
        if fraction > 0.3:
            raise CancelledError

    hub.serve(tiny_llama)
    with pytest.raises(CancelledError):
        fetch(NAME, on_progress=cancel)
    assert not [path for path in (cache / "models").rglob("*") if path.suffix in (".safetensors", ".incomplete")]
    assert fetch(NAME).is_dir()


def test_a_connection_that_breaks_half_way_leaves_nothing(hub: Any, cache: Path, tiny_llama: Path) -> None:
    hub.serve(tiny_llama)
    hub.breaks_after = len(hub.files["model.safetensors"]) // 2
    with pytest.raises(ModelUnavailableError, match="hub tiny/llama@main: the hub did not deliver"):
        fetch(NAME)
    assert hub.broken
    assert not [path for path in (cache / "models").rglob("*") if path.suffix in (".safetensors", ".incomplete")]
    hub.broken, hub.breaks_after = False, None
    assert fetch(NAME).is_dir()


def test_a_hub_that_never_answers_is_given_up(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "ANSWER_SECONDS", 0.5)
    hub.silent.set()
    with pytest.raises(ModelUnavailableError, match="no answer within"):
        fetch(NAME)


def test_waiting_for_the_answer_can_be_cancelled(hub: Any) -> None:
    def cancel(fraction: float, message: str) -> None:
        raise CancelledError

    hub.silent.set()
    with pytest.raises(CancelledError):
        fetch(NAME, on_progress=cancel)


def test_the_hub_is_not_asked_when_the_deployment_says_offline(hub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailableError, match="HF_HUB_OFFLINE is set"):
        fetch(NAME)
    assert hub.requested == []


def test_a_disk_without_room_for_the_repository(hub: Any, tiny_llama: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.serve(tiny_llama)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=9, used=9, free=100))
    with pytest.raises(ModelUnavailableError, match="0 MB are free"):
        fetch(NAME)
    assert hub.downloads("model.safetensors") == 0


def test_two_processes_share_one_download(hub: Any, tiny_llama: Path) -> None:
    hub.serve(tiny_llama)
    command = [sys.executable, "-c", f"from core.models import fetch; print(fetch({NAME!r}))"]
    visitors = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [visitor.communicate()[0] for visitor in visitors]
    assert [visitor.returncode for visitor in visitors] == [0, 0, 0]
    assert len(set(answers)) == 1
    assert hub.downloads("model.safetensors") == 1


@pytest.mark.parametrize(
    ("names", "weights"),
    [
        (["model.safetensors", "model.fp16.safetensors"], ["model.safetensors"]),
        (
            ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "consolidated.safetensors"],
            ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"],
        ),
    ],
)
def test_one_copy_of_the_weights_is_taken(names: list[str], weights: list[str]) -> None:
    kept = _hub_files(dict.fromkeys(["config.json", "tokenizer.gguf", *names], 1), "causal_lm")
    assert sorted(kept) == sorted(["config.json", *weights])


def test_of_a_clip_only_open_clips_own_two_files_are_taken() -> None:
    names = ["open_clip_config.json", "open_clip_model.safetensors", "model.safetensors", "config.json", "merges.txt"]
    assert list(_hub_files(dict.fromkeys(names, 1), "clip")) == names[:2]
    with pytest.raises(SourceFailedError, match=r"lacks open_clip_model\.safetensors"):
        _hub_files(dict.fromkeys(["open_clip_config.json", "open_clip_pytorch_model.bin"], 1), "clip")
