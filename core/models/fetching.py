"""From a model's name to a folder of verified files on this machine."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.files import cache_dir
from core.models.catalogue import Local, ModelSpec, Source, lookup
from core.models.errors import ModelUnavailableError, SourceFailedError
from core.models.sources import deliver, describe
from core.models.store import (
    UNPACKED_ENDING,
    exclusive,
    intact,
    models_dir,
    publish,
    seal,
    tree_bytes,
    unchanged,
    verified,
    workspace,
)
from core.progress import Progress, portion


def fetch(name: str, *, on_progress: Progress | None = None) -> Path:
    """The folder with a model's files, fetched on first use.

    A folder already in the cache is used when its files have the size, time and hash they were verified with; one
    that is truncated or changed is removed and fetched again. Otherwise `EXPLORER_MODEL_DIR/<name>` is tried, then the
    sources of the catalogue in order. Two visitors who ask at once, in threads or processes, share one download.

    Args:
        name: see `core.models.lookup`.
        on_progress: told the fraction done and what is happening; an exception it raises cancels the download.

    Returns:
        `cache_dir()/models/<name>`. Invariant: at any moment that folder is absent or complete, never partial.

    Raises:
        UnknownModelError: if the name may not be loaded.
        ModelUnavailableError: if no source delivered, or the disk is full or cannot be written; says what to do.
    """
    spec = lookup(name)
    report = portion(on_progress)
    expected = dict(spec.sha256)
    with explaining_disk(spec):
        folder = models_dir() / spec.folder
        if not verified(folder, expected=expected):
            with exclusive(spec.folder, on_wait=lambda: _say_waiting(spec, report)):
                if not verified(folder, expected=expected):
                    _fetch_anew(spec, folder, report)
    report(1.0, f"{spec.title} is on this machine")
    return folder


def is_ready(name: str) -> bool:
    """Whether a model's files are on disk, so that `fetch` would not download: in the cache with their sizes, or in
    the folder that was prepared by hand.

    Nothing is hashed and nothing is fetched: this costs microseconds and may be asked at each rerun of a page.

    Raises:
        UnknownModelError: if the name may not be loaded.
    """
    spec = lookup(name)
    by_hand = _by_hand(spec)
    return intact(models_dir() / spec.folder) or (by_hand is not None and by_hand.folder.is_dir())


def is_verified(name: str) -> bool:
    """Whether a model's files lie in the cache as they were verified, so that `fetch` neither downloads nor writes.

    Raises:
        UnknownModelError: if the name may not be loaded.
    """
    spec = lookup(name)
    return unchanged(models_dir() / spec.folder, expected=dict(spec.sha256))


def tokenizer_file(name: str) -> Path | None:
    """The tokenizer of a model whose files lie in the cache, unpacked where they come packed; None where it does not.

    Nothing is hashed and nothing is fetched.

    Raises:
        UnknownModelError: if the name may not be loaded.
    """
    spec = lookup(name)
    folders = (models_dir() / f"{spec.folder}{UNPACKED_ENDING}", models_dir() / spec.folder)
    files = (folder / "tokenizer.json" for folder in folders if intact(folder))
    return next((file for file in files if file.is_file()), None)


@contextmanager
def explaining_disk(spec: ModelSpec) -> Iterator[None]:
    """Turns an OSError of the block into a ModelUnavailableError that says what the disk lacks and what to do."""
    try:
        yield
    except OSError as error:
        raise ModelUnavailableError(_disk_advice(spec, error)) from error


def _fetch_anew(spec: ModelSpec, folder: Path, report: Progress) -> None:
    if folder.exists():
        shutil.rmtree(folder)
    failures = []
    for source in _sources(spec):
        with workspace(spec.folder) as work:
            try:
                promised = deliver(source, spec, work, portion(report, 0.0, 0.95))
                report(0.95, f"Verifying {spec.title}")
                seal(work / "files", origin=describe(source), expected=promised | dict(spec.sha256))
            except SourceFailedError as error:
                failures.append(f"  - {_in_public(source)}: {error}")
            else:
                publish(work / "files", folder)
                return
    raise ModelUnavailableError(_no_source_advice(spec, failures))


def _sources(spec: ModelSpec) -> tuple[Source, ...]:
    by_hand = _by_hand(spec)
    return spec.sources if by_hand is None else (by_hand, *spec.sources)


def _by_hand(spec: ModelSpec) -> Local | None:
    folder = os.environ.get("EXPLORER_MODEL_DIR")
    return Local(Path(folder) / spec.name) if folder else None


def _in_public(source: Source) -> str:
    """A source in words that any visitor may read: without a path of this machine."""
    return "the folder in EXPLORER_MODEL_DIR" if isinstance(source, Local) else describe(source)


def _say_waiting(spec: ModelSpec, report: Progress) -> None:
    arrived = tree_bytes(models_dir() / ".part" / spec.folder)
    share = arrived / (spec.size_mb * 1e6) if spec.size_mb else 0.0
    report(0.9 * min(share, 1.0), f"{spec.title} is being fetched by another session: {arrived / 1e6:.0f} MB so far")


def _no_source_advice(spec: ModelSpec, failures: list[str]) -> str:
    return "\n".join(
        [
            f"{spec.title} ({spec.name}) is not on this machine, and no source delivered it:",
            *failures,
            "",
            "What to do: where there is a network, run",
            "",
            f"    python -m core.models {spec.name}",
            "",
            "which fills the cache folder (--list shows where it is). Then copy that folder to this machine and point "
            "the environment variable EXPLORER_CACHE at it; or put the model's files into "
            f"<folder>/{spec.name} and set EXPLORER_MODEL_DIR=<folder>.",
        ]
    )


def _disk_advice(spec: ModelSpec, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(cache_dir()).free
        need = f"about {2 * spec.size_mb} MB are needed" if spec.size_mb else "more room is needed"
        what = f"the disk is full: {need}, {free / 1e6:.0f} MB are free. Free some space, or set"
    else:
        what = f"the cache folder cannot be used: {error.strerror or type(error).__name__}. Set"
    return (
        f"{spec.title} cannot be kept: {what} the environment variable EXPLORER_CACHE to a folder that can be "
        "written, on a disk with room."
    )
