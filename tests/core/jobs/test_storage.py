"""Identity, encoding and the folder of results, without any worker."""

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import core.attention
from core.attention import HeadRanking
from core.checks import Check
from core.jobs.encoding import face_address_of, pack, unpack
from core.jobs.errors import ResultDamagedError
from core.jobs.identity import code_version, key_of
from core.jobs.limits import Limits, limits_from_environment
from core.jobs.results import Kept, ResultFolder, dump, load, path_of, write_file
from core.orca import AlignParams
from tests.core.jobs.job_functions import Task, square

ROOT = Path(__file__).parents[3]


class Method(Enum):
    EXACT = "exact"
    SLICED = "sliced"


@dataclass(frozen=True, slots=True)
class Inner:
    method: Method
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Outer:
    value: Any
    inner: Inner | None = None
    derived: int = dataclasses.field(init=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "derived", 41)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
keys = st.integers() | st.text() | st.booleans() | st.tuples(st.integers(), st.text())
arrays = hnp.arrays(
    dtype=hnp.scalar_dtypes() | hnp.unicode_string_dtypes() | hnp.byte_string_dtypes(),
    shape=hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
)
values = st.recursive(
    plain | arrays,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(keys, inner) | st.builds(Outer, inner),
    max_leaves=20,
)


def same(a: Any, b: Any) -> bool:
    """Whether two values are of the same types and contents, NaN equal to NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    return bool(a == b) or (a != a and b != b)


@given(values)
def test_a_result_comes_back_as_it_was(value: Any) -> None:
    stream = BytesIO()
    dump(stream, Kept(value=value, started=1.5, seconds=0.25))
    stream.seek(0)
    kept = load(stream)
    assert same(kept.value, value)
    assert (kept.started, kept.seconds) == (1.5, 0.25)


@given(st.binary(max_size=30), st.data())
def test_any_changed_byte_is_noticed(value: bytes, data: st.DataObject) -> None:
    stream = BytesIO()
    dump(stream, Kept(value=value, started=0.0, seconds=0.0))
    stream.seek(0)
    assert load(stream).value == value
    content = bytearray(stream.getvalue())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ResultDamagedError):
        load(BytesIO(bytes(content)))
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(ResultDamagedError):
        load(BytesIO(stream.getvalue()[:cut]))


def test_dataclasses_enums_and_tensors_come_back() -> None:
    inner = Inner(Method.SLICED, (Check("sums to one", 1e-9, 1e-5),))
    value = Outer({"weights": torch.arange(6.0).reshape(2, 3), 3: np.float32(0.1)}, inner)
    back = unpack(*pack(value))
    assert back.inner == inner and back.derived == 41 and type(back.value[3]) is np.float32
    assert torch.equal(back.value["weights"], value.value["weights"])


@pytest.mark.parametrize("value", [{1}, object(), lambda: 0, np.array([object()]), 1j, Path("x"), Outer(int)])
def test_what_cannot_be_stored_is_refused_and_named(value: Any) -> None:
    with pytest.raises(TypeError, match=r"value\.value\[1\].* cannot be kept; it must be None, bool"):
        pack(Outer([0, value]))


def test_a_class_of_a_topic_is_named_by_its_face_in_whatever_module_it_lies() -> None:
    packed = pack((HeadRanking("m", "a text", "zero"), Check("c", 0.0, 1.0)))[0]
    assert [item["type"] for item in packed["items"]] == ["core.attention:HeadRanking", "core.checks:Check"]
    assert face_address_of(AlignParams) == f"{AlignParams.__module__.rpartition('.')[0]}:AlignParams"
    assert face_address_of(Outer) == f"{__name__}:Outer"


@pytest.mark.parametrize("name", ["Hidden", "HeadRanking"])
def test_a_class_of_a_topic_that_its_face_does_not_offer_is_refused(name: str) -> None:
    hidden = dataclasses.make_dataclass(name, ["value"])
    hidden.__module__ = "core.attention.somewhere"
    with pytest.raises(TypeError, match=rf"somewhere:{name} is offered by no face.* core/attention/__init__\.pyi"):
        pack([hidden(1)])


@pytest.mark.parametrize("member", list(Method))
def test_an_enumeration_of_a_topic_needs_a_face_as_well(member: Method, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Method, "__module__", "core.attention.somewhere")
    face_address_of.cache_clear()
    with pytest.raises(TypeError, match="somewhere:Method is offered by no face"):
        pack(member)
    monkeypatch.setattr(core.attention, "Method", Method, raising=False)
    packed = pack(member)[0]
    assert packed["type"] == "core.attention:Method" and unpack(packed, []) is member
    face_address_of.cache_clear()


@pytest.mark.parametrize("module", ["core.attention", "core.attention.ranking", "core.attention.renamed.since"])
def test_an_address_behind_a_face_is_read_even_after_its_module_was_renamed(module: str) -> None:
    tree, _ = pack(HeadRanking("m", "a text", "zero"))
    assert isinstance(tree, dict)
    assert unpack(tree | {"type": f"{module}:HeadRanking"}, []) == HeadRanking("m", "a text", "zero")


@pytest.mark.parametrize(
    "tree",
    [
        {"is": "dataclass", "type": "core.checks:Gone", "fields": {}},
        {"is": "dataclass", "type": "core.attention.ranking:Gone", "fields": {}},
        {"is": "dataclass", "type": "core.attention.jobs:rank_heads", "fields": {}},
        {"is": "dataclass", "type": "os:system", "fields": {}},
        {"is": "dataclass", "type": "pathlib:Path", "fields": {}},
        {"is": "dataclass", "type": "core.checks:Check", "fields": {"name": "x"}},
        {"is": "enum", "type": "core.checks:Check", "name": "x"},
        {"is": "enum", "type": "tests.core.jobs.test_storage:Method", "name": "MISSING"},
    ],
)
def test_a_file_can_name_only_known_dataclasses_and_enums(tree: object) -> None:
    with pytest.raises(ResultDamagedError):
        unpack(tree, [])


def test_the_key_tells_params_functions_and_code_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.core.jobs.job_functions import fail

    key = key_of(square, Task(number=1))
    assert key == key_of(square, Task(number=1))
    others = [key_of(square, Task(number=2)), key_of(fail, Task(number=1)), key_of(square, Outer(np.zeros(2)))]
    others += [key_of(square, Outer(np.array([0.0, 1.0]))), key_of(square, Outer(np.zeros(2, dtype=np.float32)))]
    monkeypatch.setattr("core.jobs.identity.code_version", lambda module: "edited")
    others.append(key_of(square, Task(number=1)))
    assert len({key, *others}) == 7


def test_the_key_is_the_same_in_every_process() -> None:
    code = (
        "from tests.core.jobs.job_functions import Task, square; from core.jobs.identity import key_of;"
        "print(key_of(square, Task(3)))"
    )
    keys = set()
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
        keys.add(subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True).stdout)
    assert keys == {f"{key_of(square, Task(3))}\n".encode()}


def test_an_edit_in_the_topic_changes_the_code_version(tmp_path: Path) -> None:
    for name in ("__init__", "topic/__init__", "topic/deep/__init__", "topic/deep/work", "topic/other", "else"):
        path = tmp_path / "core" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a = 1\n")
    (tmp_path / "core" / "jobs").symlink_to(ROOT / "core" / "jobs")

    def version() -> bytes:
        code = "from core.jobs.identity import code_version; print(code_version('core.topic.deep.work'))"
        environment = os.environ | {"PYTHONPATH": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=True
        )
        return done.stdout

    (tmp_path / "core" / "files.py").write_text((ROOT / "core" / "files.py").read_text())
    first = version()
    (tmp_path / "core" / "else.py").write_text("a = 2\n")
    assert version() == first
    (tmp_path / "core" / "topic" / "other.py").write_text("a = 2\n")
    assert version() != first


def test_the_code_version_of_a_module_of_core_and_of_its_package_agree() -> None:
    assert code_version("core.jobs.identity") == code_version("core.jobs") != code_version("core.files")


def local_function() -> Callable[..., None]:
    def inner(params: Task, *, on_progress: object) -> None:
        pass

    return inner


@pytest.mark.parametrize("function", [local_function(), lambda params, on_progress: None, Task(1)])
def test_a_function_that_a_worker_cannot_find_is_refused(function: Any) -> None:
    with pytest.raises(ValueError, match="must be a function at the top of an importable module"):
        key_of(function, Task())


@dataclass
class Thawed:
    number: int = 0


@pytest.mark.parametrize("params", [Thawed(), {"number": 0}, Task, None])
def test_params_must_be_frozen(params: Any) -> None:
    with pytest.raises(TypeError, match="must be an instance of a frozen dataclass"):
        key_of(square, params)


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("EXPLORER_JOBS_RUNNING", "EXPLORER_JOBS_WAITING", "EXPLORER_RESULTS_MB")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    assert limits_from_environment() == Limits(running=None, waiting=20, result_bytes=2_000_000_000)
    for name in names:
        monkeypatch.setenv(name, "3")
    assert limits_from_environment() == Limits(running=3, waiting=3, result_bytes=3_000_000)
    for name, wrong in zip(names, ("0", "-1", "many"), strict=True):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(ValueError, match=f"{name} is '{wrong}'"):
            limits_from_environment()
        monkeypatch.setenv(name, "3")


def test_eviction_keeps_the_newest_and_clears_what_was_left_half_written(tmp_path: Path) -> None:
    folder = ResultFolder(tmp_path, limit_bytes=3_000)
    for age, name in enumerate("abcd"):
        write_file(path_of(tmp_path, name), Kept(bytes(1_000), 0.0, 0.0))
        os.utime(path_of(tmp_path, name), (age, age))
    for name, age in ((".old.result.1.part", 0), (".new.result.2.part", None)):
        (tmp_path / name).write_bytes(b"half")
        if age is not None:
            os.utime(tmp_path / name, (age, age))
    folder.evict(keep="a")  # the oldest by its time stamp, and the one just made
    assert [name for name in "abcd" if path_of(tmp_path, name).exists()] == ["a", "d"]
    assert [path.name for path in tmp_path.glob("*.part")] + [path.name for path in tmp_path.glob(".*.part")] != []
    assert not (tmp_path / ".old.result.1.part").exists() and (tmp_path / ".new.result.2.part").exists()


def test_a_result_of_another_version_is_not_served_and_goes_out_by_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ResultFolder(tmp_path, limit_bytes=1_500)
    old = key_of(square, Task(number=1))
    write_file(path_of(tmp_path, old), Kept(bytes(1_000), 0.0, 0.0))
    monkeypatch.setattr("core.jobs.identity.code_version", lambda module: "edited")
    new = key_of(square, Task(number=1))
    assert folder.get(old) is not None and folder.get(new) is None
    os.utime(path_of(tmp_path, old), (0, 0))
    write_file(path_of(tmp_path, new), Kept(bytes(1_000), 0.0, 0.0))
    folder.evict(keep=new)
    assert folder.get(old) is None and folder.get(new) is not None


def test_memory_serves_the_same_object_until_the_file_changes(tmp_path: Path) -> None:
    folder = ResultFolder(tmp_path, limit_bytes=10**9)
    write_file(path_of(tmp_path, "k"), Kept(np.arange(3), 0.0, 0.0))
    first = folder.get("k")
    assert first is not None and folder.get("k") is first
    with pytest.raises(ValueError, match="read-only"):
        first.value[0] = 9
    write_file(path_of(tmp_path, "k"), Kept(np.arange(4), 0.0, 0.0))
    second = folder.get("k")
    assert second is not None and len(second.value) == 4
    path_of(tmp_path, "k").unlink()
    assert folder.get("k") is None
