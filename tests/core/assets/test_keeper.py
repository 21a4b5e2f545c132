"""Recorded results in files: what comes back, what is refused, and what is never written."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.assets import AssetError, entries, keep, kept, manifest
from core.assets.keeper import read, write
from core.attention import HeadEffects, LogitLens, recorded_lens, recorded_ranking
from core.checks import Check
from tests.core.assets.contents import digest_of

ENTRY = {"recipe": "python -m core.assets record x y", "seed": 1, "licence": "MIT", "description": "d", "versions": {}}
LENS, EFFECTS = recorded_lens("causal", 3), recorded_ranking("causal")


@dataclass(frozen=True)
class Measured:
    """Some numbers."""

    name: str
    values: tuple[np.ndarray, ...]
    checks: tuple[Check, ...] = ()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(entries, "FOLDER", tmp_path)
    return tmp_path


arrays = hnp.arrays(
    dtype=hnp.scalar_dtypes() | hnp.unicode_string_dtypes() | hnp.byte_string_dtypes(),
    shape=hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)


@given(st.text(), st.lists(arrays).map(tuple))
def test_a_result_comes_back_bit_for_bit(tmp_path_factory: pytest.TempPathFactory, name: str, values: tuple) -> None:
    path = tmp_path_factory.mktemp("kept") / "a.npz"
    measured = Measured(name, values, (Check("c", float("nan"), 1.0),))
    write(measured, path)
    back = read(path, Measured)
    assert digest_of(back) == digest_of(measured)
    assert [part.dtype for part in back.values] == [part.dtype for part in values]
    assert not any(part.flags.writeable for part in back.values)


def test_numbers_of_several_widths_and_orders_come_back(tmp_path: Path) -> None:
    values = (np.array(3, dtype=np.uint8), np.arange(6, dtype=">f4").reshape(2, 3).T, np.zeros((0, 3)), np.float16([1]))
    values += (np.array([(1, 2.0)], dtype=[("a", "<i2"), ("b", "<f8")]),)
    write(Measured("m", values), tmp_path / "a.npz")
    for ours, theirs in zip(values, read(tmp_path / "a.npz", Measured).values, strict=True):
        assert (ours.dtype, ours.shape, ours.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())


def test_the_same_result_makes_the_same_file(tmp_path: Path) -> None:
    for name in "ab":
        write(EFFECTS, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_small_numbers_stay_small_in_the_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 20_000, dtype=np.uint8)
    write(Measured("m", (noise, noise.view(np.float16)[:0])), tmp_path / "a.npz")
    assert (tmp_path / "a.npz").stat().st_size < 1.1 * len(noise)


def test_a_kept_result_is_in_the_manifest_and_is_read_back(folder: Path) -> None:
    path = keep(EFFECTS, "topic/a.npz", **ENTRY, folder=folder)
    assert path == folder / "topic" / "a.npz"
    assert manifest(folder)["topic/a.npz"]["recipe"] == ENTRY["recipe"]
    back = kept("topic/a.npz", HeadEffects)
    assert digest_of(back) == digest_of(EFFECTS)
    assert not back.loss_after.flags.writeable


def test_a_damaged_or_foreign_file_names_the_command_that_makes_it_again(folder: Path) -> None:
    keep(LENS, "spoiled.npz", **ENTRY, folder=folder).write_bytes(b"no result")
    keep(LENS, "a.npz", **ENTRY, folder=folder)
    with pytest.raises(AssetError, match=r"a\.npz holds a LogitLens.*HeadEffects\. Make it again with: python -m core"):
        kept("a.npz", HeadEffects)
    with pytest.raises(AssetError, match=r"damaged.*python -m core\.assets record x y"):
        kept("spoiled.npz", LogitLens)
    with pytest.raises(AssetError, match="Known: a"):
        kept("b.npz", LogitLens)


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("core.attention.lens:LogitLens", None),
        ("core.attention.no_longer_there:LogitLens", None),
        ("core.attention:Gone", "core.attention:Gone is gone"),
        ("core.attention:HeadEffects", "has the fields"),
        ("os:system", "os:system is not a class"),
    ],
)
def test_an_old_address_is_read_or_refused_with_the_command(folder: Path, address: str, error: str | None) -> None:
    path = keep(LENS, "a.npz", **ENTRY, folder=folder)
    with np.load(path) as file:
        tree, content = file["tree"].tobytes().decode(), file["arrays"]
    assert "core.attention:LogitLens" in tree
    changed = tree.replace("core.attention:LogitLens", address).encode()
    np.savez(path, tree=np.frombuffer(changed, dtype=np.uint8), arrays=content)
    entries.register(path, **ENTRY, folder=folder)
    if error is None:
        assert digest_of(kept("a.npz", LogitLens)) == digest_of(LENS)
        return
    with pytest.raises(AssetError, match=rf"{error}.*Make it again with: python -m core\.assets record x y"):
        kept("a.npz", LogitLens)


def test_files_that_are_no_results_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with pytest.raises(FileNotFoundError):
        read(path, LogitLens)
    write(LENS, path)
    content = path.read_bytes()
    with np.load(path) as file:
        tree, numbers = file["tree"], file["arrays"]
    middle = len(content) // 2
    flipped = content[:middle] + bytes(255 - byte for byte in content[middle : middle + 64]) + content[middle + 64 :]
    for damaged in (b"", b"hello", content[:-100], content[:middle], b"PK" + content[200:], flipped):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
            read(path, LogitLens)
    pickled, foreign = np.array([{}], dtype=object), np.frombuffer(json.dumps({"a": 1}).encode(), dtype=np.uint8)
    for members in (
        {"tree": tree},
        {"tree": tree, "arrays": numbers[:-16]},
        {"tree": tree[:-1], "arrays": numbers},
        {"tree": foreign, "arrays": numbers},
        {"tree": pickled, "arrays": pickled},
    ):
        np.savez(path, **members)
        with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
            read(path, LogitLens)
    with path.open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
        read(path, LogitLens)


def test_what_cannot_be_kept_leaves_nothing_behind(folder: Path) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        keep({"lens": object()}, "a.npz", **ENTRY, folder=folder)
    assert list(folder.iterdir()) == []
