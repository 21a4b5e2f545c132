"""A CLIP on the page: loaded when words or pictures ask for it that were not recorded."""

from components.loading import loading
from core.clip import REAL, clip_loaded
from core.models import fetch, is_ready
from core.progress import Progress, portion


def ensure_clip(name: str) -> bool:
    """Loads a CLIP unless the process has it; draws what happens. Returns whether it is there."""
    if clip_loaded(name):
        return True
    if name not in REAL:
        return loading(name, name, f"Loading {name}, a few seconds the first time", lambda report: _load(name, report))
    title = REAL[name].title
    announcement = f"Loading {title}" if is_ready(name) else f"Asking the hub for {title}"
    return loading(name, title, announcement, lambda report: _load(name, report))


def _load(name: str, report: Progress) -> None:
    if name in REAL:
        # Before torch is imported, which takes seconds: a machine without a network must hear so within five.
        fetch(name, on_progress=portion(report, 0.0, 0.9))
    report(0.9, "Starting PyTorch and open_clip")
    from core.clip import load_clip

    load_clip(name, on_progress=portion(report, 0.9))
