"""Results on disk: written whole or not at all, checked when read, the least recently used ones removed.

A file is a line that names the format, the SHA-256 of all that follows it, then the JSON tree and the arrays in numpy's
own format (`core.jobs.encoding`). One file, so that content and checksum cannot part. diskcache would give the
eviction, but keeps what is not text or bytes as pickle.
"""

import hashlib
import io
import json
import os
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.files import replacing
from core.jobs.encoding import pack, unpack
from core.jobs.errors import ResultDamagedError
from core.memory import BUDGET, Room

FORMAT = b"explorer result 1\n"
DIGEST_BYTES = hashlib.sha256().digest_size
READ_BYTES = 1 << 20
MEMORY_BYTES = 300_000_000
ABANDONED_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A result with the time it was begun (seconds since 1970) and how long it took (seconds)."""

    value: Any
    started: float
    seconds: float


class _Hashing(io.RawIOBase):
    """Passes on what is written and takes its checksum on the way, so that a large file is gone through once."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        super().__init__()
        self._stream = stream
        self.digest = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.digest.update(data)
        return self._stream.write(data)


def dump(stream: io.BufferedIOBase, kept: Kept) -> None:
    """Writes a result to a stream that can seek.

    Raises:
        TypeError: when the value holds something that cannot be stored.
    """
    tree, arrays = pack(kept.value)
    head = {"value": tree, "arrays": len(arrays), "started": kept.started, "seconds": kept.seconds}
    text = json.dumps(head).encode()
    stream.write(FORMAT + bytes(DIGEST_BYTES))
    body = _Hashing(stream)
    body.write(len(text).to_bytes(8, "little") + text)
    for array in arrays:
        np.lib.format.write_array(body, array, allow_pickle=False)
    stream.seek(len(FORMAT))
    stream.write(body.digest.digest())


def load(stream: io.BufferedIOBase) -> Kept:
    """Reads what `dump` wrote, after its checksum has been found right.

    Raises:
        ResultDamagedError: when it is not what was written.
    """
    if stream.read(len(FORMAT)) != FORMAT:
        raise ResultDamagedError("not a result of this format")
    told = stream.read(DIGEST_BYTES)
    digest = hashlib.sha256()  # not file_digest: of a BytesIO it would take the part before the position as well
    while chunk := stream.read(READ_BYTES):
        digest.update(chunk)
    if digest.digest() != told:
        raise ResultDamagedError("the checksum does not fit the content")
    stream.seek(len(FORMAT) + DIGEST_BYTES)
    head = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
    arrays = [np.lib.format.read_array(stream, allow_pickle=False) for _ in range(head["arrays"])]
    return Kept(value=unpack(head["value"], arrays), started=head["started"], seconds=head["seconds"])


def write_file(path: Path, kept: Kept) -> None:
    """Writes a result under a temporary name and renames it: a reader sees all of it or nothing."""
    with replacing(path) as temporary, temporary.open("wb") as stream:
        dump(stream, kept)


def read_file(path: Path) -> Kept | None:
    """The result in a file, or None when there is no such file. A damaged file is removed, and counts as none."""
    try:
        with path.open("rb") as stream:
            return load(stream)
    except FileNotFoundError:
        return None
    except ResultDamagedError:
        path.unlink(missing_ok=True)
        return None


def path_of(folder: Path, key: str) -> Path:
    """Where the result of the job with this key lies."""
    return folder / f"{key}.result"


def folder_mark(folder: Path) -> str:
    """A name written into the folder once, by which a worker knows whether it sees the same folder.

    The same path may be another folder on another machine, and a shared folder may have another path.
    """
    path = folder / ".folder"
    if not path.exists():
        with replacing(path) as temporary:
            temporary.write_text(uuid.uuid4().hex)
    return path.read_text()


class ResultFolder:
    """The kept results of a deployment, at most `limit_bytes` of them, the last used ones also in memory.

    Args:
        folder: where they lie.
        limit_bytes: the total size above which the least recently used are removed.
    """

    def __init__(self, folder: Path, *, limit_bytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        self._memory: Room[tuple[int, int, Kept]] = BUDGET.room(size=lambda held: held[1], most=MEMORY_BYTES)

    def get(self, key: str) -> Kept | None:
        """The kept result of a job, or None; it counts as used now.

        Memory answers only while the file's time stamp is the one it was read at, so that a file changed or removed by
        anyone is noticed. Many callers get the same object: its arrays are read-only.
        """
        path = path_of(self.folder, key)
        try:
            stamp = path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        with self._lock:
            held = self._memory.get(key)
        kept = held[2] if held and held[0] == stamp else read_file(path)
        if kept is not None:
            self._note_use(key, kept)
        return kept

    def adopt(self, key: str, content: bytes) -> None:
        """Keeps a result that came as bytes from a worker that sees another folder."""
        with replacing(path_of(self.folder, key)) as temporary:
            temporary.write_bytes(content)

    def evict(self, *, keep: str) -> None:
        """Removes the least recently used results until the limit holds, never the one named by `keep`.

        Files that a killed worker left half-written are removed after an hour. Invariant: afterwards the results are
        at most `limit_bytes` together, or `keep` is the only one.
        """
        for path in self.folder.glob(".*.part"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                    path.unlink()
        files = sorted(self._stats(), key=lambda item: item[1].st_mtime_ns)
        total = sum(stat.st_size for _, stat in files)
        for path, stat in files:
            if total <= self._limit_bytes:
                return
            if path != path_of(self.folder, keep):
                path.unlink(missing_ok=True)
                total -= stat.st_size

    def _stats(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self.folder.glob("*.result"):
            with suppress(FileNotFoundError):
                yield path, path.stat()

    def _note_use(self, key: str, kept: Kept) -> None:
        path = path_of(self.folder, key)
        with suppress(FileNotFoundError):
            os.utime(path)
            stat = path.stat()
            with self._lock, suppress(ValueError):  # larger than all of the memory: read again each time
                self._memory[key] = (stat.st_mtime_ns, stat.st_size, kept)
