"""The folders of weights on disk: one folder per model, whole or absent, and known to be intact.

    models/<name>/          the model's files and `verified.json`, the stamp
    models/.part/<name>/    being built; renamed onto `models/<name>` when complete
    models/.lock/<name>     held while a process builds

The stamp keeps size, modification time and sha256 of every file. Comparing the first two costs microseconds, so it is
done at each use; the hash is computed again only when they differ.
"""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from core.files import cache_dir, cache_place, replacing, sha256_of
from core.models.errors import ModelUnavailableError, SourceFailedError

STAMP = "verified.json"
UNPACKED = 7
"""How many times its own bytes a GGUF takes once unpacked: from 5 bits per weight to 32, and some air."""
UNPACKED_ENDING = ".unpacked"
"""What the name of a folder ends in that holds an unpacked GGUF."""
WEIGHT_SUFFIXES = (".safetensors", ".gguf")
# Weights, configurations and vocabularies. Pickles (.bin, .pt) and code (.py) are never copied.
KEPT_SUFFIXES = (*WEIGHT_SUFFIXES, ".json", ".txt", ".model", ".jinja")


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What was true of one file when it was last hashed: bytes, modification time in ns, sha256."""

    size: int
    mtime_ns: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Where a folder's files came from, and each file's stamp by its relative path."""

    origin: str
    files: Mapping[str, FileStamp]


def models_dir() -> Path:
    """The folder for all models, inside the cache folder."""
    return cache_place() / "models"


def read_stamp(folder: Path) -> Stamp | None:
    """The stamp of a folder; None when there is none or it cannot be read."""
    try:
        data = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return Stamp(data["origin"], {name: FileStamp(**record) for name, record in data["files"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def intact(folder: Path) -> bool:
    """Whether every stamped file is there with its size. Nothing is hashed."""
    stamp = read_stamp(folder)
    return stamp is not None and all(_size(folder / name) == f.size for name, f in stamp.files.items())


def unchanged(folder: Path, *, expected: Mapping[str, str]) -> bool:
    """Whether `verified` says yes by the stamp alone: nothing is hashed, and nothing written."""
    stamp = read_stamp(folder)
    if stamp is None or any(name in stamp.files and stamp.files[name].sha256 != sha for name, sha in expected.items()):
        return False
    return all(_as_stamped(folder / name, record) for name, record in stamp.files.items())


def verified(folder: Path, *, expected: Mapping[str, str], origin: str | None = None) -> bool:
    """Whether a folder holds what was once verified there.

    Args:
        folder: a model's folder; it need not exist.
        expected: sha256 by file name, for the files whose published content is known.
        origin: what the stamp must say about where the files came from; None accepts any.

    Returns:
        True when each file has its stamped size and time, or hashes to its stamped sha256 (the stamp is then brought
        up to date). A folder without a stamp, copied there by hand, counts when its weights have known hashes.
        Invariant: after True, a second call hashes nothing, unless the folder cannot be written.
    """
    stamp = read_stamp(folder)
    if stamp is None:
        return origin is None and _adopt(folder, expected)
    if origin is not None and stamp.origin != origin:
        return False
    if any(name in stamp.files and stamp.files[name].sha256 != sha for name, sha in expected.items()):
        return False
    fresh = {name: _recheck(folder / name, record) for name, record in stamp.files.items()}
    found = {name: record for name, record in fresh.items() if record is not None}
    if len(found) < len(fresh):
        return False
    if found != stamp.files:
        with suppress(OSError):  # a read-only cache is hashed each time, and works
            _write_stamp(folder, Stamp(stamp.origin, found))
    return True


def seal(folder: Path, *, origin: str, expected: Mapping[str, str]) -> None:
    """Hashes all files of a freshly filled folder, compares with the known hashes, and writes the stamp.

    Raises:
        SourceFailedError: if there is no weight file, or one has another hash than expected.
    """
    files = {path.relative_to(folder).as_posix(): stamp_of(path) for path in _files_in(folder)}
    if not any(name.endswith(WEIGHT_SUFFIXES) for name in files):
        raise SourceFailedError("there is no .safetensors or .gguf weight file (pickled weights are refused)")
    for name, sha in expected.items():
        if name in files and files[name].sha256 != sha:
            raise SourceFailedError(
                f"{name} is damaged or is another version (sha256 {files[name].sha256[:12]}…, expected {sha[:12]}…)"
            )
    _write_stamp(folder, Stamp(origin, files))


def publish(folder: Path, target: Path) -> None:
    """Renames a sealed folder onto its place. The caller holds the model's lock."""
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


@contextmanager
def workspace(name: str) -> Iterator[Path]:
    """An empty folder to build a model in, removed afterwards. The caller holds the model's lock.

    Its place is fixed, so what a killed process left behind is cleared by the next one.
    """
    folder = models_dir() / ".part" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def exclusive(name: str, *, on_wait: Callable[[], None]) -> Iterator[None]:
    """Holds a model's lock against other threads and processes; calls `on_wait` twice a second until it is free."""
    from filelock import FileLock, Timeout

    folder = models_dir() / ".lock"
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / name)
    while not lock.is_locked:
        try:
            lock.acquire(timeout=0.5)
        except Timeout:
            on_wait()
    try:
        yield
    finally:
        lock.release()


def require_space(needed_bytes: int) -> None:
    """Checks that the disk of the cache folder has room.

    Raises:
        ModelUnavailableError: if it has not; the message gives both numbers in MB.
    """
    free = shutil.disk_usage(cache_dir()).free
    if free < needed_bytes:
        raise ModelUnavailableError(
            f"The disk is too full: {needed_bytes / 1e6:.0f} MB are needed in the cache folder, and {free / 1e6:.0f} "
            "MB are free. Free some space, or set the environment variable EXPLORER_CACHE to a folder on another disk."
        )


def tree_bytes(folder: Path) -> int:
    """The bytes in all files below a folder; files that vanish meanwhile count as nothing."""
    return sum(_size(path) or 0 for path in folder.rglob("*"))


def stamp_of(path: Path) -> FileStamp:
    """The stamp of a file as it is now, hashed."""
    status = path.stat()
    return FileStamp(status.st_size, status.st_mtime_ns, sha256_of(path))


def _as_stamped(path: Path, record: FileStamp) -> bool:
    try:
        status = path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (record.size, record.mtime_ns)


def _recheck(path: Path, record: FileStamp) -> FileStamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    if status.st_size != record.size:
        return None
    if status.st_mtime_ns == record.mtime_ns:
        return record
    fresh = stamp_of(path)
    return fresh if fresh.sha256 == record.sha256 else None


def _adopt(folder: Path, expected: Mapping[str, str]) -> bool:
    weights = [path.name for path in _files_in(folder) if path.suffix in WEIGHT_SUFFIXES]
    if not weights or not set(weights) <= set(expected):
        return False
    try:
        seal(folder, origin="copied by hand", expected=expected)
    except (SourceFailedError, OSError):
        return False
    return True


def _write_stamp(folder: Path, stamp: Stamp) -> None:
    with replacing(folder / STAMP) as temporary:
        temporary.write_text(json.dumps(asdict(stamp), indent=1), encoding="utf-8")
        temporary.chmod(folder.stat().st_mode & 0o666)  # a cache filled by an administrator is read by others


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != STAMP)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None
