"""The manifest: what is known of each file that comes with the code, and whether a file is still what it says."""

import datetime
import functools
import importlib.metadata
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.files import replacing, sha256_of

FOLDER = Path(__file__).parent


class AssetError(RuntimeError):
    """A file that should come with the code is missing, damaged or unknown."""


def asset(name: str) -> Path:
    """The path of a file that comes with the code, after its sha256 was found to be the manifest's.

    Args:
        name: its path below `core/assets`, with forward slashes: "attention/induction.npz".

    Raises:
        AssetError: if the manifest does not name it, the file is missing, or its content is not what was recorded.

    Invariant: the content of the returned file has the hash that the manifest states; it is hashed once a process.
    """
    return _verified(FOLDER, name)


def entry(name: str) -> dict[str, Any]:
    """What the manifest says of one file; see `manifest`.

    Raises:
        AssetError: if the manifest does not name it.
    """
    return _entry(FOLDER, name)


def _entry(folder: Path, name: str) -> dict[str, Any]:
    entries = manifest(folder)
    if name not in entries:
        raise AssetError(f"No recorded file is called {name!r}. Known: {', '.join(entries) or 'none'}.")
    return entries[name]


@functools.cache
def _verified(folder: Path, name: str) -> Path:
    known = _entry(folder, name)
    path, recipe = folder / name, known["recipe"]
    if not path.is_file():
        raise AssetError(f"The recorded file {name!r} is missing. Make it again with: {recipe}")
    if sha256_of(path) != known["sha256"]:
        raise AssetError(f"The recorded file {name!r} is damaged: its sha256 is not the manifest's. Remake: {recipe}")
    return path


def manifest(folder: Path = FOLDER) -> dict[str, dict[str, Any]]:
    """What is known of each recorded file: sha256, bytes, recipe, seed, versions, date, licence, description.

    Args:
        folder: the folder that holds manifest.json.

    Raises:
        AssetError: if the manifest is not readable JSON.

    Invariant: names are sorted.
    """
    path = folder / "manifest.json"
    try:
        entries: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    except ValueError as error:
        raise AssetError(f"The manifest of recorded files cannot be read: {error}") from error
    return dict(sorted(entries.items()))


def versions_of(*libraries: str) -> dict[str, str]:
    """The installed versions of libraries, by the names under which they are installed: {"torch": "2.14.1"}.

    Raises:
        importlib.metadata.PackageNotFoundError: for one that is not installed.
    """
    return {library: importlib.metadata.version(library) for library in libraries}


def register(
    path: Path,
    *,
    recipe: str,
    seed: int | None,
    licence: str,
    description: str,
    versions: Mapping[str, str],
    folder: Path = FOLDER,
) -> None:
    """Enters a file into the manifest, in place of an earlier entry of the same name.

    Args:
        path: the file, somewhere below `folder`.
        recipe: the command that makes it.
        seed: the seed of that command; None where nothing is random.
        licence: the SPDX name of the licence of the content.
        description: what it is, in one sentence.
        versions: the libraries that made it; see `versions_of`.
        folder: the folder that holds manifest.json.

    Raises:
        ValueError: if the file lies outside the folder.
        FileNotFoundError: if there is no such file.

    Invariant: afterwards `asset(name)` returns the file; a reader never sees half a manifest.
    """
    name = path.resolve().relative_to(folder.resolve()).as_posix()
    found = {
        "bytes": path.stat().st_size,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "description": description,
        "licence": licence,
        "recipe": recipe,
        "seed": seed,
        "sha256": sha256_of(path),
        "versions": dict(sorted(versions.items())),
    }
    entries = dict(sorted((manifest(folder) | {name: found}).items()))
    with replacing(folder / "manifest.json") as temporary:
        temporary.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", "utf-8")
    _verified.cache_clear()
