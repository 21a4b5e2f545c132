"""Results in files, and pages without torch."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.attention import CacheShape, HeadEffects, LogitLens, recorded_lens, recorded_ranking
from core.attention.keeping import load_result, save_result


def test_a_result_comes_back_bit_for_bit(tmp_path: Path) -> None:
    effects = recorded_ranking("causal")
    save_result(effects, tmp_path / "a.npz")
    back = load_result(tmp_path / "a.npz", HeadEffects)
    for field in dataclasses.fields(effects):
        ours, theirs = getattr(effects, field.name), getattr(back, field.name)
        assert type(ours) is type(theirs)
        assert np.array_equal(ours, theirs) if isinstance(ours, np.ndarray) else ours == theirs
    assert not back.loss_after.flags.writeable


def test_files_that_are_not_what_they_should_be(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with pytest.raises(FileNotFoundError):
        load_result(path, LogitLens)
    save_result(recorded_lens("causal", 3), path)
    with pytest.raises(ValueError, match=r"a\.npz holds a LogitLens; it should hold a HeadEffects"):
        load_result(path, HeadEffects)
    content = path.read_bytes()
    for damaged in (b"", content[:-100], content[: len(content) // 2], b"PK" + content[200:]):
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
            load_result(path, LogitLens)
    np.savez(path, tree=np.array('{"is": "dataclass", "type": "os:system", "fields": {}}'))
    with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
        load_result(path, LogitLens)
    np.savez(path, array_0=np.array([{}], dtype=object))
    with pytest.raises(ValueError, match=r"a\.npz is not a readable result"):
        load_result(path, LogitLens)


def test_only_plain_results_are_kept(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        save_result({"lens": object()}, tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_page_can_open_without_torch() -> None:
    code = (
        "import sys; from core.attention import recorded_ranking, recorded_lens,"
        "recorded_documents, recorded_generation, recorded, compare_maps, attention_by_hand, PUBLISHED_MODELS,"
        "decode_bound, group_of, map_overlap, visible, Intervention, HeadRanking;"
        "recorded_ranking('induction'); recorded_lens('sink', 12); recorded_documents(); recorded_generation();"
        "compare_maps(recorded('causal'), recorded('bidirectional'), head_a=(0, 0));"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_equal_shapes_are_equal() -> None:
    """They are parameters: a page compares and hashes them."""
    assert len({CacheShape(30, 9, 3, 64), CacheShape(30, 9, 3, 64, bytes_per_value=2)}) == 1
