"""Real CLIPs: which may be loaded, and how one gets onto this machine, or does not, within seconds."""

import json
import os
import threading
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from core.files import cache_dir
from core.models.errors import ModelUnavailableError, SourceFailedError, UnknownModelError
from core.models.store import exclusive, models_dir, publish, require_space, seal, verified, workspace
from core.progress import Progress, portion

CONFIG, WEIGHTS = "open_clip_config.json", "open_clip_model.safetensors"
ANSWER_SECONDS = 4.0
"""How long the hub has to answer at all; a machine without a network must not keep a visitor waiting."""


@dataclass(frozen=True, slots=True)
class RealClip:
    """A published CLIP.

    Args:
        name: open_clip's model and tag.
        title: the name people know.
        repo_id: its repository on the Hugging Face hub.
        size_mb: what is downloaded, in units of 10^6 bytes, rounded.
        licence: of the weights.
    """

    name: str
    title: str
    repo_id: str
    size_mb: int
    licence: str = "MIT"


_REAL = (
    RealClip("ViT-B-32-laion2b_s34b_b79k", "CLIP ViT-B/32 (LAION-2B)", "laion/CLIP-ViT-B-32-laion2B-s34B-b79K", 605),
    RealClip("ViT-B-16-laion2b_s34b_b88k", "CLIP ViT-B/16 (LAION-2B)", "laion/CLIP-ViT-B-16-laion2B-s34B-b88K", 599),
    RealClip("ViT-L-14-laion2b_s32b_b82k", "CLIP ViT-L/14 (LAION-2B)", "laion/CLIP-ViT-L-14-laion2B-s32B-b82K", 1711),
)

REAL: Mapping[str, RealClip] = MappingProxyType({entry.name: entry for entry in _REAL})
"""Every real CLIP that may be loaded, by name."""


def lookup_real(name: str) -> RealClip:
    """The entry for a name: the only gate through which a name becomes a folder or a download.

    Raises:
        UnknownModelError: for a name that is not listed.
    """
    if name not in REAL:
        raise UnknownModelError(f"There is no CLIP {name[:80]!r} here. The real ones are: {', '.join(REAL)}.")
    return REAL[name]


def real_ready(name: str) -> bool:
    """Whether a real CLIP can be loaded without a download.

    Raises:
        UnknownModelError: as `lookup_real`.
    """
    folders = (models_dir() / lookup_real(name).name, _by_hand(name))
    return any(folder is not None and (folder / WEIGHTS).is_file() for folder in folders)


def fetch_real(name: str, *, on_progress: Progress | None = None) -> Path:
    """The folder of a real CLIP in open_clip's layout: from the cache, a folder made by hand, or the hub.

    Args:
        name: of `REAL`.
        on_progress: told the fraction done; an exception it raises cancels.

    Raises:
        UnknownModelError: for another name.
        ModelUnavailableError: if it is nowhere to be had; without a network this takes less than five seconds.

    Invariant: weights are safetensors, never pickles; the folder in the cache is complete or absent.
    """
    entry, report = lookup_real(name), portion(on_progress)
    by_hand = _by_hand(name)
    if by_hand is not None and (by_hand / WEIGHTS).is_file() and (by_hand / CONFIG).is_file():
        return by_hand
    folder = models_dir() / entry.name
    if verified(folder, expected={}):
        return folder
    _require_hub(entry)
    with exclusive(entry.name, on_wait=lambda: report(0.0, f"{entry.title} is being fetched by another session")):
        if not verified(folder, expected={}):
            _download(entry, folder, report)
    return folder


def _by_hand(name: str) -> Path | None:
    folder = os.environ.get("EXPLORER_MODEL_DIR")
    return Path(folder) / lookup_real(name).name if folder else None


def _require_hub(entry: RealClip) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise ModelUnavailableError(_advice(entry, "HF_HUB_OFFLINE is set, so the hub is not asked"))
    answers: list[str] = []
    asking = threading.Thread(target=lambda: answers.append(_ask(entry)), daemon=True)
    asking.start()
    # A thread of its own, because looking up a name has no time limit that could be set.
    asking.join(ANSWER_SECONDS)
    trouble = answers[0] if answers else f"the hub gave no answer within {ANSWER_SECONDS:.0f} s"
    if trouble:
        raise ModelUnavailableError(_advice(entry, trouble))


def _ask(entry: RealClip) -> str:
    """Asks the hub for the model's configuration; returns what went wrong, or nothing."""
    try:
        with urllib.request.urlopen(f"{_endpoint()}/{entry.repo_id}/resolve/main/{CONFIG}", timeout=3) as answer:
            json.loads(answer.read(1 << 20))
    except (OSError, ValueError) as error:
        return f"the hub cannot be reached ({type(error).__name__}: {str(error)[:120]})"
    return ""


def _endpoint() -> str:
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def _download(entry: RealClip, folder: Path, report: Progress) -> None:
    require_space(entry.size_mb * 1_000_000)
    with workspace(entry.name) as work:
        try:
            for name in (CONFIG, WEIGHTS):
                _save(f"{_endpoint()}/{entry.repo_id}/resolve/main/{name}", work / name, entry, report)
            seal(work, origin=f"hub {entry.repo_id}", expected={})
        except (OSError, SourceFailedError) as error:
            raise ModelUnavailableError(_advice(entry, f"the download broke off ({error})")) from error
        publish(work, folder)


def _save(address: str, path: Path, entry: RealClip, report: Progress) -> None:
    done = 0
    with urllib.request.urlopen(address, timeout=30) as answer, path.open("wb") as stream:
        while block := _block(answer):
            stream.write(block)
            done += len(block)
            share = min(done / (entry.size_mb * 1e6), 1.0)
            report(share, f"Downloading {entry.title}: {done / 1e6:.0f} of about {entry.size_mb} MB")
        expected = answer.headers.get("Content-Length")
    if expected is not None and int(expected) != done:
        raise SourceFailedError(f"{path.name}: {done} of {expected} bytes arrived")


def _block(answer: Any) -> bytes:
    return bytes(answer.read(1 << 20))


def _advice(entry: RealClip, trouble: str) -> str:
    return (
        f"{entry.title} ({entry.size_mb} MB) is not on this machine: {trouble}. The page works without it. To add it, "
        f"put {CONFIG} and {WEIGHTS} of {entry.repo_id} into <folder>/{entry.name} and set "
        f"EXPLORER_MODEL_DIR=<folder>; or copy a filled cache folder to {cache_dir()}."
    )
