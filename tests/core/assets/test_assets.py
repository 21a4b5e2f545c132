"""Recorded files are what the manifest says, or there is an error that says what to do."""

import json
from pathlib import Path

import pytest

from core.assets import FOLDER, AssetError, asset, entries, manifest, register
from core.files import sha256_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(entries, "FOLDER", tmp_path)
    return tmp_path


def keep(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    register(
        path, recipe="python -m x", seed=1, licence="MIT", description="d", versions={"b": "2", "a": "1"}, folder=folder
    )
    return path


def test_a_registered_file_is_found(folder: Path) -> None:
    path = keep(folder, "a/b.npz", b"one")
    assert asset("a/b.npz") == path
    entry = manifest(folder)["a/b.npz"]
    assert entry["sha256"] == sha256_of(path)
    assert (entry["bytes"], entry["seed"], entry["recipe"]) == (3, 1, "python -m x")


def test_the_manifest_is_sorted_and_whole(folder: Path) -> None:
    for name in ("b", "c", "a"):
        keep(folder, name, name.encode())
    raw = json.loads((folder / "manifest.json").read_text())
    assert list(raw) == ["a", "b", "c"]
    assert list(raw["a"]["versions"]) == ["a", "b"]
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "c", "manifest.json"]


def test_a_changed_file_is_refused(folder: Path) -> None:
    keep(folder, "a", b"one").write_bytes(b"two")
    with pytest.raises(AssetError, match=r"damaged.*python -m x"):
        asset("a")


def test_a_missing_file_says_how_to_make_it(folder: Path) -> None:
    keep(folder, "a", b"one").unlink()
    with pytest.raises(AssetError, match=r"missing.*python -m x"):
        asset("a")


@pytest.mark.parametrize("name", ["nothing", "../secret", "/etc/passwd", "manifest.json", ""])
def test_only_names_of_the_manifest_are_served(folder: Path, name: str) -> None:
    keep(folder, "a", b"one")
    with pytest.raises(AssetError, match="Known: a"):
        asset(name)


def test_a_broken_manifest_is_an_asset_error(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")
    with pytest.raises(AssetError, match="manifest"):
        asset("a")


def test_a_new_version_replaces_the_old(folder: Path) -> None:
    keep(folder, "a", b"one")
    asset("a")
    keep(folder, "a", b"another")
    assert asset("a").read_bytes() == b"another"
    assert len(manifest(folder)) == 1


def test_files_elsewhere_are_not_registered(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a"
    outside.write_bytes(b"one")
    with pytest.raises(ValueError, match="not in the subpath"):
        register(outside, recipe="r", seed=None, licence="MIT", description="d", versions={}, folder=folder)


def test_every_file_that_comes_with_the_code_is_whole_and_named() -> None:
    known = manifest()
    assert known
    for name, entry in known.items():
        assert asset(name).stat().st_size == entry["bytes"]
        assert entry["recipe"].startswith("python -m core.assets record ")
        assert all(entry[field] for field in ("licence", "description", "date", "versions"))
    loose = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.npz")}
    assert loose <= set(known)
