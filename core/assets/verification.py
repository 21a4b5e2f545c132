"""Whether the files that come with the code are what the manifest says, all of them and nothing else."""

from collections.abc import Iterator
from pathlib import Path

from core.assets.entries import FOLDER, manifest
from core.assets.keeper import read
from core.files import sha256_of

SOURCES = (".py", ".pyi", ".pyc")


def problems(folder: Path = FOLDER) -> Iterator[str]:
    """What is wrong with the recorded files, a sentence each: missing, damaged, unreadable or unknown.

    Args:
        folder: the folder that holds manifest.json.

    Raises:
        AssetError: if the manifest is not readable JSON.

    Invariant: nothing where every entry has its file, every file its entry, every hash is the manifest's, and this
    version of the code can read every result.
    """
    entries = manifest(folder)
    for name, entry in entries.items():
        wrong = _wrong_with(folder / name, entry["sha256"])
        if wrong:
            yield f"{name} {wrong} Make it again with: {entry['recipe']}"
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and path.suffix not in SOURCES and name not in {"manifest.json", *entries}:
            yield f"{name} is not in the manifest. Remove it, or record it by a recipe."


def _wrong_with(path: Path, sha256: str) -> str:
    if not path.is_file():
        return "is missing."
    if sha256_of(path) != sha256:
        return "is damaged: its sha256 is not the manifest's."
    try:
        if path.suffix == ".npz":
            read(path, object)
    except ValueError as error:
        return f"cannot be read by this version of the code: {str(error).rstrip('.')}."
    return ""
