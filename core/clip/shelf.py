"""Which CLIPs are in this process's memory. Torch is not imported here, so a page may ask."""

_loaded: set[str] = set()


def note_loaded(name: str) -> None:
    """Remembers that a model is loaded."""
    _loaded.add(name)


def clip_loaded(name: str) -> bool:
    """Whether a CLIP is in memory already, so that encoding with it needs no import and no loading."""
    return name in _loaded
