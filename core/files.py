"""Where files live, and how they are written so that a half-written one is never seen."""

import hashlib
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs


def cache_place() -> Path:
    """Where fetched weights and finished results lie: `EXPLORER_CACHE`, or the user's cache folder. Nothing is made."""
    override = os.environ.get("EXPLORER_CACHE")
    return Path(override) if override else Path(platformdirs.user_cache_dir("foundation-model-explorer"))


def cache_dir() -> Path:
    """The folder `cache_place`, which is made where it is missing."""
    folder = cache_place()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sha256_of(path: Path) -> str:
    """The sha256 of a file's content, in lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` and renames it onto `path` when the block ends without an error.

    The rename is atomic on one file system, so a reader sees the old file or the new one, never a part. If the
    block raises, the temporary file is removed and `path` is left as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield temporary
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
